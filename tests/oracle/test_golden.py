"""Every reference agrees with what JAX answered when the golden files were written; needs NumPy alone."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.oracle.collection import ENTRIES, Case, all_cases, answers_of_reference
from tests.oracle.comparison import complaints
from tests.oracle.golden import GOLDEN, golden_file, read_golden, write_golden

REWRITE = "Run: python -m tests.oracle.make_golden"


@pytest.mark.parametrize("case", tuple(all_cases()), ids=str)
def test_reference_agrees_with_golden_file(case: Case) -> None:
    assert complaints(answers_of_reference(case), read_golden(case.assignment)[case]) == ""


@pytest.mark.parametrize("assignment", ENTRIES)
def test_golden_file_has_exactly_the_cases_of_the_entries(assignment: str) -> None:
    declared = [case for case in all_cases() if case.assignment == assignment]
    assert list(read_golden(assignment)) == declared, REWRITE


def test_golden_files_are_under_300_kilobytes_together() -> None:
    assert sum(path.stat().st_size for path in GOLDEN.iterdir()) < 300_000


@pytest.mark.parametrize("assignment", ENTRIES)
def test_what_a_golden_file_holds_is_written_to_the_same_bytes(assignment: str, tmp_path: Path) -> None:
    again = tmp_path / "again.npz"
    write_golden(again, read_golden(assignment))
    assert again.read_bytes() == golden_file(assignment).read_bytes()


def test_all_golden_numbers_are_finite() -> None:
    answers = (results for assignment in ENTRIES for results in read_golden(assignment).values())
    assert all(np.all(np.isfinite(value)) for results in answers for value in results.values())
