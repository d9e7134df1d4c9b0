"""Answers of odd values or sizes, and what is done to the arguments."""

from __future__ import annotations

from tests.bad_inputs.table import HandIn, Item, Row, edited, graded, with_backward

BATCHES = "def batches(X, y, size, rng):\n"
FORWARD = "    return np.maximum(weighted, 0.0), (affine_cache, weighted)\n"


def out(expression: str) -> str:
    """Return the end of ``affine_relu_forward`` with this in the place of its array ``out``."""
    return f"    out = np.maximum(weighted, 0.0)\n    return {expression}, (affine_cache, weighted)\n"


def with_out(expression: str) -> HandIn:
    """Return what writes a solution whose ``affine_relu_forward`` gives this in the place of its array ``out``."""
    return edited((FORWARD, out(expression)))


VALUES = Row(
    "Values that are no numbers, or hardly",
    (
        Item(
            "NaN",
            with_backward("dx[1, 2] = np.nan\nreturn dx, dw, db"),
            graded(
                (
                    "In dx, 1 of 12 entries is NaN; the first is at [1, 2]. dw and db are right.\n"
                    "Hint: Look for an exponential of a large number, a logarithm or a division of zero."
                ),
                lost={"affine_relu_backward": 2.0},
            ),
        ),
        Item(
            "all NaN",
            with_backward("return dx * np.nan, dw * np.nan, db * np.nan"),
            graded(
                (
                    "In dx, 12 of 12 entries are NaN; the first is at [0, 0]. In dw, 15 of 15 entries are "
                    "NaN; the first is at [0, 0]. In db, 5 of 5 entries are NaN; the first is at [0].\n"
                    "Hint: Look for an exponential of a large number, a logarithm or a division of zero."
                ),
                lost={"affine_relu_backward": 2.0},
            ),
        ),
        Item(
            "infinity",
            with_backward("dx[1, 2] = np.inf\nreturn dx, dw, db"),
            graded(
                (
                    "In dx, 1 of 12 entries is infinite; the first is at [1, 2]. dw and db are right.\n"
                    "Hint: Look for an exponential of a large number, a logarithm or a division of zero."
                ),
                lost={"affine_relu_backward": 2.0},
            ),
        ),
        Item("negative zero", with_backward("return dx + -0.0, dw, np.where(db == 0, -0.0, db)"), graded()),
        Item("denormal numbers", with_backward("return dx + 5e-324, dw, db"), graded()),
        Item("overflow with a warning", with_backward("np.exp(np.array([1e9]))\nreturn dx, dw, db"), graded()),
        Item(
            "warnings without end",
            with_backward("import warnings\nfor i in range(10000): warnings.warn(f'careful {i}')\nreturn dx, dw, db"),
            graded(),
        ),
        Item(
            "warnings made errors",
            with_backward("np.seterr(all='raise')\nnp.exp(np.array([1e9]))\nreturn dx, dw, db"),
            graded(
                (
                    "affine_relu_backward raised FloatingPointError: overflow encountered in exp\n"
                    "  warnings-made-errors.py, line 42, in affine_relu_backward: np.exp(np.array([1e9]))"
                ),
                lost={"affine_relu_backward": 2.0},
            ),
        ),
    ),
)

LARGE = Row(
    "Answers that are too large",
    (
        Item(
            "array of 80 MB",
            with_backward("return np.zeros((1000, 10000)), dw, db"),
            graded(
                (
                    "affine_relu_backward returned a result that holds 80,000,000 bytes or more; at most 16 "
                    "MiB can be handed in. Check its shape."
                ),
                lost={"affine_relu_backward": 2.0},
            ),
        ),
        Item(
            "array broadcast to 8 TB",
            with_backward("return np.broadcast_to(dx[0, 0], (1000000, 1000000)), dw, db"),
            graded(
                (
                    "affine_relu_backward returned a result that does not fit into memory a second time; at "
                    "most 16 MiB can be handed in. Check its shape."
                ),
                lost={"affine_relu_backward": 2.0},
            ),
        ),
        Item(
            "10,000 arrays",
            with_backward("return [dx] * 10000"),
            graded(
                (
                    "affine_relu_backward returned a result that holds more than 4,096 arrays; at most 16 "
                    "MiB can be handed in. Check its shape."
                ),
                lost={"affine_relu_backward": 2.0},
            ),
        ),
        Item(
            "string of 5 KB",
            with_backward("return 'x' * 5000, dw, db"),
            graded(
                (
                    "dx is a str, expected an array of shape (4, 3). dw and db are right.\n"
                    "Hint: Return an array of shape (4, 3)."
                ),
                lost={"affine_relu_backward": 2.0},
            ),
        ),
        Item(
            "integer of 65 bits",
            with_backward("return 1 << 65, dw, db"),
            graded(
                (
                    "dx is an int, expected an array of shape (4, 3). dw and db are right.\n"
                    "Hint: Return an array of shape (4, 3)."
                ),
                lost={"affine_relu_backward": 2.0},
            ),
        ),
        Item(
            "exception of 1 MB",
            with_backward("raise ValueError('x' * 1_000_000)"),
            graded(
                "affine_relu_backward raised ValueError: "
                + "x" * 400
                + ("\n  exception-of-1-mb.py, line 41, in affine_relu_backward: raise ValueError('x' * 1_000_000)"),
                lost={"affine_relu_backward": 2.0},
            ),
        ),
    ),
)

ARGUMENTS = Row(
    "What is done to the arguments",
    (
        Item("changes its arguments", with_backward("dout[...] = 7\nreturn dx, dw, db"), graded()),
        Item("returns its argument", edited((FORWARD, out("np.maximum(weighted, 0.0, out=weighted)"))), graded()),
        Item(
            "makes its argument read-only", with_backward("dout.flags.writeable = False\nreturn dx, dw, db"), graded()
        ),
        Item(
            "writes to what is read-only",
            with_backward("np.broadcast_to(dx[0], dx.shape)[...] = 0\nreturn dx, dw, db"),
            graded(
                (
                    "affine_relu_backward raised ValueError: assignment destination is read-only\n"
                    "  writes-to-what-is-read-only.py, line 41, in affine_relu_backward: "
                    "np.broadcast_to(dx[0], dx.shape)[...] = 0"
                ),
                lost={"affine_relu_backward": 2.0},
            ),
        ),
        Item("resizes its argument", with_backward("dout.resize((1, 1), refcheck=False)\nreturn dx, dw, db"), graded()),
    ),
)

ROWS = (VALUES, LARGE, ARGUMENTS)
