from __future__ import annotations

import html
import re

import msgspec
import pytest

from grader.model import Status
from grader.report.code import CodeView, code_view, html_lines, listed
from tests.report import factory

SOURCE = '''@cached
class Net:
    """A net
    of layers."""

    rate = 1e-3  # the step
    def loss(self, X):
        return f"{X!r}" + 'it' if X else None
'''


def shown(status: Status = Status.FAILED) -> CodeView | None:
    return code_view(msgspec.structs.replace(factory.with_code(factory.failed_part()), status=status))


def text_of(lines: list[str]) -> str:
    return html.unescape(re.sub(r"<[^>]*>", "", "\n".join(lines)))


def test_the_page_shows_the_source_and_nothing_else() -> None:
    assert text_of([*html_lines(SOURCE)]) == SOURCE


def test_a_string_of_several_lines_keeps_its_colour_on_each() -> None:
    assert [line[:14] for line in html_lines(SOURCE)[2:4]] == ['    <b class="', '<b class="tc">']


@pytest.mark.parametrize(
    ("kind", "text"), [("tk", "return"), ("tf", "loss"), ("tc", "# the step"), ("tn", "1e-3"), ("ts", "it")]
)
def test_a_token_has_the_class_of_its_kind(kind: str, text: str) -> None:
    assert re.search(f'<b class="{kind}">[^<]*{text}', "\n".join(html_lines(SOURCE)))


def test_source_is_escaped_and_its_controls_written_out() -> None:
    assert html_lines(f"x = '{factory.SCRIPT[:8]}\x1b'")[0] == 'x = <b class="ts">&#39;&lt;script&gt;\\x1b&#39;</b>'


def test_a_long_line_is_cut() -> None:
    assert text_of([*html_lines(f"x = '{'y' * 1000}'")]).endswith("y… (cut; 1,006 characters in all)")


def test_the_lines_of_a_traceback_are_marked() -> None:
    view = shown()
    assert view is not None
    assert (view.marked, [number for number, is_marked, _ in view.lines if is_marked]) == ("12", [12])


def test_a_frame_of_another_cell_marks_nothing() -> None:
    part = msgspec.structs.replace(
        factory.with_code(factory.failed_part()),
        source=msgspec.structs.replace(factory.CODE, label="mlp.ipynb cell 4", first_line=8),
    )
    view = code_view(part)
    assert view is not None
    assert view.marked == ""


def test_it_is_told_where_the_code_stands() -> None:
    view = shown()
    assert view is not None
    assert view.where == "mlp.ipynb cell 7, lines 10 to 15"


@pytest.mark.parametrize("status", [Status.PASSED, Status.NOT_ATTEMPTED, Status.SKIPPED, Status.ERROR])
def test_code_that_is_not_wrong_is_not_shown(status: Status) -> None:
    assert shown(status) is None


def test_a_part_that_is_not_defined_has_no_code() -> None:
    assert code_view(factory.failed_part()) is None


@pytest.mark.parametrize(
    ("names", "text"), [([], ""), (["3"], "3"), (["3", "5"], "3 and 5"), (["1", "2", "4"], "1, 2 and 4")]
)
def test_names_are_listed_as_in_a_sentence(names: list[str], text: str) -> None:
    assert listed(names) == text
