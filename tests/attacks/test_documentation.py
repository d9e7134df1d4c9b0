"""docs/security.md lists the attacks that there are, in every tier that was tried, and no success."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.attacks import cases as machine
from tests.attacks import matrix
from tests.attacks.grading import cases as points
from tests.attacks.places import CONTROL, ROOT
from tests.attacks.results import Results
from tests.attacks.tables import SIGNS, Attack

CODE = ("tests/attacks/results.py",)
TABLES = pytest.mark.parametrize(
    ("title", "attacks"), [(matrix.MACHINE, machine.CASES), (matrix.POINTS, points.CASES)], ids=["machine", "points"]
)


def section(title: str) -> str:
    """Return what the documentation writes under a title."""
    return matrix.DOCUMENT.read_text(encoding="utf-8").partition(f"### {title}\n")[2].partition("\n### ")[0]


def columns(title: str) -> dict[str, list[str]]:
    """Return the cells by tier and place, from top to bottom."""
    rows = [line.strip("| ").split(" | ") for line in section(title).splitlines() if line.startswith("| ")]
    heads = [head.partition(": ") for head in rows[0][2:]]
    found: dict[str, list[str]] = {}
    for cells in rows[1:]:
        for (place, _, tiers), cell in zip(heads, cells[2:], strict=True):
            for tier, sign in zip(tiers.split(), cell.split(), strict=True):
                found.setdefault(f"{tier} as {place}", []).append(sign)
    return found


@TABLES
def test_every_attack_has_a_row(title: str, attacks: Sequence[Attack]) -> None:
    rows = re.findall(r"^\| (?!attack )([a-z0-9 ]+) \|", section(title), re.MULTILINE)
    assert rows == [attack.name.replace("_", " ") for attack in attacks]
    assert f"{len(attacks)} attacks, " in section(title)


@TABLES
def test_no_attack_succeeded_in_any_tier(title: str, attacks: Sequence[Attack]) -> None:
    tried = {place: signs for place, signs in columns(title).items() if not place.startswith(CONTROL)}
    assert len(tried) == 12
    assert {place: set(signs) for place, signs in tried.items()} == {place: {SIGNS[False]} for place in tried}


@TABLES
def test_every_control_worked_as_root(title: str, attacks: Sequence[Attack]) -> None:
    assert set(columns(title)[f"{CONTROL} as root"]) == {SIGNS[True]}


def test_outcomes_are_found_again(tmp_path: Path) -> None:
    Results(tmp_path / "results", CODE).note(("points", "T1"), outcome=False)
    again = Results(tmp_path / "results", CODE)
    assert ("points", "T1") in again
    assert again["points", "T1"] is False


def test_outcomes_of_other_code_are_forgotten(tmp_path: Path) -> None:
    path = tmp_path / "results"
    path.write_text('["another digest", ["points", "T1"], false]\n')
    assert ("points", "T1") not in Results(path, CODE)


@pytest.mark.parametrize("title", [matrix.MACHINE, matrix.POINTS])
def test_the_code_that_outcomes_depend_on_is_there(title: str) -> None:
    assert [source for source in matrix.SOURCES[title] if not (ROOT / source).exists()] == []
