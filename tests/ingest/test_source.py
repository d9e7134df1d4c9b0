"""Bytes of a .py file to text."""

from __future__ import annotations

import codecs
import re

import pytest

from grader.errors import SubmissionError
from grader.ingest.source import decode_source


def refuses(data: bytes, sentence: str) -> None:
    with pytest.raises(SubmissionError, match=f"^{re.escape(sentence)}$"):
        decode_source("mlp.py", data)


@pytest.mark.parametrize(
    "data",
    [
        pytest.param("é = 1\n".encode(), id="UTF-8"),
        pytest.param(codecs.BOM_UTF8 + "é = 1\n".encode(), id="UTF-8 with a mark"),
        pytest.param("é = 1\n".encode("utf-16"), id="UTF-16"),
        pytest.param("é = 1\r\n".encode(), id="CRLF"),
        pytest.param("é = 1\r".encode(), id="CR"),
    ],
)
def test_marks_and_line_ends_are_taken_away(data: bytes) -> None:
    assert decode_source("mlp.py", data).text == "é = 1\n"


@pytest.mark.parametrize("declared", ["latin-1", "iso-8859-1", "Latin_1", "latin-1-unix"])
def test_latin_1_is_read_where_it_is_declared(declared: str) -> None:
    data = f"# -*- coding: {declared} -*-\né = 1\n".encode("latin-1")
    assert decode_source("mlp.py", data).text.endswith("\né = 1\n")


def test_the_second_line_may_declare_the_encoding() -> None:
    data = b"#!/usr/bin/env python\n# vim: set fileencoding=latin-1 :\nx = '\xe9'\n"
    assert decode_source("mlp.py", data).text.endswith("x = 'é'\n")


def test_after_code_a_declaration_is_a_comment() -> None:
    data = b"x = 1\n# coding: cp1252\n"
    assert decode_source("mlp.py", data).text == "x = 1\n# coding: cp1252\n"


def test_other_encodings_are_refused() -> None:
    refuses(
        b"# coding: utf-7\nx = 1\n",
        "mlp.py declares the encoding 'utf-7'; UTF-8, ASCII and Latin-1 are read. "
        "Save it again as UTF-8, and hand that in.",
    )


def test_bytes_outside_the_encoding_are_located() -> None:
    refuses(
        b"x = '\xe9'\n",
        "mlp.py is not UTF-8 text: byte 5 cannot be decoded. Save it again as UTF-8, and hand that in.",
    )


def test_bytes_outside_ascii_are_refused_where_ascii_is_declared() -> None:
    refuses(
        b"# coding: ascii\nx = '\xc3\xa9'\n",
        "mlp.py is not ASCII text: byte 21 cannot be decoded. Save it again as UTF-8, and hand that in.",
    )


def test_nul_is_located() -> None:
    refuses(b"x = 1\n\0", "mlp.py is not text: byte 6 is NUL. Save it again as UTF-8 text, and hand that in.")


def test_a_mebibyte_is_read() -> None:
    assert len(decode_source("mlp.py", b"#" * (1 << 20)).text) == 1 << 20


def test_more_than_a_mebibyte_is_refused() -> None:
    refuses(
        b"#" * ((1 << 20) + 1),
        "mlp.py is larger than 1 MiB. Take out data and outputs, and hand it in again.",
    )


def test_a_form_feed_is_kept() -> None:
    assert decode_source("mlp.py", b"x = 1\n\x0c\ny = 2\n").text == "x = 1\n\x0c\ny = 2\n"


def test_characters_that_turn_the_reading_order_get_a_note() -> None:
    assert decode_source("mlp.py", "x = 1\ny = '\u202e'\n".encode()).notes == (
        "mlp.py, line 2, has an invisible character (\\u202e) that changes the order in which the line is "
        "displayed; what runs may not be what is seen.",
    )


def test_plain_text_gets_no_note() -> None:
    assert decode_source("mlp.py", "x = 'שלום'\n".encode()).notes == ()


def test_a_letter_that_looks_like_another_gets_a_note() -> None:
    assert decode_source("mlp.py", "x = 1\ndef \u0430ffine(x):\n    return x\n".encode()).notes == (
        "mlp.py, line 2: the name \u0430ffine has the letter \\u0430, which may look like another and is none. "
        "Where a name was given, type it anew.",
    )


def test_a_variable_with_an_umlaut_gets_no_note() -> None:
    assert decode_source("mlp.py", "größe = 1\n".encode()).notes == ()
