"""Turn an exception of student code into plain data, inside the worker, trusting none of its methods."""

from __future__ import annotations

from collections.abc import Mapping
from types import TracebackType
from typing import Any

from grader.sandbox.wire import type_name

MAX_MESSAGE = 400
MAX_FRAMES = 8
MAX_SOURCE_LINE = 200
NO_MEMORY = "more memory was asked for than a submission may have"
UNREADABLE = "(the message of this exception could not be read)"

Sources = Mapping[str, tuple[str, list[str]]]  # file name to label and lines


def describe(error: BaseException, sources: Sources) -> dict[str, Any]:
    """Return the fields of a ``StudentError``: type, message, and the last frames in student source."""
    frames = _syntax_frame(error, sources) or _frames(error.__traceback__, sources)
    name = type_name(error)
    return {
        "type": "MemoryError" if isinstance(error, MemoryError) else name,
        "message": _message(error),
        "frames": frames[-MAX_FRAMES:],
    }


def _message(error: BaseException) -> str:
    try:
        if isinstance(error, SyntaxError):
            return str(error.msg)[:MAX_MESSAGE]
        message = str(error)[:MAX_MESSAGE]
        return message or (NO_MEMORY if isinstance(error, MemoryError) else "")
    except BaseException:  # whatever its __str__ does, the worker goes on
        return UNREADABLE


def _syntax_frame(error: BaseException, sources: Sources) -> list[dict[str, Any]]:
    if type(error) not in (SyntaxError, IndentationError, TabError):
        return []
    assert isinstance(error, SyntaxError)
    if type(error.filename) is not str or type(error.lineno) is not int or error.filename not in sources:
        return []
    return [_frame(error.filename, error.lineno, "<module>", sources)]


def _frames(traceback: TracebackType | None, sources: Sources) -> list[dict[str, Any]]:
    frames: list[dict[str, Any]] = []
    while traceback is not None:
        code = traceback.tb_frame.f_code
        if code.co_filename in sources:
            frames.append(_frame(code.co_filename, traceback.tb_lineno or 0, code.co_name, sources))
            if len(frames) > 2 * MAX_FRAMES:
                del frames[:MAX_FRAMES]
        traceback = traceback.tb_next
    return frames


def _frame(filename: str, line: int, function: str, sources: Sources) -> dict[str, Any]:
    label, lines = sources[filename]
    text = lines[line - 1].strip() if 0 < line <= len(lines) else ""
    return {"label": label, "line": line, "function": function[:80], "text": text[:MAX_SOURCE_LINE]}
