"""Where attacks are run: as this user or as another, natively or as in a container, each in a process of its own.

Becoming a user and entering Docker's filter are for good, so they happen before the interpreter is executed anew.
"""

from __future__ import annotations

import argparse
import functools
import hashlib
import os
import pwd
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

import grader
from grader.errors import IsolationError
from grader.sandbox.tiers import landlock_abi, layers_for
from tests.attacks import docker

ROOT = Path(grader.__file__).parent.parent
CONTROL = "none"
STARTS_ITSELF = "import numpy, msgspec, subprocess, sys; subprocess.run([sys.executable, '-c', ''], check=True)"


class Place(NamedTuple):
    """A user, and whether in a container."""

    title: str
    user: str  # to become; "" to stay the one who runs this
    in_docker: bool

    def lines(self, module: str, *arguments: str) -> Iterator[str]:
        """Run a module there and yield the lines that it prints, as they come.

        Raises:
            RuntimeError: it did not end well.
        """
        docker_too = ["--docker"] if self.in_docker else []
        command = [*_becoming(self.user), interpreter_for(self.user), "-m", module, *docker_too, *arguments]
        with (
            tempfile.TemporaryFile("w+") as said,
            subprocess.Popen(
                command, cwd=ROOT, env=_environment(), stdout=subprocess.PIPE, stderr=said, text=True
            ) as process,
        ):
            assert process.stdout is not None
            yield from process.stdout
            if process.wait() != 0:
                said.seek(0)
                raise RuntimeError(f"{' '.join(command)} ended with {process.returncode}: {said.read()[-2000:]}")


def places() -> list[Place]:
    """Return where attacks can be run from here: as another user only by root, Docker's filter for one processor."""
    users = [("root", ""), ("nobody", "nobody")] if os.geteuid() == 0 else [("user", "")]
    native = [Place(title, user, in_docker=False) for title, user in users]
    in_docker = [Place(f"{title}, Docker", user, in_docker=True) for title, user in users]
    return [*native, *(in_docker if docker.is_known() else [])]


@functools.cache
def interpreter_for(user: str) -> str:
    """Return a Python that ``user`` can start; "" where there is none.

    The one that runs the tests may be in a folder of its owner, such as /root.
    """
    version = f"python3.{sys.version_info.minor}"
    for candidate in (sys.executable, shutil.which(version, path="/usr/local/bin:/usr/bin")):
        if candidate is None:
            continue
        command = [*_becoming(user), candidate, "-c", STARTS_ITSELF]
        done = subprocess.run(command, env=_environment(), capture_output=True, check=False, cwd="/")
        if done.returncode == 0:
            return candidate
    return ""


def layers_here(tier: str) -> tuple[str, ...]:
    """Return the layers of a tier for the present user, none for the control.

    Raises:
        ValueError: there is no such tier for this user.
        IsolationError: the kernel lacks a layer.
    """
    if tier == CONTROL:
        return ()
    layers = layers_for(tier, as_root=os.geteuid() == 0)
    if "landlock" in layers and not landlock_abi():
        raise IsolationError("The kernel offers no Landlock.")
    return layers


def add_docker(parser: argparse.ArgumentParser) -> None:
    """Give a module the options that ``enter_docker`` needs."""
    parser.add_argument("--docker", action="store_true", help="under the filter and capabilities of a container")


def enter_docker(module: str) -> None:
    """Execute a module anew, with the same arguments, under Docker's filter."""
    docker.confine()
    arguments = [argument for argument in sys.argv[1:] if argument != "--docker"]
    os.execv(sys.executable, [sys.executable, "-m", module, *arguments])


def fingerprint(sources: Iterable[str]) -> str:
    """Return a digest of Python files and folders of them; what was found with another code says nothing."""
    digest = hashlib.sha256()
    for source in sources:
        path = ROOT / source
        for file in sorted(path.rglob("*.py")) if path.is_dir() else [path]:
            digest.update(str(file.relative_to(ROOT)).encode() + b"\0" + file.read_bytes() + b"\0")
    return digest.hexdigest()


def _becoming(user: str) -> list[str]:
    return ["setpriv", f"--reuid={user}", f"--regid={pwd.getpwnam(user).pw_gid}", "--clear-groups"] if user else []


def _environment() -> dict[str, str]:
    path = [str(ROOT), *(entry for entry in sys.path if entry.endswith("site-packages"))]
    return {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": os.pathsep.join(path),
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONUTF8": "1",
    }
