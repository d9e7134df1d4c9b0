from __future__ import annotations

import re

import msgspec

from grader.model import Excerpt, Grade, Remark, Status
from grader.report import render_class, render_student
from tests.report import factory, hand_ins
from tests.report.test_student import text_of
from tests.test_final import final, remark
from tests.test_final import grade as final_grade


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


def similar(grades: list[Grade]) -> str:
    text = text_of(render_class(grades, [], title="CNN", links={}))
    return text[text.index("Similar hand-ins", text.index("What stands out")) :]


def test_a_cause_leads_to_the_part_in_the_report_of_who_holds_it() -> None:
    grade = factory.rich_grade()
    made = render_class([grade], [], title="MLP", links={grade.key: "reports/ada.html"})
    anchors = set(re.findall(r'href="reports/ada.html#([^"]+)"', made))
    assert (anchors, all(f'id="{anchor}"' in render_student(grade) for anchor in anchors)) == (
        {"part-2", "part-3", "part-4", "part-7"},
        True,
    )


def test_a_cause_is_told_with_its_hint() -> None:
    assert "times-a-constant Softmax loss and its gradient Look for a mean where a sum is meant." in re.sub(
        r"<[^>]*>", " ", text_of(page().replace("<br>", " "))
    )


def test_a_failure_without_a_cause_is_told_with_its_check_and_what_was_seen() -> None:
    text = text_of(page().replace("<br>", " "))
    assert "Softmax loss and its gradient Loss and gradient on random scores dw is None." in text


def test_the_formulas_of_the_item_analysis_are_told() -> None:
    assert (
        "Discrimination is the correlation (Pearson's r, −1 to 1) between the share a student earned in the check and "
        "the points the student earned in all other checks"
    ) in text_of(page())


def test_similar_hand_ins_are_a_reason_to_look() -> None:
    text = similar(hand_ins.with_copy())
    assert "Similar code is a reason to look, never a proof." in text
    assert re.search(r"Tom Vera 100 % 1,?\d\d\d ", text)


def test_from_which_length_parts_are_compared_by_themselves_is_told() -> None:
    assert "parts under 80 words and signs (about eight lines) are compared all together" in similar(
        hand_ins.with_copy()
    )


def test_similar_hand_ins_stand_side_by_side_the_longest_part_first() -> None:
    text = similar(hand_ins.with_copy())
    shown = text[text.index("Pair 1: Tom and Vera") :]
    assert re.match(r"Pair 1: Tom and Vera conv_forward Line ?Tom, cnn.py ?Agrees ?Line ?Vera, cnn.py", shown)
    assert re.search(r" \d+ +stride, pad = .{30,60} alike \d+ ", shown)


def test_a_class_without_similar_hand_ins_says_so() -> None:
    assert "No two hand-ins are alike." in similar(list(hand_ins.a_class("cnn")))


def test_results_without_code_say_that_nothing_was_compared() -> None:
    assert "These results hold no code of students, so nothing was compared." in similar(factory.a_class())


def test_hostile_code_stays_text() -> None:
    made = render_class(hostile_pair(), [], title="CNN", links={})
    assert ("side by side" in made.casefold(), re.findall(r"<script>.{12}|<img", made)) == (
        True,
        ['<script>"use strict"'],
    )


def hostile_pair() -> list[Grade]:
    """Return two hand-ins that are alike and attack the page with their code."""
    lines = [f"    a = np.exp({n}) * {n + 7}  # {factory.HOSTILE}" for n in range(40)]
    text = "\n".join([f"def f(x):  # {factory.HOSTILE}", *lines])
    part = factory.part("f", factory.HOSTILE, Status.FAILED, [])
    part = msgspec.structs.replace(part, source=Excerpt(label=factory.HOSTILE, first_line=1, text=text))
    return [factory.grade([part], student=factory.HOSTILE, key=key) for key in ("a", "b")]


def students(*remarks: Remark, submitted: str = "") -> str:
    made = {"ada": final(*remarks, submitted=submitted)}
    return text_of(
        "<body>" + render_class([final_grade()], [], title="MLP", links={}, finals=made).split('id="table"')[1]
    )


def test_the_table_shows_what_counts_beside_what_the_checks_gave() -> None:
    late = "2026-12-01T22:58:00+01:00"
    assert "4.5 / 6 (checks 5) 75 % graded, 1 day late ada.py" in students(submitted=late)
    assert "5.5 / 6 (checks 5) 92 % graded, +0.5 by hand, comment ada.py" in students(
        remark(points=0.5, comment="Well spotted.")
    )


def test_where_nobody_changed_anything_the_table_shows_the_points_alone() -> None:
    assert "5 / 6 83 % graded ada.py" in students()
