from __future__ import annotations

import re
from itertools import product
from pathlib import Path

import pytest
from jinja2 import UndefinedError

from grader.errors import GraderError
from grader.report import pages

GROUNDS = ("ground", "card", "tint", "tint-error", "tint-ours")
INKS = ("ink", "muted", "accent", "good", "part", "error")


def schemes() -> dict[str, dict[str, str]]:
    """Return the colours of the light scheme, the dark one and paper."""
    style = (pages.template_folder() / "style.css").read_text(encoding="utf-8")
    blocks = re.findall(r":root \{(.*?)\}", style, re.DOTALL)
    return {
        name: dict(re.findall(r"--([\w-]+): (#\w+)", block))
        for name, block in zip(("light", "dark", "paper"), blocks, strict=True)
    }


def luminance(colour: str) -> float:
    """Return the relative luminance (WCAG 2.2) of ``#rgb`` or ``#rrggbb``."""
    digits = colour[1:] if len(colour) == 7 else "".join(digit * 2 for digit in colour[1:])
    channels = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("scheme", ["light", "dark", "paper"])
def test_text_has_the_contrast_of_wcag_aa_on_every_ground(scheme: str) -> None:
    colours = schemes()[scheme]
    weak = [(ink, ground) for ink, ground in product(INKS, GROUNDS) if contrast(colours[ink], colours[ground]) < 4.5]
    assert weak == []


def test_the_templates_of_an_installed_package_are_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = tmp_path / "grader"
    (package / "templates").mkdir(parents=True)
    (package / "templates" / "student.html").touch()
    monkeypatch.setattr(pages, "files", lambda name: package)
    assert pages.template_folder() == package / "templates"


def test_missing_templates_are_a_fault_of_ours(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "files", lambda name: tmp_path / "grader")
    expected = (
        f"The report templates are missing: neither {tmp_path}/grader/templates nor {tmp_path}/templates holds "
        "student.html. This is a fault of the installation; install the grader again."
    )
    with pytest.raises(GraderError, match=f"^{re.escape(expected)}$"):
        pages.template_folder()


def test_a_name_missing_in_a_template_is_an_error() -> None:
    with pytest.raises(UndefinedError, match="'grade' is undefined"):
        pages.template("student.html").environment.from_string("{{ grade }}").render()


def test_a_digest_is_that_of_the_script() -> None:
    # The example of the CSP specification, level 2, section "Hash usage for <script> elements".
    assert pages.script_digest("alert('Hello, world.');") == "sha256-qznLcsROx4GACP2dm0UCKCzCG+HiZ1guq6ZZDob/Tng="
