"""A notebook with its feedback: what is shown where, and that nothing a student wrote can do anything."""

from __future__ import annotations

import re
import time
from html.parser import HTMLParser

import msgspec
import pytest

from grader.final import final_grade
from grader.model import Cell, Policy, Remark, Visibility
from grader.report import cells, render_student
from grader.report.cells import CODE_LIMIT, TAGS, TEXT_LIMIT, cell_html
from grader.report.notebook import CELL_LIMIT, render_notebook
from grader.report.release import Shown
from tests.report import factory, notebooks
from tests.report.test_student import text_of

BYTES_LIMIT = 2_000_000


class Elements(HTMLParser):
    """All elements of a page with their attributes."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


def elements(page: str) -> list[tuple[str, dict[str, str | None]]]:
    return Elements(page).found


def test_lines_of_blanks_keep_nobody_waiting() -> None:
    started = time.process_time()
    cell_html("code", "x = 1\n" + " \n" * 9_000 + "y = 2")
    assert time.process_time() - started < 2


@pytest.fixture(scope="module")
def page() -> str:
    return render_notebook(notebooks.a_grade(), notebooks.CELLS, report="ada.html")


@pytest.fixture(scope="module")
def seen(page: str) -> str:
    return text_of(page)


@pytest.fixture(scope="module")
def hostile() -> str:
    return render_notebook(factory.hostile_grade(), notebooks.hostile_cells(), report="mallory.html")


def test_the_score_is_at_the_top(seen: str) -> None:
    assert seen.startswith(
        "A multilayer perceptron from scratch: notebook with feedback Ada Lovelace 9.5 of 23.5 points The report says"
    )


def test_it_links_to_the_report(page: str) -> None:
    assert ("a", {"href": "ada.html"}) in elements(page)


def test_what_was_written_is_shown_in_its_order(seen: str) -> None:
    places = [
        seen.index(words) for words in ("My network", "import numpy as np", "Layers", "def affine_forward", "'done'")
    ]
    assert places == sorted(places)


def test_a_part_stands_under_the_cell_that_defines_it(seen: str) -> None:
    cell, card, after = (seen.index(words) for words in ("return 1.5", "Affine layer, backward affine", "'done'"))
    assert cell < card < after


def test_all_parts_of_a_cell_stand_under_it(seen: str) -> None:
    first, second = (seen.rindex(words) for words in ("Affine layer, forward affine", "Affine layer, backward affine"))
    assert seen.index("return 1.5") < first < second < seen.index("'done'")


def test_parts_in_no_cell_are_listed_at_the_end(seen: str) -> None:
    end = seen[seen.index("Parts that no cell above defines") :]
    titles = [part.title for part in notebooks.a_grade().parts]
    assert [title in end for title in titles] == [False, False, True, True]


def test_a_part_that_is_defined_twice_stands_under_the_cell_that_counts() -> None:
    twice = [notebooks.code(1, "def affine_forward(): return 1"), notebooks.code(2, "def affine_forward(): return 2")]
    grade = notebooks.graded(factory.grade([factory.passed_part()]), affine_forward="ada.ipynb cell 2")
    shown = text_of(render_notebook(grade, twice, report="x.html"))
    assert shown.index("return 2") < shown.rindex("Affine layer, forward affine_forward")


def test_the_code_above_a_card_is_not_shown_in_it_again() -> None:
    grade = notebooks.graded(factory.grade([factory.failed_part()]), affine_backward="ada.ipynb cell 1")
    shown = text_of(render_notebook(grade, [notebooks.code(1, "x = 1")], report="x.html"))
    assert "def affine_backward" not in shown


def test_empty_cells_are_not_shown(page: str) -> None:
    assert page.count('<div class="text">') == 3


def test_it_says_that_outputs_are_left_out(seen: str) -> None:
    assert "Outputs, pictures and raw cells are left out" in seen


def test_it_shows_of_hidden_checks_what_the_report_shows() -> None:
    part = factory.hidden_part()
    assert "0.73190274" not in render_notebook(factory.grade([part]), notebooks.CELLS, report="x.html")


def test_a_held_report_shows_no_score() -> None:
    shown = text_of(render_notebook(factory.held_grade(), notebooks.CELLS, report="x.html"))
    assert "Katherine Johnson Held This report is held" in shown


@pytest.mark.parametrize("shown", ["all", "scores", "public"])
def test_the_score_is_the_one_of_the_report(shown: Shown) -> None:
    remark = Remark(number=1, key="ada", author="Grace", time="2026-11-30T10:00:00+00:00", points=-2.0)
    final = final_grade(factory.rich_grade(), [remark], None, Policy())
    pages = (
        render_student(factory.rich_grade(), final=final, shown=shown),
        render_notebook(factory.rich_grade(), notebooks.CELLS, report="x.html", final=final, shown=shown),
    )
    scores = [re.findall(r"<p class=.score.>.*?</p>", page) for page in pages]
    assert (len(scores[0]), scores[0]) == (1, scores[1])


@pytest.mark.parametrize("shown", ["scores", "public"])
def test_no_hidden_check_is_named_that_is_not_released(shown: Shown) -> None:
    grade = factory.rich_grade()
    page = render_notebook(grade, notebooks.CELLS, report="x.html", shown=shown)
    hidden = [c.check.title for part in grade.parts for c in part.checks if c.check.visibility is Visibility.HIDDEN]
    assert [title for title in hidden if title in page] == []


@pytest.mark.parametrize(
    ("source", "html"),
    [
        pytest.param("# A", '<h2 class="level-1">A</h2>', id="heading"),
        pytest.param("#", "", id="heading without words"),
        pytest.param("a <b>c</b>", "<p>a &lt;b&gt;c&lt;/b&gt;</p>", id="HTML"),
        pytest.param("$x_1 < 2$", '<p><code class="math">$x_1 &lt; 2$</code></p>', id="formula"),
        pytest.param("- [x] a", "<ul>\n<li>☑ a</li>\n</ul>", id="task"),
        pytest.param("![a *b*](c.png)", '<p><span class="muted">[picture left out: a b]</span></p>', id="picture"),
        pytest.param("[a](b.html)", "<p>a</p>", id="link to a file"),
        pytest.param("[a](#part-1)", "<p>a</p>", id="link within the page"),
        pytest.param("[a](//b.example)", "<p>a</p>", id="link without a scheme"),
        pytest.param("[a](javascript:b)", "<p>a</p>", id="link that runs a script"),
        pytest.param("[a](data:text/html,b)", "<p>a</p>", id="link to data"),
        pytest.param("[a](mailto:b@c.example)", "<p>a</p>", id="link to a mailbox"),
        pytest.param(
            "[a](https://b.example/?c&d)",
            '<p><a href="https://b.example/?c&amp;d" rel="noopener noreferrer nofollow">a</a></p>',
            id="link to the web",
        ),
        pytest.param("[](https://b.example)", "<p></p>", id="link without words"),
        pytest.param("```python\nx = '<'\n```", "<pre tabindex=\"0\"><code>x = '&lt;'\n</code></pre>", id="code"),
        pytest.param("a\N{RIGHT-TO-LEFT OVERRIDE}b\x1b", r"<p>a\u202eb\x1b</p>", id="controls"),
    ],
)
def test_text_becomes_harmless_html(source: str, html: str) -> None:
    assert cell_html("markdown", source).strip() == html


@pytest.mark.parametrize("address", ["http://[", "https://", "ftp://a.example", "https:a", "\x01https://a.example"])
def test_what_is_no_address_of_a_page_is_no_link(address: str) -> None:
    assert not cells.leads_to_the_web(address)


def test_a_column_without_a_heading_has_no_empty_one() -> None:
    found = [tag for tag, _ in elements(cell_html("markdown", notebooks.CELLS[1].text))]
    assert (found.count("th"), found.count("td")) == (2, 4)


def test_code_is_coloured() -> None:
    assert '<span class="k">def</span>' in cell_html("code", "def f(): pass")


@pytest.mark.parametrize(("kind", "limit"), [("code", CODE_LIMIT), ("markdown", TEXT_LIMIT)])
def test_a_giant_cell_is_cut_and_says_so(kind: str, limit: int) -> None:
    cell = msgspec.convert({"kind": kind, "text": "x" * (limit + 1)}, Cell)
    sentence = f"Cut here: the cell has {limit + 1:,} characters, of which {limit:,} are shown."
    assert text_of(f"<body>{cell_html(cell.kind, cell.text)}").endswith(f"xx {sentence}")


def test_a_cell_that_cannot_be_set_is_shown_as_text(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(source: str) -> str:
        raise RecursionError

    monkeypatch.setattr(cells, "text_html", broken)
    monkeypatch.setattr(cells, "exporter", cells.exporter.__wrapped__)
    assert cells.cell_html.__wrapped__("markdown", "<b>") == (
        '<p class="muted small">This cell cannot be set (RecursionError); here is its text.</p>'
        '<pre tabindex="0">&lt;b&gt;</pre>'
    )


@pytest.mark.parametrize(
    "text", ["x + y\n" * 2_000, "<&>'\"" * 3_000], ids=["many tokens", "many characters to escape"]
)
def test_a_large_notebook_is_shown_in_part_and_says_so(text: str) -> None:
    many = [notebooks.code(number, f"{number}\n{text}") for number in range(1, 40)]
    grade = notebooks.graded(factory.rich_grade(), affine_forward="ada.ipynb cell 39")
    shown = render_notebook(grade, many, report="x.html")
    assert len(shown.encode()) < BYTES_LIMIT
    assert "The notebook is too large to be shown whole: " in shown
    assert "ada.ipynb cell 39" in shown


def test_many_small_cells_are_shown_in_part() -> None:
    shown = render_notebook(factory.rich_grade(), [notebooks.text("a")] * (CELL_LIMIT + 1), report="x.html")
    assert "The notebook is too large to be shown whole: 1 cell is left out." in shown


def test_a_hostile_notebook_holds_known_elements_alone(hostile: str) -> None:
    cards = {"b", "bdi", "caption", "details", "figcaption", "figure", "g", "h3", "h4", "i", "path", "rect", "section"}
    cards |= {
        "summary",
        "svg",
        "text",
        "tspan",
        "line",
        "polyline",
        "circle",
        "defs",
        "use",
        "img",
        "image",
        "clippath",
        "mark",
    }
    frame = {"html", "head", "meta", "title", "style", "body", "main", "header", "h1", "nav", "footer"}
    assert {tag for tag, _ in elements(hostile)} <= {*TAGS, *cards, *frame}


def test_a_hostile_notebook_has_no_handler_and_no_style(hostile: str) -> None:
    after = elements(hostile[hostile.index("<h2>Notebook</h2>") : hostile.index("<h2>Parts that no cell")])
    assert {name for _, attributes in after for name in attributes} <= {
        *("href", "rel", "class", "tabindex"),
        *("role", "aria-label", "scope"),
    }


def test_the_links_of_a_hostile_notebook_lead_to_the_web_or_the_report(hostile: str) -> None:
    links = {attributes["href"] or "" for tag, attributes in elements(hostile) if tag == "a"}
    assert {link for link in links if not link.startswith(("https://", "#part-"))} == {"mallory.html"}


def test_the_template_is_not_the_students(hostile: str) -> None:
    assert "{{ 7 * 7 }}" in hostile


def test_a_hostile_notebook_is_not_too_large(hostile: str) -> None:
    assert len(hostile.encode()) < BYTES_LIMIT


def test_the_worst_text_found_is_read_in_seconds() -> None:
    cell_html.cache_clear()
    worst = [notebooks.text(rf"{number}" + r"\\[" * 3_000) for number in range(3)]
    started = time.process_time()
    render_notebook(factory.rich_grade(), worst, report="x.html")
    assert time.process_time() - started < 10


def test_the_shared_text_of_a_class_is_set_once() -> None:
    cell_html.cache_clear()
    for _ in range(2):
        render_notebook(notebooks.a_grade(), notebooks.CELLS, report="x.html")
    assert cell_html.cache_info().misses == 6
