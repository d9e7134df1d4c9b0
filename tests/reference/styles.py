"""What is asked of every style: correct code earns full points, and a mistake in it is named.

Each ``test_styles_*.py`` says which styles it has, grades them in a fixture ``grades``, and gives the tests made here
their names. They stay that many files, as pytest-xdist shares the work out by the file.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from grader.course import Assignment
from grader.model import Grade
from tests.reference.harness import part_of, parts_in, read_assignment, what_was_lost, with_parts_replaced

FOLDER = Path(__file__).parents[1] / "fixtures" / "styles"


@dataclass(frozen=True)
class Styles:
    """Some parts of an assignment, written in several styles."""

    assignment: Assignment
    sources: Mapping[str, str]  # correct ones, by the name of the style
    parts: Collection[str]  # that the styles are to cover
    mistakes: Mapping[str, tuple[str, str]]  # other ways to write the misconception of that name: part, source
    by_structure: Collection[str]  # mistakes that the check itself names


def read(
    assignment: str,
    group: str,
    parts: Collection[str],
    mistakes: Mapping[str, tuple[str, str]] | None = None,
    by_structure: Collection[str] = (),
) -> Styles:
    """Read the styles of an assignment in the files ``group_*.py``."""
    files = sorted((FOLDER / assignment).glob(f"{group}_*.py"))
    sources = {path.stem: path.read_text(encoding="utf-8") for path in files}
    return Styles(read_assignment(assignment), sources, parts, mistakes or {}, by_structure)


def whole_sources(styles: Styles) -> dict[str, str]:
    """Return the whole solution with each style, and with each mistake, in it."""
    sources = {**styles.sources, **{name: source for name, (_, source) in styles.mistakes.items()}}
    return {name: with_parts_replaced(styles.assignment, source) for name, source in sources.items()}


def other_parts(styles: Styles) -> set[str]:
    return {part.name for part in styles.assignment.parts}.difference(styles.parts)


def parts_by_style(styles: Styles) -> list[tuple[str, str]]:
    """Return the pairs of a style and a part that it writes."""
    return [(name, part) for name, text in styles.sources.items() for part in sorted(parts_in(styles.assignment, text))]


def earns_full_points(styles: Styles) -> Callable[..., None]:
    """Return the test that a part, correct in another style, loses nothing."""

    @pytest.mark.parametrize(("style", "part"), parts_by_style(styles))
    def test(grades: dict[str, Grade], style: str, part: str) -> None:
        assert list(what_was_lost(grades[style], {part})) == []

    return test


def is_written_twice(styles: Styles) -> Callable[..., None]:
    """Return the test that there are two styles or more of each part."""

    @pytest.mark.parametrize("part", sorted(styles.parts))
    def test(part: str) -> None:
        assert sum(part == written for _, written in parts_by_style(styles)) >= 2

    return test


def is_named(styles: Styles) -> Callable[..., None]:
    """Return the test that a mistake in another style gets its name."""

    @pytest.mark.parametrize(("name", "part"), [(name, part) for name, (part, _) in styles.mistakes.items()])
    def test(grades: dict[str, Grade], name: str, part: str) -> None:
        found = part_of(grades[name], part).diagnosis
        assert found is not None
        assert (found.kind, found.name) == ("structure" if name in styles.by_structure else "misconception", name)

    return test


def costs_its_own_part_only(styles: Styles) -> Callable[..., None]:
    """Return the test that a mistake in another style costs points where it is, and nowhere else."""

    @pytest.mark.parametrize(("name", "part"), [(name, part) for name, (part, _) in styles.mistakes.items()])
    def test(grades: dict[str, Grade], name: str, part: str) -> None:
        assert {grade.part for grade in grades[name].parts if grade.earned < grade.possible} == {part}

    return test
