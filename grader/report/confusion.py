"""A confusion matrix as a table, whose numbers are their own text alternative, with the worst confusion in words."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from grader.model import Matrix

CLASSES = 16  # more make a table that nobody reads; the sentence is told all the same
SHADES = 4


@dataclass(frozen=True, slots=True)
class Cell:
    """One count.

    Attributes:
        count: of samples.
        shade: 0 to SHADES by its share of its class.
        is_right: whether it counts right answers.
    """

    count: int
    shade: int
    is_right: bool


@dataclass(frozen=True, slots=True)
class ConfusionView:
    """How often each class was taken for which; no rows where there are too many classes."""

    name: str
    labels: tuple[str, ...]
    rows: tuple[tuple[str, tuple[Cell, ...]], ...]
    sentence: str


def confusion_view(matrix: Matrix) -> ConfusionView:
    """Return a matrix as the page shows it."""
    counts = np.asarray(matrix.counts, dtype=np.int64).reshape(len(matrix.labels), len(matrix.labels))
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    rows = tuple(
        (
            label,
            tuple(
                Cell(int(count), int(np.ceil(SHADES * share)), place == row)
                for place, (count, share) in enumerate(zip(counts[row], shares[row], strict=True))
            ),
        )
        for row, label in enumerate(matrix.labels)
    )
    is_small = len(matrix.labels) <= CLASSES
    return ConfusionView(matrix.name, matrix.labels, rows if is_small else (), sentence(matrix.labels, counts))


def sentence(labels: tuple[str, ...], counts: np.ndarray[tuple[int, ...], np.dtype[np.int64]]) -> str:
    """Say how many are right, and what is confused most: ``Class 3 is taken for 5 most often, 14 times.``"""
    total, right = int(counts.sum()), int(np.trace(counts))
    told = f"{right} of {total} are right."
    wrong = counts - np.diag(np.diag(counts))
    if not wrong.any():
        return told
    row, column = np.unravel_index(int(wrong.argmax()), wrong.shape)
    times = int(wrong[row, column])
    often = "once" if times == 1 else f"{times} times"
    return f"{told} The most frequent confusion: {labels[row]} is taken for {labels[column]}, {often}."
