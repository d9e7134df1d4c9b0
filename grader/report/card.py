"""The card of the report in a notebook: what a check said, under the cell that asked.

A notebook's page has a style of its own, so that of the report is nested into the card's class. The class is
repeated to weigh more than what JupyterLab says of tables and headings. Jupyter, VS Code and Colab say on an
element around the card whether they are dark; elsewhere the system's setting holds.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Sequence

from markupsafe import Markup

from grader.model import PartGrade
from grader.report.evidence import Allowance
from grader.report.pages import template, template_folder
from grader.report.student import part_view

SCOPE = "grader-card"
LIGHT = ('[data-jp-theme-light="true"]', ".vscode-light", 'html[theme="light"]')
DARK = ('[data-jp-theme-light="false"]', ".vscode-dark", 'html[theme="dark"]')
FRAME = "& { padding: .75rem 1rem; border-radius: 10px; max-width: 52rem; } tr, code { background: none; }"


def render_card(
    parts: Sequence[PartGrade], *, title: str, where: str, lines: Sequence[str] = (), said: Sequence[str] = ()
) -> str:
    """Return an HTML fragment for the output of a notebook cell; it needs neither network nor JavaScript.

    Args:
        parts: shown in full, with all that their checks say: of public checks only.
        title: of the assignment.
        where: what was checked, such as "your notebook".
        lines: what else is wrong, a line each.
        said: sentences at the end.
    """
    allowance = Allowance()
    # One notebook may hold the same card twice, and an id must occur once.
    token = uuid.uuid4().hex[:8]
    views = [part_view(f"part-{token}-{number}", part, allowance) for number, part in enumerate(parts, start=1)]
    style = scoped((template_folder() / "style.css").read_text(encoding="utf-8"))
    return template("card.html").render(
        scope=SCOPE, style=Markup(style), title=title, where=where, parts=views, lines=lines, said=said
    )


def scoped(css: str) -> str:
    """Return a style sheet that holds inside the card alone."""
    light, dark = variables(css)
    nested = re.sub(r"^(\s*)(?::root|body)(?= \{)", r"\1&", css, flags=re.MULTILINE)
    themes = [
        f"{', '.join(f'{theme} &' for theme in themes)} {{{rules}}}" for themes, rules in ((LIGHT, light), (DARK, dark))
    ]
    return "\n".join([f"{3 * f'.{SCOPE}'} {{", nested, *themes, FRAME, "}"])


def variables(css: str) -> tuple[str, str]:
    """Return the declarations of the light and of the dark colour scheme.

    Raises:
        ValueError: the style sheet does not begin with them.
    """
    found = re.match(r"\s*:root \{(.*?)\}\s*@media \(prefers-color-scheme: dark\) \{\s*:root \{(.*?)\}", css, re.DOTALL)
    if found is None:
        raise ValueError("style.css must begin with :root for light, then :root for dark.")
    light, dark = found.groups()
    return light.replace("light dark", "light"), f"color-scheme: dark;{dark}"
