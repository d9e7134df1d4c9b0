"""Answers of the wrong kind, dtype, size or value, and what is done to the arguments."""

from __future__ import annotations

from tests.bad_inputs.table import HandIn, Item, Row, edited, graded, with_backward, with_batches

BATCHES = "def batches(X, y, size, rng):\n"
FORWARD = "    return np.maximum(weighted, 0.0), (affine_cache, weighted)\n"


def out(expression: str) -> str:
    """Return the end of ``affine_relu_forward`` with this in the place of its array ``out``."""
    return f"    out = np.maximum(weighted, 0.0)\n    return {expression}, (affine_cache, weighted)\n"


def with_out(expression: str) -> HandIn:
    """Return what writes a solution whose ``affine_relu_forward`` gives this in the place of its array ``out``."""
    return edited((FORWARD, out(expression)))


KINDS = Row(
    "Answers of another kind",
    (
        Item(
            "returns None",
            with_backward("pass"),
            graded(
                (
                    "affine_relu_backward returned None, expected 3 values (dx, dw, db).\n"
                    "Hint: Is a return statement missing, or inside a branch?"
                ),
                lost={"affine_relu_backward": 2.0},
            ),
        ),
        Item(
            "returns two of three",
            with_backward("return dx, dw"),
            graded(
                (
                    "affine_relu_backward returned 2 values, expected 3 values (dx, dw, db).\n"
                    "Hint: End with: return dx, dw, db"
                ),
                lost={"affine_relu_backward": 2.0},
            ),
        ),
        Item(
            "returns four of three",
            with_backward("return dx, dw, db, db"),
            graded(
                (
                    "affine_relu_backward returned 4 values, expected 3 values (dx, dw, db).\n"
                    "Hint: End with: return dx, dw, db"
                ),
                lost={"affine_relu_backward": 2.0},
            ),
        ),
        Item("returns a list of arrays", with_backward("return [dx, dw, db]"), graded()),
        Item(
            "returns lists of numbers",
            with_backward("return dx.tolist(), dw.tolist(), db.tolist()"),
            graded(
                (
                    "dx is a list, expected an array of shape (4, 3). dw is a list, expected an array of "
                    "shape (3, 5). db is a list, expected an array of shape (5,).\n"
                    "Hint: Return an array of shape (4, 3)."
                ),
                lost={"affine_relu_backward": 2.0},
            ),
        ),
        Item(
            "returns a ragged list",
            with_backward("return [[1.0], [1.0, 2.0]], dw, db"),
            graded(
                (
                    "dx is a list, expected an array of shape (4, 3). dw and db are right.\n"
                    "Hint: Return an array of shape (4, 3)."
                ),
                lost={"affine_relu_backward": 2.0},
            ),
        ),
        Item(
            "returns a number for an array",
            with_backward("return 0.0, dw, db"),
            graded(
                (
                    "dx has shape (), expected (4, 3). dw and db are right.\n"
                    "Hint: Write down the shape of every term that dx is made of."
                ),
                lost={"affine_relu_backward": 2.0},
            ),
        ),
        Item(
            "returns one array",
            with_backward("return dx"),
            graded(
                (
                    "affine_relu_backward returned one ndarray, expected 3 values (dx, dw, db).\n"
                    "Hint: End with: return dx, dw, db"
                ),
                lost={"affine_relu_backward": 2.0},
            ),
        ),
        Item(
            "returns a generator",
            with_backward("return (a for a in (dx, dw, db))"),
            graded(
                (
                    "affine_relu_backward returned one generator, expected 3 values (dx, dw, db).\n"
                    "Hint: Write return in place of yield."
                ),
                lost={"affine_relu_backward": 2.0},
            ),
        ),
        Item(
            "returns an iterator in a tuple",
            with_backward("return iter(dx), dw, db"),
            graded(
                (
                    "dx is an iterator, expected an array of shape (4, 3). dw and db are right.\n"
                    "Hint: Return an array of shape (4, 3)."
                ),
                lost={"affine_relu_backward": 2.0},
            ),
        ),
        Item(
            "returns a dict",
            with_backward("return {'dx': dx, 'dw': dw, 'db': db}"),
            graded(
                (
                    "affine_relu_backward returned one dict, expected 3 values (dx, dw, db).\n"
                    "Hint: End with: return dx, dw, db"
                ),
                lost={"affine_relu_backward": 2.0},
            ),
        ),
        Item(
            "returns a dict with odd keys",
            with_backward("return {1: dx}"),
            graded(
                (
                    "affine_relu_backward returned one dict, expected 3 values (dx, dw, db).\n"
                    "Hint: End with: return dx, dw, db"
                ),
                lost={"affine_relu_backward": 2.0},
            ),
        ),
        Item(
            "returns a set",
            with_backward("return {1.0}, dw, db"),
            graded(
                (
                    "dx is a set, expected an array of shape (4, 3). dw and db are right.\n"
                    "Hint: Return an array of shape (4, 3)."
                ),
                lost={"affine_relu_backward": 2.0},
            ),
        ),
        Item(
            "returns a function",
            with_backward("return lambda: dx"),
            graded(
                (
                    "affine_relu_backward returned one function, expected 3 values (dx, dw, db).\n"
                    "Hint: End with: return dx, dw, db"
                ),
                lost={"affine_relu_backward": 2.0},
            ),
        ),
        Item(
            "returns a class",
            with_backward("return Net, dw, db"),
            graded(
                (
                    "dx is a type, expected an array of shape (4, 3). dw and db are right.\n"
                    "Hint: Return an array of shape (4, 3)."
                ),
                lost={"affine_relu_backward": 2.0},
            ),
        ),
        Item(
            "returns an object of its own",
            with_backward("class Answer: pass\nreturn Answer(), dw, db"),
            graded(
                (
                    "dx is an Answer, expected an array of shape (4, 3). dw and db are right.\n"
                    "Hint: Return an array of shape (4, 3)."
                ),
                lost={"affine_relu_backward": 2.0},
            ),
        ),
        Item(
            "returns nine tuples in each other",
            with_backward("for _ in range(9): dx = (dx,)\nreturn dx"),
            graded(
                (
                    "affine_relu_backward returned 1 value, expected 3 values (dx, dw, db).\n"
                    "Hint: End with: return dx, dw, db"
                ),
                lost={"affine_relu_backward": 2.0},
            ),
        ),
        Item(
            "returns a list that holds itself",
            with_backward("dx = []\ndx.append(dx)\nreturn dx"),
            graded(
                (
                    "affine_relu_backward returned 1 value, expected 3 values (dx, dw, db).\n"
                    "Hint: End with: return dx, dw, db"
                ),
                lost={"affine_relu_backward": 2.0},
            ),
        ),
        Item(
            "returns a string",
            with_backward("return 'the gradient', dw, db"),
            graded(
                (
                    "dx is a str, expected an array of shape (4, 3). dw and db are right.\n"
                    "Hint: Return an array of shape (4, 3)."
                ),
                lost={"affine_relu_backward": 2.0},
            ),
        ),
        Item(
            "returns the truth",
            with_backward("return True, dw, db"),
            graded(
                (
                    "dx has shape (), expected (4, 3). dw and db are right.\n"
                    "Hint: Write down the shape of every term that dx is made of."
                ),
                lost={"affine_relu_backward": 2.0},
            ),
        ),
        Item(
            "returns what equals all",
            with_backward("class Same:\n    def __eq__(self, other): return True\nreturn Same(), dw, db"),
            graded(
                (
                    "dx is a Same, expected an array of shape (4, 3). dw and db are right.\n"
                    "Hint: Return an array of shape (4, 3)."
                ),
                lost={"affine_relu_backward": 2.0},
            ),
        ),
        Item(
            "yields what is no pair",
            with_batches(BATCHES + "    yield 7\n"),
            graded(
                (
                    "batches returned one int, expected 2 values (X_batch, y_batch).\n"
                    "Hint: End with: return X_batch, y_batch"
                ),
                lost={"batches": 1.0},
            ),
        ),
    ),
)

ROWS = (KINDS,)
