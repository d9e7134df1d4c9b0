"""Code that does not end, or ends Python."""

from __future__ import annotations

from tests.bad_inputs.table import (
    EVERYTHING,
    Item,
    Row,
    graded,
    python,
    with_batches,
)
from tests.course_factory import SOLUTION

BATCHES = "def batches(X, y, size, rng):\n"
BACKWARD = "def affine_relu_backward(dout, cache):"


NOT_ALLOWED = (
    "Hint: Files, processes, threads and the network are out of reach while code is graded: "
    "work with what is passed as arguments."
)


def does(body: str) -> str:
    """Return a ``batches`` that does this."""
    return BATCHES + "".join(f"    {line}\n" for line in body.splitlines()) + "    yield X, y\n"


STOPPED = Row(
    "Code that does not end, or ends Python",
    (
        Item(
            "endless recursion",
            with_batches(does("list(batches(X, y, size, rng))")),
            graded(
                "batches raised RecursionError: maximum recursion depth exceeded\n"
                + "  endless-recursion.py, line 75, in batches: list(batches(X, y, size, rng))\n" * 8
                + "Hint: A function calls itself without coming to an end.",
                lost={"batches": 1.0},
            ),
        ),
        Item(
            "endless loop",
            with_batches(does("while True: pass")),
            graded(
                (
                    "batches was stopped after 1.1 s of CPU time; a correct solution needs far less. Look "
                    "for a loop that does not end."
                ),
                lost={"batches": 1.0},
            ),
        ),
        Item(
            "endless generator",
            with_batches(BATCHES + "    while True:\n        yield X, y\n"),
            graded(
                (
                    "batches returned a result that holds more than 4,096 arrays; at most 16 MiB can be "
                    "handed in. Check its shape."
                ),
                lost={"batches": 1.0},
            ),
        ),
        Item(
            "sleep",
            with_batches(does("import time; time.sleep(1000)")),
            graded(
                (
                    "batches was stopped after 9.8 s in which it mostly waited. Look for sleep() or for "
                    "anything else that waits."
                ),
                lost={"batches": 1.0},
            ),
        ),
        Item(
            "segmentation fault",
            with_batches(does("import ctypes; ctypes.string_at(0)")),
            graded(
                (
                    "batches crashed the Python interpreter (SIGSEGV). Look for a recursion that does not "
                    "end, or for memory used in an unusual way."
                ),
                lost={"batches": 1.0},
            ),
        ),
        Item(
            "abort",
            with_batches(does("import os; os.abort()")),
            graded(
                (
                    "batches crashed the Python interpreter (SIGABRT). Look for a recursion that does not "
                    "end, or for memory used in an unusual way."
                ),
                lost={"batches": 1.0},
            ),
        ),
        Item(
            "os._exit",
            with_batches(does("import os; os._exit(0)")),
            graded(
                (
                    "batches ended the Python interpreter with exit status 0. Remove os._exit() and whatever "
                    "else ends the program."
                ),
                lost={"batches": 1.0},
            ),
        ),
        Item(
            "sys.exit",
            with_batches(does("import sys; sys.exit(0)")),
            graded(
                ("batches raised SystemExit: 0\n  sys-exit.py, line 75, in batches: import sys; sys.exit(0)"),
                lost={"batches": 1.0},
            ),
        ),
        Item(
            "os._exit while loading",
            python("import os\nos._exit(0)\n" + SOLUTION),
            graded(
                notes=(
                    (
                        "os-exit-while-loading.py, line 2, ended the Python interpreter with exit status 0. "
                        "Remove os._exit() and whatever else ends the program. The statement was left out."
                    ),
                ),
                errors=(
                    (
                        "Stopped: os-exit-while-loading.py, line 2, ended the Python interpreter with exit "
                        "status 0. Remove os._exit() and whatever else ends the program."
                    ),
                ),
            ),
        ),
        Item(
            "sys.exit while loading",
            python("import sys\nsys.exit('bye')\n" + SOLUTION),
            graded(errors=("sys-exit-while-loading.py, line 2: SystemExit: bye",)),
        ),
        Item(
            "KeyboardInterrupt",
            with_batches(does("raise KeyboardInterrupt")),
            graded(
                (
                    "batches raised KeyboardInterrupt, without a message.\n"
                    "  keyboardinterrupt.py, line 75, in batches: raise KeyboardInterrupt"
                ),
                lost={"batches": 1.0},
            ),
        ),
        Item(
            "exception below BaseException",
            with_batches(does("class Mine(BaseException): pass\nraise Mine('mine')")),
            graded(
                (
                    "batches raised Mine: mine\n"
                    "  exception-below-baseexception.py, line 76, in batches: raise Mine('mine')"
                ),
                lost={"batches": 1.0},
            ),
        ),
        Item(
            "GeneratorExit",
            with_batches(does("raise GeneratorExit")),
            graded(
                (
                    "batches raised GeneratorExit, without a message.\n"
                    "  generatorexit.py, line 75, in batches: raise GeneratorExit"
                ),
                lost={"batches": 1.0},
            ),
        ),
        Item(
            "StopIteration",
            with_batches(does("raise StopIteration")),
            graded("batches raised RuntimeError: generator raised StopIteration", lost={"batches": 1.0}),
        ),
        Item(
            "kill of itself",
            with_batches(does("import os; os.kill(os.getpid(), 9)")),
            graded(
                (
                    "batches was stopped because it needed more than 1 GiB of memory; a correct solution "
                    "needs far less. Look for an array that grows, or whose shape is far too large."
                ),
                lost={"batches": 1.0},
            ),
        ),
        Item(
            "kill of the parent",
            with_batches(does("import os; os.kill(os.getppid(), 9)")),
            graded(
                (
                    "batches raised PermissionError: [Errno 1] Operation not permitted\n"
                    "  kill-of-the-parent.py, line 75, in batches: import os; os.kill(os.getppid(), 9)\n"
                    "Hint: Files, processes, threads and the network are out of reach while code is graded: "
                    "work with what is passed as arguments."
                ),
                lost={"batches": 1.0},
            ),
        ),
        Item(
            "8 GiB of memory",
            with_batches(does("memory = bytearray(1 << 33)")),
            graded(
                (
                    "batches raised MemoryError: more memory was asked for than a submission may have\n"
                    "  8-gib-of-memory.py, line 75, in batches: memory = bytearray(1 << 33)"
                ),
                lost={"batches": 1.0},
            ),
        ),
        Item(
            "memory that grows",
            with_batches(does("memory = []\nwhile True: memory.append(np.zeros(1 << 25))")),
            graded(
                (
                    "batches raised MemoryError: Unable to allocate 256. MiB for an array with shape "
                    "(33554432,) and data type float64\n"
                    "  memory-that-grows.py, line 76, in batches: while True: memory.append(np.zeros(1 << "
                    "25))"
                ),
                lost={"batches": 1.0},
            ),
        ),
        Item(
            "input in a part",
            with_batches(does("size = int(input())")),
            graded(
                (
                    "batches raised EOFError: input() has no answer here: nobody types while code is graded. "
                    "Use arguments instead.\n"
                    "  input-in-a-part.py, line 75, in batches: size = int(input())"
                ),
                lost={"batches": 1.0},
            ),
        ),
        Item(
            "failed assertion",
            with_batches(does("assert size > 100, 'size is small'")),
            graded(
                (
                    "batches raised AssertionError: size is small\n"
                    "  failed-assertion.py, line 75, in batches: assert size > 100, 'size is small'"
                ),
                lost={"batches": 1.0},
            ),
        ),
        Item(
            "five statements that end Python",
            python("import os\n" + "os._exit(0)\n" * 5 + SOLUTION),
            graded(
                (
                    "The file could not be loaded: too many of its statements end Python. Remove os._exit() "
                    "and whatever else ends the program."
                ),
                lost=EVERYTHING,
                notes=(
                    (
                        "five-statements-that-end-python.py, line 2, ended the Python interpreter with exit "
                        "status 0. Remove os._exit() and whatever else ends the program. The statement was left "
                        "out."
                    ),
                    (
                        "five-statements-that-end-python.py, line 3, ended the Python interpreter with exit "
                        "status 0. Remove os._exit() and whatever else ends the program. The statement was left "
                        "out."
                    ),
                    (
                        "five-statements-that-end-python.py, line 4, ended the Python interpreter with exit "
                        "status 0. Remove os._exit() and whatever else ends the program. The statement was left "
                        "out."
                    ),
                    (
                        "five-statements-that-end-python.py, line 5, ended the Python interpreter with exit "
                        "status 0. Remove os._exit() and whatever else ends the program. The statement was left "
                        "out."
                    ),
                ),
                errors=(
                    (
                        "Stopped: five-statements-that-end-python.py, line 2, ended the Python interpreter with "
                        "exit status 0. Remove os._exit() and whatever else ends the program."
                    ),
                    (
                        "Stopped: five-statements-that-end-python.py, line 3, ended the Python interpreter with "
                        "exit status 0. Remove os._exit() and whatever else ends the program."
                    ),
                    (
                        "Stopped: five-statements-that-end-python.py, line 4, ended the Python interpreter with "
                        "exit status 0. Remove os._exit() and whatever else ends the program."
                    ),
                    (
                        "Stopped: five-statements-that-end-python.py, line 5, ended the Python interpreter with "
                        "exit status 0. Remove os._exit() and whatever else ends the program."
                    ),
                ),
            ),
        ),
    ),
)

ROWS = (STOPPED,)
