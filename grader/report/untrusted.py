"""Show text that students wrote without letting it do anything.

Names, messages, source lines and output are hostile. HTML escaping is Jinja's; what is left is done here:
characters that steer a terminal or the direction of text are shown as ``\\xNN`` or ``\\uNNNN``, and
lengths are capped.
"""

from __future__ import annotations

import re
import unicodedata

from markupsafe import Markup, escape

MESSAGE_LIMIT = 400
OUTPUT_LIMIT = 8192

_KEPT = {"\n", "\t", "\N{ZERO WIDTH NON-JOINER}", "\N{ZERO WIDTH JOINER}"}  # the joiners occur in real names
# Controls, format characters (bidi among them), surrogates, private use, line and paragraph separators.
_SHOWN_AS_NUMBER = {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}
_IN_BACKTICKS = re.compile(r"`([^`\n]+)`")
_WHOLE = re.compile(r"[0-9](?:[0-9,]*[0-9])?(?:\.[0-9]+)?(?:[eE][-+]?[0-9]{1,3})?")
_NUMBER = re.compile(r"\d[\d.]*(?:[eE][-+]?\d+)?")


def visible(text: str) -> str:
    """Return ``text`` with every control character written out: ESC becomes ``\\x1b``."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(_shown(character) for character in text)


def capped(text: str, limit: int) -> str:
    """Return at most ``limit`` characters of the visible form of ``text``, and say when there were more."""
    shown = visible(text[:limit])
    if len(text) <= limit and len(shown) <= limit:
        return shown
    return f"{shown[:limit]}… (cut; {len(text):,} characters in all)"


def prose(text: str, limit: int = 2 * MESSAGE_LIMIT) -> Markup:
    """Return a sentence as HTML, escaped, with what stands between backticks set as code."""
    return Markup(_IN_BACKTICKS.sub(r"<code>\1</code>", str(escape(capped(text, limit)))))


def without_numbers(text: str) -> str:
    """Return ``text`` with every number replaced by ``#``, so that a message of a hidden check shows none."""
    return _NUMBER.sub("#", text)


def coarse(text: str) -> str:
    """Return ``text`` with numbers of more than three significant digits rounded to three: 0.12345 becomes ≈0.123.

    What stands behind the word "expected" is the course's own and is left as it is, wherever it stands: shapes.
    """
    told = set(_WHOLE.findall(text.partition("expected")[2]))
    return _WHOLE.sub(lambda found: found[0] if found[0] in told else _rounded(found[0]), text)


def _rounded(number: str) -> str:
    value = float(number.replace(",", ""))
    rounded = float(f"{value:.3g}")
    return number if rounded == value else f"≈{rounded:g}"


def _shown(character: str) -> str:
    if character in _KEPT or unicodedata.category(character) not in _SHOWN_AS_NUMBER:
        return character
    number = ord(character)
    if number <= 0xFF:
        return f"\\x{number:02x}"
    return f"\\u{number:04x}" if number <= 0xFFFF else f"\\U{number:08x}"
