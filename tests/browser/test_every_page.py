"""What holds for every page of the four demos, at phone and desktop widths, in both colour schemes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.audit import SETTINGS, unfold

BYTES_LIMIT = 500_000

WIDTH = "document.documentElement.scrollWidth"
GROUND = "getComputedStyle(document.body).backgroundColor"
NAMELESS = "[...document.querySelectorAll('svg, img, canvas')].filter(x => !(x.ariaLabel || x.alt)).length"
IDS = "[...document.querySelectorAll('[id]')].map(x => x.id)"
LEVELS = "[...document.querySelectorAll('h1, h2, h3, h4, h5, h6')].map(x => Number(x.tagName[1]))"
SCRIPTS = "document.scripts.length"
DEAD_LINKS = """[...document.querySelectorAll('a[href^="#"]')]
    .filter(x => !document.getElementById(x.hash.slice(1))).map(x => x.hash)"""
HANDLERS = """[...document.querySelectorAll('*')].flatMap(x => [...x.attributes])
    .filter(x => x.name.startsWith('on') || x.value.trim().toLowerCase().startsWith('javascript:')).length"""


class Look(NamedTuple):
    """One page, looked at in all settings."""

    too_wide: tuple[str, ...]
    grounds: tuple[str, ...]
    nameless: int
    ids: list[str]
    levels: list[int]
    scripts: int
    handlers: int
    dead_links: list[str]
    said: tuple[str, ...]
    asked: tuple[str, ...]
    size: int


class Watcher:
    """One tab for all pages, and what a page says or asks for."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.said: list[str] = []
        self.asked: list[str] = []
        page.on("console", lambda message: self.said.append(message.text))
        page.on("pageerror", lambda error: self.said.append(str(error)))
        page.on("dialog", lambda dialog: self.said.append(dialog.message))
        page.on("request", lambda request: self.asked.append(request.url))

    def look(self, path: Path) -> Look:
        """Open a page with all unfolded, and turn it through all settings."""
        page = self.page
        self.said.clear()
        self.asked.clear()
        page.goto(path.as_uri())
        unfold(page)
        too_wide, grounds = [], []
        for setting in SETTINGS:
            page.set_viewport_size({"width": setting.width, "height": setting.height})
            page.emulate_media(color_scheme=setting.scheme)
            ground, width = page.evaluate(f"[{GROUND}, {WIDTH}]")
            grounds.append(ground)
            if width > setting.width:
                too_wide.append(str(setting))
        counted = page.evaluate(f"[{NAMELESS}, {IDS}, {LEVELS}, {SCRIPTS}, {HANDLERS}, {DEAD_LINKS}]")
        nameless, ids, levels, scripts, handlers, dead_links = counted
        return Look(
            too_wide=tuple(too_wide),
            grounds=tuple(grounds),
            nameless=nameless,
            ids=ids,
            levels=levels,
            scripts=scripts,
            handlers=handlers,
            dead_links=dead_links,
            said=tuple(self.said),
            asked=tuple(url for url in self.asked if url != path.as_uri() and not url.startswith("data:")),
            size=path.stat().st_size,
        )


@pytest.fixture(scope="module")
def looks(browser: Browser, pages: dict[str, Path]) -> Iterator[dict[str, Look]]:
    watcher = Watcher(browser.new_page())
    yield {name: watcher.look(path) for name, path in pages.items()}
    watcher.page.close()


def test_the_demos_have_all_their_pages(pages: dict[str, Path]) -> None:
    by_demo = [name.split("/")[0] for name in pages]
    assert {name: by_demo.count(name) for name in by_demo} == {"mlp": 18, "training": 18, "cnn": 18, "rnn": 18}


def test_no_page_scrolls_sideways(looks: dict[str, Look]) -> None:
    assert {name: one.too_wide for name, one in looks.items() if one.too_wide} == {}


def test_every_page_follows_the_colour_scheme(looks: dict[str, Look]) -> None:
    light, dark = "rgb(251, 251, 250)", "rgb(20, 23, 26)"
    assert {one.grounds for one in looks.values()} == {(light, dark, light, dark)}


def test_every_picture_has_a_text_alternative(looks: dict[str, Look]) -> None:
    assert {name: one.nameless for name, one in looks.items() if one.nameless} == {}


def test_no_id_occurs_twice_on_a_page(looks: dict[str, Look]) -> None:
    assert [name for name, one in looks.items() if len(one.ids) != len(set(one.ids))] == []


def test_headings_leave_out_no_level(looks: dict[str, Look]) -> None:
    jumps = {
        name: one.levels
        for name, one in looks.items()
        if any(after > before + 1 for before, after in zip([0, *one.levels], one.levels, strict=False))
    }
    assert jumps == {}


def test_every_page_has_one_title(looks: dict[str, Look]) -> None:
    assert {name: one.levels.count(1) for name, one in looks.items() if one.levels.count(1) != 1} == {}


def test_every_link_on_a_page_leads_somewhere(looks: dict[str, Look]) -> None:
    assert {name: one.dead_links for name, one in looks.items() if one.dead_links} == {}


def test_a_report_has_no_script_and_a_class_page_its_own(looks: dict[str, Look]) -> None:
    assert {(name.endswith("/class"), one.scripts) for name, one in looks.items()} == {(True, 1), (False, 0)}


def test_no_element_carries_a_script(looks: dict[str, Look]) -> None:
    assert {name: one.handlers for name, one in looks.items() if one.handlers} == {}


def test_no_page_says_anything_on_the_console(looks: dict[str, Look]) -> None:
    assert {name: one.said for name, one in looks.items() if one.said} == {}


def test_no_page_asks_the_network(looks: dict[str, Look]) -> None:
    assert {name: one.asked for name, one in looks.items() if one.asked} == {}


def test_every_page_is_under_500_kb(looks: dict[str, Look]) -> None:
    assert {name: one.size for name, one in looks.items() if one.size > BYTES_LIMIT} == {}
