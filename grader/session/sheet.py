"""The parts of one submission while it is graded: those that were run, and those kept from an earlier grading."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

import msgspec
import pytest

from grader.course import Assignment
from grader.model import CaseResult, Check, PartGrade, Status
from grader.scoring import grade_parts
from grader.session.basis import Basis, Graded
from grader.session.desk import SubmissionState
from grader.session.excerpts import excerpts
from grader.session.sections import address, sections
from grader.session.student import Call

GOOD = (Status.PASSED, Status.ERROR)


class CaseRun(NamedTuple):
    """A case with its result and the calls behind it."""

    item: pytest.Function
    result: CaseResult
    calls: tuple[Call, ...]
    replay: bool


Runs = dict[str, list[CaseRun]]  # by check id


class Sheet:
    """What is known of the parts of a submission.

    Attributes:
        state: of the submission.
        runs: the cases that were run, by check.
        kept: parts whose earlier result still stands.
        bases: what each part's result rests on.
    """

    def __init__(
        self, state: SubmissionState, digests: Mapping[str, str], checks: Iterable[Check], earlier: Graded | None
    ) -> None:
        self.state = state
        self.runs: Runs = {}
        self.kept: dict[str, PartGrade] = {}
        self.bases: dict[str, Basis] = {}
        self._digests = digests
        self._checks = tuple(checks)
        if earlier is not None and earlier.grade.digest == state.submission.digest:
            for part in earlier.grade.parts:
                basis = earlier.bases.get(part.part)
                if basis is not None and basis.digest == digests[part.part] and part.status is not Status.ERROR:
                    self.kept[part.part], self.bases[part.part] = part, basis

    def keeps(self, part: str, stopped: Iterable[str]) -> bool:
        """Tell whether a part need not be run, and take over which parts overran their time in it."""
        if part in self.kept and self.bases[part].stopped == tuple(sorted(stopped)):
            self.state.overran |= self.bases[part].overran
            return True
        self.drop(part)
        return False

    def drop(self, part: str) -> None:
        """Forget what was kept of a part."""
        if self.kept.pop(part, None) is not None:
            for name in self.bases.pop(part).overran:
                self.state.overran.pop(name, None)

    def note(self, part: str, runs: Runs, stopped: Iterable[str], before: Mapping[str, str]) -> None:
        """Take the first run of a part; ``before`` it these parts had overrun their time."""
        self.runs |= runs
        overran = {name: said for name, said in self.state.overran.items() if name not in before}
        self.bases[part] = Basis(digest=self._digests[part], stopped=tuple(sorted(stopped)), overran=overran)

    def rests_on(self, part: str, wrong: Iterable[str]) -> None:
        """Note that a part was judged with these parts in mind, which are wrong."""
        self.bases[part] = msgspec.structs.replace(self.bases[part], wrong=tuple(sorted(wrong)))

    def is_outdated(self, part: str, wrong: Iterable[str]) -> bool:
        """Tell whether the kept result of a part was judged with other parts wrong than there are now."""
        return self.bases[part].wrong not in (None, tuple(sorted(wrong)))

    def is_wrong(self, part: str) -> bool:
        """Tell whether some case of a part did not pass."""
        if part in self.kept:
            return any(case.status not in GOOD for check in self.kept[part].checks for case in check.cases)
        ids = [check.id for check in self._checks if check.part == part]
        return any(run.result.status not in GOOD for name in ids for run in self.runs.get(name, ()))

    def parts(self, assignment: Assignment) -> tuple[PartGrade, ...]:
        """Return all parts that have checks, in the assignment's order."""
        checks = [check for check in self._checks if check.part not in self.kept]
        results = {name: [run.result for run in cases] for name, cases in self.runs.items()}
        graded = {part.part: part for part in grade_parts(assignment, checks, results)} | self.kept
        # Of kept parts too: the submission is the same, and one stored by an older version may lack it.
        sources, headings = excerpts(self.state.submission.units, assignment.parts), sections(assignment)
        return tuple(
            msgspec.structs.replace(
                graded[name],
                source=sources.get(name),
                section=headings.get(name, ""),
                section_url=address(assignment.url, headings.get(name, "")),
            )
            for name in (part.name for part in assignment.parts)
            if name in graded
        )

    def ran(self) -> tuple[str, ...]:
        """Return the names of the parts that were run."""
        return tuple(dict.fromkeys(check.part for check in self._checks if check.part not in self.kept))
