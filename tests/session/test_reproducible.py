"""The same hand-in gets the same inputs, draws and results: in any order, among any others, at any time."""

from __future__ import annotations

from collections.abc import Callable

import msgspec
import pytest

from grader.course import Assignment
from grader.model import Grade, Submission
from grader.session.setting import case_seed
from tests.batch.test_pool import as_bytes
from tests.course_factory import case_of, changed, submission, with_part
from tests.session.conftest import GradeAll

# Fails its check, so that the report holds what it prints.
PRINTS = with_part(
    "batches",
    """
def batches(X, y, size, rng):
    import random
    print(X[0, 0])
    print(np.random.default_rng().random(), np.random.default_rng().random())
    print(np.random.rand(), np.random.RandomState().rand(), np.random.SeedSequence().entropy)
    print(random.random(), random.Random().random(), random.choice(range(10**9)))
    random.seed()
    np.random.seed()
    print(random.random(), np.random.rand(), np.random.default_rng(3).random(), random.Random(3).random())
    return []
""",
)
BUSY_BEFORE = "print('loading')\n" + changed(
    ("weighted = x @ w + b", "print('a layer', np.random.rand())\n    weighted = x @ w + b"), source=PRINTS
)
CLASS = {
    "ada": changed(("rng.permutation", "np.random.default_rng().permutation")),
    "bob": changed(("x @ w + b", "x @ w")),
    "cem": changed(("np.zeros((features, classes))", "np.random.rand(features, classes)")),
    "dan": "COUNT = []\n" + changed(("losses = []", "losses = []\n    COUNT.append(1)\n    print(len(COUNT))")),
    "eve": PRINTS,
}


@pytest.fixture(scope="module")
def forwards(grade_all: GradeAll, tiny: Assignment) -> dict[str, Grade]:
    return grade_all(tiny, CLASS)


@pytest.fixture(scope="module")
def backwards(grade_all: GradeAll, tiny: Assignment) -> dict[str, Grade]:
    return grade_all(tiny, dict(reversed(CLASS.items())))


@pytest.mark.parametrize("name", list(CLASS))
def test_the_order_of_a_class_changes_no_grade(
    forwards: dict[str, Grade], backwards: dict[str, Grade], name: str
) -> None:
    assert as_bytes(forwards[name]) == as_bytes(backwards[name])


@pytest.mark.parametrize("name", list(CLASS))
def test_the_others_in_a_class_change_no_grade(
    grade_all: GradeAll, tiny: Assignment, forwards: dict[str, Grade], name: str
) -> None:
    assert as_bytes(grade_all(tiny, {name: CLASS[name]})[name]) == as_bytes(forwards[name])


def lines(grade: Grade) -> list[list[str]]:
    """Return what the failed ``batches`` of a hand-in printed, word by word."""
    return [line.split() for line in case_of(grade, "test_each_sample_once").output.splitlines()]


def test_two_generators_without_a_seed_draw_different_numbers(forwards: dict[str, Grade]) -> None:
    first, second = lines(forwards["eve"])[1]
    assert first != second


def test_a_generator_with_a_seed_draws_what_it_draws_anywhere(forwards: dict[str, Grade]) -> None:
    import random

    import numpy as np

    assert lines(forwards["eve"])[4][2:] == [str(np.random.default_rng(3).random()), str(random.Random(3).random())]


def test_what_is_drawn_and_printed_before_a_case_changes_nothing_in_it(
    grade_all: GradeAll, tiny: Assignment, forwards: dict[str, Grade]
) -> None:
    assert lines(grade_all(tiny, {"eve": BUSY_BEFORE})["eve"]) == lines(forwards["eve"])


Printed = Callable[..., list[list[str]]]


@pytest.fixture(scope="module")
def printed(grade_all: GradeAll, tiny: Assignment) -> Printed:
    """Return ``printed(digest, secret=...)``: the words that a hand-in prints."""

    def grade(digest: str, **options: bytes) -> list[list[str]]:
        hand_in: Submission = msgspec.structs.replace(submission(PRINTS, student="eve"), digest=digest)
        return lines(grade_all(tiny, {"eve": hand_in}, **options)["eve"])

    return grade


def test_another_hand_in_of_a_student_gets_other_inputs(printed: Printed) -> None:
    assert printed("one")[0] != printed("two")[0]


def test_another_secret_gives_other_inputs(printed: Printed) -> None:
    assert printed("one", secret=b"one")[0] != printed("one", secret=b"two")[0]


def test_a_regrade_gives_the_same_inputs_and_draws(printed: Printed) -> None:
    assert printed("one") == printed("one")


def test_a_seed_is_the_hmac_of_its_names_under_the_secret() -> None:
    # printf 'tiny\0check\0case\0digest' | openssl dgst -sha256 -hmac secret: its first 16 bytes
    assert case_seed(b"secret", "tiny", "check", "case", "digest") == int.from_bytes(
        bytes.fromhex("5065c6f3a3c3c52b7332925c258ea786"), "little"
    )
