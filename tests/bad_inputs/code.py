"""Parts that are missing or are something else, imports that fail, and code that ends its process."""

from __future__ import annotations

from tests.bad_inputs.table import (
    Item,
    Row,
    edited,
    folder_of,
    graded,
    python,
    refused,
    with_backward,
    with_batches,
)
from tests.course_factory import SOLUTION, with_part

BATCHES = "def batches(X, y, size, rng):\n"
BACKWARD = "def affine_relu_backward(dout, cache):"


NOT_ALLOWED = (
    "Hint: Files, processes, threads and the network are out of reach while code is graded: "
    "work with what is passed as arguments."
)


def does(body: str) -> str:
    """Return a ``batches`` that does this."""
    return BATCHES + "".join(f"    {line}\n" for line in body.splitlines()) + "    yield X, y\n"


MISSING = Row(
    "Parts that are missing or are not what was asked for",
    (
        Item(
            "hand-in without any file",
            folder_of({"readme.txt": "My computer broke."}),
            refused(
                "There is no .py or .ipynb file in it. readme.txt was left out: only .py and .ipynb "
                "files are read. Hand in tiny.py or tiny.ipynb."
            ),
        ),
        Item(
            "module that was not handed in",
            python("from my_layers import *\n" + SOLUTION),
            graded(
                errors=(
                    (
                        "module-that-was-not-handed-in.py, line 1: ModuleNotFoundError: my_layers is not "
                        "available: this course uses NumPy and the standard library only."
                    ),
                )
            ),
        ),
        Item(
            "part that is missing",
            with_batches(""),
            graded("batches is not defined in the submission. Give it exactly this name.", lost={"batches": 1.0}),
        ),
        Item(
            "part with another name",
            edited((BACKWARD, "def affineReluBackward(dout, cache):")),
            graded(
                "affine_relu_backward is not defined in the submission. Give it exactly this name.",
                lost={"affine_relu_backward": 2.0},
            ),
        ),
        Item(
            "part that is a number",
            with_batches("batches = 7\n"),
            graded(
                (
                    "batches raised TypeError: 'int' object is not callable\n"
                    "Hint: It is called as batches(X, y, size, rng)."
                ),
                lost={"batches": 1.0},
            ),
        ),
        Item(
            "part that is None",
            with_batches("batches = None\n"),
            graded(
                (
                    "batches raised TypeError: 'NoneType' object is not callable\n"
                    "Hint: It is called as batches(X, y, size, rng)."
                ),
                lost={"batches": 1.0},
            ),
        ),
        Item(
            "class in place of a function",
            with_batches("class batches:\n    pass\n"),
            graded(
                (
                    "batches raised TypeError: batches() takes no arguments\n"
                    "Hint: It is called as batches(X, y, size, rng)."
                ),
                lost={"batches": 1.0},
            ),
        ),
        Item(
            "function in place of a class",
            python(with_part("Net", "def Net(features, classes):\n    return 7\n")),
            graded(
                (
                    "Net raised AttributeError: 'int' object has no attribute 'loss'\n"
                    "Hint: It is a class, made as Net(features, classes), with the method loss(X, y=None)."
                ),
                lost={"Net": 3.0},
            ),
        ),
        Item(
            "class without its method",
            python(
                with_part("Net", "class Net:\n    def __init__(self, features, classes):\n        self.params = {}\n")
            ),
            graded(
                (
                    "Net raised AttributeError: 'Net' object has no attribute 'loss'\n"
                    "Hint: It is a class, made as Net(features, classes), with the method loss(X, y=None)."
                ),
                lost={"Net": 3.0},
            ),
        ),
        Item(
            "decorated function",
            edited((BACKWARD, "import functools\n@functools.lru_cache\n" + BACKWARD)),
            graded(
                (
                    "affine_relu_backward raised TypeError: unhashable type: 'numpy.ndarray'\n"
                    "Hint: It is called as affine_relu_backward(dout, cache)."
                ),
                lost={"affine_relu_backward": 2.0},
            ),
        ),
        Item(
            "async function",
            edited((BACKWARD, "async " + BACKWARD)),
            graded(
                (
                    "affine_relu_backward returned one coroutine, expected 3 values (dx, dw, db).\n"
                    "Hint: Write def in place of async def."
                ),
                lost={"affine_relu_backward": 2.0},
            ),
        ),
        Item(
            "generator in place of a function",
            with_backward("yield dx, dw, db"),
            graded(
                (
                    "affine_relu_backward returned one generator, expected 3 values (dx, dw, db).\n"
                    "Hint: Write return in place of yield."
                ),
                lost={"affine_relu_backward": 2.0},
            ),
        ),
        Item(
            "too few parameters",
            edited((BACKWARD, "def affine_relu_backward(dout):\n    cache = dout")),
            graded(
                (
                    "affine_relu_backward raised TypeError: affine_relu_backward() takes 1 positional "
                    "argument but 2 were given\n"
                    "Hint: It is called as affine_relu_backward(dout, cache)."
                ),
                lost={"affine_relu_backward": 2.0},
            ),
        ),
        Item(
            "one parameter too many",
            edited((BACKWARD, "def affine_relu_backward(dout, cache, verbose):")),
            graded(
                (
                    "affine_relu_backward raised TypeError: affine_relu_backward() missing 1 required "
                    "positional argument: 'verbose'\n"
                    "Hint: It is called as affine_relu_backward(dout, cache)."
                ),
                lost={"affine_relu_backward": 2.0},
            ),
        ),
        Item(
            "keyword-only parameters",
            edited((BACKWARD, "def affine_relu_backward(*, dout, cache):")),
            graded(
                (
                    "affine_relu_backward raised TypeError: affine_relu_backward() takes 0 positional "
                    "arguments but 2 were given\n"
                    "Hint: It is called as affine_relu_backward(dout, cache)."
                ),
                lost={"affine_relu_backward": 2.0},
            ),
        ),
        Item(
            "lambda",
            python(SOLUTION + "\naffine_relu_backward = lambda: None\n"),
            graded(
                (
                    "affine_relu_backward raised TypeError: <lambda>() takes 0 positional arguments but 2 "
                    "were given\n"
                    "Hint: It is called as affine_relu_backward(dout, cache)."
                ),
                lost={"affine_relu_backward": 2.0},
            ),
        ),
        Item(
            "stub that was never touched",
            with_batches(
                BATCHES
                + '    # Write your solution here.\n    raise NotImplementedError("batches is not written yet.")\n'
            ),
            graded("batches is not written yet.", lost={"batches": 1.0}),
        ),
        Item(
            "ellipsis as the body",
            with_batches(BATCHES + "    ...\n"),
            graded(
                "batches gave None, expected values one after the other.\nHint: Is there a yield?",
                lost={"batches": 1.0},
            ),
        ),
    ),
)

IMPORTS = Row(
    "Imports that fail",
    (
        Item(
            "import of torch",
            python("import torch.nn as nn\n" + SOLUTION),
            graded(
                errors=(
                    (
                        "import-of-torch.py, line 1: ModuleNotFoundError: torch is not available: this course "
                        "uses NumPy and the standard library only."
                    ),
                )
            ),
        ),
        Item(
            "import of torch that is used",
            with_batches(does("import torch\ntorch.ones(3)")),
            graded(
                (
                    "batches raised ModuleNotFoundError: torch is not available: this course uses NumPy and "
                    "the standard library only.\n"
                    "  import-of-torch-that-is-used.py, line 75, in batches: import torch\n"
                    "Hint: NumPy and the standard library are all you need."
                ),
                lost={"batches": 1.0},
            ),
        ),
        Item(
            "import of a banned module",
            with_batches(does("import subprocess\nsubprocess.run(['id'])")),
            graded(
                (
                    "batches raised PermissionError: [Errno 1] Operation not permitted\n"
                    "  import-of-a-banned-module.py, line 76, in batches: subprocess.run(['id'])\n"
                    "Hint: Files, processes, threads and the network are out of reach while code is graded: "
                    "work with what is passed as arguments."
                ),
                lost={"batches": 1.0},
            ),
        ),
        Item(
            "import of sockets",
            with_batches(does("import socket\nsocket.create_connection(('127.0.0.1', 80))")),
            graded(
                "batches raised PermissionError: [Errno 1] Operation not permitted\n"
                "  import-of-sockets.py, line 76, in batches: socket.create_connection(('127.0.0.1', 80))\n"
                + NOT_ALLOWED,
                lost={"batches": 1.0},
            ),
        ),
        Item(
            "threads",
            with_batches(does("import threading\nthreading.Thread(target=print).start()")),
            graded(
                (
                    "batches raised RuntimeError: can't start new thread\n"
                    "  threads.py, line 76, in batches: threading.Thread(target=print).start()\n"
                    "Hint: Files, processes, threads and the network are out of reach while code is graded: "
                    "work with what is passed as arguments."
                ),
                lost={"batches": 1.0},
            ),
        ),
        Item(
            "process pool",
            with_batches(does("import multiprocessing\nmultiprocessing.Pool(2)")),
            graded(
                (
                    "batches raised PermissionError: [Errno 1] Operation not permitted\n"
                    "  process-pool.py, line 76, in batches: multiprocessing.Pool(2)\n"
                    "Hint: Files, processes, threads and the network are out of reach while code is graded: "
                    "work with what is passed as arguments."
                ),
                lost={"batches": 1.0},
            ),
        ),
        Item(
            "late extension module",
            with_batches(does("import tkinter")),
            graded(
                (
                    "batches raised ModuleNotFoundError: tkinter is not available while code is graded.\n"
                    "  late-extension-module.py, line 75, in batches: import tkinter\n"
                    "Hint: NumPy and the standard library are all you need."
                ),
                lost={"batches": 1.0},
            ),
        ),
        Item(
            "import of matplotlib",
            python("import matplotlib.pyplot as plt\n" + SOLUTION + "\nplt.show()\n"),
            graded(
                errors=(
                    (
                        "import-of-matplotlib.py, line 1: ModuleNotFoundError: matplotlib is not available: this "
                        "course uses NumPy and the standard library only."
                    ),
                    "import-of-matplotlib.py, line 99: NameError: name 'plt' is not defined",
                )
            ),
        ),
        Item(
            "import of the reference",
            with_batches(does("import reference.tiny")),
            graded(
                (
                    "batches raised ModuleNotFoundError: reference is not available: this course uses NumPy "
                    "and the standard library only.\n"
                    "  import-of-the-reference.py, line 75, in batches: import reference.tiny\n"
                    "Hint: NumPy and the standard library are all you need."
                ),
                lost={"batches": 1.0},
            ),
        ),
        Item(
            "import of the grader",
            with_batches(does("import grader.checking")),
            graded(
                (
                    "batches raised ModuleNotFoundError: grader.checking is not available while code is "
                    "graded.\n"
                    "  import-of-the-grader.py, line 75, in batches: import grader.checking\n"
                    "Hint: NumPy and the standard library are all you need."
                ),
                lost={"batches": 1.0},
            ),
        ),
        Item(
            "file that is not there",
            with_batches(does("np.load('data/points.npz')")),
            graded(
                (
                    "batches raised PermissionError: [Errno 1] Operation not permitted: 'data/points.npz'\n"
                    "  file-that-is-not-there.py, line 75, in batches: np.load('data/points.npz')\n"
                    "Hint: Files, processes, threads and the network are out of reach while code is graded: "
                    "work with what is passed as arguments."
                ),
                lost={"batches": 1.0},
            ),
        ),
        Item(
            "circular modules",
            folder_of({"tiny.py": "import helper\n" + SOLUTION, "helper.py": "from tiny import Net\n"}),
            graded(
                errors=(
                    (
                        "helper.py, line 1: ImportError: cannot import name 'Net' from partially initialized "
                        "module 'tiny' (most likely due to a circular import) (tiny.py)"
                    ),
                )
            ),
        ),
    ),
)

ROWS = (MISSING, IMPORTS)
