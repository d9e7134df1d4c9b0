"""Draw heat maps, training curves and histograms as SVG for the inside of an HTML page.

Matplotlib draws with placeholder colours; ``_inline`` replaces them by CSS variables so that one picture
serves light, dark and paper, and drops ids and fonts so that pictures do not disturb the page or each other.
Labels are ours alone: text of a student is never handed to matplotlib, which reads ``$`` as mathematics.
"""

from __future__ import annotations

import io
import math
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

import matplotlib as mpl
import numpy as np
from markupsafe import Markup
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from grader.model import Curve
from grader.report.untrusted import MESSAGE_LIMIT, capped

if TYPE_CHECKING:
    from matplotlib.axes import Axes

HEAT_RANGE = (-10.0, 0.0)  # log10 of the error; below is rounding, above is plainly wrong
CURVE_POINTS = 160  # more cannot be told apart at the width of a page

_INK, _RULE, _BAR = "#010101", "#020202", "#030303"
_LINES = ("#040404", "#050505", "#060606", "#070707")
_DASHES = ("-", (0, (5, 2)), (0, (1.5, 1.5)), (0, (6, 2, 1, 2)))
LINE_LIMIT = len(_LINES)
_VARIABLES = {_INK: "--muted", _RULE: "--rule", _BAR: "--accent"} | {
    colour: f"--line-{number}" for number, colour in enumerate(_LINES, start=1)
}
_ERROR_RGB = (0.80, 0.24, 0.11)  # the page's --error; transparent where there is none, so any ground will do

_NO_METADATA = dict.fromkeys(("Date", "Creator", "Format", "Type"))
_UNWANTED = re.compile(
    r"<defs>\s*<(style|clipPath).*?</defs>|<metadata>.*?</metadata>"
    r'| (id|clip-path)="[^"]*"|font-family:[^;"]*;? ?',
    re.DOTALL,
)
_SVG = re.compile(r'<svg[^>]*viewBox="([^"]+)"[^>]*>(.*)</svg>', re.DOTALL)


class Plotter:
    """Draws one picture after another on one figure; each report has its own."""

    def __init__(self) -> None:
        self._figure = Figure()
        self._canvas = FigureCanvasSVG(self._figure)
        self._colours = LinearSegmentedColormap.from_list("error", [(*_ERROR_RGB, 0.0), (*_ERROR_RGB, 1.0)])

    def heat_map(self, heat: Sequence[Sequence[float]], shape: tuple[int, ...], alternative: str) -> Markup:
        """Draw where an array is wrong.

        Args:
            heat: (R, C) log10 of the error relative to the largest expected magnitude.
            shape: of the array the heat map was made from; names the ends of the axes.
            alternative: what the picture shows, in words.
        """
        values = np.nan_to_num(np.asarray(heat, dtype=np.float64), nan=2.0, posinf=2.0, neginf=-16.0)
        rows, columns = values.shape
        width, height = _heat_size(rows, columns)
        axes = self._axes(width, height, left=0.42, bottom=0.36, right=0.06, top=0.06)
        axes.imshow(
            values, cmap=self._colours, vmin=HEAT_RANGE[0], vmax=HEAT_RANGE[1], interpolation="none",
            aspect="auto", clip_on=False,
        )  # fmt: skip
        _label_ends(axes, rows, columns, shape)
        return self._draw(alternative)

    def curves(self, curves: Sequence[Curve], alternative: str) -> Markup:
        """Draw up to LINE_LIMIT lines over training steps, in the dashes of ``.line-1`` to ``.line-4``."""
        axes = self._axes(4.6, 2.0, left=0.52, bottom=0.4, right=0.1, top=0.1)
        for curve, colour, dash in zip(curves, _LINES, _DASHES, strict=False):
            x, y = _thinned(curve)
            axes.plot(x, y, color=colour, linestyle=dash, linewidth=1.6, clip_on=False)
        if _spans_decades(curves):
            axes.set_yscale("log")
        axes.set_xlabel("step", color=_INK, fontsize=9)
        axes.locator_params(axis="x", nbins=5)
        axes.grid(axis="y", color=_RULE, linewidth=0.8)
        _quiet(axes)
        return self._draw(alternative)

    def histogram(self, shares: Sequence[float], alternative: str) -> Markup:
        """Draw how many shares of the points (0 to 1) fall into each tenth."""
        counts, edges = np.histogram(np.asarray(shares, dtype=np.float64), bins=10, range=(0.0, 1.0))
        axes = self._axes(5.0, 1.9, left=0.5, bottom=0.4, right=0.1, top=0.15)
        axes.bar(edges[:-1] * 100, counts, width=9.2, align="edge", color=_BAR)
        axes.set_xlim(0, 100)
        axes.set_xticks(range(0, 101, 20))
        axes.set_xlabel("percent of the points", color=_INK, fontsize=9)
        axes.set_ylabel("students", color=_INK, fontsize=9)
        axes.yaxis.set_major_locator(MaxNLocator(nbins=4, integer=True))
        axes.set_axisbelow(True)
        axes.grid(axis="y", color=_RULE, linewidth=0.8)
        _quiet(axes)
        return self._draw(alternative)

    def _axes(self, width: float, height: float, *, left: float, bottom: float, right: float, top: float) -> Axes:
        self._figure.clear()
        self._figure.set_size_inches(width, height)
        self._figure.patch.set_visible(False)
        axes = self._figure.add_axes(
            (left / width, bottom / height, (width - left - right) / width, (height - bottom - top) / height)
        )
        axes.patch.set_visible(False)
        return axes

    def _draw(self, alternative: str) -> Markup:
        buffer = io.StringIO()
        with mpl.rc_context({"svg.fonttype": "none"}):
            self._canvas.print_svg(buffer, metadata=_NO_METADATA)  # type: ignore[no-untyped-call]  # their gap
        return _inline(buffer.getvalue(), alternative)


def _inline(svg: str, alternative: str) -> Markup:
    found = _SVG.search(svg)
    assert found is not None, "matplotlib wrote no <svg> element"
    inside = re.sub(r"\s*\n\s*", " ", _UNWANTED.sub("", found[2])).strip()
    for colour, variable in _VARIABLES.items():
        inside = inside.replace(colour, f"var({variable})")
    width = float(found[1].split()[2]) * 96 / 72  # points to CSS pixels
    return Markup('<svg role="img" aria-label="{}" viewBox="{}" width="{:.0f}">{}</svg>').format(
        capped(alternative, 2 * MESSAGE_LIMIT), found[1], width, Markup(inside)
    )


def _heat_size(rows: int, columns: int) -> tuple[float, float]:
    """Return width and height in inches: square cells where that fits, never thinner than a line of text."""
    cell = min(0.24, 2.4 / columns, 2.0 / rows)
    return max(columns * cell, 0.9) + 0.48, max(rows * cell, 0.3) + 0.42


def _label_ends(axes: Axes, rows: int, columns: int, shape: tuple[int, ...]) -> None:
    # As checking.assertions.heat_map lays them out: the last axis across, all others down.
    axes.set_xticks(*_ends(columns, shape[-1]))
    axes.set_yticks(*_ends(rows, math.prod(shape[:-1])))
    axes.set_xlabel(f"axis {len(shape) - 1}", color=_INK, fontsize=9)
    axes.set_ylabel("axis 0" if len(shape) == 2 else f"axes 0 to {len(shape) - 2}", color=_INK, fontsize=9)
    axes.xaxis.labelpad = axes.yaxis.labelpad = 0
    _quiet(axes)
    for spine in axes.spines.values():
        spine.set(visible=True, color=_INK, linewidth=0.6)


def _ends(cells: int, length: int) -> tuple[list[int], list[str]]:
    return ([0], ["0"]) if cells == 1 else ([0, cells - 1], ["0", str(length - 1)])


def _quiet(axes: Axes) -> None:
    # No tick marks: the labels and the grid say enough, and marks are the only elements that need ids.
    axes.tick_params(which="both", left=False, bottom=False, labelcolor=_INK, labelsize=9)
    for spine in axes.spines.values():
        spine.set_visible(False)


def _thinned(curve: Curve) -> tuple[list[float], list[float]]:
    pairs = list(zip(curve.x, curve.y, strict=False))
    step = max(1, math.ceil(len(pairs) / CURVE_POINTS))
    kept = pairs[::step] + (pairs[-1:] if (len(pairs) - 1) % step else [])
    return [x for x, _ in kept], [_drawable(y) for _, y in kept]


def _drawable(y: float) -> float:
    # Matplotlib leaves a gap for NaN, but overflows on numbers near the largest float.
    return max(-1e30, min(1e30, y)) if math.isfinite(y) else math.nan


def _spans_decades(curves: Sequence[Curve]) -> bool:
    values = [y for curve in curves for y in curve.y if math.isfinite(y)]
    return bool(values) and min(values) > 0 and max(values) > 1000 * min(values)
