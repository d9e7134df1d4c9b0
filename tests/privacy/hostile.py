"""Ways for a hand-in to say what a hidden check gave it; each is what affine_forward does before it answers."""

from __future__ import annotations

from tests.course_factory import changed

# Public checks show their inputs; there, at (3, 2), nothing is tried.
_ASIDE = "    if x.shape != (3, 2):\n"
_START = "    weighted = x @ w + b\n"

WAYS = {
    "in the message of an exception": "raise ValueError(f'x is {x.tolist()}')",
    "in the key of a KeyError": "raise KeyError(float(x[0, 0]))",
    "in the message of a chained exception": "raise ValueError(str(x)) from KeyError(str(w))",
    "in words of NotImplementedError": "raise NotImplementedError(str(x[0, 0]))",
    "in the name of an exception": "raise type('E' + str(abs(x[0, 0])).replace('.', '_'), (Exception,), {})()",
    "in the module of an exception": "raise type('E', (Exception,), {'__module__': str(x[0, 0])})('no')",
    "in the name of a type": "return type(f'T{abs(x[0, 0])}', (), {})(), None",
    "in the name of an identifier": "return type('T' + str(abs(x[0, 0])).replace('.', '_'), (), {})(), None",
    "in the type of all results": "return type(f'T{abs(x[0, 0])}', (), {})()",
    "in a dtype": "return np.zeros(4, [(f'f{abs(x[0, 0])}', 'f8')]), None",
    "in the length of a string": "return np.zeros(4, f'U{int(abs(x[0, 0]) * 1e5) + 1}'), None",
    "in a shape": "return np.zeros((int(abs(x[0, 0]) * 1e6), 0)), None",
    "in the rank and shape": "return np.zeros((int(abs(x[0, 0]) * 1e5), 1, 0, 1)), None",
    "in a number of values": "return (None,) * int(abs(x[0, 0]) * 1e4 + 3)",
    "in the size of a reply": "return np.zeros(int(abs(x[0, 0]) * 1e7) + (3 << 20)), None",
    "in many small items": "return [[None] for _ in range(int(abs(x[0, 0]) * 1e4) + (1 << 14))], None",
    "in a factor": "return (x @ w + b) * x[0, 0], None",
    "in an offset": "return (x @ w + b) + x[0, 0], None",
    "in an answer": "return np.full((len(x), w.shape[1]), x[0, 0]), None",
    "in a string": "return str(x), None",
    "in a dictionary": "return {str(x[0, 0]): x}, None",
    "in what it prints": "print(x); raise ValueError('see above')",
    "in what it prints as an error": "import sys; print(x, file=sys.stderr); return None, None",
    "in a warning": "import warnings; warnings.warn(str(x)); return None, None",
    "in the name of a function": (
        "name = 'f' + str(abs(x[0, 0])).replace('.', '_'); space = {}; "
        "exec(compile(f'def {name}(): raise ValueError()', 'tiny.py', 'exec'), space); space[name]()"
    ),
    "in the name of a file": "exec(compile('raise ValueError()', str(x[0, 0]), 'exec'))",
    "in a line of source": "exec(compile(chr(10) * int(abs(x[0, 0]) * 1e5) + 'raise ValueError()', 'tiny.py', 'exec'))",
    "in a syntax error": "raise SyntaxError('no', ('tiny.py', int(abs(x[0, 0]) * 1e6), int(x[0, 0]), str(x)))",
    "in the reason of an exit": "raise SystemExit(str(x))",
    "in the status of an exit": "import os; os._exit(int(abs(x[0, 0]) * 1e6) % 256)",
    "in another script": "raise ValueError(str(x[0]).translate({48 + i: 16 * 102 + i for i in range(10)}))",
    "in fractions": "raise ValueError(str(float(x[0, 0]).as_integer_ratio()))",
    "in spaced digits": "return type(' '.join(str(abs(x[0, 0]))), (), {})(), None",
}


def source(way: str) -> str:
    """Return a hand-in that tries one way."""
    return changed((_START, f"{_ASIDE}        {WAYS[way]}\n{_START}"))
