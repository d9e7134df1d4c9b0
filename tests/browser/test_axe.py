"""axe-core finds no violation, on pages that together hold every kind of element of the demos.

All pages in all settings take ten minutes: ``python -m tests.browser``, or ``GRADER_AXE=all``.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from grader.report import render_card
from tests.browser.audit import SETTINGS, Found, Setting, audit, opened
from tests.report import factory

ALL = os.environ.get("GRADER_AXE") == "all"
# Width and colours are independent: two settings see what four do, but for their combination.
CHOSEN = SETTINGS if ALL else (SETTINGS[1], SETTINGS[2])
START = re.compile(r"<(\w+)((?: [^<>]*)?)>")
TELLING = re.compile(r'(?:class|role|type)="([^"]*)"')

# What axe-core leaves to a person, and who looked: text of one character on the axis of a picture, and text in a
# picture, whose colours are those of test_contrast; a cell of a table that is scrolled out of sight.
ACCEPTED = {
    "color-contrast: shortTextContent",
    "color-contrast: imgNode",
    "color-contrast: elmPartiallyObscured",
}


def kinds(path: Path) -> frozenset[tuple[str, str]]:
    """Return the kinds of elements a page holds: tags with their classes, roles and types."""
    found = START.findall(path.read_text(encoding="utf-8"))
    return frozenset((tag, " ".join(TELLING.findall(rest))) for tag, rest in found)


def cover(pages: dict[str, Path]) -> list[str]:
    """Return names of few pages that together hold every kind of element, the richest first."""
    held = {name: kinds(path) for name, path in pages.items()}
    missing, chosen = frozenset().union(*held.values()), list[str]()
    while missing:
        chosen.append(max(held, key=lambda name: len(held[name] & missing)))
        missing -= held[chosen[-1]]
    return chosen


@pytest.fixture(scope="module")
def found(browser: Browser, pages: dict[str, Path]) -> dict[tuple[str, str], Found]:
    """What axe-core found, by page and setting."""
    names = list(pages) if ALL else cover(pages)
    return {(name, str(setting)): audited(browser, pages[name], setting) for name in names for setting in CHOSEN}


def audited(browser: Browser, path: Path, setting: Setting) -> Found:
    with opened(browser, path, setting) as page:
        return audit(page)


def test_no_page_of_the_demos_has_a_violation(found: dict[tuple[str, str], Found]) -> None:
    assert {where: one.examples for where, one in found.items() if one.violations} == {}


def test_what_is_left_to_a_person_was_looked_at(found: dict[tuple[str, str], Found]) -> None:
    assert set().union(*(one.undecided for one in found.values())) <= ACCEPTED


def test_the_rules_of_axe_core_were_run(found: dict[tuple[str, str], Found]) -> None:
    assert min(one.rules for one in found.values()) >= 30


def test_a_page_that_nobody_can_read_has_violations(browser: Browser, tmp_path: Path) -> None:
    page = tmp_path / "bad.html"
    page.write_text('<!DOCTYPE html><p style="color: #bbb; background: #fff">Too pale to be read.</p><img src="x.png">')
    assert {"color-contrast", "html-has-lang", "image-alt"} <= audited(browser, page, SETTINGS[0]).violations.keys()


def test_a_hidden_violation_is_found_too(browser: Browser, tmp_path: Path) -> None:
    page = tmp_path / "folded.html"
    page.write_text('<!DOCTYPE html><details><summary>More</summary><img src="x.png"></details>')
    assert "image-alt" in audited(browser, page, SETTINGS[0]).violations


@pytest.mark.parametrize("setting", SETTINGS, ids=str)
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_card_in_a_notebook_has_no_violation(
    browser: Browser, tmp_path: Path, setting: Setting, theme: str
) -> None:
    card = render_card(factory.rich_grade().parts, title="A title", where="your notebook", lines=["One.", "Two."])
    page = tmp_path / "card.html"
    page.write_text(
        '<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>A notebook</title></head>'
        f'<body data-jp-theme-light="{str(theme == "light").lower()}"><main><h1>A</h1><h2>B</h2>{card}</main></body>'
    )
    one = audited(browser, page, setting)
    assert (one.violations, one.examples if one.violations else ()) == ({}, ())
