from __future__ import annotations

import math
import re

import pytest

from grader.model import Curve
from grader.report.pictures import CURVE_POINTS, Plotter
from tests.report.factory import heat, training


def heat_map(rows: int = 4, columns: int = 6) -> str:
    return Plotter().heat_map(heat(rows, columns, bad_rows=(1,)), (rows, columns), "row 1 of <dx>")


def test_a_picture_has_no_ids_that_could_meet_those_of_another() -> None:
    assert not re.search(r'\bid="', heat_map())


def test_a_picture_brings_no_style_for_the_page() -> None:
    assert "<style" not in heat_map()


def test_a_picture_carries_its_alternative_escaped() -> None:
    assert heat_map().startswith('<svg role="img" aria-label="row 1 of &lt;dx&gt;"')


def test_a_picture_takes_its_colours_from_the_page() -> None:
    assert re.findall(r"#[0-9a-fA-F]{6}", Plotter().curves(training(), "losses")) == []


def test_a_heat_map_labels_both_axes() -> None:
    assert re.findall(r">(axis \d)</text>", heat_map()) == ["axis 1", "axis 0"]


def test_a_heat_map_of_higher_rank_says_which_axes_share_its_rows() -> None:
    picture = Plotter().heat_map(heat(8, 3), (4, 2, 3), "dx")
    assert re.findall(r">([^<>]+)</text>", picture) == ["0", "2", "axis 2", "0", "7", "axes 0 to 1"]


def test_the_largest_heat_map_stays_small() -> None:
    assert len(heat_map(32, 32)) < 12_000


def test_a_second_picture_holds_nothing_of_the_first() -> None:
    plotter = Plotter()
    plotter.curves(training(), "losses")
    assert plotter.heat_map(heat(4, 6, bad_rows=(1,)), (4, 6), "row 1 of <dx>") == heat_map()


def test_a_long_curve_is_thinned() -> None:
    steps = tuple(float(step) for step in range(50_000))
    path = Plotter().curves([Curve(name="loss", x=steps, y=steps)], "loss")
    assert len(re.findall(r"[ML] [\d.]+ [\d.]+", path)) < 2 * CURVE_POINTS


@pytest.mark.parametrize("value", [math.nan, math.inf, 1.7e308, -1.7e308, 5e-324])
def test_a_curve_with_an_absurd_number_is_drawn(value: float) -> None:
    curve = Curve(name="loss", x=(0.0, 1.0, 2.0), y=(1.0, value, 2.0))
    assert "</svg>" in Plotter().curves([curve], "loss")


@pytest.mark.parametrize("value", [math.nan, math.inf])
def test_a_number_that_is_not_finite_is_a_gap_and_stretches_no_axis(value: float) -> None:
    curve = Curve(name="loss", x=(0.0, 100.0, 200.0), y=(1.0, value, 2.0))
    assert ">2.00</text>" in Plotter().curves([curve], "loss")


def test_a_curve_without_points_is_drawn() -> None:
    assert "</svg>" in Plotter().curves([Curve(name="loss", x=(), y=())], "loss")
