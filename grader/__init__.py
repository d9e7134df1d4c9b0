"""Auto-graded assignments for courses in which students build neural networks from scratch in NumPy."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

__version__ = "0.1.0"


def load_ipython_extension(shell: InteractiveShell) -> None:
    """Let ``%load_ext grader`` load what it means; nothing of it is imported before."""
    shell.extension_manager.load_extension("grader.jupyter")


def unload_ipython_extension(shell: InteractiveShell) -> None:
    """Let ``%unload_ext grader`` and ``%reload_ext grader`` do as they say."""
    shell.extension_manager.unload_extension("grader.jupyter")
