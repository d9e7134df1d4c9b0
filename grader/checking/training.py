"""What checks of a training share: what was learnt, how the loss went, what of it is shown, and the points.

The student's code trains and hands parameters back; they are judged on the trusted side. The losses are only what a
hand-in says of itself: they explain, and never decide.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import msgspec
import numpy as np

from grader.checking.assertions import assert_at_least
from grader.checking.failure import CheckFailed
from grader.checking.numeric import Array
from grader.checking.properties import assert_arrays, assert_numbers
from grader.errors import StudentRaised
from grader.model import Curve, Finding, Images, Matrix, Measure

CURVE_POINTS = 200
PICTURES = 24
PICTURE_SIDE = 16

Params = dict[str, Array]
Shapes = Mapping[str, tuple[int, ...]]


class Goal(NamedTuple):
    """What a training is to reach: the name of the measure, and the values that earn all points and none."""

    measure: str
    full: float
    none: float


class Lesson(NamedTuple):
    """What came of a training.

    Attributes:
        losses: (S,) float64, of each step as the student's code tells it; none where they cannot be read.
        reached: the measure, of parameters that can be read.
        failure: why there is nothing to measure, or None.
        before: parameters at the start, or None where they are not known.
        after: parameters at the end, or None where they cannot be read.
        answers: (M,) integers, the class given to each held-out sample; None where the parameters tell it.
    """

    losses: Array
    reached: float = 0.0
    failure: CheckFailed | None = None
    before: Params | None = None
    after: Params | None = None
    answers: Array | None = None


def readable_losses(returned: object) -> Array:
    """Return the losses of a training, or none: how they are kept is judged elsewhere, here what was learnt counts."""
    try:
        return assert_numbers("losses", returned)
    except CheckFailed:
        return np.empty(0)


def parameters_of(model: Any, shapes: Shapes) -> Params | None:
    """Return a copy of the parameters of a model, or None where they cannot be read: only the doctor looks at them."""
    try:
        return {name: value.copy() for name, value in assert_arrays("params", model.params, shapes).items()}
    except (CheckFailed, StudentRaised):
        return None


def measured(
    model: Any, losses: Array, shapes: Shapes, measure: Callable[[Params], float], before: Params | None = None
) -> Lesson:
    """Return the lesson of a trained model; parameters that cannot be read are a failure, raised by ``judge``.

    Args:
        model: the student's, with ``params``.
        losses: (S,) float64.
        shapes: of the parameters, by name.
        measure: maps the parameters to what they reach.
        before: the parameters at the start, if known.
    """
    try:
        params = assert_arrays("params", model.params, shapes)
    except CheckFailed as failure:
        return Lesson(losses, failure=failure, before=before)
    with np.errstate(all="ignore"):
        return Lesson(losses, measure(params), before=before, after=params)


def median_of_seeds(learn: Callable[[np.random.Generator], Lesson], full: float, rng: np.random.Generator) -> Lesson:
    """Train with three seeds and return the lesson of the median result; two are enough where both reach ``full``.

    Results differ by a point or two between seeds, and one seed in twenty ends badly though the code is right.
    """
    lessons: list[Lesson] = []
    while len(lessons) < 3:
        lessons.append(learn(np.random.default_rng(rng.integers(2**63))))
        if lessons[-1].failure is not None:
            return lessons[-1]
        if len(lessons) == 2 and min(lesson.reached for lesson in lessons) >= full:
            break
    return sorted(lessons, key=lambda lesson: lesson.reached)[(len(lessons) - 1) // 2]


def judge(
    lesson: Lesson,
    goal: Goal,
    show: Callable[..., None],
    *,
    guessing: float | None = None,
    findings: Callable[[Lesson], Sequence[Finding]] = lambda lesson: (),
) -> None:
    """Show loss and result, and award points for the result; where some are missing, say what is seen in the training.

    Args:
        lesson: what came of the training.
        goal: what it is to reach.
        show: puts records into the report, whether the check passes or not.
        guessing: the loss of guessing, such as the logarithm of the number of classes, if known.
        findings: what the training doctor says of the lesson; asked only where points are missing.

    Raises:
        CheckFailed: with the fraction of the points that is earned.
    """
    if np.isfinite(lesson.losses[:1]).any():
        show(curve("loss", lesson.losses))
    try:
        if lesson.failure is not None:
            raise lesson.failure
        show(Measure(name=goal.measure, value=lesson.reached, full=goal.full, none=goal.none))
        assert_at_least(goal.measure, lesson.reached, full=goal.full, none=goal.none)
    except CheckFailed as failure:
        summary = " ".join(filter(None, (failure.evidence.summary, seen_in(lesson.losses, guessing))))
        # The measure is shown already.
        evidence = msgspec.structs.replace(
            failure.evidence, summary=summary, measures=(), findings=found(lesson, findings)
        )
        raise CheckFailed(evidence, failure.diagnosis, failure.fraction) from None


def found(lesson: Lesson, findings: Callable[[Lesson], Sequence[Finding]]) -> tuple[Finding, ...]:
    """Return the findings, or none where the doctor fails: that is our error, and no student is to pay for it."""
    try:
        return tuple(findings(lesson))
    except Exception:  # whatever it is: the failure that it would explain is told without it
        return ()


def curve(name: str, losses: Array) -> Curve:
    """Return the losses averaged over neighbouring steps, at most 200 points, up to where they end in NaN."""
    finite = losses[: np.argmin(np.isfinite(losses))] if not np.isfinite(losses).all() else losses
    pieces = np.array_split(finite, max(1, min(CURVE_POINTS, finite.size)))
    ends = np.cumsum([piece.size for piece in pieces])
    return Curve(name=name, x=tuple(map(float, ends)), y=tuple(float(piece.mean()) for piece in pieces))


def seen_in(losses: Array, guessing: float | None = None) -> str:
    """Say in a sentence how the loss went, or nothing where there is none."""
    if losses.size < 2:
        return ""
    if not np.isfinite(losses).all():
        first = int(np.argmin(np.isfinite(losses)))
        return f"The loss is NaN or infinite from step {first + 1} of {losses.size} on."
    tenth = max(1, losses.size // 10)
    start, end = losses[:tenth].mean(), losses[-tenth:].mean()
    if start <= 0:
        return "The loss is zero or negative from the start."
    if guessing is not None and abs(end - guessing) < 0.03 * guessing and abs(start - guessing) < 0.1 * guessing:
        return "The loss stays where guessing leaves it, at the logarithm of the number of classes."
    if end > 1.05 * start:
        return "The loss rises while the network trains."
    if end > 0.9 * start:
        return "The loss hardly falls while the network trains."
    return f"The loss falls to {100 * end / start:.0f} % of where it began."


# Pictures of what was learnt


def counts_of(answered: Array, y: Array, classes: int) -> Array:
    """Return how often each class (row) was answered as each class (column), (C, C) integers."""
    counts = np.zeros((classes, classes), dtype=np.int64)
    np.add.at(counts, (y, answered), 1)
    return counts


def confusion(name: str, counts: Array, names: Array) -> Matrix:
    """Return a confusion matrix with the classes under their own names again.

    Args:
        name: what was answered, such as "held-out digits".
        counts: (C, C) integers, by the labels that the network was trained on.
        names: (C,) integers, the label that each class was given.
    """
    own = counts[np.ix_(names, names)]
    return Matrix(
        name=name, labels=tuple(map(str, range(len(names)))), counts=tuple(tuple(map(int, row)) for row in own)
    )


def pictures(name: str, weights: Array) -> Images:
    """Return weights as grey pictures: of each the smallest value black, the largest white.

    Args:
        name: what they are, such as "weights of the first layer".
        weights: (K, H, W) float64, of which the first 24 are shown; more than 16 rows or columns are averaged by twos,
            threes, and so on.
    """
    return Images(name=name, pictures=tuple(grey(small(picture)) for picture in weights[:PICTURES]))


def small(picture: Array) -> Array:
    """Return a picture of at most 16 x 16: the means of its tiles; what is left over at the end is cut off."""
    down, across = (-(-side // PICTURE_SIDE) for side in picture.shape)
    rows, columns = picture.shape[0] // down, picture.shape[1] // across
    tiles = picture[: rows * down, : columns * across].reshape(rows, down, columns, across)
    means: Array = tiles.mean(axis=(1, 3))
    return means


def grey(picture: Array) -> tuple[tuple[float, ...], ...]:
    """Return a picture from 0 to 1, in hundredths; one of a single value is grey."""
    with np.errstate(all="ignore"):
        scaled = (picture - picture.min()) / (picture.max() - picture.min())
    shades = np.nan_to_num(scaled, nan=0.5, posinf=1.0, neginf=0.0)
    return tuple(tuple(round(float(value), 2) for value in row) for row in shades)
