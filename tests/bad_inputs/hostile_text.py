"""What is printed, raised or used as a name to deceive who reads it."""

from __future__ import annotations

from tests.bad_inputs.table import HandIn, Item, Row, edited, graded, with_backward


def before_wrong(statements: str) -> HandIn:
    """Return what writes a solution that does this in a part whose public check fails and shows what it printed."""
    lines = "".join(f"    {line}\n" for line in statements.splitlines())
    return edited(("    weighted = x @ w + b\n", f"{lines}    weighted = 2 * (x @ w + b)\n"))


def prints(expression: str) -> HandIn:
    """Return what writes a solution that prints this before it gives a wrong answer."""
    return before_wrong(f"print({expression})")


def raises(statement: str) -> HandIn:
    """Return what writes a solution that raises an odd exception."""
    return with_backward(statement)


PRINTED = Row(
    "Printed text",
    (
        Item(
            "prints bytes",
            before_wrong("import sys\nsys.stdout.buffer.write(bytes(range(256)))"),
            graded(
                (
                    "out is wrong in 6 of 6 entries; the largest error is about 100 % of the largest entry.\n"
                    "out is 2 times the expected value, in every entry.\n"
                    "Hint: A constant factor is missing or one too many: a mean against a sum, or a 2 from a "
                    "square."
                ),
                lost={"affine_forward": 3.0},
                output=(
                    "\\x00\\x01\\x02\\x03\\x04\\x05\\x06\\x07\\x08\t\n"
                    "\\x0b\\x0c\\x0d"
                    "\\x0e\\x0f\\x10\\x11\\x12\\x13\\x14\\x15\\x16\\x17\\x18\\x19\\x1a\\x1b\\x1c\\x1d\\x1e\\x1f "
                    "!\"#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`abcdefghijklmnopqrstuvwxyz{|}~\\x7f"
                )
                + "�" * 128,
            ),
        ),
        Item(
            "prints ANSI codes",
            prints(r"'\x1b[2J\x1b[31mred'"),
            graded(
                (
                    "out is wrong in 6 of 6 entries; the largest error is about 100 % of the largest entry.\n"
                    "out is 2 times the expected value, in every entry.\n"
                    "Hint: A constant factor is missing or one too many: a mean against a sum, or a 2 from a "
                    "square."
                ),
                lost={"affine_forward": 3.0},
                output="\\x1b[2J\\x1b[31mred\n",
            ),
        ),
        Item(
            "prints a hyperlink of a terminal",
            prints(r"'\x1b]8;;https://example.org\x1b\\click\x1b]8;;\x1b\\'"),
            graded(
                (
                    "out is wrong in 6 of 6 entries; the largest error is about 100 % of the largest entry.\n"
                    "out is 2 times the expected value, in every entry.\n"
                    "Hint: A constant factor is missing or one too many: a mean against a sum, or a 2 from a "
                    "square."
                ),
                lost={"affine_forward": 3.0},
                output="\\x1b]8;;https://example.org\\x1b\\click\\x1b]8;;\\x1b\\\n",
            ),
        ),
        Item(
            "prints a carriage return",
            prints(r"'failed\rPASSED'"),
            graded(
                (
                    "out is wrong in 6 of 6 entries; the largest error is about 100 % of the largest entry.\n"
                    "out is 2 times the expected value, in every entry.\n"
                    "Hint: A constant factor is missing or one too many: a mean against a sum, or a 2 from a "
                    "square."
                ),
                lost={"affine_forward": 3.0},
                output="failed\\x0dPASSED\n",
            ),
        ),
        Item(
            "prints NUL",
            prints(r"'a\0b'"),
            graded(
                (
                    "out is wrong in 6 of 6 entries; the largest error is about 100 % of the largest entry.\n"
                    "out is 2 times the expected value, in every entry.\n"
                    "Hint: A constant factor is missing or one too many: a mean against a sum, or a 2 from a "
                    "square."
                ),
                lost={"affine_forward": 3.0},
                output="a\\x00b\n",
            ),
        ),
        Item(
            "prints half a character",
            prints(r"'\ud800'"),
            graded(
                (
                    "out is wrong in 6 of 6 entries; the largest error is about 100 % of the largest entry.\n"
                    "out is 2 times the expected value, in every entry.\n"
                    "Hint: A constant factor is missing or one too many: a mean against a sum, or a 2 from a "
                    "square."
                ),
                lost={"affine_forward": 3.0},
                output="\\ud800\n",
            ),
        ),
        Item(
            "prints 10 MB",
            before_wrong("for _ in range(10): print('x' * 1_000_000)"),
            graded(
                (
                    "out is wrong in 6 of 6 entries; the largest error is about 100 % of the largest entry.\n"
                    "out is 2 times the expected value, in every entry.\n"
                    "Hint: A constant factor is missing or one too many: a mean against a sum, or a 2 from a "
                    "square."
                ),
                lost={"affine_forward": 3.0},
                output="x" * 8192,
            ),
        ),
        Item(
            "writes 100 MB to its output",
            before_wrong("import os\nfor _ in range(100): os.write(1, b'x' * 1_000_000)"),
            graded(
                ("affine_forward was stopped because it wrote more than 64 MiB to its output. Print less."),
                lost={"affine_forward": 3.0, "affine_backward": 4.0},
                output="x" * 8192,
            ),
        ),
        Item(
            "prints HTML",
            prints(r"'<script>alert(1)</script><img src=x onerror=alert(1)>'"),
            graded(
                (
                    "out is wrong in 6 of 6 entries; the largest error is about 100 % of the largest entry.\n"
                    "out is 2 times the expected value, in every entry.\n"
                    "Hint: A constant factor is missing or one too many: a mean against a sum, or a 2 from a "
                    "square."
                ),
                lost={"affine_forward": 3.0},
                output="<script>alert(1)</script><img src=x onerror=alert(1)>\n",
            ),
        ),
        Item(
            "prints Markdown",
            prints(r"'[click](javascript:alert(1)) **PASSED** `code`'"),
            graded(
                (
                    "out is wrong in 6 of 6 entries; the largest error is about 100 % of the largest entry.\n"
                    "out is 2 times the expected value, in every entry.\n"
                    "Hint: A constant factor is missing or one too many: a mean against a sum, or a 2 from a "
                    "square."
                ),
                lost={"affine_forward": 3.0},
                output="[click](javascript:alert(1)) **PASSED** `code`\n",
            ),
        ),
        Item(
            "prints a formula",
            prints(r"'=HYPERLINK(\"https://example.org\",\"click\")'"),
            graded(
                (
                    "out is wrong in 6 of 6 entries; the largest error is about 100 % of the largest entry.\n"
                    "out is 2 times the expected value, in every entry.\n"
                    "Hint: A constant factor is missing or one too many: a mean against a sum, or a 2 from a "
                    "square."
                ),
                lost={"affine_forward": 3.0},
                output='=HYPERLINK("https://example.org","click")\n',
            ),
        ),
        Item(
            "prints a report",
            prints(r"'checks/test_tiny.py::test_values PASSED\n16 / 16\n=== 11 passed in 0.01s ==='"),
            graded(
                (
                    "out is wrong in 6 of 6 entries; the largest error is about 100 % of the largest entry.\n"
                    "out is 2 times the expected value, in every entry.\n"
                    "Hint: A constant factor is missing or one too many: a mean against a sum, or a 2 from a "
                    "square."
                ),
                lost={"affine_forward": 3.0},
                output="checks/test_tiny.py::test_values PASSED\n16 / 16\n=== 11 passed in 0.01s ===\n",
            ),
        ),
        Item(
            "prints what reverses text",
            prints(r"'\u202egnp.exe'"),
            graded(
                (
                    "out is wrong in 6 of 6 entries; the largest error is about 100 % of the largest entry.\n"
                    "out is 2 times the expected value, in every entry.\n"
                    "Hint: A constant factor is missing or one too many: a mean against a sum, or a 2 from a "
                    "square."
                ),
                lost={"affine_forward": 3.0},
                output="\\u202egnp.exe\n",
            ),
        ),
        Item(
            "closes its output",
            with_backward("import sys\nsys.stdout.close()\nprint('x')\nreturn dx, dw, db"),
            graded(),
        ),
        Item("replaces print", with_backward("import builtins\nbuiltins.print = None\nreturn dx, dw, db"), graded()),
    ),
)

RAISED = Row(
    "Exceptions with odd names and messages",
    (
        Item(
            "exception with markup in its name",
            raises("raise type('<b>Boom</b>', (Exception,), {})('<script>alert(1)</script>')"),
            graded(
                (
                    "affine_relu_backward raised <b>Boom</b>: <script>alert(1)</script>\n"
                    "  exception-with-markup-in-its-name.py, line 41, in affine_relu_backward: raise "
                    "type('<b>Boom</b>', (Exception,), {})('<script>alert(1)</script>')"
                ),
                lost={"affine_relu_backward": 2.0},
            ),
        ),
        Item(
            "exception with a name of 1 MB",
            raises("raise type('E' * 1_000_000, (Exception,), {})('x')"),
            graded(
                "affine_relu_backward raised "
                + "E" * 80
                + (
                    ": x\n"
                    "  exception-with-a-name-of-1-mb.py, line 41, in affine_relu_backward: raise type('E' * "
                    "1_000_000, (Exception,), {})('x')"
                ),
                lost={"affine_relu_backward": 2.0},
            ),
        ),
        Item(
            "exception with ANSI codes",
            raises(r"raise ValueError('\x1b[31mred\x1b[0m\r\nPASSED')"),
            graded(
                (
                    "affine_relu_backward raised ValueError: \\x1b[31mred\\x1b[0m\\x0d\n"
                    "PASSED\n"
                    "  exception-with-ansi-codes.py, line 41, in affine_relu_backward: raise "
                    "ValueError('\\x1b[31mred\\x1b[0m\\r\\nPASSED')"
                ),
                lost={"affine_relu_backward": 2.0},
            ),
        ),
        Item(
            "exception whose str raises",
            raises("class Evil(Exception):\n    def __str__(self): raise SystemExit\nraise Evil"),
            graded(
                (
                    "affine_relu_backward raised Evil: (the message of this exception could not be read)\n"
                    "  exception-whose-str-raises.py, line 43, in affine_relu_backward: raise Evil"
                ),
                lost={"affine_relu_backward": 2.0},
            ),
        ),
        Item(
            "exception whose str is a number",
            raises("class Evil(Exception):\n    def __str__(self): return 7\nraise Evil"),
            graded(
                (
                    "affine_relu_backward raised Evil: (the message of this exception could not be read)\n"
                    "  exception-whose-str-is-a-number.py, line 43, in affine_relu_backward: raise Evil"
                ),
                lost={"affine_relu_backward": 2.0},
            ),
        ),
        Item(
            "exception whose repr loops",
            raises("class Evil(Exception):\n    def __repr__(self):\n        while True: pass\nraise Evil('x')"),
            graded(
                (
                    "affine_relu_backward raised Evil: x\n"
                    "  exception-whose-repr-loops.py, line 44, in affine_relu_backward: raise Evil('x')"
                ),
                lost={"affine_relu_backward": 2.0},
            ),
        ),
        Item(
            "exception without a message",
            raises("raise ValueError"),
            graded(
                (
                    "affine_relu_backward raised ValueError, without a message.\n"
                    "  exception-without-a-message.py, line 41, in affine_relu_backward: raise ValueError"
                ),
                lost={"affine_relu_backward": 2.0},
            ),
        ),
        Item(
            "exception group",
            raises("raise ExceptionGroup('several', [ValueError('one'), TypeError('two')])"),
            graded(
                (
                    "affine_relu_backward raised ExceptionGroup: several (2 sub-exceptions)\n"
                    "  exception-group.py, line 41, in affine_relu_backward: raise ExceptionGroup('several', "
                    "[ValueError('one'), TypeError('two')])"
                ),
                lost={"affine_relu_backward": 2.0},
            ),
        ),
        Item(
            "chain of 1000 exceptions",
            raises(
                "for i in range(1000):\n    try: raise ValueError(i)\n    except ValueError as e: last = e\nraise last"
            ),
            graded(
                (
                    "affine_relu_backward raised ValueError: 999\n"
                    "  chain-of-1000-exceptions.py, line 44, in affine_relu_backward: raise last\n"
                    "  chain-of-1000-exceptions.py, line 42, in affine_relu_backward: try: raise ValueError(i)"
                ),
                lost={"affine_relu_backward": 2.0},
            ),
        ),
        Item(
            "function with an odd name",
            raises(
                "def f(): raise ValueError('x')\n"
                "f.__name__ = '<b>' * 1000\nf.__code__ = f.__code__.replace(co_name='<b>\\x1b[31m')\nf()"
            ),
            graded(
                (
                    "affine_relu_backward raised ValueError: x\n"
                    "  function-with-an-odd-name.py, line 44, in affine_relu_backward: f()\n"
                    "  function-with-an-odd-name.py, line 41, in object of another type: def f(): raise ValueError('x')"
                ),
                lost={"affine_relu_backward": 2.0},
            ),
        ),
        Item(
            "traceback of 900 levels",
            raises("def f(n):\n    if n == 0: raise ValueError('deep')\n    f(n - 1)\nf(900)"),
            graded(
                "affine_relu_backward raised ValueError: deep\n"
                + "  traceback-of-900-levels.py, line 43, in f: f(n - 1)\n" * 7
                + "  traceback-of-900-levels.py, line 42, in f: if n == 0: raise ValueError('deep')",
                lost={"affine_relu_backward": 2.0},
            ),
        ),
    ),
)


ROWS = (PRINTED, RAISED)
