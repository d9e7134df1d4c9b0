"""Everything that can be done with a mouse can be done with the keyboard, and the focus is seen."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.audit import SETTINGS, opened

NAMES = ("mlp/chen", "rnn/goran", "mlp/class")

# What a mouse can use: links, buttons, fields, what unfolds, and boxes whose content is wider than they are.
USABLE = """[...document.querySelectorAll('a[href], button, input, summary, .scroll')]
    .filter(x => x.checkVisibility() && (!x.matches('.scroll') || x.scrollWidth > x.clientWidth + 1))"""
FOCUSED = """(() => {
    const x = document.activeElement, style = getComputedStyle(x);
    x.dataset.reached = 'yes';
    const outlined = style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 1;
    return [x.tagName, x.matches(':focus-visible') && outlined];
})()"""


@pytest.fixture(scope="module", params=NAMES)
def walked(
    request: pytest.FixtureRequest, browser: Browser, pages: dict[str, Path]
) -> Iterator[tuple[Page, list[bool]]]:
    """A page through which Tab was pressed to its end, and for each stop whether the focus could be seen."""
    with opened(browser, pages[request.param], SETTINGS[0]) as page:
        seen = []
        for _ in range(page.evaluate("document.querySelectorAll('*').length")):
            page.keyboard.press("Tab")
            tag, outlined = page.evaluate(FOCUSED)
            if tag == "BODY":
                break
            seen.append(outlined)
        yield page, seen


def test_tab_reaches_everything_that_can_be_used(walked: tuple[Page, list[bool]]) -> None:
    page, _ = walked
    missed = page.evaluate(f"{USABLE}.filter(x => !x.dataset.reached).map(x => x.outerHTML.slice(0, 120))")
    assert (missed, page.evaluate(f"{USABLE}.length") > 0) == ([], True)


def test_the_focus_is_seen_at_every_stop(walked: tuple[Page, list[bool]]) -> None:
    assert set(walked[1]) == {True}


def test_enter_unfolds_and_folds(browser: Browser, pages: dict[str, Path]) -> None:
    with opened(browser, pages["mlp/chen"], SETTINGS[0]) as page:
        summary = page.locator("summary").first
        states = []
        for _ in range(2):
            summary.press("Enter")
            states.append(page.evaluate("document.querySelector('details').open"))
    assert states == [True, False]


def test_enter_on_a_link_leads_to_the_card(browser: Browser, pages: dict[str, Path]) -> None:
    with opened(browser, pages["mlp/chen"], SETTINGS[0]) as page:
        link = page.locator(".next a").first
        title = link.inner_text()
        link.press("Enter")
        assert page.evaluate("document.querySelector(':target h3').innerText").startswith(title)
