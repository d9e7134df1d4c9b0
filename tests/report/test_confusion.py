from __future__ import annotations

import pytest

from grader.model import Matrix
from grader.report.confusion import confusion_view
from tests.report import factory


def matrix(*rows: tuple[int, ...]) -> Matrix:
    return Matrix(name="vowels", labels=("a", "e", "i")[: len(rows)], counts=rows)


def test_the_most_frequent_confusion_is_told() -> None:
    assert confusion_view(factory.confusion()).sentence == (
        "345 of 361 are right. The most frequent confusion: 3 is taken for 5, 14 times."
    )


def test_a_single_confusion_happened_once() -> None:
    assert confusion_view(matrix((2, 0), (1, 3))).sentence.endswith("e is taken for a, once.")


def test_without_a_mistake_no_confusion_is_told() -> None:
    assert confusion_view(matrix((2, 0), (0, 3))).sentence == "5 of 5 are right."


def test_the_shade_of_a_count_is_its_share_of_the_class() -> None:
    _, cells = confusion_view(matrix((90, 9, 1), (0, 1, 0), (0, 0, 0))).rows[0]
    assert [(cell.shade, cell.is_right) for cell in cells] == [(4, True), (1, False), (1, False)]


def test_a_class_without_samples_has_no_shade() -> None:
    _, cells = confusion_view(matrix((1, 0), (0, 0))).rows[1]
    assert [cell.shade for cell in cells] == [0, 0]


def test_of_too_many_classes_only_the_sentence_is_told() -> None:
    view = confusion_view(factory.confusion(17))
    assert (view.rows, view.sentence[:14]) == ((), "646 of 662 are")


def test_rows_that_do_not_fit_the_labels_are_refused() -> None:
    with pytest.raises(ValueError, match="reshape"):
        confusion_view(Matrix(name="vowels", labels=("a", "e"), counts=((1, 2, 3),)))
