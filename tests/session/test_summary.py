"""All results of a student's own checks in few words."""

from __future__ import annotations

from grader.model import CaseResult, Check, Diagnosis, Evidence, Status, Visibility
from grader.session.summary import summary_of


def check(part: str) -> Check:
    return Check(
        id=f"checks/test_it.py::test_{part}", part=part, title=f"{part} works", points=1, visibility=Visibility.PUBLIC
    )


def result(part: str, status: Status, case: str = "", output: str = "") -> tuple[Check, CaseResult]:
    fraction = float(status is Status.PASSED)
    if status is not Status.FAILED:
        reason = "a is not written yet." if status is Status.SKIPPED else ""
        return check(part), CaseResult(check=check(part).id, case=case, status=status, fraction=fraction, reason=reason)
    return check(part), CaseResult(
        check=check(part).id,
        case=case,
        status=status,
        fraction=fraction,
        evidence=Evidence(summary=f"{part} is twice what it should be."),
        diagnosis=Diagnosis(name="twice", kind="relation", observation=f"{part} is doubled.", hint="Halve it."),
        output=output,
    )


A_CLASSIC = [
    result("a", Status.PASSED),
    result("b", Status.FAILED),
    result("c", Status.FAILED, "1"),
    result("c", Status.FAILED, "2"),
    result("d", Status.SKIPPED),
    result("e", Status.NOT_ATTEMPTED),
]


def test_the_first_failure_is_told_in_full() -> None:
    assert summary_of(A_CLASSIC).full == (
        "b: b works: failed.\nb is twice what it should be.\nb is doubled.\nHint: Halve it.",
    )


def test_the_others_have_a_line_a_check() -> None:
    assert summary_of(A_CLASSIC).brief == (
        "c: failed. c is doubled. (c works.) And 1 more of its cases.",
        "d: skipped. a is not written yet. (d works.)",
    )


def test_everything_is_told_in_full_where_asked() -> None:
    assert [message.splitlines()[0] for message in summary_of(A_CLASSIC, everything=True).full] == [
        "b: b works: failed.",
        "c: c works: failed.",
        "c: c works: failed.",
    ]


def test_what_waits_for_another_part_stays_a_line_where_all_is_asked() -> None:
    assert summary_of(A_CLASSIC, everything=True).brief == ("d: skipped. a is not written yet. (d works.)",)


def test_what_is_not_written_is_named() -> None:
    assert summary_of(A_CLASSIC).unwritten == "Not written yet: e."


def test_many_unwritten_parts_are_counted() -> None:
    results = [result(f"p{number}", Status.NOT_ATTEMPTED) for number in range(10)]
    assert summary_of(results).unwritten == "Not written yet: p0, p1, p2, p3, p4, p5, p6, p7 and 2 more."


def test_cases_are_counted_by_how_they_ended() -> None:
    assert summary_of(A_CLASSIC).counts == "1 passed, 3 failed, 1 not attempted, 1 skipped."


def test_the_end_of_what_was_printed_is_told() -> None:
    printed = "\n".join(f"step {number}" for number in range(12))
    message = summary_of([result("b", Status.FAILED, output=printed)]).full[0]
    assert message.endswith("Hint: Halve it.\nYour code printed:\n" + "\n".join(f"  step {n}" for n in range(2, 12)))


def test_where_all_passes_nothing_is_told_but_the_count() -> None:
    assert summary_of([result("a", Status.PASSED)]) == ((), (), "", "1 passed.")
