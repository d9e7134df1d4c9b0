"""Every reference agrees with JAX, asked now.

JAX answers in processes of its own: it keeps threads, which a later fork in this one would not survive, and its
settings are global.
"""

from __future__ import annotations

import importlib
import importlib.util
import os
from collections.abc import Iterator, Mapping
from concurrent.futures import Future, ProcessPoolExecutor
from multiprocessing import get_context

import pytest

from tests.conftest import require_or_skip
from tests.oracle.collection import Case, all_cases, answers_of_reference
from tests.oracle.comparison import Results, complaints
from tests.oracle.golden import read_golden

Answers = Mapping[Case, Future[Results]]
NUM_PROCESSES = 2


def ask_oracle(case: Case) -> Results:
    """Return JAX's answer; runs in a process that may import JAX."""
    answer: Results = importlib.import_module("tests.oracle.formulas.expected").answers_of_oracle(case)
    return answer


@pytest.fixture(scope="session")
def oracle(request: pytest.FixtureRequest) -> Iterator[Answers]:
    """Return JAX's answers to the cases of all tests that were selected, as they come in."""
    installed = importlib.util.find_spec("jax") is not None
    require_or_skip(installed, "JAX is not installed (pip install 'grader[oracle]'); the golden files are compared.")
    params = (getattr(item, "callspec", None) for item in request.session.items if item.path.name == "test_live.py")
    asked = dict.fromkeys(param.params["case"] for param in params if param is not None)
    with ProcessPoolExecutor(min(NUM_PROCESSES, os.cpu_count() or 1), mp_context=get_context("spawn")) as executor:
        yield {case: executor.submit(ask_oracle, case) for case in asked}
        executor.shutdown(cancel_futures=True)


@pytest.mark.parametrize("case", tuple(all_cases()), ids=str)
def test_reference_agrees_with_jax(case: Case, oracle: Answers) -> None:
    assert complaints(answers_of_reference(case), oracle[case].result()) == ""


@pytest.mark.parametrize("case", tuple(all_cases()), ids=str)
def test_golden_file_holds_what_jax_answers(case: Case, oracle: Answers) -> None:
    assert complaints(read_golden(case.assignment)[case], oracle[case].result()) == ""
