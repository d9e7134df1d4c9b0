"""Read what a course decides about an assignment besides its checks: due date, lateness, attempts, release."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import get_args

import msgspec

from grader.errors import CourseError
from grader.model import Attempts, Late, Policy, Record, Release

EXAMPLE = "2026-11-30T23:59:00+01:00"


class PolicyKeys(Record, frozen=True, kw_only=True):
    """The keys of ``assignment.toml`` that say so, as they were read."""

    due: object = None  # a date and time of TOML, or text
    late: Late | None = None
    attempts: str = "last"
    release: str = "all"


def policy_of(keys: PolicyKeys) -> Policy:
    """Return what the keys say.

    Raises:
        CourseError: one of them is wrong; the message starts with the key.
    """
    policy = Policy(
        due=due_of(keys.due) if keys.due is not None else "",
        late=keys.late,
        attempts=attempts_of(keys.attempts, "the key 'attempts'"),
        release=release_of(keys.release, "the key 'release'"),
    )
    if policy.late is not None and not policy.due:
        raise CourseError(f"the key 'late' says what being late costs, and there is no 'due'. Add: due = {EXAMPLE}")
    if policy.release == "after-due" and not policy.due:
        raise CourseError(f"the key 'release' is 'after-due', and there is no 'due'. Add: due = {EXAMPLE}")
    return policy


def with_options(policy: Policy, *, attempts: str = "", release: str = "") -> Policy:
    """Return a policy with what the command line says instead; "" changes nothing.

    Raises:
        CourseError: one of the words is not known, or there is no due date to wait for.
    """
    changed = msgspec.structs.replace(
        policy,
        attempts=attempts_of(attempts, "--attempts") if attempts else policy.attempts,
        release=release_of(release, "--release") if release else policy.release,
    )
    if changed.release == "after-due" and not changed.due:
        raise CourseError(
            f"--release after-due needs a due date, and assignment.toml has none. Add to it: due = {EXAMPLE}"
        )
    return changed


def due_of(value: object) -> str:
    """Return a date and time as ISO 8601 with its time zone."""
    found = value
    if isinstance(value, str):
        try:
            found = datetime.fromisoformat(value)
        except ValueError:
            found = None
    if not isinstance(found, datetime):
        raise CourseError(
            f"the key 'due' should be a date and time with a time zone, such as {EXAMPLE}, and is {str(value)!r}."
        )
    if found.tzinfo is None:
        raise CourseError(f"the key 'due' has no time zone. Write it as in {EXAMPLE}; it is {found.isoformat()}.")
    return found.isoformat()


def attempts_of(text: str, where: str) -> Attempts:
    for word in get_args(Attempts):
        if text == word:
            return word  # type: ignore[no-any-return]  # get_args does not know
    raise CourseError(unknown(text, where, get_args(Attempts)))


def release_of(text: str, where: str) -> Release:
    for word in get_args(Release):
        if text == word:
            return word  # type: ignore[no-any-return]  # get_args does not know
    raise CourseError(unknown(text, where, get_args(Release)))


def unknown(text: str, where: str, words: Collection[str]) -> str:
    *first, last = words
    return f"{where} should be {', '.join(first)} or {last}, and is {text!r}."
