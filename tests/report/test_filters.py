from __future__ import annotations

import base64
import io
import re

import numpy as np
import pytest
from PIL import Image

from grader.model import Images
from grader.report.filters import alternative, sheet
from tests.report import factory


def pixels(images: Images) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    """Return the picture on the page, (height, width, 2): grey and opacity."""
    found = re.search(r"base64,([^\"]+)", sheet(images))
    assert found is not None
    return np.asarray(Image.open(io.BytesIO(base64.b64decode(found[1]))))


def test_pictures_stand_side_by_side_with_a_gap_between() -> None:
    images = Images(name="filters", pictures=(((0.0, 1.0),), ((1.0, 0.0),)))
    np.testing.assert_array_equal(pixels(images)[0], [[0, 255], [255, 255], [0, 0], [255, 255], [0, 255]], strict=False)


def test_more_than_eight_pictures_take_more_rows() -> None:
    assert pixels(factory.filters(count=9, side=8)).shape == (17, 71, 2)


def test_a_large_picture_is_thinned() -> None:
    assert pixels(factory.filters(count=1, side=100)).shape == (25, 25, 2)


def test_not_a_number_is_grey() -> None:
    grey = pixels(Images(name="filters", pictures=(((float("nan"), 0.0),),)))[0, 0, 0]
    assert 100 < grey < 150


def test_the_alternative_says_what_the_pictures_are() -> None:
    assert alternative(factory.filters(16, 8)) == (
        "16 pictures of 8 by 8 pixels, from black for the smallest number to white for the largest."
    )


def test_the_alternative_says_how_many_are_shown() -> None:
    assert alternative(factory.filters(64, 3)) == (
        "64 pictures of 3 by 3 pixels; the first 24 are shown, from black for the smallest number to white for the "
        "largest."
    )


def test_a_picture_that_is_no_table_is_refused() -> None:
    with pytest.raises(ValueError, match=r"^A picture has shape \(0,\), expected rows of pixels\.$"):
        sheet(Images(name="filters", pictures=((),)))


def test_two_sheets_of_noise_stay_under_50_kb() -> None:
    assert 2 * len(sheet(Images(name="noise", pictures=factory.NOISE))) < 50_000
