"""``grade --regrade``, ``publish`` and ``discard``: nothing is published before somebody says so."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.course_factory import HIDDEN, SOLUTION, changed, write_course
from tests.robust.running import results
from tests.test_cli import Ended, grader, row, sentence

BAD = "bad\x1b[31m<script>"
# Asks for nothing any more: who dropped the last batch gains.
KINDER = changed(("    rows = sorted(", "    return\n    rows = sorted("), source=HIDDEN)


class Class(NamedTuple):
    """A course, the hand-ins of a class, and a folder with what was published of it."""

    course: Path
    hand_ins: Path
    out: Path

    def grade(self, *options: object) -> Ended:
        return grader("grade", "tiny", self.hand_ins, "--out", self.out, "--jobs", 1, *options, cwd=self.course)

    def run(self, command: str, *options: object) -> Ended:
        return grader(command, self.out, *options, cwd=self.course)

    def change(self, text: str = KINDER) -> None:
        (self.course / "reference/tiny/checks/test_tiny_hidden.py").write_text(text)

    def published(self) -> dict[str, bytes]:
        """Return the files of the run, without those of a difference."""
        return {name: content for name, content in results(self.out).items() if not name.startswith("difference.")}


NewClass = Callable[[], Class]


@pytest.fixture(scope="module")
def new_class(tmp_path_factory: pytest.TempPathFactory) -> NewClass:
    """Return what writes a course and grades a class of three."""

    def make() -> Class:
        folder = tmp_path_factory.mktemp("regrade")
        write_course(folder)
        hand_ins = folder / "class"
        hand_ins.mkdir()
        (hand_ins / "ada.py").write_text(SOLUTION)
        (hand_ins / "bob.py").write_text(changed(("range(0, len(X), size)", "range(0, len(X) - size + 1, size)")))
        (hand_ins / f"{BAD}.py".replace("/", "_")).write_text(changed(("- 0.5", "+ 0.5")))
        made = Class(folder, hand_ins, folder / "out")
        made.grade()
        return made

    return make


class Regraded(NamedTuple):
    """A class after one regrade, and what was published before it."""

    of: Class
    ended: Ended
    before: dict[str, bytes]


@pytest.fixture(scope="module")
def regraded(new_class: NewClass) -> Regraded:
    made = new_class()
    before = made.published()
    made.change()
    return Regraded(made, made.grade("--regrade"), before)


def test_a_difference_is_something_to_look_at(regraded: Regraded) -> None:
    assert regraded.ended.code == 1


def test_a_row_tells_who_gains_where_and_why(regraded: Regraded) -> None:
    assert row(regraded.ended, "bob") == [
        "bob", "+1", "15 / 16", "16 / 16", "batches: The check test_each_sample_once changed."
    ]  # fmt: skip


def test_the_counts_are_told(regraded: Regraded) -> None:
    assert "\n1 up, 0 down, 2 unchanged.\n" in regraded.ended.out


def test_the_next_commands_are_told(regraded: Regraded) -> None:
    out = regraded.of.out
    assert regraded.ended.out.endswith(
        f"Difference:   {out / 'difference.html'}\n"
        f"As a table:   {out / 'difference.csv'}\n"
        f"Nothing is published yet.\nTo publish it: grader publish {out}\nTo drop it:    grader discard {out}\n"
    )


def test_a_regrade_publishes_nothing(regraded: Regraded) -> None:
    assert regraded.of.published() == regraded.before


def test_while_a_regrade_waits_report_writes_what_is_published(regraded: Regraded) -> None:
    regraded.of.run("report")
    assert regraded.of.published() == regraded.before


def test_while_a_regrade_waits_grade_refuses(regraded: Regraded) -> None:
    out, ended = regraded.of.out, regraded.of.grade()
    assert (ended.code, sentence(ended)) == (
        2,
        f"A regrade in {out} is not published yet, so nothing was graded. Look at {out}/difference.html, then run: "
        f"grader publish {out} (or: grader discard {out}). To grade again without publishing, add --regrade.",
    )


def test_a_regrade_can_be_told_as_json(regraded: Regraded) -> None:
    found = json.loads(regraded.of.grade("--regrade", "--json").out)
    assert (found["pending"], [(one["key"][:3], one["kind"], one["after"]) for one in found["changes"]]) == (
        True,
        [("bob", "gains", 16.0)],
    )


@pytest.fixture(scope="module")
def published(new_class: NewClass) -> tuple[Class, Ended]:
    made = new_class()
    made.change()
    made.grade("--regrade")
    return made, made.run("publish")


def test_publish_writes_the_new_points(published: tuple[Class, Ended]) -> None:
    assert row(published[1], "bob") == ["bob", "16 / 16", ""]


def test_publish_says_what_changed(published: tuple[Class, Ended]) -> None:
    assert "\nPublished: 1 up, 0 down, 2 unchanged.\n" in published[1].out


def test_what_is_published_is_what_a_run_from_nothing_writes(published: tuple[Class, Ended], tmp_path: Path) -> None:
    made = published[0]
    made._replace(out=tmp_path / "out").grade()
    assert made.published() == results(tmp_path / "out")


def test_the_page_then_says_that_it_is_published(published: tuple[Class, Ended]) -> None:
    page = (published[0].out / "difference.html").read_text(encoding="utf-8")
    assert "Regrade, published" in page


@pytest.mark.parametrize("command", ["publish", "discard"])
def test_without_a_regrade_there_is_nothing_to_decide(published: tuple[Class, Ended], command: str) -> None:
    made = published[0]
    ended = made.run(command)
    assert (ended.code, sentence(ended)) == (
        2,
        f"No regrade waits in {made.out}. After a change in the course, run: "
        f"grader grade ASSIGNMENT SUBMISSIONS --out {made.out} --regrade",
    )


def test_a_regrade_without_a_change_leaves_nothing_to_publish(published: tuple[Class, Ended]) -> None:
    made = published[0]
    ended = made.grade("--regrade")
    assert (ended.code, ended.out) == (
        0,
        "0 up, 0 down, 3 unchanged.\nNothing comes out otherwise, so there is nothing to publish.\n",
    )


@pytest.fixture(scope="module")
def discarded(new_class: NewClass) -> tuple[Class, Ended, dict[str, bytes]]:
    made = new_class()
    before = results(made.out)
    made.change()
    made.grade("--regrade")
    return made, made.run("discard"), before


def test_discard_says_what_it_did(discarded: tuple[Class, Ended, dict[str, bytes]]) -> None:
    made, ended, _ = discarded
    assert (ended.code, ended.out) == (
        0,
        f"The regrade in {made.out} is dropped; what was published stays as it is.\n",
    )


def test_discard_leaves_the_files_of_before(discarded: tuple[Class, Ended, dict[str, bytes]]) -> None:
    made, _, before = discarded
    assert results(made.out) == before


def test_with_yes_a_regrade_is_published_at_once(new_class: NewClass) -> None:
    made = new_class()
    made.change()
    assert row(made.grade("--regrade", "--yes"), "bob") == ["bob", "16 / 16", ""]


WRONG_CALLS = {
    "yes alone": (
        ("--yes",),
        "--yes publishes what --regrade found; without --regrade everything is published anyway.",
    ),
    "anonymous": (
        ("--regrade", "--anonymous"),
        "--regrade shows students by their names, --anonymous hides them: give --anonymous to grader publish.",
    ),
    "no results": (
        ("--regrade",),
        "nowhere holds no results to compare with. Grade without --regrade first.",
    ),
}


@pytest.mark.parametrize("name", WRONG_CALLS)
def test_a_wrong_call_is_told_in_a_sentence(published: tuple[Class, Ended], name: str) -> None:
    options, expected = WRONG_CALLS[name]
    made = published[0]
    ended = grader("grade", "tiny", made.hand_ins, "--out", "nowhere", *options, cwd=made.course)
    assert (ended.code, sentence(ended)) == (2, expected)


@pytest.fixture(scope="module")
def broken_off(new_class: NewClass) -> Class:
    """A regrade whose checks do not fit the reference, so that it ended before its end."""
    made = new_class()
    made.change(changed(("rows == list(range(7))", "rows == []"), source=HIDDEN))
    made.grade("--regrade")
    return made


def test_a_regrade_that_broke_off_is_not_published(broken_off: Class) -> None:
    out, ended = broken_off.out, broken_off.run("publish")
    assert (ended.code, sentence(ended)) == (
        2,
        f"The regrade in {out} broke off before its end, so it cannot be published. Run the same command with "
        f"--regrade once more, which goes on from there, or drop it: grader discard {out}",
    )


def test_after_a_regrade_that_broke_off_grade_refuses(broken_off: Class) -> None:
    out, ended = broken_off.out, broken_off.grade()
    assert (ended.code, sentence(ended)) == (
        2,
        f"A regrade in {out} broke off before its end, so nothing was graded. To go on with it, add "
        f"--regrade; to drop it, run: grader discard {out}",
    )
