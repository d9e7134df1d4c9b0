"""Whatever the bytes: only the documented errors, in bounded time and memory.

``python -m tests.fuzz --full`` does the same with a million frames and a hundred thousand hand-ins.
The inputs under ``corpus/<target>/`` broke a promise once: they are read in every run.
"""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from grader.course import load_assignment
from grader.errors import CourseError
from grader.ingest import read_submission
from grader.model import Refusal
from tests.fuzz.campaign import CORPUS, SLOW_S, Count, Target, campaign
from tests.fuzz.plan import FULL, QUICK, all_targets

NAMES = ("frames", "sources", "notebooks", "archives", "course-files")
KEPT = sorted(path for path in CORPUS.glob("*/*"))


@pytest.fixture(scope="module")
def targets(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Target]:
    return {target.name: target for target in all_targets(tmp_path_factory.mktemp("fuzz"))}


@pytest.fixture(scope="module")
def counts(targets: dict[str, Target]) -> dict[str, Count]:
    return {name: campaign(targets[name], QUICK[name], seed=1) for name in NAMES}


def test_every_target_has_a_plan(targets: dict[str, Target]) -> None:
    assert set(targets) == set(NAMES) == set(QUICK) == set(FULL)


@pytest.mark.parametrize("name", NAMES)
def test_mutated_input_is_read_or_refused_as_documented(counts: dict[str, Count], name: str) -> None:
    assert [finding.what for finding in counts[name].findings] == []


@pytest.mark.parametrize("name", NAMES)
def test_mutated_input_goes_both_ways(counts: dict[str, Count], name: str) -> None:
    count = counts[name]
    assert 0.02 * count.tried < count.accepted < 0.98 * count.tried


@pytest.mark.parametrize("name", NAMES)
def test_no_mutated_input_takes_long(counts: dict[str, Count], name: str) -> None:
    assert counts[name].slowest_s < SLOW_S


@pytest.mark.parametrize("name", NAMES)
def test_the_process_does_not_grow_with_the_inputs(counts: dict[str, Count], name: str) -> None:
    assert counts[name].growth_bytes < 128 << 20


@pytest.mark.parametrize("path", KEPT, ids=lambda path: f"{path.parent.name}-{path.name}")
def test_what_found_something_once_is_read_or_refused(targets: dict[str, Target], path: Path) -> None:
    targets[path.parent.name].read(path.read_bytes())


def fails(data: bytes) -> bool:
    if data == b"bad":
        raise KeyError("unexpected")
    return True


def test_a_campaign_finds_an_undocumented_error() -> None:
    count = campaign(Target("control", lambda dice: dice.choice((b"bad", b"good")), fails, 1 << 20), 20, seed=1)
    assert {finding.what for finding in count.findings} == {"KeyError: 'unexpected'"}


def greedy(data: bytes) -> bool:
    return len(bytearray(2 << 20)) > 0


def test_a_campaign_finds_a_hunger_for_memory() -> None:
    count = campaign(Target("control", lambda dice: b"", greedy, 1 << 20), 1, seed=1)
    assert count.findings[0].what.startswith("it took 2,097,")


# What was found, told


def refused(path: Path) -> str:
    result = read_submission(path, "mlp", student="ada")
    assert isinstance(result, Refusal)
    return result.reason


def test_an_archive_entry_without_a_name_is_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "ada.zip", "w") as archive:
        archive.writestr(zipfile.ZipInfo(""), "x = 1\n")
    assert refused(tmp_path / "ada.zip") == (
        "The archive was refused: its entry '' has no name. Make the archive again from the assignment's file alone."
    )


def test_half_a_character_in_the_place_of_cells_is_refused(tmp_path: Path) -> None:
    (tmp_path / "ada.ipynb").write_text('{"nbformat": 4, "cells": "\\ud800"}')
    assert refused(tmp_path / "ada.ipynb") == (
        "ada.ipynb is a damaged notebook: it holds half a character where there should be cells. "
        "Open it in Jupyter, save it, and hand that in."
    )


def course_error(folder: Path, text: str) -> str:
    (folder / "assignment.toml").write_text(text)
    with pytest.raises(CourseError) as caught:
        load_assignment(folder)
    return str(caught.value).removeprefix(str(folder))


def test_a_course_file_nested_too_deeply_is_named(tmp_path: Path) -> None:
    assert course_error(tmp_path, "x = " + "[" * 5000) == (
        "/assignment.toml is not valid TOML: its values are nested too deeply."
    )


def test_a_course_file_with_an_endless_integer_is_named(tmp_path: Path) -> None:
    assert course_error(tmp_path, "x = " + "9" * 5000) == (
        "/assignment.toml is not valid TOML: it holds an integer of too many digits."
    )
