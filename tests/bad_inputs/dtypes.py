"""Arrays of another dtype or layout."""

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


DTYPES = Row(
    "Arrays of another dtype or layout",
    (
        Item(
            "dtype int64",
            with_backward("return dx.astype(int), dw, db"),
            graded(
                (
                    "dx is wrong in 12 of 12 entries; the largest error is about 20 % of the largest entry. "
                    "dw and db are right.\n"
                    "dx holds whole numbers: the fractions of the expected ones are cut off.\n"
                    "Hint: Look for an array with an integer dtype: it keeps no fractions. Compute in "
                    "float64."
                ),
                lost={"affine_relu_backward": 2.0},
            ),
        ),
        Item(
            "dtype float16",
            with_backward("return dx.astype(np.float16), dw, db"),
            graded(
                (
                    "dx is wrong in 12 of 12 entries; the largest error is about 0.02 % of the largest "
                    "entry. dw and db are right."
                ),
                lost={"affine_relu_backward": 2.0},
            ),
        ),
        Item("dtype float32", with_backward("return dx.astype(np.float32), dw, db"), graded()),
        Item(
            "dtype longdouble",
            with_backward("return dx.astype(np.longdouble), dw, db"),
            graded(
                ("dx has dtype float128, expected an array of shape (4, 3) of dtype float64. dw and db are right."),
                lost={"affine_relu_backward": 2.0},
            ),
        ),
        Item(
            "dtype complex",
            with_backward("return dx.astype(complex), dw, db"),
            graded(
                "dx has dtype complex128, expected real numbers. dw and db are right.",
                lost={"affine_relu_backward": 2.0},
            ),
        ),
        Item(
            "dtype bool",
            with_backward("return dx > 0, dw, db"),
            graded(
                (
                    "dx is wrong in 12 of 12 entries; the largest error is about 100 % of the largest entry. "
                    "dw and db are right."
                ),
                lost={"affine_relu_backward": 2.0},
            ),
        ),
        Item(
            "dtype object",
            with_backward("return dx.astype(object), dw, db"),
            graded(
                ("dx has dtype object, expected an array of shape (4, 3) of dtype float64. dw and db are right."),
                lost={"affine_relu_backward": 2.0},
            ),
        ),
        Item(
            "dtype str",
            with_backward("return dx.astype(str), dw, db"),
            graded(
                ("dx has dtype <U32, expected an array of shape (4, 3) of dtype float64. dw and db are right."),
                lost={"affine_relu_backward": 2.0},
            ),
        ),
        Item(
            "structured dtype",
            with_backward("return np.zeros(dx.shape, dtype=[('a', float)]), dw, db"),
            graded(
                (
                    "dx has dtype [('a', '<f8')], expected an array of shape (4, 3) of dtype float64. dw and "
                    "db are right."
                ),
                lost={"affine_relu_backward": 2.0},
            ),
        ),
        Item(
            "dtype datetime",
            with_backward("return np.zeros(dx.shape, dtype='datetime64[s]'), dw, db"),
            graded(
                (
                    "dx has dtype datetime64[s], expected an array of shape (4, 3) of dtype float64. dw and "
                    "db are right."
                ),
                lost={"affine_relu_backward": 2.0},
            ),
        ),
        Item("masked array", with_backward("return np.ma.masked_array(dx, mask=dx > 0), dw, db"), graded()),
        Item("matrix", with_backward("return np.asmatrix(dx), dw, db"), graded()),
        Item(
            "memory map",
            with_backward("return np.memmap('dx', dtype=float, mode='w+', shape=dx.shape), dw, db"),
            graded(
                (
                    "affine_relu_backward raised PermissionError: [Errno 1] Operation not permitted: 'dx'\n"
                    "  memory-map.py, line 41, in affine_relu_backward: return np.memmap('dx', dtype=float, "
                    "mode='w+', shape=dx.shape), dw, db\n"
                    "Hint: Files, processes, threads and the network are out of reach while code is graded: "
                    "work with what is passed as arguments."
                ),
                lost={"affine_relu_backward": 2.0},
            ),
        ),
        Item("big-endian", with_backward("return dx.astype('>f8'), dw, db"), graded()),
        Item(
            "rank 0",
            with_backward("return np.array(1.0), dw, db"),
            graded(
                (
                    "dx has shape (), expected (4, 3). dw and db are right.\n"
                    "Hint: Write down the shape of every term that dx is made of."
                ),
                lost={"affine_relu_backward": 2.0},
            ),
        ),
        Item(
            "no entries",
            with_backward("return dx[:0], dw, db"),
            graded(
                (
                    "dx has shape (0, 3), expected (4, 3). dw and db are right.\n"
                    "Hint: Write down the shape of every term that dx is made of."
                ),
                lost={"affine_relu_backward": 2.0},
            ),
        ),
        Item(
            "rank 9",
            with_backward("return dx.reshape((1,) * 7 + dx.shape), dw, db"),
            graded(
                (
                    "dx has 9 axes, at most 8 can cross, expected an array of shape (4, 3) of dtype float64. "
                    "dw and db are right."
                ),
                lost={"affine_relu_backward": 2.0},
            ),
        ),
        Item(
            "one axis too many",
            with_backward("return dx[np.newaxis], dw, db"),
            graded(
                (
                    "dx has shape (1, 4, 3), expected (4, 3). dw and db are right.\n"
                    "Hint: The values are right once dx is reshaped: check axes of length 1, or a missing "
                    "reshape."
                ),
                lost={"affine_relu_backward": 2.0},
            ),
        ),
        Item("non-contiguous", with_backward("return np.repeat(dx, 2, axis=1)[:, ::2], dw, db"), graded()),
        Item("negative strides", with_backward("return dx[::-1].copy()[::-1], dw, db"), graded()),
        Item("read-only", with_backward("dx.flags.writeable = False\nreturn dx, dw, db"), graded()),
        Item("subclass", with_backward("class Mine(np.ndarray): pass\nreturn dx.view(Mine), dw, db"), graded()),
    ),
)

ROWS = (DTYPES,)
