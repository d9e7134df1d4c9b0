"""What an attack on grading is: a hand-in, what it is after, and what of that is deserved."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Literal, NamedTuple

from grader.model import Grade

HAND_INS = Path(__file__).parent / "hand_ins"


class Case(NamedTuple):
    """One attack.

    Attributes:
        name: of its file.
        rows: of the catalogue in the team's study of earlier autograders ("E15"), or its table ("7.8"); "own" where
            it is an invention of ours.
        control: whether a naive grader, a few lines in ``controls``, is fooled by it.
        allowed: by part or check that it is after, the points that what is right in it deserves.
        course: whose checks judge it.
        base: what its definitions are put into.
        student: the name it is handed in under, where that is the attack.
        shows: whether a page or a table made of its grade shows what it should not.
        also: parts whose checks are run too, and whose points it deserves.
    """

    name: str
    rows: str
    control: Callable[[str], bool]
    allowed: Mapping[str, float]
    course: str = "tiny"
    base: Literal["stub", "solution"] = "stub"
    student: str = ""
    shows: Callable[[Grade], bool] = lambda grade: False
    also: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        return (HAND_INS / f"{self.name}.py").read_text(encoding="utf-8")

    def succeeds(self, grade: Grade) -> bool:
        """Judge by the grade: undeserved points, a report that is held for it, or a page that it writes on."""
        return grade.held or self.shows(grade) or any(self.gains(grade).values())

    def gains(self, grade: Grade) -> dict[str, float]:
        """Return the points above what is deserved, by part or check."""
        earned = {part.part: part.earned for part in grade.parts}
        earned |= {check.check.id.rpartition("::")[2]: check.earned for part in grade.parts for check in part.checks}
        missing = [target for target in self.allowed if target not in earned]
        assert not missing, f"{self.name} is after {missing}, which no check is about"
        return {target: max(0.0, earned[target] - most) for target, most in self.allowed.items()}
