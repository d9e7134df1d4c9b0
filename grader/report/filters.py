"""Learned weights or filters as one grey picture, small enough to stand in the page itself."""

from __future__ import annotations

import base64
import io
import math

import numpy as np
from markupsafe import Markup
from numpy.typing import NDArray
from PIL import Image

from grader.model import Images
from grader.report.untrusted import capped

SHOWN = 24
SIDE = 32  # pixels of one picture; larger ones are thinned
COLUMNS = 8
LEVELS = 16  # greys that can be told apart side by side; fewer make a smaller file
TILE_WIDTH = 56  # on the page, in CSS pixels

Grey = NDArray[np.uint8]


def sheet(images: Images) -> Markup:
    """Return an ``<img>`` of the pictures side by side, rows of up to COLUMNS, as a PNG of two channels.

    Raises:
        ValueError: a picture is not a table of numbers.
    """
    tiles = [tile(np.asarray(picture, dtype=np.float64)) for picture in images.pictures[:SHOWN]]
    height, width = (max(found.shape[axis] for found in tiles) for axis in (0, 1))
    columns = min(COLUMNS, len(tiles))
    rows = math.ceil(len(tiles) / columns)
    gap = max(1, width // 8)
    page = np.zeros((rows * (height + gap) - gap, columns * (width + gap) - gap, 2), dtype=np.uint8)
    for place, found in enumerate(tiles):
        top, left = (place // columns) * (height + gap), (place % columns) * (width + gap)
        area = page[top : top + found.shape[0], left : left + found.shape[1]]
        area[..., 0], area[..., 1] = found, 255  # transparent in between, so that any ground will do
    return Markup('<img class="filters" src="data:image/png;base64,{}" width="{}" alt="{}">').format(
        encoded(page), columns * TILE_WIDTH, capped(alternative(images), 400)
    )


def alternative(images: Images) -> str:
    """Say what the pictures are: ``16 pictures of 8 by 8 pixels; the first 12 are shown. ...``"""
    count = len(images.pictures)
    sizes = {f"{len(picture)} by {len(picture[0])}" for picture in images.pictures}
    size = f" of {sizes.pop()} pixels" if len(sizes) == 1 else ""
    more = f"; the first {SHOWN} are shown" if count > SHOWN else ""
    noun = "picture" if count == 1 else "pictures"
    return f"{count} {noun}{size}{more}, from black for the smallest number to white for the largest."


def tile(picture: NDArray[np.float64]) -> Grey:
    """Return one picture in LEVELS greys, at most SIDE pixels each way; NaN is grey."""
    if picture.ndim != 2 or picture.size == 0:
        raise ValueError(f"A picture has shape {picture.shape}, expected rows of pixels.")
    step = math.ceil(max(picture.shape) / SIDE)
    values = np.clip(np.nan_to_num(picture[::step, ::step], nan=0.5), 0.0, 1.0)
    return np.round(np.round(values * (LEVELS - 1)) * (255 / (LEVELS - 1))).astype(np.uint8)


def encoded(page: Grey) -> str:
    buffer = io.BytesIO()
    Image.fromarray(page, "LA").save(buffer, format="PNG", optimize=True)
    return base64.b64encode(buffer.getvalue()).decode("ascii")
