"""Where the templates are and how they are rendered."""

from __future__ import annotations

import base64
import functools
import hashlib
from importlib.resources import files
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from markupsafe import Markup

from grader.errors import GraderError
from grader.report import untrusted, wording


def template_folder() -> Path:
    """Return the folder of the templates: inside the installed package, else beside it in the repository."""
    package = Path(str(files("grader")))
    installed, repository = package / "templates", package.parent / "templates"
    for folder in (installed, repository):
        if (folder / "student.html").is_file():
            return folder
    raise GraderError(
        f"The report templates are missing: neither {installed} nor {repository} holds student.html. "
        "This is a fault of the installation; install the grader again."
    )


@functools.cache
def template(name: str) -> Template:
    """Return a compiled template; compiled once in a process, as that costs more than rendering."""
    return _environment(template_folder()).get_template(name)


def script_digest(source: str) -> str:
    """Return the CSP source expression that lets exactly this inline script run."""
    return "sha256-" + base64.b64encode(hashlib.sha256(source.encode()).digest()).decode()


@functools.cache
def _environment(folder: Path) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(folder),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_finalize,
    )
    environment.filters |= {
        "capped": untrusted.capped,
        "prose": untrusted.prose,
        "points": wording.points,
        "percent": wording.percent,
        "signed": wording.signed,
        "power_of_ten": wording.power_of_ten,
    }
    return environment


def _finalize(value: object) -> object:
    # Every expression of every template passes here, so a forgotten filter cannot let a control through.
    return untrusted.visible(value) if isinstance(value, str) and not isinstance(value, Markup) else value
