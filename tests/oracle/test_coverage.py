"""No part that computes a value, a gradient or a step goes without an oracle."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from types import MappingProxyType

import pytest

from grader.course import Part, load_assignment
from tests.oracle.collection import ENTRIES, REFERENCE, all_cases

PAGE = REFERENCE.parent / "docs" / "oracle.md"
ASSIGNMENTS = sorted(path.parent.name for path in REFERENCE.glob("*/assignment.toml"))

# Parts that look as if they needed an oracle, and why they have none.
EXCEPTIONS = MappingProxyType(
    {
        ("training", "Solver"): "A loop over models and update rules that it is given; it has no formula of its own.",
        ("training", "check_initial_loss"): "It judges the loss that it is given.",
    }
)


def needs_oracle(part: Part) -> bool:
    """Whether a part is a forward, a backward, a loss, an optimiser or a network."""
    return (
        part.kind == "class"
        or bool(part.pair)
        or part.name.endswith(("_forward", "_backward", "_loss"))
        or bool({"loss", "config"} & set(part.returns))
    )


def covered(assignment: str) -> frozenset[str]:
    return frozenset().union(*(entry.parts for entry in ENTRIES.get(assignment, ())))


@pytest.mark.parametrize("assignment", ASSIGNMENTS)
def test_every_part_that_needs_an_oracle_has_an_entry_or_a_reason(assignment: str) -> None:
    needing = {part.name for part in load_assignment(REFERENCE / assignment).parts if needs_oracle(part)}
    excused = {name for where, name in EXCEPTIONS if where == assignment}
    assert needing - covered(assignment) - excused == set()


@pytest.mark.parametrize("assignment", ASSIGNMENTS)
def test_every_part_of_an_entry_is_a_part_of_the_assignment(assignment: str) -> None:
    assert covered(assignment) <= {part.name for part in load_assignment(REFERENCE / assignment).parts}


def test_every_exception_is_a_part_that_needs_an_oracle_and_has_none() -> None:
    parts = {name: load_assignment(REFERENCE / name) for name in ASSIGNMENTS}
    stale = {key for key in EXCEPTIONS if key[1] in covered(key[0]) or not needs_oracle(parts[key[0]].part(key[1]))}
    assert stale == set()


@pytest.mark.parametrize("assignment", ENTRIES)
def test_no_formula_has_two_entries(assignment: str) -> None:
    counts = Counter(entry.formula for entry in ENTRIES[assignment])
    assert [formula for formula, count in counts.items() if count > 1] == []


ODD = (
    ("cnn", "conv", "stride larger than the filter"),
    ("cnn", "conv", "padding larger than the filter"),
    ("rnn", "lstm", "length 1"),
    ("mlp", "affine", "batch 1"),
)


@pytest.mark.parametrize("odd", ODD, ids="/".join)
def test_the_odd_shapes_are_tried(odd: tuple[str, str, str]) -> None:
    assert odd in list(all_cases())


def test_the_page_has_the_table_of_all_parts_and_their_numbers_of_cases() -> None:
    counts = Counter((case.assignment, part) for case in all_cases() for part in case.entry.parts)
    rows = re.findall(r"^\| (\w+) \| `(\w+)` \| (\d+) \|", Path(PAGE).read_text(encoding="utf-8"), re.MULTILINE)
    assert {(assignment, part): int(number) for assignment, part, number in rows} == counts
