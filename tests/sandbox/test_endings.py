from __future__ import annotations

import os
import signal
import time

import pytest

from grader.errors import GraderError, StudentRaised, WorkerEnded
from grader.sandbox.host import Limits, Sandbox
from tests.sandbox.conftest import Start


def ending_of(start: Start, source: str, **limits: float) -> WorkerEnded:
    """Return how a call of ``f`` ends its worker."""
    worker = start(source, **limits)
    with pytest.raises(WorkerEnded) as caught:
        worker.call("f", ())
    with pytest.raises(WorkerEnded) as again:
        worker.call("f", ())
    assert again.value is caught.value
    return caught.value


def test_an_endless_loop_ends_by_cpu_time(start: Start) -> None:
    ended = ending_of(start, "def f():\n    while True: pass", cpu_s=1.0)
    assert ended.ending == "cpu"
    assert str(ended) == (
        "f was stopped after 1 s of CPU time; a correct solution needs far less. Look for a loop that does not end."
    )


def test_cpu_time_is_kept_to_fractions_of_a_second(start: Start) -> None:
    worker = start("def f():\n    while True: pass", cpu_s=0.2)
    with pytest.raises(WorkerEnded):
        worker.call("f", ())
    assert 0.2 <= worker.usage().cpu_s < 0.5


def test_ignoring_every_signal_does_not_help(start: Start) -> None:
    source = """
    import signal
    def f():
        for number in range(1, 32):
            try: signal.signal(number, signal.SIG_IGN)
            except (OSError, ValueError): pass
        while True: pass
    """
    assert ending_of(start, source, cpu_s=0.2).ending == "cpu"


@pytest.mark.parametrize(
    "source",
    ["import time\ndef f(): time.sleep(60)", "import os\ndef f(): os.kill(os.getpid(), 19)"],
    ids=["sleep", "SIGSTOP"],
)
def test_waiting_ends_by_wall_time(start: Start, source: str) -> None:
    ended = ending_of(start, source, wall_s=0.4)
    assert ended.ending == "wall"
    assert str(ended) == (
        "f was stopped after 0.4 s in which it mostly waited. Look for sleep() or for anything else that waits."
    )


def test_a_worker_that_the_machine_keeps_waiting_is_not_stopped_for_it(start: Start) -> None:
    # It never waits by itself, so its wall time goes on until its CPU time is used up.
    ended = ending_of(start, "def f():\n    while True:\n        pass", wall_s=0.2, cpu_s=1)
    assert ended.ending == "cpu"


def test_a_slow_reply_ends_by_wall_time(start: Start) -> None:
    source = "import os, time\ndef f():\n    while True:\n        os.write(3, b'D')\n        time.sleep(0.01)"
    assert ending_of(start, source, wall_s=0.3).ending in ("wall", "protocol")


def test_too_much_memory_is_a_memory_error(start: Start) -> None:
    worker = start("import numpy as np\ndef f(n): return np.ones(n)[0]")
    with pytest.raises(StudentRaised) as caught:
        worker.call("f", (3 << 27,))
    assert caught.value.error.type == "MemoryError"
    assert worker.call("f", (3,)) == 1  # the worker lives on


def test_memory_within_the_limit_can_be_had(start: Start) -> None:
    assert start("import numpy as np\ndef f(n): return np.ones(n)[0]").call("f", (1 << 25,)) == 1


def test_a_segmentation_fault_ends_by_signal(start: Start) -> None:
    ended = ending_of(start, "import ctypes\ndef f(): ctypes.string_at(0)")
    assert ended.ending == "signal"
    assert str(ended) == (
        "f crashed the Python interpreter (SIGSEGV). "
        "Look for a recursion that does not end, or for memory used in an unusual way."
    )


def test_an_unlimited_recursion_ends_only_its_worker(start: Start) -> None:
    source = "import sys\nsys.setrecursionlimit(10**9)\ndef f(*a): return max([1], key=f)"
    assert ending_of(start, source).ending == "signal"


@pytest.mark.parametrize("status", [0, 3])
def test_leaving_ends_by_exit(start: Start, status: int) -> None:
    ended = ending_of(start, f"import os\ndef f(): os._exit({status})")
    assert ended.ending == "exit"
    assert str(ended) == (
        f"f ended the Python interpreter with exit status {status}. "
        "Remove os._exit() and whatever else ends the program."
    )


def test_a_reply_that_is_too_large_says_how_large(start: Start) -> None:
    ended = ending_of(start, "import numpy as np\ndef f(): return np.zeros((3000, 1000))")
    assert ended.ending == "reply too large"
    assert str(ended) == (
        "f returned a result that holds 24,000,000 bytes or more; at most 16 MiB can be handed in. Check its shape."
    )


def test_a_list_of_very_many_items_is_too_large(start: Start) -> None:
    assert ending_of(start, "def f(): return [None] * (17 << 20)").ending == "reply too large"


def test_too_many_callbacks_end_the_worker(start: Start) -> None:
    worker = start("def f(g):\n    while True: g()", callbacks=10)
    with pytest.raises(WorkerEnded, match=r"^f was stopped after 10 calls of the functions it was given; ") as caught:
        worker.call("f", (lambda: 1,))
    assert caught.value.ending == "cpu"


def test_dropping_what_was_never_kept_makes_no_room(start: Start) -> None:
    worker = start("def f(): return 1")
    worker._exchange.drop(list(range(900)))
    assert worker._exchange._kept_bytes == 0


def test_a_flood_of_raw_output_ends_the_worker(start: Start) -> None:
    ended = ending_of(start, "import os\ndef f():\n    while True: os.write(1, b'x' * 65536)")
    assert str(ended) == "f was stopped because it wrote more than 64 MiB to its output. Print less."


def test_a_worker_whose_sandbox_has_ended_says_so_once() -> None:
    with Sandbox(layers_for_tests=()) as own:
        worker = own.worker(Limits(), seed=0)
        own._drop_spare()
        os.kill(own.pid, signal.SIGKILL)
        with pytest.raises(GraderError, match=r"^The sandbox (ended|does not answer)"):
            worker.close()
        worker.close()
        assert worker.usage().output == ""


FORGERIES = {
    "garbage": "os.write(3, b'garbage' * 100)",
    "a huge header": "os.write(3, header(17, 3, 1 << 60))",
    "a well-formed reply without the nonce": "os.write(3, header(17, 3) + b'\\x91\\xa1n')",
    "a callback that does not exist": "forge(19, (99, (), {}, []))",
    "a callback that is no callback": "forge(19, 'g')",
    "dropping what was never kept": "forge(19, (0, (), {}, ['x']))",
    "a report of loading": "forge(20, {})",
    "a statement out of nowhere": "forge(21, (0, 0, 0))",
    "an error that is no error": "forge(18, 'no')",
    "an unknown frame": "forge(77, None)",
    "an object the grader never kept": "forge(17, Elsewhere(5, []))",
    "closing the wire": "os.close(3); time.sleep(60)",
}
FORGER = """
import gc, os, struct, sys, time
Elsewhere = sys.modules["grader.sandbox.worker"].Elsewhere
def header(kind, meta_bytes, payload_bytes=0):
    return struct.pack("<4sBBHQIIQ", b"DLG1", 1, kind, 0, 5, meta_bytes, 0, payload_bytes)
def forge(kind, value):
    # The honest way out, nonce and all: authentication is not what keeps forgeries from paying.
    [worker] = [found for found in gc.get_objects() if type(found).__name__ == "Worker"]
    worker.transmit(kind, value)
def f():
    {act}
    time.sleep(60)
"""


@pytest.mark.parametrize("act", FORGERIES.values(), ids=FORGERIES.keys())
def test_a_forged_frame_ends_the_worker(start: Start, act: str) -> None:
    ended = ending_of(start, FORGER.replace("{act}", act), wall_s=2)
    assert ended.ending == "protocol"
    assert str(ended) == (
        "f broke the connection between the grader and your code. Leave file descriptors that you did not open alone."
    )


def test_a_well_formed_forgery_wins_nothing_but_its_own_value(start: Start) -> None:
    assert start(FORGER.replace("{act}", "forge(17, 42)")).call("f", ()) == 42


def test_a_reply_sent_before_the_request_ends_the_worker(start: Start) -> None:
    worker = start(
        "import os, signal, time\n"
        "def early(*_): os.write(3, b'early')\n"
        "def f():\n    signal.signal(signal.SIGALRM, early)\n    signal.setitimer(signal.ITIMER_REAL, 0.05)\n"
    )
    worker.call("f", ())
    time.sleep(0.2)
    with pytest.raises(WorkerEnded) as caught:
        worker.call("f", ())
    assert caught.value.ending == "protocol"
