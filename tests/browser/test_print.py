"""A report on paper, as Chromium makes a PDF of it."""

from __future__ import annotations

import io
import re
import unicodedata
from pathlib import Path
from typing import Any, NamedTuple

import pypdf
import pytest
from playwright.sync_api import Browser

from tests.browser.audit import SETTINGS, opened

DARK_DESKTOP = SETTINGS[3]
NAMES = ("mlp/chen", "cnn/dara", "rnn/goran", "training/class")
READABLE = 0.35  # largest luminance of text that can be read on white paper

SHOWN = """[...document.querySelectorAll('h1, h2, h3, h4, .cause p, .next a')]
    .filter(x => x.checkVisibility()).map(x => x.innerText)"""
HEADINGS = "[...document.querySelectorAll('h2, h3, h4')].filter(x => x.checkVisibility()).map(x => x.innerText)"


class Paper(NamedTuple):
    """A page as PDF.

    Attributes:
        texts: of each sheet.
        inks: luminance of the colours that text is set in.
        shown: what the page shows on a screen.
        headings: of the page.
        width: of a sheet, in points.
    """

    texts: list[str]
    inks: set[float]
    shown: list[str]
    headings: list[str]
    width: float


def squeezed(text: str) -> str:
    """Return a text without blanks, as lines break elsewhere on paper, and without ligatures."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text))


def printed(browser: Browser, path: Path) -> Paper:
    """Print a page that is shown in the dark scheme, on A4."""
    with opened(browser, path, DARK_DESKTOP) as page:
        shown, headings = page.evaluate(SHOWN), page.evaluate(HEADINGS)
        reader = pypdf.PdfReader(io.BytesIO(page.pdf(format="A4", margin={"top": "15mm", "bottom": "15mm"})))
    inks: set[float] = set()

    def note(operator: bytes, operands: list[Any], *_: object) -> None:
        if operator == b"rg":
            current.append([float(value) for value in operands])
        elif operator in (b"Tj", b"TJ") and current:
            red, green, blue = current[-1]
            inks.add(0.2126 * red + 0.7152 * green + 0.0722 * blue)

    texts = []
    for sheet in reader.pages:
        current: list[list[float]] = []
        texts.append(sheet.extract_text(visitor_operand_before=note))
    return Paper(texts, inks, shown, headings, float(reader.pages[0].mediabox.width))


@pytest.fixture(scope="module")
def papers(browser: Browser, pages: dict[str, Path]) -> dict[str, Paper]:
    return {name: printed(browser, pages[name]) for name in NAMES}


@pytest.mark.parametrize("name", NAMES)
def test_what_the_screen_shows_is_on_paper(papers: dict[str, Paper], name: str) -> None:
    paper = papers[name]
    text = squeezed(" ".join(paper.texts))
    assert [line for line in paper.shown if squeezed(line) not in text] == []


@pytest.mark.parametrize("name", NAMES)
def test_a_dark_page_is_printed_in_dark_ink(papers: dict[str, Paper], name: str) -> None:
    inks = papers[name].inks
    assert (len(inks) > 0, {ink for ink in inks if ink > READABLE}) == (True, set())


@pytest.mark.parametrize("name", NAMES)
def test_no_sheet_ends_with_a_heading(papers: dict[str, Paper], name: str) -> None:
    paper = papers[name]
    headings = {squeezed(heading) for heading in paper.headings}
    ends = [squeezed(text.strip().splitlines()[-1]) for text in paper.texts[:-1] if text.strip()]
    assert [end for end in ends if end in headings] == []


@pytest.mark.parametrize("name", NAMES)
def test_no_sheet_is_empty(papers: dict[str, Paper], name: str) -> None:
    assert [number for number, text in enumerate(papers[name].texts) if not text.strip()] == []


def test_details_of_a_failure_are_unfolded_on_paper(browser: Browser, pages: dict[str, Path]) -> None:
    with opened(browser, pages["mlp/chen"], DARK_DESKTOP) as page:
        told = page.evaluate("[...document.querySelectorAll('.group details pre')].map(x => x.textContent)")
        text = pypdf.PdfReader(io.BytesIO(page.pdf(format="A4"))).pages
        on_paper = squeezed(" ".join(sheet.extract_text() for sheet in text))
    first = [squeezed(detail.strip().splitlines()[0]) for detail in told]
    assert (len(first) > 0, [line for line in first if line not in on_paper]) == (True, [])


def test_a_check_is_not_cut_by_the_end_of_a_sheet(browser: Browser, pages: dict[str, Path]) -> None:
    with opened(browser, pages["mlp/chen"], DARK_DESKTOP) as page:
        page.emulate_media(media="print")
        styles = page.evaluate(
            "[...document.querySelectorAll('.cause, figure, .next li, tr')].map(x => getComputedStyle(x).breakInside)"
        )
    assert set(styles) == {"avoid"}
