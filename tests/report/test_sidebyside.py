from __future__ import annotations

from grader.model import Excerpt
from grader.report.sidebyside import Row, rows


def excerpt(*lines: str, first: int = 1) -> Excerpt:
    return Excerpt(label="mlp.py", first_line=first, text="\n".join(lines))


def told(row: Row) -> tuple[int | None, int | None, str]:
    one, other = (None if line is None else line.number for line in (row.one, row.other))
    return one, other, row.agreement


def test_a_renamed_line_stands_beside_its_copy() -> None:
    found = rows(excerpt("s = x.sum()", "return s", first=4), excerpt("total = y.sum()", "return s"))
    assert [told(row) for row in found] == [(4, 1, "alike"), (5, 2, "same")]


def test_an_added_line_stands_alone() -> None:
    found = rows(excerpt("s = x.sum()", "return s"), excerpt("s = x.sum()", "k = 3", "return s"))
    assert [told(row) for row in found] == [(1, 1, "same"), (None, 2, ""), (2, 3, "same")]


def test_a_line_that_stands_elsewhere_is_marked() -> None:
    found = rows(excerpt("a = np.exp(x)", "b = x + 1", "c = x * 3"), excerpt("b = x + 1", "c = x * 3", "a = np.exp(x)"))
    assert [told(row) for row in found] == [(1, None, "moved"), (2, 1, "same"), (3, 2, "same"), (None, 3, "moved")]


def test_comments_do_not_agree() -> None:
    [row] = rows(excerpt("# mine"), excerpt("# yours"))
    assert told(row) == (1, 1, "")


def test_a_comment_alone_is_not_moved() -> None:
    found = rows(excerpt("a = 1", "# why"), excerpt("# why", "a = 1"))
    assert {row.agreement for row in found if not (row.one and row.other)} == {""}


def test_every_line_of_both_is_told_once_and_in_order() -> None:
    one, other = excerpt(*"abcab"), excerpt("b = 1", *"cabba")
    found = rows(one, other)
    assert [row.one.number for row in found if row.one] == [1, 2, 3, 4, 5]
    assert [row.other.number for row in found if row.other] == [1, 2, 3, 4, 5, 6]
