"""Why a worker ended, as one sentence for the student."""

from __future__ import annotations

import signal

from grader.errors import WorkerEnded
from grader.sandbox.channel import Ended
from grader.sandbox.limits import Limits
from grader.sandbox.nursery import Remains, exit_sentence

EXIT_MEMORY = 77  # what a worker exits with when not even a MemoryError could be reported


class LoadEnded(WorkerEnded):
    """The worker ended while the submission was loaded.

    ``statement`` counts over all units of the submission; -1 when no statement ran yet.
    """

    def __init__(self, ending: str, message: str, statement: int) -> None:
        super().__init__(ending, message)
        self.statement = statement


def explain(subject: str, why: Ended, remains: Remains, limits: Limits) -> tuple[str, str]:
    """Return the ending and its sentence.

    Args:
        subject: what ran, as the student knows it: "affine_forward".
        why: what the trusted side noticed.
        remains: what the kernel says of the dead worker.
        limits: what it was allowed.
    """
    ending = why.ending or _from_status(remains, limits)
    match ending:
        case "cpu":
            text = (
                f"was stopped after {limits.cpu_s:g} s of CPU time; a correct solution needs far less. "
                "Look for a loop that does not end."
            )
        case "callbacks":
            ending = "cpu"
            text = (
                f"was stopped after {limits.callbacks:,} calls of the functions it was given; a correct "
                "solution needs far fewer. Look for a loop that does not end."
            )
        case "wall":
            text = (
                f"was stopped after {limits.wall_s:g} s in which it mostly waited. "
                "Look for sleep() or for anything else that waits."
            )
        case "memory":
            text = (
                f"was stopped because it needed more than {_size(limits.memory_bytes)} of memory; a correct "
                "solution needs far less. Look for an array that grows, or whose shape is far too large."
            )
        case "reply too large":
            text = (
                f"returned a result that {why.detail}; at most {_size(limits.reply_bytes)} can be handed in. "
                "Check its shape."
            )
        case "signal":
            text = (
                f"crashed the Python interpreter ({_signal_name(remains)}). "
                "Look for a recursion that does not end, or for memory used in an unusual way."
            )
        case "exit":
            text = (
                f"ended the Python interpreter with exit status {exit_sentence(remains.status)[1]}. "
                "Remove os._exit() and whatever else ends the program."
            )
        case _ if why.detail == "output":
            text = "was stopped because it wrote more than 64 MiB to its output. Print less."
        case _:
            text = (
                "broke the connection between the grader and your code. "
                "Leave file descriptors that you did not open alone."
            )
    return ending, f"{subject} {text}"


def was_killed(remains: Remains, limits: Limits) -> bool:
    """Tell whether a worker that we did not kill was killed, and not for the CPU time it used."""
    return exit_sentence(remains.status)[0] == signal.SIGKILL and remains.cpu_s < limits.cpu_s


def _from_status(remains: Remains, limits: Limits) -> str:
    number, status = exit_sentence(remains.status)
    if number == signal.SIGXCPU or (number == signal.SIGKILL and remains.cpu_s >= limits.cpu_s):
        return "cpu"
    if number == signal.SIGKILL or status == EXIT_MEMORY:
        return "memory"  # only the kernel, out of memory, kills a worker behind our back
    return "exit" if number is None else "signal"


def _signal_name(remains: Remains) -> str:
    number, _ = exit_sentence(remains.status)
    try:
        return signal.Signals(number or 0).name
    except ValueError:
        return f"signal {number}"


def _size(count: int) -> str:
    return f"{count / (1 << 30):g} GiB" if count >= 1 << 30 else f"{count / (1 << 20):g} MiB"
