"""The standard streams of a worker: they keep the first few kilobytes and drop the rest.

Printing megabytes costs a student nothing, and the pipe never fills up.
"""

from __future__ import annotations

import builtins
import io
import os
import sys
from typing import TYPE_CHECKING, NoReturn

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

OUTPUT_FD = 1
KEPT_BYTES = 8192


class _FirstBytes(io.RawIOBase):
    name = "<output>"
    left = KEPT_BYTES

    def writable(self) -> bool:
        return True

    def write(self, data: ReadableBuffer, /) -> int:
        view = memoryview(data).cast("B")
        kept = view[: self.left]
        if len(kept):
            self.left -= len(kept)
            os.write(OUTPUT_FD, kept)
        return len(view)

    def close(self) -> None:
        """Stay open: later calls print too."""


class _Stream(io.TextIOWrapper):
    def close(self) -> None:
        """Stay open: later calls print too."""


def open_stream() -> io.TextIOWrapper:
    """Return a text stream whose first 8 KiB reach the output pipe."""
    return _Stream(_FirstBytes(), encoding="utf-8", errors="backslashreplace", write_through=True)


def install(stream: io.TextIOWrapper) -> None:
    """Make ``stream`` the standard output and the standard error, whatever student code did to them."""
    sys.stdout = sys.stderr = sys.__stdout__ = sys.__stderr__ = stream  # type: ignore[misc]  # Final in typeshed


def refuse_input() -> None:
    """Make ``input()`` raise an EOFError that explains itself."""
    builtins.input = _refuse


def _refuse(prompt: object = "") -> NoReturn:
    raise EOFError("input() has no answer here: nobody types while code is graded. Use arguments instead.")
