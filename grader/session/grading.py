"""Grade one submission: run every check, then once more what failed for another part's fault.

1. Every case of every check, each part at a desk (in a worker) of its own.
2. Failed cases of parts that use other, unusable parts: once more, with those served by the trusted side.
3. What still fails is compared with the misconceptions, to name the cause.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping

import msgspec
import pytest

from grader import __version__
from grader.course import Assignment, Part
from grader.errors import CourseError, GraderError, WorkerEnded
from grader.misconceptions import Misconception
from grader.model import CaseResult, Check, Diagnosis, Evidence, Grade, Status, Submission, Visibility
from grader.sandbox.host import Served, ServedClass
from grader.session.basis import Graded
from grader.session.causes import Causes, FailedCase
from grader.session.checks import CollectedCheck
from grader.session.desk import Desk, SubmissionState
from grader.session.ingredients import digest_of
from grader.session.outcomes import failed, outcome, without_points, worker_ended
from grader.session.runner import Runner
from grader.session.served import serve
from grader.session.sheet import GOOD, CaseRun, Runs, Sheet
from grader.session.smallest import smallest_input
from grader.session.student import LocalBackend

# No check gets less CPU time than correct nested loops need (CURRICULUM.md section 2), nor more than a minute.
BUDGET_FLOOR_S = 10.0
BUDGET_CEILING_S = 60.0
BUDGET_FACTOR = 20.0

# A submission that used this much is not run on: forty endless loops must not cost forty budgets (security.md 7.6).
SUBMISSION_BUDGET_S = 120.0
SUBMISSION_WALL_S = 300.0

# To find the smallest input a case is asked some dozen times more, which a slow one is not worth.
SHRUNK_UP_TO_S = 0.5
SHRINK_BUDGET_S = 1.0
SHRINK_WALL_S = 30.0  # for all parts of a submission; seconds are usual

Desks = Callable[[SubmissionState, Mapping[str, Served | ServedClass]], Desk]
JUDGED = (Status.FAILED, Status.PARTIAL)


class Grader:
    """Grades submissions of one assignment within a session, one after the other.

    Args:
        runner: the session.
        desks: makes a desk for a submission and the parts to serve.
        tier: what isolates the submissions' code.

    Attributes:
        ingredients: what the points of each part rest on.
    """

    def __init__(self, runner: Runner, desks: Desks, tier: str) -> None:
        self._runner = runner
        self._desks = desks
        self._tier = tier
        self._assignment = runner.assignment
        self._causes = Causes(runner)
        self._budgets = rehearse(runner)
        self._checks: dict[str, list[CollectedCheck]] = {part.name: [] for part in self._assignment.parts}
        for collected in runner.checks:
            self._checks[collected.check.part].append(collected)
        self.ingredients = runner.part_ingredients()
        self._digests = {part: digest_of(ingredients) for part, ingredients in self.ingredients.items()}
        self._inner_first = inner_first(self._assignment)

    def grade(self, submission: Submission) -> Grade:
        """Return the grade of a submission."""
        return self.mark(submission).grade

    def mark(self, submission: Submission, earlier: Graded | None = None) -> Graded:
        """Return the grade of a submission with what it rests on.

        Where a worker was killed from outside, as by a kernel out of memory, or the sandbox failed, it is graded
        once more from the beginning; the second time counts, as code may kill itself.

        Args:
            submission: to grade.
            earlier: of the same submission; parts of it that rest on the same as then are kept.
        """
        started = time.monotonic()
        sheet = self._filled(submission, earlier)
        if sheet.state.disturbed:
            sheet = self._filled(submission, earlier)
        return self._graded(sheet, earlier, time.monotonic() - started)

    def _filled(self, submission: Submission, earlier: Graded | None) -> Sheet:
        """Run what has to be run of a submission."""
        sheet = Sheet(SubmissionState(submission), self._digests, (c.check for c in self._runner.checks), earlier)
        desk = self._desks(sheet.state, {})
        try:
            for part in self._assignment.parts:
                self._run_first(part, sheet, desk)
        finally:
            desk.clear()
        for part in self._inner_first:
            self._run_again(part, sheet)
        for part in self._assignment.parts:
            self._explain(part, sheet)
        self._shrink(sheet)
        return sheet

    def _graded(self, sheet: Sheet, earlier: Graded | None, wall_s: float) -> Graded:
        state, submission = sheet.state, sheet.state.submission
        parts = sheet.parts(self._assignment)
        # Where nothing was run nothing was loaded, and all of it would come out the same.
        notes, load_errors = tuple(dict.fromkeys(state.notes)), state.load_errors()
        if earlier is not None and sheet.kept:
            notes, load_errors = earlier.grade.notes, earlier.grade.load_errors
        grade = Grade(
            assignment=self._assignment.name,
            assignment_title=self._assignment.title,
            student=submission.student,
            key=submission.key,
            digest=submission.digest,
            origin=submission.origin,
            files=submission.files,
            earned=round(sum(part.earned for part in parts), 6),
            possible=sum(part.possible for part in parts),
            parts=parts,
            notes=notes,
            load_errors=load_errors,
            held=any(part.status is Status.ERROR for part in parts),
            tier=self._tier,
            grader_version=__version__,
            cpu_s=state.cpu_s,
            wall_s=wall_s,
        )
        # What was cut short for the time or a fault is no basis for anything.
        sound = not state.disturbed and not is_spent(state)
        bases = {name: basis for name, basis in sheet.bases.items() if sound or name in sheet.kept}
        return Graded(grade=grade, bases=bases, ran=sheet.ran())

    def _run_first(self, part: Part, sheet: Sheet, desk: Desk) -> None:
        """Run the checks of a part; what it uses and was stopped before is served, not stopped once more."""
        state = sheet.state
        stopped = set(state.overran) & self._reached(part)
        if sheet.keeps(part.name, stopped):
            return
        before = dict(state.overran)
        runs = self._run_part(part, state, desk) if not stopped else self._run_without(part, state, stopped)
        sheet.note(part.name, runs, stopped, before)

    def _run_without(self, part: Part, state: SubmissionState, stopped: set[str]) -> Runs:
        """Run the checks of a part with those served that were stopped before."""
        used: set[str] = set()
        runs = self._run_served(part, state, self._served_parts(part, stopped, used))
        right_once = tuple(sorted(used & stopped))
        return {name: [with_served(run, right_once) for run in cases] for name, cases in runs.items()}

    def _run_served(
        self,
        part: Part,
        state: SubmissionState,
        served: Mapping[str, Served | ServedClass],
        only: frozenset[str] | None = None,
    ) -> Runs:
        """Run the checks of a part at a desk of its own, where other parts are served."""
        desk = self._desks(state, served)
        try:
            return self._run_part(part, state, desk, only)
        finally:
            desk.clear()

    def _run_part(self, part: Part, state: SubmissionState, desk: Desk, only: frozenset[str] | None = None) -> Runs:
        """Run the checks of a part; ``only`` restricts them to some items, by id."""
        runs: Runs = {}
        for collected in self._checks[part.name]:
            desk.set_budget(self._budgets[collected.check.id])
            runs[collected.check.id] = [
                self._run_case(collected, case, item, desk, state)
                for case, item in zip(collected.check.cases, collected.items, strict=True)
                if only is None or item.nodeid in only
            ]
        return runs

    def _run_case(
        self, collected: CollectedCheck, case: str, item: pytest.Function, desk: Desk, state: SubmissionState
    ) -> CaseRun:
        check, digest = collected.check, state.submission.digest
        started, cpu_s = time.monotonic(), desk.cpu_s()
        if is_spent(state):
            return CaseRun(item, out_of_time(check, case), (), False)
        try:
            student, loaded = desk.student(self._runner.seed(item, digest))
        except WorkerEnded as ended:
            return CaseRun(item, worker_ended(check, case, ended, ""), (), False)
        except GraderError as error:
            state.disturbed = True
            reason = f"The sandbox could not be used: {error}"
            return CaseRun(item, without_points(check, case, Status.ERROR, reason), (), False)
        raised = self._runner.run(item, student, digest)
        state.disturbed |= isinstance(raised, GraderError)
        result = outcome(check, case, raised, student, loaded)
        result = msgspec.structs.replace(
            result,
            cpu_s=max(0.0, desk.cpu_s() - cpu_s),
            wall_s=time.monotonic() - started,
            output=desk.output() if result.status in JUDGED else "",
        )
        replay = collected.replay and not isinstance(raised, WorkerEnded)
        return CaseRun(item, result, tuple(student.calls), replay)

    def _run_again(self, part: Part, sheet: Sheet) -> None:
        """Run the failed cases of a part once more, with the unusable parts it uses served.

        A part that was stopped gets all of what it uses served: right but slow components, such as nested loops
        under a training, must not cost it. If it is endless itself, that costs a second budget.
        """
        wrong = {name for name in self._reached(part) if sheet.is_wrong(name)}
        if part.name in sheet.kept and sheet.is_outdated(part.name, wrong):
            self._run_anew(part, sheet)
        slow = sheet.state.overran.pop(part.name, "")
        if part.name in sheet.kept:
            return
        mine = [run for collected in self._checks[part.name] for run in sheet.runs[collected.check.id]]
        failed = frozenset(run.item.nodeid for run in mine if run.result.status not in GOOD)
        if not failed or all(run.result.status is Status.NOT_ATTEMPTED for run in mine):
            return
        sheet.rests_on(part.name, wrong)
        bad = self._reached(part) if slow else wrong
        if bad:
            self._run_failed(part, sheet, failed, bad, slow)

    def _run_anew(self, part: Part, sheet: Sheet) -> None:
        """Run a part whose earlier result turns out not to stand: it uses others, which are wrong now or were then."""
        sheet.drop(part.name)
        desk = self._desks(sheet.state, {})
        try:
            self._run_first(part, sheet, desk)
        finally:
            desk.clear()

    def _run_failed(self, part: Part, sheet: Sheet, failed: frozenset[str], bad: set[str], slow: str) -> None:
        """Run failed cases of a part with bad parts served, and let count what could be judged so."""
        used: set[str] = set()
        served = self._served_parts(part, bad, used)
        runs = self._run_served(part, sheet.state, served, failed)
        again = {run.item.nodeid: run for cases in runs.values() for run in cases}
        right_once = tuple(sorted(used & bad))
        for collected in self._checks[part.name]:
            name = collected.check.id
            sheet.runs[name] = [second(run, again.get(run.item.nodeid), right_once, slow) for run in sheet.runs[name]]

    def _reached(self, part: Part) -> set[str]:
        """Return the parts that a part uses, those that these use, and so on."""
        return set(part.uses).union(*(self._reached(self._assignment.part(name)) for name in part.uses))

    def _servable(self, part: Part, bad: set[str]) -> frozenset[str]:
        """Return the bad parts with the other half of each pair, but nothing of the part's own pair."""
        own = {part.name} | {p.name for p in self._assignment.parts if part.pair and p.pair == part.pair}
        return self._assignment.with_pairs(bad) - own

    def _served_parts(self, part: Part, bad: set[str], used: set[str]) -> dict[str, Served | ServedClass]:
        """Return what answers for bad parts that ``part`` uses, under every name that a submission may call them by.

        Each notes in ``used`` that it was called.
        """
        backend = self._runner.solution.backend
        assert isinstance(backend, LocalBackend), "the reference runs in this process"
        served: dict[str, Served | ServedClass] = {}
        for other in map(self._assignment.part, self._servable(part, bad)):
            answer = serve(other, backend.function(other.name), used)
            served |= dict.fromkeys((other.name, *other.aliases), answer)
        return served

    def _explain(self, part: Part, sheet: Sheet) -> None:
        """Put the names of misconceptions to the failed cases of a part."""
        if part.name in sheet.kept:
            return
        runs = sheet.runs
        cases = [
            FailedCase(run.item, run.calls)
            for collected in self._checks[part.name]
            for run in runs[collected.check.id]
            if run.replay and run.result.status in JUDGED
        ]
        if not cases:
            return
        causes = self._causes.explain(part.name, cases, sheet.state.submission.digest)
        for collected in self._checks[part.name]:
            name = collected.check.id
            runs[name] = [named(run, causes.get(run.item.nodeid)) for run in runs[name]]

    def _shrink(self, sheet: Sheet) -> None:
        """Find the smallest input for the first failed public case of each part that was run.

        All is decided by now: it happens in workers of its own, and nothing of it counts.
        """
        if is_spent(sheet.state):
            return
        scratch, started = sheet.state.scratch(), time.monotonic()
        desk = self._desks(scratch, {})
        try:
            for part in self._assignment.parts:
                if time.monotonic() - started > SHRINK_WALL_S:
                    break  # a part may sleep through its time, each in a worker of its own
                run = None if part.name in sheet.kept else self._first_public_failure(part, sheet)
                if run is not None:
                    self._show_smallest(part, run, sheet, desk)
        except WorkerEnded:
            pass  # what takes this long or ends the worker is no help, and the next part may be like it
        except GraderError:
            scratch.disturbed = True
        finally:
            desk.clear()
            # Killed from outside, it would leave out what an undisturbed run finds.
            sheet.state.disturbed |= scratch.disturbed

    def _first_public_failure(self, part: Part, sheet: Sheet) -> CaseRun | None:
        """Return the first failed public case of a part, where it can be asked many times more."""
        for collected in self._checks[part.name]:
            if collected.check.visibility is Visibility.PUBLIC:
                for run in sheet.runs[collected.check.id]:
                    if run.result.status in JUDGED:
                        return run if run.result.cpu_s < SHRUNK_UP_TO_S and not run.result.right_once else None
        return None

    def _show_smallest(self, part: Part, run: CaseRun, sheet: Sheet, desk: Desk) -> None:
        digest, units = sheet.state.submission.digest, sheet.state.submission.units
        desk.set_budget(SHRINK_BUDGET_S)
        try:
            student, _ = desk.student(self._runner.seed(run.item, digest))
            raised = self._runner.run(run.item, student, digest)
            module = self._assignment.name if all(unit.label.endswith(".py") for unit in units) else ""
            found = smallest_input(raised, student, part.name, module)
        except (WorkerEnded, GraderError):
            raise
        except Exception:
            return  # a help and no more: no fault of ours in it may cost anybody a grade
        if found is not None and run.result.evidence is not None:
            evidence = msgspec.structs.replace(run.result.evidence, smallest=found)
            cases = sheet.runs[run.result.check]
            cases[cases.index(run)] = run._replace(result=msgspec.structs.replace(run.result, evidence=evidence))


def inner_first(assignment: Assignment) -> tuple[Part, ...]:
    """Return the parts in the assignment's order, but each after those that it uses: it is judged by these."""
    found: dict[str, Part] = {}

    def visit(part: Part) -> None:
        for name in part.uses:
            visit(assignment.part(name))
        found.setdefault(part.name, part)

    for part in assignment.parts:
        visit(part)
    return tuple(found.values())


def is_spent(state: SubmissionState) -> bool:
    return state.cpu_s > SUBMISSION_BUDGET_S or state.wall_s > SUBMISSION_WALL_S


def out_of_time(check: Check, case: str) -> CaseResult:
    summary = "It was not run: the time for the whole submission was used up before."
    diagnosis = Diagnosis(
        name="stopped-cpu", kind="error", observation=summary, hint="See the parts that were stopped."
    )
    return failed(check, case, Evidence(summary=summary), diagnosis)


def second(first: CaseRun, again: CaseRun | None, right_once: tuple[str, ...], slow: str) -> CaseRun:
    """Return what counts of two runs: the second where it was needed and is judged."""
    if again is not None and again.result.status is Status.NOT_ATTEMPTED:
        return again  # it was skipped for want of another part, and is itself not written either
    if again is None or not right_once or again.result.status not in (Status.PASSED, *JUDGED):
        return first
    if not slow:
        return with_served(again, right_once)
    advice = (*again.result.advice, f"{slow} It was run again with our own components in the place of yours.")
    return again._replace(result=msgspec.structs.replace(again.result, advice=advice))


def with_served(run: CaseRun, right_once: tuple[str, ...]) -> CaseRun:
    """Say which parts had to be served for a case to be judged."""
    return run._replace(result=msgspec.structs.replace(run.result, right_once=right_once))


def named(run: CaseRun, misconception: Misconception | None) -> CaseRun:
    """Give a failed case the name and the hint of its misconception, and keep what was observed."""
    if misconception is None:
        return run
    before = run.result.diagnosis
    evidence = run.result.evidence
    observation = before.observation if before is not None else evidence.summary if evidence is not None else ""
    diagnosis = Diagnosis(
        name=misconception.name, kind="misconception", observation=observation, hint=misconception.hint
    )
    return run._replace(result=msgspec.structs.replace(run.result, diagnosis=diagnosis))


def rehearse(runner: Runner) -> dict[str, float]:
    """Run every check on the reference; return each check's budget in CPU seconds.

    A budget is a multiple of what the reference needs here and now, between a floor that correct nested loops
    meet and a ceiling.

    Raises:
        CourseError: the reference fails a check, so nothing may be graded by it.
    """
    budgets = {}
    for collected in runner.checks:
        started = time.process_time()
        for case, item in zip(collected.check.cases, collected.items, strict=True):
            raised = runner.run(item, runner.solution, "reference")
            if raised is not None:
                raise CourseError(reference_fails(collected.check, case, raised))
        needed_s = time.process_time() - started
        budgets[collected.check.id] = min(max(BUDGET_FLOOR_S, BUDGET_FACTOR * needed_s), BUDGET_CEILING_S)
    return budgets


def reference_fails(check: Check, case: str, raised: BaseException) -> str:
    which = f"{check.id}[{case}]" if case else check.id
    return f"The reference solution fails {which}, so nothing was graded: {type(raised).__name__}: {raised}"
