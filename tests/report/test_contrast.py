"""The colours of the reports can be told apart: the contrast that WCAG 2.2 asks for, computed from the style sheet."""

from __future__ import annotations

import re

import pytest

from grader.report.card import variables
from grader.report.pages import template_folder

TEXT, GRAPHIC = 4.5, 3.0  # WCAG 2.2, success criteria 1.4.3 and 1.4.11
GROUNDS = ("ground", "card", "tint", "tint-error", "tint-ours")
ON_ALL_GROUNDS = ("ink", "muted")
LINES = ("line-1", "line-2", "line-3", "line-4")


def palettes() -> dict[str, dict[str, tuple[int, ...]]]:
    """Return the colours of the two schemes by name, as red, green and blue from 0 to 255."""
    css = (template_folder() / "style.css").read_text(encoding="utf-8")
    return {scheme: colours(rules) for scheme, rules in zip(("light", "dark"), variables(css), strict=True)}


def colours(rules: str) -> dict[str, tuple[int, ...]]:
    return {
        name: tuple(int(value[place : place + 2], 16) for place in (0, 2, 4))
        for name, value in re.findall(r"--([\w-]+): #([0-9a-f]{6});", rules)
    }


def luminance(colour: tuple[int, ...]) -> float:
    """Return the relative luminance, 0 for black to 1 for white (WCAG 2.2, definition)."""
    shares = [value / 255 for value in colour]
    red, green, blue = (share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4 for share in shares)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: tuple[int, ...], other: tuple[int, ...]) -> float:
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_can_be_read_on_every_ground(scheme: str) -> None:
    palette = palettes()[scheme]
    found = {(a, b): contrast(palette[a], palette[b]) for a in ON_ALL_GROUNDS for b in GROUNDS}
    assert {pair: ratio for pair, ratio in found.items() if ratio < TEXT} == {}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_statuses_and_links_can_be_read_on_card_and_ground(scheme: str) -> None:
    palette = palettes()[scheme]
    found = {(a, b): contrast(palette[a], palette[b]) for a in ("good", "part", "error", "accent") for b in GROUNDS[:2]}
    assert {pair: ratio for pair, ratio in found.items() if ratio < TEXT} == {}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_code_can_be_read_on_its_ground_and_where_it_is_marked(scheme: str) -> None:
    palette = palettes()[scheme]
    colours = ("ink", "muted", "accent", "good", "part")
    found = {(a, b): contrast(palette[a], palette[b]) for a in colours for b in ("tint", "tint-error")}
    assert {pair: ratio for pair, ratio in found.items() if ratio < TEXT} == {}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_lines_of_a_plot_stand_out_from_the_card(scheme: str) -> None:
    palette = palettes()[scheme]
    found = {line: contrast(palette[line], palette["card"]) for line in LINES}
    assert {line: ratio for line, ratio in found.items() if ratio < GRAPHIC} == {}


def test_black_on_white_has_the_largest_contrast() -> None:
    assert contrast((0, 0, 0), (255, 255, 255)) == pytest.approx(21.0)
