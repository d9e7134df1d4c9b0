"""From collected pytest items to checks: read the marker, the title, the points; group the cases."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import pytest

from grader.course import Assignment
from grader.errors import CourseError
from grader.model import Check, Visibility


class CollectedCheck(NamedTuple):
    """A check with the pytest items of its cases, in order."""

    check: Check
    items: tuple[pytest.Function, ...]
    replay: bool  # whether misconceptions may be run through it to diagnose; not for what takes long
    large: bool  # run before the others: a part that overruns its time there is not called again


def collect_checks(items: Iterable[pytest.Item], assignment: Assignment) -> tuple[CollectedCheck, ...]:
    """Group items by test function; those marked ``large`` come first.

    Raises:
        CourseError: a check has no marker, no title, or names no part; the message says which.
    """
    grouped: dict[str, list[pytest.Function]] = {}
    for item in items:
        if not isinstance(item, pytest.Function):
            raise CourseError(f"{item.nodeid} is not a test function; checks are functions.")
        grouped.setdefault(check_id(item), []).append(item)
    checks = [collected(name, tuple(group), assignment) for name, group in grouped.items()]
    return tuple(sorted(checks, key=lambda check: not check.large))


def check_id(item: pytest.Function) -> str:
    """Return "checks/test_affine.py::test_gradients", without the case."""
    return f"checks/{item.path.name}::{item.originalname}"


def case_id(item: pytest.Function) -> str:
    """Return what stands in brackets behind the name of a parametrized test, else ""."""
    callspec = getattr(item, "callspec", None)
    return callspec.id if callspec is not None else ""


def collected(name: str, items: tuple[pytest.Function, ...], assignment: Assignment) -> CollectedCheck:
    marker = items[0].get_closest_marker("check")
    if marker is None:
        raise CourseError(f'{name} has no marker. Write @pytest.mark.check("part", points=1) above it.')
    extra = set(marker.kwargs) - {"points", "replay", "large"}
    if len(marker.args) != 1 or extra or "points" not in marker.kwargs:
        form = "check(part, points=..., replay=True, large=False)"
        raise CourseError(f"{name}: the marker is {form}, and was given otherwise.")
    points = marker.kwargs["points"]
    if not isinstance(points, int | float) or isinstance(points, bool) or points <= 0:
        raise CourseError(f"{name}: points is {points!r}, expected a number above 0.")
    docstring = (items[0].function.__doc__ or "").strip()
    if not docstring:
        raise CourseError(f"{name} has no docstring. Its first line is the title that students read.")
    public = f"checks/{items[0].path.name}" in assignment.public_checks
    check = Check(
        id=name,
        part=assignment.part(marker.args[0]).name,
        title=docstring.splitlines()[0].rstrip("."),
        points=float(points),
        visibility=Visibility.PUBLIC if public else Visibility.HIDDEN,
        cases=tuple(case_id(item) for item in items),
    )
    large = bool(marker.kwargs.get("large", False))
    return CollectedCheck(check, items, bool(marker.kwargs.get("replay", not large)), large)
