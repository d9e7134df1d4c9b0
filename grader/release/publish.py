"""Write a release, tell whether one is in step with its source, and bundle it for students."""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from pathlib import Path

from grader.course import ASSIGNMENT_FILE, Assignment
from grader.errors import CourseError
from grader.release.pages import assignment_text, check_text, notebook_text, readme_text
from grader.release.regions import Region, find_regions, hide_solutions

_ZIP_DATE = (1980, 1, 1, 0, 0, 0)  # the earliest a zip can tell: bundles of one release are the same bytes
_LITTER = frozenset({"__pycache__", ".pytest_cache", ".ipynb_checkpoints", ".DS_Store"})


def release(assignment: Assignment, out: Path) -> tuple[Path, ...]:
    """Write what students get to the folder ``out``, usually ``assignments/<name>``.

    Returns:
        The files that were written.

    Raises:
        CourseError: the solution's markers are wrong, or a part has no solution region and would be shipped.
    """
    written: list[Path] = []
    for name, content in _contents(assignment, out).items():
        path = out / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        written.append(path)
    return tuple(written)


def check_release(assignment: Assignment, out: Path) -> tuple[str, ...]:
    """Return the files in ``out`` that are not what ``release`` would write: changed, missing or too many.

    Raises:
        CourseError: as ``release``.
    """
    contents = _contents(assignment, out)
    changed = [name for name, content in contents.items() if _content(out / name) != content]
    expected = {*contents, *(f"data/{name}" for name in assignment.data), "data/README.md"}
    extra = [name for name in _names(out) if name not in expected]
    return tuple(sorted([*changed, *extra]))


def bundle(assignment: Assignment, path: Path) -> None:
    """Write the released folder as the zip archive ``path``, for students.

    Raises:
        CourseError: the release is out of step with the solution.
    """
    folder = assignment.data_folder.parent
    if stale := check_release(assignment, folder):
        raise CourseError(
            f"The release in {folder} is out of step with its source: {', '.join(stale)}. "
            f"Run: grader release {assignment.name}"
        )
    with zipfile.ZipFile(path, "w") as archive:
        for name in _names(folder):
            entry = zipfile.ZipInfo(f"{assignment.name}/{name}", date_time=_ZIP_DATE)
            entry.external_attr = 0o100644 << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, (folder / name).read_bytes())


def _contents(assignment: Assignment, out: Path) -> dict[str, bytes]:
    """Return what ``out`` should hold, by name; data is left out where it lies already."""
    source_path = assignment.folder / f"{assignment.name}.py"
    source = _read(source_path)
    regions = find_regions(source, source_path)
    _check_parts(assignment, regions, source_path)
    stub = hide_solutions(source, regions)
    texts = {
        f"{assignment.name}.py": stub,
        f"{assignment.name}.ipynb": notebook_text(stub),
        "README.md": readme_text(assignment, stub),
        ASSIGNMENT_FILE: assignment_text(assignment),
    }
    for check in assignment.public_checks:
        name = check.rpartition("/")[2]
        texts[name] = check_text(_read(assignment.folder / check), f"reference/{assignment.name}/{check}")
    contents = {name: text.encode() for name, text in texts.items()}
    if out.absolute() != assignment.data_folder.parent:
        contents |= {f"data/{name}": (assignment.data_folder / name).read_bytes() for name in assignment.data}
    return contents


def _check_parts(assignment: Assignment, regions: Sequence[Region], path: Path) -> None:
    parts = {part.name for part in assignment.parts}
    for region in regions:
        if region.part not in parts:
            raise CourseError(
                f"{path}, line {region.begin}: {region.part!r} has a solution region and is not a part. "
                f"Add it to [[parts]] in {ASSIGNMENT_FILE}."
            )
    for name in sorted(parts - {region.part for region in regions}):
        raise CourseError(
            f"{path}: the part {name!r} has no solution region, so its solution would be shipped. "
            "Put '# BEGIN SOLUTION' and '# END SOLUTION' around what students are to write."
        )


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise CourseError(f"{path} does not exist. A release is made from it.") from None


def _content(path: Path) -> bytes | None:
    return path.read_bytes() if path.is_file() else None


def _names(folder: Path) -> list[str]:
    """Return the files below ``folder``, with forward slashes, but for what Python leaves behind."""
    paths = (path.relative_to(folder) for path in folder.rglob("*") if not path.is_dir())
    return sorted(path.as_posix() for path in paths if not _LITTER.intersection(path.parts))
