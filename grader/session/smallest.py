"""Say of a failed public check what the smallest input is that still fails, with the call that reproduces it."""

from __future__ import annotations

import inspect
import warnings
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from grader.checking.assertions import compare_results, unpack
from grader.checking.failure import CheckFailed, NeedsPart
from grader.checking.question import Inputs, Question, Unsuitable, Values, literal
from grader.errors import StudentRaised
from grader.model import Smallest
from grader.session.shrinking import Search, nudged
from grader.session.student import LocalBackend, PartFunction, Student

ENTRIES = 60  # numbers in a call; more are no small input
CALL_LENGTH, ANSWER_LENGTH = 2000, 600
NO_ANSWER = (NeedsPart, Unsuitable)


def smallest_input(
    raised: BaseException | None,
    student: Student,
    part: str,
    module: str = "",
    enough: Callable[[], bool] = lambda: False,
) -> Smallest | None:
    """Return the smallest input found on which a part fails as it did; None where none can be told.

    Args:
        raised: by the case that failed, which is public.
        student: that it ran with, and that has not begun another case.
        part: that the case is for.
        module: name that the student's file is imported by; "" in a notebook, which has the functions already.
        enough: tells whether to be content with what has been found.
    """
    if not isinstance(raised, CheckFailed | StudentRaised):
        return None
    asked = raised.question
    question = asked if isinstance(asked, Question) else call_question(student, part)
    if question is None or not all(is_plain(value) for value in question.inputs.values()):
        return None
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of the reference, on inputs that turn out to be none for it
        inputs = shrunk(question, enough)
        failure = failure_of(question, inputs) if inputs is not None else None
        if inputs is None or failure is None:
            return None
        names = {name: student.backend.defined_as(name) for name in question.parts}
        return told(question, inputs, failure, header(module, names))


def shrunk(question: Question, enough: Callable[[], bool]) -> Inputs | None:
    """Return the smallest input found, if it is a small one."""
    first = failure_of(question, question.inputs)
    if first is None:
        return None

    def fails(inputs: Inputs) -> bool:
        return alike(first, failure_of(question, inputs)) and alike(first, failure_of(question, nudged(inputs)))

    inputs = Search(fails, enough=enough).smallest(question.inputs)
    return inputs if sum(np.size(value) for value in inputs.values()) <= ENTRIES else None


def failure_of(question: Question, inputs: Inputs) -> CheckFailed | StudentRaised | None:
    """Ask, and return what failed; None where nothing did, or nothing can be said."""
    try:
        question.ask(inputs)
    except (CheckFailed, StudentRaised) as failure:
        return failure
    except NO_ANSWER:
        return None
    return None


def alike(first: CheckFailed | StudentRaised, other: CheckFailed | StudentRaised | None) -> bool:
    """Tell whether two failures are of one kind, so that the small one stands for the one that was found."""
    if isinstance(first, StudentRaised):
        return isinstance(other, StudentRaised) and first.error.type == other.error.type
    if not isinstance(other, CheckFailed):
        return False
    return structure(first) == structure(other) and wrong_names(other) <= wrong_names(first)


def structure(failure: CheckFailed) -> str:
    """Return what an answer lacks to be compared, such as "wrong-shape"; "" where its values are wrong."""
    diagnosis = failure.diagnosis
    return diagnosis.name if diagnosis is not None and diagnosis.kind == "structure" else ""


def wrong_names(failure: CheckFailed) -> set[str]:
    return {array.name for array in failure.evidence.arrays}


def told(
    question: Question, inputs: Inputs, failure: CheckFailed | StudentRaised, header: Sequence[str]
) -> Smallest | None:
    """Write an input down: the call, what came of it, and what was expected."""
    try:
        lines = [*header, *(f"{name} = {literal(value)}" for name, value in inputs.items())]
        got, expected, wrong = seen(question, inputs, failure)
        shown = [f"print({', '.join(wrong)})"] if wrong else []
        call = "\n".join([*lines, *question.calls(inputs), *shown])
    except (*NO_ANSWER, CheckFailed, StudentRaised):
        return None  # it does not answer twice alike
    return Smallest(call=call, got=got, expected=expected) if len(call) <= CALL_LENGTH else None


def header(module: str, names: Mapping[str, str]) -> list[str]:
    """Return the lines that make parts known by their own names; ``names`` are those that the student gave them."""
    lines = ["import numpy as np"]
    if module:
        imported = [own if own == part else f"{own} as {part}" for part, own in names.items()]
        lines.append(f"from {module} import {', '.join(imported)}")
    else:
        lines.extend(f"{part} = {own}" for part, own in names.items() if own != part)
    return [*lines, ""]


def seen(question: Question, inputs: Inputs, failure: CheckFailed | StudentRaised) -> tuple[str, str, list[str]]:
    """Return what came, what was expected, and the names of what is wrong: all is of these alone."""
    if isinstance(failure, StudentRaised):
        return str(failure)[:ANSWER_LENGTH], "", []
    if structure(failure):
        return failure.evidence.summary[:ANSWER_LENGTH], "", []
    got, expected = question.answers(inputs)
    # What is wrong by less than is written is left to the rest.
    wrong = [name for name in expected if name in wrong_names(failure) and short(got[name]) != short(expected[name])]
    if not wrong:
        raise Unsuitable
    return written(got, wrong), written(expected, wrong), wrong


def written(values: Values, names: list[str]) -> str:
    return "\n".join(f"{name} = {short(values[name])}" for name in names)[:ANSWER_LENGTH]


def short(value: Any) -> str:
    """Return numbers as Python lists them, to six digits.

    Raises:
        Unsuitable: there are too many to be read; a hand-in may answer with millions only when it is asked to show.
    """
    if np.size(value) > ANSWER_LENGTH:
        raise Unsuitable
    return repr(np.vectorize(lambda number: float(f"{number:.6g}"), otypes=[float])(np.asarray(value)).tolist())


def is_plain(value: object) -> bool:
    """Tell whether a value can be written down as Python."""
    try:
        literal(value)
    except Unsuitable:
        return False
    return True


def call_question(student: Student, name: str) -> Question | None:
    """Return the question whether a function answers its last call as the reference does; None without a reference."""
    part = student.assignment.part(name)
    if part.kind != "function" or name not in student.arguments:
        return None
    mine: PartFunction = getattr(student, name)
    theirs = mine.counterpart
    if theirs is None or not isinstance(theirs.backend, LocalBackend):
        return None
    inputs = by_name(theirs.backend.function(name), *student.arguments[name])
    if inputs is None:
        return None

    def expected_of(inputs: Inputs) -> tuple[Any, ...]:
        try:
            found = unpack(theirs, theirs(*inputs.values()))
        except Exception as error:
            raise Unsuitable from error
        answers = [value for name, value in zip(theirs.returns, found, strict=True) if name != "cache"]
        if not all(isinstance(value, np.ndarray | np.generic | int | float) for value in answers):
            raise Unsuitable
        if not all(np.isfinite(value).all() for value in answers):
            raise Unsuitable
        return found

    def ask(inputs: Inputs) -> None:
        expected = expected_of(inputs)
        compare_results(mine.returns, unpack(mine, mine(*inputs.values())), expected, mine.returns)

    def answers(inputs: Inputs) -> tuple[Values, Values]:
        expected, got = expected_of(inputs), unpack(mine, mine(*inputs.values()))
        return dict(zip(mine.returns, got, strict=True)), dict(zip(mine.returns, expected, strict=True))

    def calls(inputs: Inputs) -> list[str]:
        return [f"{', '.join(mine.returns)} = {name}({', '.join(inputs)})"]

    return Question(inputs, ask, answers, calls, (name,))


def by_name(function: Callable[..., Any], args: Sequence[Any], kwargs: Mapping[str, Any]) -> Inputs | None:
    """Return arguments by the names of the parameters, where they can be given by position."""
    signature = inspect.signature(function)
    try:
        given = signature.bind(*args, **kwargs).arguments
    except TypeError:
        return None
    return given if list(given) == list(signature.parameters)[: len(given)] else None
