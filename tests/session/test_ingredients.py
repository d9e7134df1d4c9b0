"""Each ingredient changes with what it names, and with nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.course import Assignment, load_assignment
from grader.model import Check, Visibility
from grader.session.ingredients import Ingredient, part_ingredients
from tests.course_factory import ASSIGNMENT, HIDDEN, MISCONCEPTIONS, PUBLIC, changed, write_course, write_points

NAME = "checks/test_tiny_hidden.py::test_each_sample_once"
CHECKS = (
    Check(id=NAME, part="batches", title="Deals out every sample once", points=1.0, visibility=Visibility.HIDDEN),
    Check(
        id="checks/test_tiny_hidden.py::test_accuracy",
        part="train",
        title="Learns",
        points=2.0,
        visibility=Visibility.HIDDEN,
    ),
)


@pytest.fixture
def course(tmp_path: Path) -> Assignment:
    return write_course(tmp_path)


def rewrite(course: Assignment, files: dict[str, str]) -> Assignment:
    for name, text in files.items():
        (course.folder / name).write_text(text)
    return load_assignment(course.folder)


def ingredients(course: Assignment, part: str, secret: bytes = b"secret") -> set[Ingredient]:
    return set(part_ingredients(course, secret, CHECKS)[part])


CHANGES = {
    "a comment in the checks": ({"checks/test_tiny_hidden.py": HIDDEN + "\n# A note.\n"}, set()),
    "a docstring's second line": (
        {
            "checks/test_tiny_hidden.py": changed(
                ("every sample once.", "every sample once.\n\n    Really."), source=HIDDEN
            )
        },
        set(),
    ),
    "the points in the marker": (
        {"checks/test_tiny_hidden.py": changed(('"batches", points=1', '"batches", points=2'), source=HIDDEN)},
        set(),
    ),
    "the body of a check": (
        {"checks/test_tiny_hidden.py": changed(("rng.normal(size=(7, 2))", "rng.uniform(size=(7, 2))"), source=HIDDEN)},
        {("check", NAME)},
    ),
    "the marker of a check": (
        {
            "checks/test_tiny_hidden.py": changed(
                ('"batches", points=1', '"batches", points=1, replay=False'), source=HIDDEN
            )
        },
        {("check", NAME)},
    ),
    "what checks share": (
        {"checks/test_tiny_hidden.py": changed(('"w": rng.normal', '"w": rng.uniform'), source=HIDDEN)},
        {("surroundings", "test_tiny_hidden.py")},
    ),
    "another check of the same file": (
        {"checks/test_tiny_hidden.py": changed(("4, rng)", "5, rng)"), source=HIDDEN)},
        set(),
    ),
    "another file of checks": ({"checks/test_tiny.py": PUBLIC + "\nMORE = 1\n"}, set()),
    "a hint": (
        {"misconceptions/tiny.py": changed(("Does every sample get its turn?", "Count them."), source=MISCONCEPTIONS)},
        {("hint", "last-batch-dropped")},
    ),
    "the edit of a misconception": (
        {"misconceptions/tiny.py": changed(("- size + 1", "- size"), source=MISCONCEPTIONS)},
        {("misconception", "last-batch-dropped")},
    ),
    "a misconception of another part": (
        {"misconceptions/tiny.py": changed(("The loss is a mean.", "A mean."), source=MISCONCEPTIONS)},
        set(),
    ),
    "the reference": ({"tiny.py": changed(("losses = []", "losses = list()"))}, {("reference", "tiny.py")}),
    "a comment in assignment.toml": ({"assignment.toml": "# A course.\n" + ASSIGNMENT}, set()),
    "a part in assignment.toml": (
        {"assignment.toml": changed(('title = "Batches"', 'title = "Dealing"'), source=ASSIGNMENT)},
        {("assignment", "")},
    ),
    "a helper of the checks": ({"checks/helper.py": "N = 1\n"}, {("helper", "helper.py")}),
}


@pytest.mark.parametrize("name", CHANGES)
def test_a_change_is_seen_in_its_own_ingredient_alone(course: Assignment, name: str) -> None:
    files, expected = CHANGES[name]
    before = ingredients(course, "batches")
    after = ingredients(rewrite(course, files), "batches")
    assert {(one.kind, one.name) for one in before ^ after} == expected


def test_other_data_are_seen(course: Assignment) -> None:
    before = ingredients(course, "batches")
    write_points(course.folder / "data" / "points_test.npz", seed=5)
    assert {(one.kind, one.name) for one in before ^ ingredients(course, "batches")} == {("data", "points_test.npz")}


def test_another_secret_is_seen(course: Assignment) -> None:
    found = ingredients(course, "batches") ^ ingredients(course, "batches", b"another")
    assert {one.kind for one in found} == {"secret"}


def test_the_secret_itself_is_not_kept(course: Assignment) -> None:
    assert "secret" not in {one.value for one in ingredients(course, "batches")}


@pytest.mark.parametrize("kind", ["points", "title", "visibility"])
def test_what_the_record_of_a_check_says_is_kept_as_it_is(course: Assignment, kind: str) -> None:
    said = {"points": "1", "title": "Deals out every sample once", "visibility": "hidden"}
    assert [one.value for one in ingredients(course, "batches") if one.kind == kind] == [said[kind]]
