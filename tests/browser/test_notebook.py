"""The notebook with feedback in a browser: that of a demo's student, and one whose every cell attacks the page."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
from playwright.sync_api import Browser

from grader.course import find_assignment, load_assignment
from grader.demo import IN_A_NOTEBOOK, write_class
from grader.ingest import read_submission
from grader.model import Grade, Submission
from grader.report.notebook import render_notebook
from grader.session.excerpts import excerpts
from tests.browser.audit import SETTINGS, Setting, audit, opened
from tests.browser.record import read_recording
from tests.browser.test_axe import ACCEPTED
from tests.browser.test_every_page import Look, Watcher
from tests.browser.test_hostile import ran
from tests.browser.test_keyboard import FOCUSED, USABLE
from tests.report import factory, notebooks

BYTES_LIMIT = 2_000_000
# Left to a person, who looked: formulas that go on in the next line, in the colour of the text around them.
LOOKED_AT = {*ACCEPTED, "color-contrast: elmPartiallyObscuring"}
UNDER = "[...document.querySelectorAll('.cell + .feedback')].map(x => x.previousElementSibling.innerText)"


def hand_in(folder: Path) -> tuple[Grade, Submission]:
    """Return the notebook of the mlp demo with its recorded grade."""
    assignment = load_assignment(find_assignment("mlp", Path(__file__).parents[2]))
    write_class(assignment, folder)
    submission = read_submission(folder / f"{IN_A_NOTEBOOK}.ipynb", "mlp", student=IN_A_NOTEBOOK)
    assert isinstance(submission, Submission)
    grade = next(grade for grade in read_recording("mlp").grades if grade.student == IN_A_NOTEBOOK)
    # It was recorded when the code was not yet kept with the grade.
    found = excerpts(submission.units, assignment.parts)
    parts = tuple(msgspec.structs.replace(part, source=found.get(part.part)) for part in grade.parts)
    return msgspec.structs.replace(grade, parts=parts), submission


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page of the demo's notebook."""
    folder = tmp_path_factory.mktemp("notebook")
    grade, submission = hand_in(folder)
    path = folder / "chen-notebook.html"
    path.write_text(render_notebook(grade, submission.cells, report="chen.html"), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("hostile") / "notebook.html"
    page = render_notebook(factory.hostile_grade(), notebooks.hostile_cells(), report="mallory.html")
    path.write_text(page, encoding="utf-8")
    return path


def look(browser: Browser, path: Path) -> Look:
    watcher = Watcher(browser.new_page())
    try:
        return watcher.look(path)
    finally:
        watcher.page.close()


@pytest.fixture(scope="module", params=["demo", "hostile"])
def path(request: pytest.FixtureRequest) -> Path:
    found = request.getfixturevalue(request.param)
    assert isinstance(found, Path)
    return found


@pytest.fixture(scope="module")
def seen(browser: Browser, path: Path) -> Look:
    return look(browser, path)


def test_each_card_of_the_demo_stands_under_the_cell_that_defines_its_part(browser: Browser, demo: Path) -> None:
    with opened(browser, demo, SETTINGS[2]) as page:
        cells = page.evaluate(UNDER)
        names = page.evaluate(
            "[...document.querySelectorAll('.cell + .feedback')]"
            ".map(x => [...x.querySelectorAll('h3 code.muted')].map(y => y.innerText))"
        )
    astray = [name for cell, parts in zip(cells, names, strict=True) for name in parts if name not in cell]
    assert (sum(map(len, names)), astray) == (38, [])


def test_it_does_not_scroll_sideways(seen: Look) -> None:
    assert seen.too_wide == ()


def test_it_follows_the_colour_scheme(seen: Look) -> None:
    assert len(set(seen.grounds)) == 2


def test_it_asks_for_nothing_and_says_nothing(seen: Look) -> None:
    assert (seen.asked, seen.said) == ((), ())


def test_it_holds_neither_script_nor_handler(seen: Look) -> None:
    assert (seen.scripts, seen.handlers) == (0, 0)


def test_its_ids_are_its_own_and_its_links_lead_somewhere(seen: Look) -> None:
    assert (len(seen.ids) - len(set(seen.ids)), seen.dead_links) == (0, [])


def test_its_headings_leave_out_no_level(seen: Look) -> None:
    assert all(after <= before + 1 for before, after in zip([0, *seen.levels], seen.levels, strict=False))


def test_it_is_not_too_large(seen: Look) -> None:
    assert seen.size < BYTES_LIMIT


@pytest.mark.parametrize("setting", [SETTINGS[1], SETTINGS[2]], ids=str)
def test_axe_core_finds_no_violation_in_the_demo(browser: Browser, demo: Path, setting: Setting) -> None:
    with opened(browser, demo, setting) as page:
        one = audit(page)
    assert (one.violations, one.examples if one.violations else (), set(one.undecided) - LOOKED_AT) == ({}, (), set())


def test_hostile_cells_bring_no_violation(browser: Browser, tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    path.write_text(render_notebook(notebooks.a_grade(), notebooks.hostile_cells(), report="x.html"), encoding="utf-8")
    with opened(browser, path, SETTINGS[1]) as page:
        one = audit(page)
    assert (one.violations, one.examples if one.violations else ()) == ({}, ())


def test_tab_reaches_everything_and_the_focus_is_seen(browser: Browser, demo: Path) -> None:
    with opened(browser, demo, SETTINGS[0]) as page:
        shown = []
        for _ in range(page.evaluate(f"{USABLE}.length") + 400):
            page.keyboard.press("Tab")
            tag, outlined = page.evaluate(FOCUSED)
            if tag == "BODY":
                break
            shown.append(outlined)
        missed = page.evaluate(f"{USABLE}.filter(x => !x.dataset.reached).map(x => x.outerHTML.slice(0, 120))")
    assert (missed, set(shown)) == ([], {True})


def test_no_script_of_a_hostile_notebook_runs(browser: Browser, tmp_path: Path, hostile: Path) -> None:
    assert ran(browser, tmp_path, hostile.read_text(encoding="utf-8")) == (False, [])


def test_none_runs_either_where_there_is_no_policy(browser: Browser, tmp_path: Path, hostile: Path) -> None:
    text = hostile.read_text(encoding="utf-8")
    bare = text.replace('http-equiv="Content-Security-Policy"', 'name="none"', 1)
    assert (bare != text, ran(browser, tmp_path, bare)) == (True, (False, []))
