"""Source that is oddly encoded, and source that does not parse."""

from __future__ import annotations

from tests.bad_inputs.table import EVERYTHING, HandIn, Item, Row, edited, graded, python, refused, with_batches
from tests.course_factory import SOLUTION

BATCHES = "def batches(X, y, size, rng):\n"


def after(text: str) -> HandIn:
    """Return what writes the solution and more source."""
    return python(f"{SOLUTION}\n{text}\n")


ENCODINGS = Row(
    "Source in another encoding or with odd characters",
    (
        Item(
            "latin-1 that says nothing",
            python(SOLUTION.encode() + b"# caf\xe9\n"),
            refused(
                "latin-1-that-says-nothing.py is not UTF-8 text: byte 2750 cannot be decoded. Save it "
                "again as UTF-8, and hand that in."
            ),
        ),
        Item("latin-1 that says so", python(b"# coding: latin-1\n" + SOLUTION.encode() + b"# caf\xe9\n"), graded()),
        Item(
            "encoding koi8-r",
            python(b"# coding: koi8-r\n" + SOLUTION.encode()),
            refused(
                "encoding-koi8-r.py declares the encoding 'koi8-r'; UTF-8, ASCII and Latin-1 are read. "
                "Save it again as UTF-8, and hand that in."
            ),
        ),
        Item(
            "encoding that is a codec of Python",
            python(b"# coding: unicode_escape\n" + SOLUTION.encode()),
            refused(
                "encoding-that-is-a-codec-of-python.py declares the encoding 'unicode_escape'; UTF-8, "
                "ASCII and Latin-1 are read. Save it again as UTF-8, and hand that in."
            ),
        ),
        Item("byte order mark of UTF-8", python(b"\xef\xbb\xbf" + SOLUTION.encode()), graded()),
        Item("UTF-16", python(SOLUTION.encode("utf-16")), graded()),
        Item(
            "UTF-16 cut in a character",
            python(SOLUTION.encode("utf-16")[:-1]),
            refused(
                "utf-16-cut-in-a-character.py is not UTF-16 text: byte 5490 cannot be decoded. Save it "
                "again as UTF-8, and hand that in."
            ),
        ),
        Item(
            "NUL byte",
            python(SOLUTION.encode() + b"x = 1\0\n"),
            refused("nul-byte.py is not text: byte 2750 is NUL. Save it again as UTF-8 text, and hand that in."),
        ),
        Item("line ends of Windows", python(SOLUTION.replace("\n", "\r\n")), graded()),
        Item("line ends of old Macs", python(SOLUTION.replace("\n", "\r")), graded()),
        Item("form feed", python("\f\n" + SOLUTION), graded()),
        Item(
            "bidirectional control",
            python(SOLUTION + "admin = '\u202e\u2066 x'\n"),
            graded(
                notes=(
                    (
                        "bidirectional-control.py, line 97, has an invisible character (\\u202e) that changes the "
                        "order in which the line is displayed; what runs may not be what is seen."
                    ),
                )
            ),
        ),
        Item(
            "letter that looks like another",
            edited(("def affine_relu_backward(", "def \u0430ffine_relu_backward(")),
            graded(
                "affine_relu_backward is not defined in the submission. Give it exactly this name.",
                lost={"affine_relu_backward": 2.0},
                notes=(
                    (
                        "letter-that-looks-like-another.py, line 36: the name \u0430ffine_relu_backward has the "
                        "letter \\u0430, which may look like another and is none. Where a name was given, type it "
                        "anew."
                    ),
                ),
            ),
        ),
        Item(
            "file that is empty",
            python(""),
            graded(
                "affine_forward is not defined in the submission. Give it exactly this name.",
                lost=EVERYTHING,
                notes=(("Nothing that is asked for is defined in it. Is it the file that was meant to be handed in?"),),
            ),
        ),
        Item(
            "image called py",
            python(b"\x89PNG\r\n\x1a\n" + bytes(range(256))),
            refused(
                "image-called-py.py is not UTF-8 text: byte 0 cannot be decoded. Save it again as UTF-8, "
                "and hand that in."
            ),
        ),
    ),
)

SYNTAX = Row(
    "Source that does not compile",
    (
        Item(
            "SyntaxError",
            edited((BATCHES, BATCHES.replace(":", ""))),
            graded(
                (
                    "batches could not be read: SyntaxError: expected ':'\n"
                    "  syntaxerror.py, line 74, in <module>: def batches(X, y, size, rng)\n"
                    "Hint: Only the code in it is lost; the rest of the file is graded."
                ),
                lost={"batches": 1.0},
                errors=("syntaxerror.py, line 74: SyntaxError: expected ':'",),
            ),
        ),
        Item(
            "IndentationError",
            edited(("    order = rng.permutation(len(X))\n", "   order = 1\n")),
            graded(
                (
                    "batches could not be read: IndentationError: unindent does not match any outer "
                    "indentation level\n"
                    "  indentationerror.py, line 77, in <module>: order = 1\n"
                    "Hint: Only the code in it is lost; the rest of the file is graded."
                ),
                lost={"batches": 1.0},
                errors=(
                    (
                        "indentationerror.py, line 77: IndentationError: unindent does not match any outer "
                        "indentation level"
                    ),
                ),
            ),
        ),
        Item(
            "tabs and spaces",
            edited(("    order = rng.permutation(len(X))\n", "\torder = 1\n")),
            graded(
                (
                    "batches could not be read: TabError: inconsistent use of tabs and spaces in indentation\n"
                    "  tabs-and-spaces.py, line 77, in <module>: order = 1\n"
                    "Hint: Only the code in it is lost; the rest of the file is graded."
                ),
                lost={"batches": 1.0},
                errors=(("tabs-and-spaces.py, line 77: TabError: inconsistent use of tabs and spaces in indentation"),),
            ),
        ),
        Item(
            "code of Python 2",
            with_batches(BATCHES + "    print 'hello'\n"),
            graded(
                (
                    "batches could not be read: SyntaxError: Missing parentheses in call to 'print'. Did you "
                    "mean print(...)?\n"
                    "  code-of-python-2.py, line 75, in <module>: print 'hello'\n"
                    "Hint: Only the code in it is lost; the rest of the file is graded."
                ),
                lost={"batches": 1.0},
                errors=(
                    (
                        "code-of-python-2.py, line 75: SyntaxError: Missing parentheses in call to 'print'. Did "
                        "you mean print(...)?"
                    ),
                ),
            ),
        ),
        Item(
            "500,000 open parentheses",
            after("x = " + "(" * 500_000),
            graded(errors=("500-000-open-parentheses.py, line 98: SyntaxError: too many nested parentheses",)),
        ),
        Item(
            "nesting of parentheses",
            after("x = " + "(" * 90_000 + "1" + ")" * 90_000),
            graded(errors=("nesting-of-parentheses.py, line 98: SyntaxError: too many nested parentheses",)),
        ),
        Item(
            "nesting of signs",
            after("x = " + "-" * 100_000 + "1"),
            graded(
                errors=(
                    (
                        "nesting-of-signs.py, line 98: SyntaxError: this statement is nested too deeply for "
                        "Python to read"
                    ),
                )
            ),
        ),
        Item(
            "chain of attributes",
            after("x = np" + ".a" * 20_000),
            graded(
                errors=(
                    (
                        "chain-of-attributes.py, line 98: SyntaxError: this statement is nested too deeply for "
                        "Python to read"
                    ),
                )
            ),
        ),
        Item(
            "sum of 20,000 terms",
            after("x = " + "1+" * 20_000 + "1"),
            graded(
                errors=(
                    (
                        "sum-of-20-000-terms.py, line 98: SyntaxError: this statement is nested too deeply for "
                        "Python to read"
                    ),
                )
            ),
        ),
        Item("literal of 1 MB", after("x = '" + "x" * 1_000_000 + "'"), graded()),
        Item(
            "number of 100,000 digits",
            after("x = " + "9" * 100_000),
            graded(
                errors=(
                    (
                        "number-of-100-000-digits.py, line 98: SyntaxError: Exceeds the limit (4300 digits) for "
                        "integer string conversion: value has 100000 digits; use sys.set_int_max_str_digits() to "
                        "increase the limit - Consider hexadecimal for huge integer literals to avoid decimal "
                        "conversion limits."
                    ),
                )
            ),
        ),
        Item("constant of 10^9 bits", after("x = 1 << (1 << 30)"), graded()),
        Item(
            "string of 10 GB",
            after("x = 'x' * 10_000_000_000"),
            graded(
                errors=(
                    ("string-of-10-gb.py, line 98: MemoryError: more memory was asked for than a submission may have"),
                )
            ),
        ),
        Item("5,000 statements", after("x = 1\n" * 5_000), graded()),
        Item(
            "return outside a function",
            after("return 7"),
            graded(errors=("return-outside-a-function.py, line 98: SyntaxError: 'return' outside function",)),
        ),
        Item(
            "merge conflict",
            edited((BATCHES, "<<<<<<< HEAD\n" + BATCHES)),
            graded(errors=("merge-conflict.py, line 74: SyntaxError: invalid syntax",)),
        ),
        Item(
            "no part at all",
            python("print('Hello, world')\n"),
            graded(
                "affine_forward is not defined in the submission. Give it exactly this name.",
                lost=EVERYTHING,
                notes=(("Nothing that is asked for is defined in it. Is it the file that was meant to be handed in?"),),
            ),
        ),
    ),
)

ROWS = (ENCODINGS, SYNTAX)
