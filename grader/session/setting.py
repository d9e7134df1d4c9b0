"""Where the fixtures of the checks come from: the seam between grading and a student's own machine."""

from __future__ import annotations

import hashlib
import hmac
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import pytest

from grader.course import Assignment
from grader.errors import CourseError
from grader.session.student import Student


class Setting(Protocol):
    """What stands behind the fixtures ``student``, ``reference``, ``rng`` and ``data``."""

    def student(self, item: pytest.Item) -> Student: ...

    def reference(self, item: pytest.Item) -> Student: ...

    def rng(self, item: pytest.Item) -> np.random.Generator: ...

    def data(self, name: str) -> dict[str, Any]: ...

    def finish(self, item: pytest.Item, report: pytest.TestReport, raised: BaseException | None) -> None: ...


SETTING: pytest.StashKey[Setting] = pytest.StashKey()


def case_seed(secret: bytes, *names: str) -> int:
    """Return the 128-bit seed of a case: HMAC-SHA256 of its names under the course secret.

    The same submission gets the same inputs today and at a regrade; nobody without the secret can foresee
    them. On a student's machine, the secret is empty and the digest left out, so that a run can be repeated.
    """
    message = "\0".join(names).encode()
    return int.from_bytes(hmac.digest(secret, message, hashlib.sha256)[:16], "little")


def load_data(assignment: Assignment, name: str) -> dict[str, Any]:
    """Return the arrays of a data file by name, read-only; images keep the dtype they are stored in.

    Args:
        assignment: whose ``data`` or ``heldout`` names the file.
        name: such as "digits.npz".

    Raises:
        CourseError: the assignment names no such file, or it is missing.
    """
    if name in assignment.data:
        path = assignment.data_folder / name
    elif name in assignment.heldout:
        path = assignment.folder / "data" / name
    else:
        known = ", ".join((*assignment.data, *assignment.heldout))
        raise CourseError(f"A check asks for the data {name!r}; {assignment.name} has: {known}.")
    return load_arrays(path)


def load_arrays(path: Path) -> dict[str, Any]:
    try:
        with np.load(path, allow_pickle=False) as file:
            arrays = {key: file[key] for key in file.files}
    except FileNotFoundError:
        raise CourseError(f"The data file {path} is missing; it belongs beside the assignment.") from None
    for array in arrays.values():
        array.flags.writeable = False  # all checks of all submissions share them
    return arrays
