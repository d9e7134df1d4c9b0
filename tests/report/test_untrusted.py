from __future__ import annotations

import pytest

from grader.report.untrusted import capped, coarse, prose, visible, without_numbers


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("\x1b[31mred", "\\x1b[31mred"),
        ("a\x00b", "a\\x00b"),
        ("\x9b2J", "\\x9b2J"),
        ("\r", "\\x0d"),
        ("\N{RIGHT-TO-LEFT OVERRIDE}txt.exe", "\\u202etxt.exe"),
        ("\N{LINE SEPARATOR}", "\\u2028"),
        ("\ud800", "\\ud800"),
        ("\U000e0041", "\\U000e0041"),
    ],
)
def test_a_control_character_is_written_out(raw: str, shown: str) -> None:
    assert visible(raw) == shown


@pytest.mark.parametrize("text", ["Émilie du Châtelet", "محمد", "李善兰", "نیم\N{ZERO WIDTH NON-JOINER}فاصله"])
def test_names_of_all_languages_stay_as_they_are(text: str) -> None:
    assert visible(text) == text


def test_lines_and_tabs_of_output_stay() -> None:
    assert visible("a\tb\nc") == "a\tb\nc"


def test_long_text_is_cut_and_says_so() -> None:
    assert capped("x" * 1200, 10) == "xxxxxxxxxx… (cut; 1,200 characters in all)"


def test_text_that_grows_past_the_limit_when_shown_is_cut() -> None:
    assert capped("\x1b" * 4, 10) == "\\x1b\\x1b\\x… (cut; 4 characters in all)"


def test_text_within_the_limit_is_whole() -> None:
    assert capped("x" * 10, 10) == "x" * 10


def test_backticks_become_code() -> None:
    assert prose("Sum `dout` first.") == "Sum <code>dout</code> first."


def test_markup_inside_backticks_is_escaped() -> None:
    assert prose("`<b>`") == "<code>&lt;b&gt;</code>"


def test_every_number_of_a_hidden_message_is_replaced() -> None:
    assert without_numbers("x1 = -0.5e-3, shape (4, 5)") == "x# = -#, shape (#, #)"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("dw is 0.0666667 times the expected value", "dw is ≈0.0667 times the expected value"),
        ("losses has 8734 entries, expected 20.", "losses has ≈8730 entries, expected 20."),
        ("dx has shape (3072, 10), expected (10, 3072).", "dx has shape (3072, 10), expected (10, 3072)."),
        ("wrong in 3 of 100000 entries", "wrong in 3 of 100000 entries"),
        ("holds 87,343,001 bytes", "holds ≈8.73e+07 bytes"),
        ("1.25e-07 and 12.5 %", "1.25e-07 and 12.5 %"),
    ],
)
def test_numbers_are_shown_to_three_digits_unless_they_are_expected(text: str, shown: str) -> None:
    assert coarse(text) == shown
