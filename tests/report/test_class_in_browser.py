"""The class report as a browser shows it: every table sorted and filtered, similar hand-ins side by side."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from grader.report import render_class
from tests.browser.audit import SETTINGS, audit, opened
from tests.report import factory, hand_ins
from tests.report.test_class import hostile_pair

PHONE, DESKTOP = SETTINGS[1], SETTINGS[2]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    grades = [*factory.a_class(), *hand_ins.with_copy()]
    links = {grade.key: f"reports/{grade.key}.html" for grade in grades}
    return written(tmp_path_factory, render_class(grades, factory.refusals(), title="CNN", links=links))


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return written(tmp_path_factory, render_class(hostile_pair(), [], title=factory.HOSTILE, links={}))


def written(factory: pytest.TempPathFactory, page: str) -> Path:
    path = factory.mktemp("class") / "class.html"
    path.write_text(page, encoding="utf-8")
    return path


@pytest.fixture
def phone(browser: Browser, made: Path) -> Iterator[Page]:
    with opened(browser, made, PHONE) as page:
        yield page


@pytest.mark.parametrize("setting", [PHONE, DESKTOP], ids=str)
@pytest.mark.parametrize("name", ["made", "hostile"])
def test_axe_finds_no_violation(
    browser: Browser, setting: tuple[str, int, int, str], name: str, request: pytest.FixtureRequest
) -> None:
    with opened(browser, request.getfixturevalue(name), setting) as page:  # type: ignore[arg-type]  # parametrised
        found = audit(page)
    assert (found.violations, found.examples if found.violations else ()) == ({}, ())


@pytest.mark.parametrize("name", ["made", "hostile"])
def test_a_phone_does_not_scroll_sideways_with_all_unfolded(
    browser: Browser, name: str, request: pytest.FixtureRequest
) -> None:
    with opened(browser, request.getfixturevalue(name), PHONE) as page:
        page.evaluate("document.querySelectorAll('details').forEach(x => { x.open = true })")
        assert page.evaluate("document.documentElement.scrollWidth") == PHONE.width


def test_no_script_from_code_runs(browser: Browser, hostile: Path) -> None:
    with opened(browser, hostile, PHONE) as page:
        page.locator("details.pair > summary").press("Enter")
        assert page.locator(".beside tbody tr").count() > 40
        assert page.evaluate("document.documentElement.dataset.ran === undefined")


def test_a_link_to_a_pair_unfolds_it(phone: Page) -> None:
    phone.get_by_role("link", name="pair 1").press("Enter")
    phone.wait_for_selector("#pair-1[open]")
    assert phone.locator("#pair-1 .beside").first.is_visible()


def test_an_address_with_a_pair_unfolds_it(browser: Browser, made: Path) -> None:
    page = browser.new_page()
    page.goto(f"{made.as_uri()}#pair-1")
    assert page.evaluate("document.querySelector('#pair-1').open")
    page.close()


def test_pairs_are_filtered_by_student(phone: Page) -> None:
    field = phone.get_by_label("Filter by student or part")
    field.fill("vera")
    shown = phone.locator("#table-pairs tbody tr:visible").count()
    field.fill("nobody")
    assert (shown, phone.locator("#table-pairs tbody tr:visible").count()) == (1, 0)


def test_a_filter_tells_how_many_are_shown_of_its_own_table(phone: Page) -> None:
    phone.get_by_label("Filter by part, check or what stands out").fill("too hard")
    told = phone.locator(".filter", has=phone.locator("#filter-table-checks")).locator("[role=status]").inner_text()
    shown = phone.locator("#table-checks tbody tr:visible").count()
    all_checks = phone.locator("#table-checks tbody tr").count()
    assert (told, 0 < shown < all_checks) == (f"{shown} of {all_checks} checks", True)


def test_checks_are_sorted_by_difficulty_with_the_keyboard(phone: Page) -> None:
    button = phone.get_by_role("button", name="Difficulty")
    orders = []
    for _ in range(2):
        button.press("Enter")
        orders.append(
            phone.evaluate(
                "[...document.querySelectorAll('#table-checks tbody tr')].map(r => +r.cells[3].dataset.sort)"
            )
        )
    assert orders == [sorted(orders[0]), sorted(orders[0], reverse=True)]


def test_every_sortable_table_has_a_button_in_every_heading(phone: Page) -> None:
    assert phone.evaluate("[...document.querySelectorAll('table.sortable th')].every(x => x.querySelector('button'))")


def test_sorting_one_table_leaves_the_others(phone: Page) -> None:
    before = phone.locator("#table tbody tr td:first-child").all_inner_texts()
    phone.get_by_role("button", name="What stands out").press("Enter")
    assert phone.locator("#table tbody tr td:first-child").all_inner_texts() == before


def test_without_scripts_all_rows_are_there_and_no_filter(browser: Browser, made: Path) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(made.as_uri())
    assert (page.locator("#table tbody tr:visible").count(), page.locator(".filter:visible").count()) == (49, 0)
    context.close()


def test_every_link_of_the_contents_leads_to_a_heading(phone: Page) -> None:
    assert (
        phone.evaluate("[...document.querySelectorAll('nav a')].map(x => document.querySelector(x.hash)?.tagName)")
        == ["H2"] * phone.locator("nav a").count()
    )
