"""The CPU time of a part is read from the worker it runs in, and asleep is not at work."""

from __future__ import annotations

import numpy as np

from grader.course import Assignment
from grader.model import SourceUnit
from grader.sandbox.host import Limits, Sandbox
from grader.session.desk import RemoteBackend
from grader.session.student import Student

SLOW = """\
import time
import numpy as np

def affine_forward(x, w, b):
    for _ in range(300_000):
        pass
    return x @ w + b, None

def affine_backward(dout, cache):
    time.sleep(0.2)
    return dout, dout, dout
"""


def times(sandbox: Sandbox, assignment: Assignment) -> tuple[float, float]:
    with sandbox.worker(Limits(), seed=1) as worker:
        worker.load([SourceUnit(module="tiny", label="tiny.py", text=SLOW)])
        names = {"affine_forward": "affine_forward", "affine_backward": "affine_backward"}
        student = Student(assignment, RemoteBackend(worker, names, {}))
        one = np.ones((2, 2))
        (_, cache), working_s = student.affine_forward.timed(one, one, np.ones(2))
        _, asleep_s = student.affine_backward.timed(one, cache)
        return working_s, asleep_s


def test_work_counts_and_sleep_does_not(grading_sandbox: Sandbox, tiny: Assignment) -> None:
    working_s, asleep_s = times(grading_sandbox, tiny)
    assert working_s > 2 * asleep_s
