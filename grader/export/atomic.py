"""Write a file so that a reader sees the old content or the new, never half of it."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

SUFFIX = ".part"


def sweep(folder: Path) -> None:
    """Remove what writers left in a folder that were killed; nobody may be writing into it."""
    for left in folder.glob(f".*{SUFFIX}"):
        left.unlink()


def write_bytes(path: Path, content: bytes) -> None:
    """Replace the content of ``path``; only the owner may read the file, as it holds grades.

    Raises:
        OSError: the folder cannot be written; ``path`` is as it was.
    """
    # In the same folder, because a rename is atomic only within one file system.
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=SUFFIX)
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
