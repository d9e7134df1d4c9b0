"""Code that tampers with its own worker gains nothing, holds no report, and costs nobody time."""

from __future__ import annotations

from typing import Any

import pytest

from grader.course import Assignment
from grader.model import Status
from grader.sandbox.host import LoadReport, Worker
from tests.course_factory import SOLUTION
from tests.session.conftest import GradeAll

FORGED_LOAD = """
import sys
_worker = sys.modules["grader.sandbox.worker"]
_send = _worker.Worker.send
def _forged(self, message, value):
    if message == _worker.Message.LOADED:
        value = dict(value) | {"slow": list(range(100_000))}
    return _send(self, message, value)
_worker.Worker.send = _forged

"""


def test_a_forged_load_fails_every_part_and_holds_nothing(tiny: Assignment, grade_all: GradeAll) -> None:
    grade = grade_all(tiny, {"forger": FORGED_LOAD + SOLUTION})["forger"]
    assert not grade.held
    assert {part.status for part in grade.parts} == {Status.FAILED}
    assert grade.earned == 0


def test_a_forged_load_is_tried_once(tiny: Assignment, grade_all: GradeAll, monkeypatch: pytest.MonkeyPatch) -> None:
    loads: list[int] = []
    load = Worker.load

    def counted(self: Worker, *args: Any, **kwargs: Any) -> LoadReport:
        loads.append(1)
        return load(self, *args, **kwargs)

    monkeypatch.setattr(Worker, "load", counted)
    grade_all(tiny, {"forger": FORGED_LOAD + SOLUTION})
    assert len(loads) == 1
