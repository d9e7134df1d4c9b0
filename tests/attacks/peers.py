"""Two graders at the other end of the wire: ours, and a naive one that shows what the attacks do.

The naive one believes what it is sent: lengths, shapes and pickles; it numbers no request, and takes a process
that ended without a word for a pass. Both are judged alike by ``harms``.
"""

from __future__ import annotations

import ctypes
import os
import pickle
import subprocess
import sys
import tempfile
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from grader.errors import StudentRaised, WorkerEnded
from grader.model import SourceUnit
from grader.sandbox.host import Limits
from grader.sandbox.wire import HEADER
from tests.attacks.ground import SECRET, Attacker, Ground

Client = Callable[[str], Any]  # calls a function of the worker by its name
PATIENCE_S = 1.5
GIB = 1 << 30


def harms(client: Client) -> bool:
    """Return whether an attack harms who asks: a crash, a wait without end, too much memory, a wrong answer."""
    started_s, peak = time.monotonic(), _peak_bytes()
    try:
        if client("attack") == "passed":
            return True
        harmed = client("honest") != "honest"
    except (StudentRaised, WorkerEnded):
        harmed = False
    except (Exception, SystemExit):
        return True
    return harmed or time.monotonic() - started_s > PATIENCE_S or _peak_bytes() - peak > GIB // 2


def harms_ours(_: Ground, attack: Attacker) -> bool:
    """Judge an attack on the wire, or an ending, with the grader as it is."""
    assert attack.worker.canaries  # its start is not the attack's time
    return harms(lambda name: attack.worker.call(name, ()))


def harms_the_naive_one(_: Ground, attack: Attacker) -> bool:
    """Judge an attack on the wire, or an ending, with a naive grader."""
    return harms(naive(attack))


def naive(attack: Attacker) -> Client:
    """Return a client that asks like ours and believes every answer."""
    worker = attack.worker
    wire = worker._channel._wire
    deadline_s = 0.0

    def take(count: int) -> bytes:
        if count > GIB:
            raise MemoryError(f"{count} bytes, as announced")
        data = b""
        while len(data) < count and time.monotonic() < deadline_s:
            if not (more := wire.recv(count - len(data))):
                break
            data += more
        return data

    def believe(*_: object) -> Any:
        nonlocal deadline_s
        deadline_s = time.monotonic() + 1.1 * PATIENCE_S
        wire.settimeout(1.1 * PATIENCE_S)
        return _naive_answer(take)

    assert worker.canaries
    worker._channel._refuse_unasked = lambda: None  # type: ignore[method-assign]
    worker._reply = believe  # type: ignore[method-assign, assignment]
    return lambda name: worker.call(name, ())


def _naive_answer(take: Callable[[int], bytes]) -> Any:
    header = take(HEADER.size)
    if not header:
        return "passed"
    _, _, _, _, _, meta_bytes, _, payload_bytes = HEADER.unpack(header)
    meta, payload = take(meta_bytes), take(payload_bytes)
    if meta.startswith(b"\x80\x04"):
        return pickle.loads(meta)
    return _naive_value(msgspec.msgpack.decode(meta), payload)


def _naive_value(node: Any, payload: bytes) -> Any:
    match node:
        case ["a", code, shape]:
            return np.frombuffer(payload, np.dtype(code)).reshape(shape)
        case ["l" | "t", *items]:
            return [_naive_value(item, payload) for item in items]
        case ["i", number]:
            return int(number)
        case ["n"]:
            return None
        case [_, value]:
            return value
    raise ValueError(node)


def keeps_all_output(_: Ground, attack: Attacker) -> bool:
    """Judge a flood with a grader that collects all that is printed."""
    worker = attack.worker

    def collect(*_: object) -> int:
        kept, deadline_s = 0, time.monotonic() + 10
        while kept <= 64 << 20 and time.monotonic() < deadline_s:
            try:
                kept += len(os.read(worker._channel._output_fd, 1 << 16))
            except BlockingIOError:
                time.sleep(0.0005)
        return kept

    worker._reply = collect  # type: ignore[method-assign, assignment]
    return bool(worker.call("attack", ()) > 64 << 20)  # type: ignore[operator]


def hangs_up_politely(ground: Ground, attack: Attacker) -> bool:
    """Judge an exit hook with a grader that lets a worker end by itself."""
    path = ground.folder() / "mine"
    attack(path)
    attack.worker._channel._wire.shutdown(2)
    deadline_s = time.monotonic() + 2
    while not path.exists() and time.monotonic() < deadline_s:
        time.sleep(0.01)
    return path.exists()


# --- one process for both -----------------------------------------------------------------------------------


def finds_expected(_: Ground, attack: Attacker) -> bool:
    """Judge a search for what the trusted side computed; it does so first."""
    return _is_found(attack)


def finds_expected_in_one_process(source: Path) -> bool:
    """Do the same with a grader that runs the hand-in in its own process."""
    return _is_found(_function_of(source))


def _is_found(attack: Callable[[], Any]) -> bool:
    expected = np.random.default_rng().normal(size=64)
    keep = {"expected_of_the_class": expected, "others": [expected]}
    (expected * 1.0).sum()  # what the reference leaves in memory that is free again
    found = attack()
    return isinstance(found, list) and (found == expected.tolist() or expected.tolist() in found) and bool(keep)


def finds_in_descriptors(ground: Ground, attack: Attacker) -> bool:
    """Judge a search for what the trusted side has open."""
    with ground.file().open() as file:
        os.set_inheritable(file.fileno(), True)
        return SECRET in str(attack())


def finds_in_descriptors_of_one_process(source: Path) -> bool:
    """Do the same with a grader that runs the hand-in in its own process."""
    with tempfile.TemporaryFile() as file:
        file.write(SECRET.encode())
        file.flush()
        return SECRET in str(_function_of(source)())


def finds_the_key(_: Ground, attack: Attacker) -> bool:
    """Judge a search for a key that the trusted side holds."""
    return _is_key_found(attack)


def finds_the_key_in_one_process(source: Path) -> bool:
    """Do the same with a grader that runs the hand-in in its own process."""
    return _is_key_found(_function_of(source))


def _is_key_found(attack: Callable[[], Any]) -> bool:
    key = os.urandom(16).hex()
    memory = ctypes.create_string_buffer(f"signature={key}".encode())
    return bool(attack() == key) and bool(memory)


def shadows_in_ours(ground: Ground, attack: Attacker) -> bool:
    """Judge a module that is called like one of Python's."""
    shadow = SourceUnit(module="random", label="random.py", text="MINE = 'mine'")
    main = SourceUnit(
        module="mlp", label="mlp.py", text="import random\ndef attack(): return getattr(random, 'MINE', 0)"
    )
    with ground.sandbox.worker(Limits(), seed=0) as worker:
        worker.load([shadow, main])
        return bool(Attacker(worker)() == "mine")


def shadows_beside_the_grader(source: Path) -> bool:
    """Import it from the folder that it was handed in to, as a naive grader would."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "random.py").write_text("MINE = 'mine'")
        Path(folder, "main.py").write_text(source.read_text() + "\nprint(attack())\n")
        done = subprocess.run([sys.executable, "main.py"], cwd=folder, capture_output=True, text=True, check=False)
    return done.stdout == "mine\n"


def dies_by_its_text(source: Path) -> bool:
    """Print the exception of an attack, as a naive grader would."""
    try:
        _function_of(source)()
    except Exception as error:
        try:
            return not str(error)
        except SystemExit:
            return True
    return False


def prints_it_all(source: Path) -> bool:
    """Format the traceback of an attack, as a naive grader would."""
    limit = sys.getrecursionlimit()
    try:
        _function_of(source)()
    except ValueError:
        return len(traceback.format_exc()) > 10_000
    finally:
        sys.setrecursionlimit(limit)
    return False


def _function_of(source: Path) -> Callable[[], Any]:
    namespace: dict[str, Any] = {"__name__": "handed_in"}
    exec(compile(source.read_text(), source.name, "exec"), namespace)
    function: Callable[[], Any] = namespace["attack"]
    return function


def _peak_bytes() -> int:
    lines = Path("/proc/self/status").read_text().splitlines()
    return 1024 * int(next(line.split()[1] for line in lines if line.startswith("VmPeak")))
