"""The cells of a student's notebook as HTML that can do nothing.

nbconvert sets the text and colours the code. What a student wrote is hostile, so three things are between it and the
page: HTML in a text cell is escaped, not passed on; pictures are left out, and links lead to the web or are none; and
what comes of that goes through nbconvert's sanitiser, which lets pass a short list of elements and attributes.

Headings are all of one level, as those of the page must go down by one: what they look like tells what they were.
nbconvert takes half a second to import, and is imported only where there is a notebook to show.
"""

from __future__ import annotations

import functools
from html import escape
from typing import Any, Literal
from urllib.parse import urlsplit

from markupsafe import Markup
from nbconvert import HTMLExporter
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath
from nbconvert.preprocessors.sanitize import SanitizeHTML
from nbformat import NotebookNode, from_dict

from grader.report.pages import template_folder
from grader.report.untrusted import visible

CODE_LIMIT = 20_000  # characters of a cell
TEXT_LIMIT = 10_000  # the worst text found takes 0.4 s to be read at this length, and four times that at twice it

# Not "ipython3", whose lexer is in IPython, which is needed for nothing else.
PYTHON = {"name": "python", "pygments_lexer": "python3"}

TAGS = (
    *("a", "blockquote", "br", "code", "dd", "del", "div", "dl", "dt", "em", "h2", "hr", "li", "ol", "p", "pre"),
    *("span", "strong", "table", "tbody", "td", "th", "thead", "tr", "ul"),
)
ATTRIBUTES = {
    "a": ["href", "rel"],
    "code": ["class"],
    "div": ["class", "role", "aria-label", "tabindex"],
    "h2": ["class"],
    "ol": ["start"],
    "pre": ["tabindex"],
    "span": ["class"],
    "th": ["scope"],
}


@functools.lru_cache(maxsize=128)
def cell_html(kind: Literal["markdown", "code"], text: str) -> Markup:
    """Return one cell as HTML; kept for the next notebook, as those of a class share the text of the assignment."""
    limit = CODE_LIMIT if kind == "code" else TEXT_LIMIT
    shown = visible(text[:limit])[:limit]
    if kind == "code":
        # Pygments goes through lines of blanks once for each of them: 6 s for the worst cell.
        shown = "\n".join(line.rstrip() for line in shown.split("\n"))
    return set_by_nbconvert(kind, shown) + (cut_note(len(text), limit) if len(text) > limit else "")


def cut_note(length: int, limit: int) -> Markup:
    return Markup('<p class="muted small">Cut here: the cell has {:,} characters, of which {:,} are shown.</p>').format(
        length, limit
    )


def set_by_nbconvert(kind: str, text: str) -> Markup:
    """Return text or code as HTML; the plain text, with a sentence, where it is too much for a parser."""
    notebook, setter = notebook_of(kind, text), exporter()
    try:
        return Markup(setter.from_notebook_node(notebook)[0])
    except Exception as error:  # whatever hostile text does to a parser, the reports of a class have to be written
        said = f"This cell cannot be set ({type(error).__name__}); here is its text."
        return Markup('<p class="muted small">{}</p><pre tabindex="0">{}</pre>').format(said, text)


def notebook_of(kind: str, text: str) -> NotebookNode:
    """Return a notebook of one cell."""
    cell: dict[str, object] = {"cell_type": kind, "source": text, "metadata": {}}
    if kind == "code":
        cell |= {"outputs": [], "execution_count": None}
    notebook = {"nbformat": 4, "nbformat_minor": 4, "metadata": {"language_info": PYTHON}, "cells": [cell]}
    made: NotebookNode = from_dict(notebook)  # type: ignore[no-untyped-call]  # nbformat does not tell its types
    return made


@functools.cache
def exporter() -> HTMLExporter:
    """Return nbconvert's exporter with our template, so that no template on the machine takes its place."""
    folder = template_folder()
    return HTMLExporter(  # type: ignore[no-untyped-call]  # nbconvert tells half of its types
        template_file=str(folder / "notebook_cell.html"),
        template_paths=[str(folder)],
        filters={"markdown2html": text_html},
    )


def text_html(source: str) -> str:
    """Return Markdown as HTML; formulas stay the TeX that they are."""
    html = MarkdownWithMath(renderer=Harmless()).render(source)
    return str(sanitizer().sanitize_html_tags(html))  # type: ignore[no-untyped-call]  # as above


@functools.cache
def sanitizer() -> SanitizeHTML:
    return SanitizeHTML(tags=list(TAGS), attributes=ATTRIBUTES)  # type: ignore[no-untyped-call]  # as above


class Harmless(IPythonRenderer):
    """Writes elements of ``TAGS`` alone, in a way that axe-core has nothing to say about."""

    def __init__(self) -> None:
        super().__init__(escape=True, exclude_anchor_links=True)

    def heading(self, text: str, level: int, **attrs: Any) -> str:
        words = Markup(text).striptags()
        return f'<h2 class="level-{level}">{text}</h2>\n' if words else ""

    def link(self, text: str, url: str, title: str | None = None) -> str:
        words = Markup(text).striptags()
        if not words or not leads_to_the_web(url):
            return text
        return f'<a href="{escape(url)}" rel="noopener noreferrer nofollow">{text}</a>'

    def image(self, text: str, url: str, title: str | None = None) -> str:
        words = str(Markup(text).striptags())
        return f'<span class="muted">[picture left out{escape(": " + words if words else "")}]</span>'

    def block_code(self, code: str, info: str | None = None) -> str:
        return f'<pre tabindex="0"><code>{escape(code)}</code></pre>\n'

    def inline_math(self, body: str) -> str:
        return f'<code class="math">${escape(body)}$</code>'

    def block_math(self, body: str) -> str:
        return f'<code class="math display">$${escape(body)}$$</code>'

    def latex_environment(self, name: str, body: str) -> str:
        return rf'<code class="math display">\begin{{{escape(name)}}}{escape(body)}\end{{{escape(name)}}}</code>'

    def table(self, text: str) -> str:
        return f'<div class="scroll" role="group" aria-label="Table" tabindex="0"><table>{text}</table></div>\n'

    def table_cell(self, text: str, align: str | None = None, head: bool = False) -> str:
        if head and Markup(text).striptags():
            return f'<th scope="col">{text}</th>\n'
        return f"<td>{text}</td>\n"

    def task_list_item(self, text: str, checked: bool = False) -> str:
        return f"<li>{'☑' if checked else '☐'} {text}</li>\n"


def leads_to_the_web(url: str) -> bool:
    """Tell whether an address is a whole one, of a page on the web."""
    try:
        parts = urlsplit(visible(url))
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname)
