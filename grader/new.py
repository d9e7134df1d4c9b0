"""A small assignment to start from, which ``grader validate`` passes as it stands."""

from __future__ import annotations

import keyword
import sys
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from grader.course import find_course, load_assignment
from grader.errors import CourseError
from grader.release import release
from grader.report.pages import template_folder

# Student modules may not hide these: other code in the worker imports them.
TAKEN = frozenset({"numpy", "msgspec", "grader", "pytest"})

# Template -> file in reference/<name>/; {name} stands for the name of the assignment.
FILES = {
    "solution.py": "{name}.py",
    "assignment.toml": "assignment.toml",
    "checks/public.py": "checks/test_{name}.py",
    "checks/hidden.py": "checks/test_softplus.py",
    "misconceptions/softplus.py": "misconceptions/softplus.py",
}


def new_assignment(name: str, title: str, start: Path) -> tuple[Path, ...]:
    """Write ``reference/<name>`` and release it to ``assignments/<name>``.

    Args:
        name: of the folder, and of the module that students hand in.
        title: what students read.
        start: a folder of the course; where it lies in none, it becomes one.

    Returns:
        the files that were written.

    Raises:
        CourseError: the name cannot be used, or there is such an assignment already.
    """
    refuse_unusable(name)
    course = course_of(start)
    folder = course / "reference" / name
    if folder.exists() or (course / "assignments" / name).exists():
        raise CourseError(f"There is an assignment {name!r} in {course} already. Choose another name.")
    templates = Environment(
        loader=FileSystemLoader(template_folder() / "assignment"),
        undefined=StrictUndefined,
        autoescape=False,  # Python and TOML, made of what the author typed
        keep_trailing_newline=True,
    )
    written = []
    for template, target in FILES.items():
        path = folder / target.format(name=name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(templates.get_template(template).render(name=name, title=title), encoding="utf-8")
        written.append(path)
    return (*written, *release(load_assignment(folder), course / "assignments" / name))


def refuse_unusable(name: str) -> None:
    """Refuse a name that no module of a student's can have.

    Raises:
        CourseError: and why.
    """
    if not name.isidentifier() or keyword.iskeyword(name) or not name.isascii() or name.startswith("_"):
        raise CourseError(
            f"{name!r} cannot be the name of an assignment: students hand in {name}.py, a Python module. "
            "Use letters, digits and underscores, such as 'attention'."
        )
    if name in sys.stdlib_module_names or name in TAKEN:
        raise CourseError(f"{name!r} is a module that others import. Choose a name that none has.")


def course_of(start: Path) -> Path:
    """Return the course's folder: the nearest with a ``reference`` folder, or ``start`` itself."""
    try:
        return find_course(start)
    except CourseError:
        return start.absolute()
