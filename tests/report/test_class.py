from __future__ import annotations

import re

from grader.report import render_class
from tests.report import factory
from tests.report.test_student import text_of


def page(**links: str) -> str:
    return render_class(factory.a_class(), factory.refusals(), title="MLP, autumn", links=links)


def test_the_numbers_of_the_class_are_at_the_top() -> None:
    start = text_of(page())[:200]
    assert re.match(r"Class report MLP, autumn Students graded 41 Mean \d+ % Median \d+ % Held 1 Refused 2", start)


def test_students_are_sorted_by_name() -> None:
    table = page().split('id="table"')[1]
    names = re.findall(r"<tr>\s*<td><bdi>(.*?)</bdi>", table)
    assert names == sorted(names, key=str.casefold)


def test_a_student_is_linked_to_the_report() -> None:
    assert '<a href="s/ada.html?a=1&amp;b=2"><bdi>Émilie du Châtelet 1</bdi></a>' in page(s1="s/ada.html?a=1&b=2")


def test_a_held_student_has_no_score() -> None:
    table = text_of("<body>" + page().split('id="table"')[1])
    assert re.search(r"Katherine Johnson\s*–\s*–\s*held\s*katherine.ipynb", table)


def test_refused_hand_ins_are_listed_with_their_reason() -> None:
    expected = (
        "Grace Hopper grace.zip The archive holds the entry ../../etc/passwd, outside of it. Hand in a new archive."
    )
    assert expected in text_of(page())


def test_long_lists_of_students_are_folded() -> None:
    assert re.search(r"<summary>and \d+ more</summary>", page())


def test_an_empty_class_is_rendered() -> None:
    assert "Students graded 0" in text_of(render_class([], [], title="Nobody", links={}))


def test_hostile_text_stays_text() -> None:
    hostile = render_class([factory.hostile_grade()], [], title=factory.HOSTILE, links={})
    assert re.findall(r"<script>.{12}|<img", hostile) == ['<script>"use strict"']


def test_only_the_script_of_the_page_may_run() -> None:
    assert re.search(r"script-src 'sha256-[A-Za-z0-9+/]{43}='; ", page())
