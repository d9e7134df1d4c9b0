"""The tables of docs/training-doctor.md; ``python -m tests.checking.doctor_table`` writes them anew, in a minute."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from grader.checking.doctor import RULES, findings
from tests.checking.faults import FAULTS, HEALTHY
from tests.checking.trainings import record

PAGE = Path(__file__).parents[2] / "docs" / "training-doctor.md"
HEAD = "| finding | level | found where | source |\n|---|---|---|---|\n"
FAULTS_HEAD = (
    "| fault put in | trained | finding | named right | named wrong | not named |\n|---|---|---|---|---|---|\n"
)
SEEDS = (0, 1, 2)


def rows() -> str:
    """Return the table, one row a rule."""
    return HEAD + "".join(f"| `{rule.name}` | {rule.level} | {rule.threshold} | {rule.source} |\n" for rule in RULES)


def diagnosed(fault: str) -> tuple[int, int, int]:
    """Return with how many seeds a fault is named right, named wrong (also beside the right one), not named."""
    expected, setup, spoilt = FAULTS[fault]
    told = [[one.name for one in findings(record(replace(setup, seed=seed), spoilt))] for seed in SEEDS]
    right, silent = told.count([expected]), told.count([])
    return right, len(told) - right - silent, silent


def fault_rows() -> str:
    """Return the diagnosis table: one row a fault, then the sums, with the healthy trainings."""
    counts = {fault: diagnosed(fault) for fault in FAULTS}
    lines = [
        f"| {fault} | `{FAULTS[fault][1].assignment}` | `{FAULTS[fault][0]}` | {right} | {wrong} | {silent} |\n"
        for fault, (right, wrong, silent) in counts.items()
    ]
    sums = [sum(column) for column in zip(*counts.values(), strict=True)]
    lines.append(f"| all {len(FAULTS)} faults | | {len(RULES)} findings | {sums[0]} | {sums[1]} | {sums[2]} |\n")
    healthy = [findings(record(make(seed))) for make in HEALTHY.values() for seed in SEEDS]
    named = sum(bool(found) for found in healthy)
    lines.append(f"| none: {len(HEALTHY)} healthy trainings | all four | none | | {named} | {len(healthy) - named} |\n")
    return FAULTS_HEAD + "".join(lines)


def with_table(text: str, head: str, table: str) -> str:
    """Return a page with the table that begins with ``head`` written anew."""
    before, found, after = text.partition(head)
    if not found:
        raise SystemExit(f"{PAGE} has no table that begins with {head.splitlines()[0]!r}.")
    _, _, rest = after.partition("\n\n")
    return f"{before}{table}\n{rest}"


def main() -> None:
    text = with_table(PAGE.read_text(encoding="utf-8"), HEAD, rows())
    PAGE.write_text(with_table(text, FAULTS_HEAD, fault_rows()), encoding="utf-8")


if __name__ == "__main__":
    main()
