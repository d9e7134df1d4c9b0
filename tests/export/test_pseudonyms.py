"""Pseudonyms: drawn from the secret, unique, and put in the place of names but not of words."""

from __future__ import annotations

import re

import msgspec
import pytest

from grader.export.pseudonyms import ADJECTIVES, ANIMALS, anonymous, pseudonyms
from grader.model import Refusal
from tests.report.factory import rich_grade

SECRET = b"a secret"


def refusal(reason: str, *, student: str = "Ada", files: tuple[str, ...] = ()) -> Refusal:
    return Refusal(student=student, key="ada-1", origin=f"in/{student}.py", reason=reason, files=files)


def reason_of(record: Refusal) -> str:
    return anonymous((), (record,), SECRET).refusals[0].reason


NAME = pseudonyms(["ada-1"], SECRET)["ada-1"]


def test_a_pseudonym_is_fit_as_a_file_name() -> None:
    assert re.fullmatch(r"[a-z]+-[a-z]+-[0-9a-f]{4}", NAME)


def test_another_secret_gives_another_pseudonym() -> None:
    assert pseudonyms(["ada-1"], b"another")["ada-1"] != NAME


def test_a_pseudonym_does_not_depend_on_the_others() -> None:
    assert pseudonyms(["bob-2", "ada-1"], SECRET)["ada-1"] == NAME


def test_fifty_thousand_students_have_as_many_pseudonyms() -> None:
    drawn = pseudonyms([f"student-{number}" for number in range(50_000)], SECRET)
    assert len(set(drawn.values())) == 50_000
    assert any(len(name.split("-")[2]) == 32 for name in drawn.values())


@pytest.mark.parametrize("words", [ADJECTIVES, ANIMALS])
def test_words_come_once_and_divide_a_byte(words: tuple[str, ...]) -> None:
    assert len(set(words)) == len(words) == 64


def test_a_name_is_replaced_in_any_case() -> None:
    assert reason_of(refusal("ADA.zip and ada.tar are there.")) == f"{NAME}.zip and {NAME}.tar are there."


def test_a_name_inside_a_word_stays() -> None:
    assert reason_of(refusal("An adamant channel.", student="Ada")) == "An adamant channel."


def test_a_file_is_numbered() -> None:
    assert reason_of(refusal("Lovelace.txt was left out.", files=("Lovelace.txt",))) == "file1.txt was left out."


def test_what_a_refusal_quotes_is_left_out() -> None:
    assert reason_of(refusal("Its entry '../Lovelace' leads out.")) == "Its entry '…' leads out."


def test_the_digest_is_keyed() -> None:
    grade = rich_grade()
    (renamed,) = anonymous((grade,), (), SECRET).grades
    assert len(renamed.digest) == 64
    assert renamed.digest != grade.digest


def test_titles_of_the_course_stay() -> None:
    grade = msgspec.structs.replace(rich_grade(), student=rich_grade().assignment_title)
    (renamed,) = anonymous((grade,), (), SECRET).grades
    assert renamed.assignment_title == grade.assignment_title
