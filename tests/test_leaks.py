"""No line of a solution leaves: not under ``assignments/``, not in a bundle, not in the wheel."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from grader.course import Assignment, load_assignment
from grader.release import find_leaks, release, solution_lines
from grader.release.publish import bundle
from grader.release.regions import find_regions, hide_solutions
from tests.conftest import require_or_skip
from tests.course_factory import SOLUTION, write_course

ROOT = Path(__file__).parents[1]
REFERENCES = sorted((ROOT / "reference").glob("*/assignment.toml"))
NAMES = [path.parent.name for path in REFERENCES]


def secret_lines(name: str) -> frozenset[str]:
    """Return the lines of 12 characters or more that only a solution has."""
    path = ROOT / "reference" / name / f"{name}.py"
    return frozenset(solution_lines(path.read_text(encoding="utf-8")))


def given_lines(name: str) -> frozenset[str]:
    """Return the lines that an assignment gives on purpose: what it builds on, from earlier assignments."""
    path = ROOT / "reference" / name / f"{name}.py"
    source = path.read_text(encoding="utf-8")
    return frozenset(line.strip() for line in hide_solutions(source, find_regions(source, path)).splitlines())


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel's contents, in a folder."""
    has_backend = importlib.util.find_spec("hatchling") is not None
    isolation = ["--no-build-isolation"] if has_backend else []
    out = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", *isolation, "--wheel-dir", out, ROOT]
    done = subprocess.run(list(map(str, command)), capture_output=True, text=True, timeout=300)
    require_or_skip(
        has_backend or done.returncode == 0,
        "hatchling is not installed, and without a network it cannot be had: the wheel was not built.",
    )
    assert done.returncode == 0, done.stderr
    (built,) = out.glob("*.whl")
    with zipfile.ZipFile(built) as archive:
        archive.extractall(out / "contents")
    return out / "contents"


@pytest.mark.parametrize("name", NAMES)
def test_a_solution_has_lines_to_keep(name: str) -> None:
    assert len(secret_lines(name)) > 100


@pytest.mark.parametrize("name", NAMES)
def test_no_solution_lies_in_its_own_release(name: str) -> None:
    assert find_leaks(secret_lines(name), [ROOT / "assignments" / name]) == ()


@pytest.mark.parametrize("other", NAMES)
@pytest.mark.parametrize("name", NAMES)
def test_no_solution_lies_in_another_release_but_what_that_gives(name: str, other: str) -> None:
    assert find_leaks(secret_lines(name) - given_lines(other), [ROOT / "assignments" / other]) == ()


@pytest.mark.parametrize("name", NAMES)
def test_no_solution_lies_in_the_wheel(name: str, wheel: Path) -> None:
    assert find_leaks(secret_lines(name), [wheel]) == ()


@pytest.mark.parametrize("name", NAMES)
def test_no_solution_lies_in_the_grader_its_templates_or_documents(name: str) -> None:
    assert (
        find_leaks(secret_lines(name), [ROOT / "grader", ROOT / "templates", ROOT / "docs", ROOT / "README.md"]) == ()
    )


def test_the_wheel_holds_no_reference(wheel: Path) -> None:
    assert [path for path in wheel.rglob("*") if "reference" in path.relative_to(wheel).parts] == []


def test_the_wheel_holds_no_secret(wheel: Path) -> None:
    assert list(wheel.rglob(".grader-secret")) == []


@pytest.mark.parametrize("name", NAMES)
def test_the_wheel_holds_no_held_out_data(name: str, wheel: Path) -> None:
    heldout = load_assignment(ROOT / "reference" / name).heldout
    assert [path.name for path in wheel.rglob("*.npz") if path.name in heldout] == []


@pytest.mark.parametrize(
    "path",
    ["grader/templates/student.html", "grader/templates/style.css", "grader/templates/assignment/checks/hidden.py"],
)
def test_the_wheel_holds_the_templates(path: str, wheel: Path) -> None:
    assert (wheel / path).is_file()


@pytest.mark.parametrize("name", NAMES)
def test_the_wheel_holds_public_checks_and_parts_and_no_stub_whose_given_code_is_an_answer(
    name: str, wheel: Path
) -> None:
    checks = [Path(check).name for check in load_assignment(ROOT / "reference" / name).public_checks]
    shipped = [path.name for path in (wheel / "grader" / "assignments" / name).rglob("*")]
    assert sorted(shipped) == sorted(["assignment.toml", *checks])


@pytest.fixture
def tiny(tmp_path: Path) -> Assignment:
    assignment = write_course(tmp_path / "course")
    release(assignment, assignment.data_folder.parent)
    return assignment


def test_no_solution_lies_in_a_bundle(tiny: Assignment, tmp_path: Path) -> None:
    bundle(tiny, tmp_path / "tiny.zip")
    with zipfile.ZipFile(tmp_path / "tiny.zip") as archive:
        archive.extractall(tmp_path / "bundle")
    assert find_leaks(solution_lines(SOLUTION), [tmp_path / "bundle"]) == ()


def test_a_bundle_holds_no_hidden_check(tiny: Assignment, tmp_path: Path) -> None:
    bundle(tiny, tmp_path / "tiny.zip")
    with zipfile.ZipFile(tmp_path / "tiny.zip") as archive:
        assert sorted(archive.namelist()) == [
            "tiny/README.md",
            "tiny/assignment.toml",
            "tiny/data/README.md",
            "tiny/data/points.npz",
            "tiny/test_tiny.py",
            "tiny/tiny.ipynb",
            "tiny/tiny.py",
        ]


def test_a_line_that_was_left_in_is_found(tiny: Assignment) -> None:
    """Control: the search finds one line of the solution in the released stub."""
    stub = tiny.data_folder.parent / "tiny.py"
    stub.write_text(stub.read_text() + "\n    order = rng.permutation(len(X))\n")
    assert [
        leak.text for leak in find_leaks(solution_lines(SOLUTION), [tiny.folder.parent.parent / "assignments"])
    ] == ["order = rng.permutation(len(X))"]
