"""The page of a difference: what it says, and that it is safe and accessible in a browser."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from grader.model import CheckChange, Difference, PartChange, Status, StudentChange
from grader.report.difference import by_reason, causes, percents, render_difference, signed
from tests.browser.audit import SETTINGS, Setting, audit, opened
from tests.report.factory import HOSTILE

CHANGED, SECRET = "The check `test_a` changed.", "The course's secret is another one."


def part_change(
    before: float | None = 2.0, after: float | None = 0.0, *, possible: float = 2.0, name: str = "a",
    why: tuple[str, ...] = (CHANGED,), said: tuple[str, str] = ("", ""),
) -> PartChange:  # fmt: skip
    status = Status.PASSED if after == possible else Status.FAILED
    moved = CheckChange(
        title="Computes `x`", before=Status.PASSED, after=status, earned_before=before or 0.0, earned_after=after or 0.0
    )
    return PartChange(
        part=name, title=f"Part {name}", before=before, after=after, possible_before=2.0, possible_after=possible,
        why=why, checks=(moved,), said_before=said[0], said_after=said[1],
    )  # fmt: skip


LOSES = StudentChange(
    student="Ada", key="ada", kind="loses", before=4.0, after=2.0, possible_before=4.0, possible_after=4.0,
    parts=(part_change(said=("", "mask-omitted: dx is wrong.")),), why=(CHANGED,),
)  # fmt: skip
RESCALED = StudentChange(
    student="Bob", key="bob", kind="rescaled", before=2.0, after=3.0, possible_before=2.0, possible_after=3.0,
    parts=(part_change(2.0, 3.0, possible=3.0), part_change(None, 1.0, name="b"), part_change(1.0, None, name="c")),
    why=(CHANGED,),
)  # fmt: skip
REWORDED = StudentChange(
    student=HOSTILE, key="evil", kind="reworded", before=0.0, after=0.0, possible_before=4.0, possible_after=4.0,
    parts=(part_change(0.0, 0.0, why=(SECRET,), said=(HOSTILE, HOSTILE)),), why=(SECRET,),
)  # fmt: skip
REFUSED = StudentChange(
    student="Cem", key="cem", kind="refused", before=3.0, after=None, possible_before=4.0, why=(HOSTILE,)
)
GONE = StudentChange(student="Dan", key="dan", kind="gone", before=None, after=None, why=("It is gone.",))
EVERYTHING = Difference(
    title="A network", changes=(LOSES, RESCALED, REWORDED, REFUSED, GONE), unchanged=7, course=("The data changed.",)
)


def page_of(difference: Difference = EVERYTHING, *, published: bool = False) -> str:
    return render_difference(difference, folder="out", published=published, links={"ada": "reports/ada.html"})


def test_a_page_says_how_to_publish_and_how_to_drop() -> None:
    page = page_of()
    assert ("<code>grader publish out</code>" in page, "<code>grader discard out</code>" in page) == (True, True)


def test_a_page_of_what_is_published_asks_for_nothing() -> None:
    assert "grader publish" not in page_of(published=True)


def test_a_difference_without_changes_says_so() -> None:
    page = page_of(Difference(title="A", changes=(), unchanged=3))
    assert "Nobody's points and nobody's words change." in page


def test_a_student_with_a_report_is_linked_to_it() -> None:
    assert '<a href="reports/ada.html"><bdi>Ada</bdi></a>' in page_of()


def test_a_reason_for_the_points_of_some_comes_before_one_that_moved_nobody() -> None:
    assert [one.sentence for one in causes(EVERYTHING)] == [CHANGED, SECRET, "The data changed."]


def test_a_reason_is_counted_by_how_the_share_of_a_part_moved() -> None:
    (found,) = causes(Difference(title="A", changes=(LOSES, RESCALED), unchanged=0))
    # Bob has a new part, and one that is gone: he is counted as both.
    assert (found.gains, found.loses, found.others) == (1, 2, 0)


def test_parts_with_the_same_reasons_stand_together() -> None:
    assert [len(together.parts) for together in by_reason(RESCALED)] == [3]


@pytest.mark.parametrize(
    ("before", "after", "text"), [(1.0, 3.5, "+2.5"), (3.0, 2.0, "−1"), (2.0, 2.0, "0"), (0.1 + 0.2, 0.3, "0")]
)
def test_a_change_has_a_sign(before: float, after: float, text: str) -> None:
    assert signed(before, after) == text


def test_of_another_total_the_share_is_told() -> None:
    assert percents(LOSES) == "100\N{NO-BREAK SPACE}% → 50\N{NO-BREAK SPACE}%"


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("difference") / "difference.html"
    made.write_text(page_of(), encoding="utf-8")
    return made


@pytest.fixture
def phone(browser: Browser, path: Path) -> Iterator[Page]:
    with opened(browser, path, SETTINGS[1]) as page:
        yield page


def test_the_page_does_not_scroll_sideways_on_a_phone(phone: Page) -> None:
    assert phone.evaluate("document.documentElement.scrollWidth") == 390


def test_no_script_from_text_runs(phone: Page) -> None:
    assert phone.evaluate("document.documentElement.dataset.ran === undefined")


def test_the_tables_can_be_sorted_by_change(phone: Page) -> None:
    for _ in range(2):
        phone.click("#moved th:nth-child(2) button")
    assert phone.locator("#moved tbody tr td:first-child").all_inner_texts() == ["Bob", "Ada"]


def test_the_table_of_points_can_be_filtered(phone: Page) -> None:
    phone.fill("#filter", "ada")
    assert phone.locator("#moved tbody tr:visible").count() == 1


# A cell that is scrolled out of sight, and a name that is cut where its column ends.
UNDECIDED = {
    "color-contrast: elmPartiallyObscured",
    "color-contrast: elmPartiallyObscuring",
    "color-contrast: shortTextContent",
}


@pytest.mark.parametrize("setting", SETTINGS[1:3], ids=str)
def test_axe_finds_nothing(browser: Browser, path: Path, setting: Setting) -> None:
    with opened(browser, path, setting) as page:
        found = audit(page)
    assert (found.violations, set(found.undecided) - UNDECIDED) == ({}, set()), found.examples


def test_the_page_asks_the_network_for_nothing_and_says_nothing_on_the_console(browser: Browser, path: Path) -> None:
    page, told = browser.new_page(), list[str]()
    page.on("request", lambda request: told.append(request.url))
    page.on("console", lambda message: told.append(message.text))
    page.goto(path.as_uri())
    page.close()
    assert told == [path.as_uri()]
