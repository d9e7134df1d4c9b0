"""Folders: links, pipes, devices, sockets, too many files; and files that are ignored."""

from __future__ import annotations

import os
import socket
import stat
from pathlib import Path

from tests.bad_inputs.table import Item, Row, beside, folder_of, graded, refused, with_solution
from tests.course_factory import SOLUTION


def link_out(path: Path) -> None:
    (path / "helper.py").symlink_to("/etc/passwd")


def link_main(path: Path) -> None:
    (path / "tiny.py").symlink_to("/etc/passwd")


def entry_is_a_link(base: Path) -> None:
    base.with_name(base.name + ".py").symlink_to("/etc/passwd")


def hard_link(path: Path) -> None:
    outside = path.parent / ".outside.py"
    outside.write_text("helps = True\n")
    os.link(outside, path / "helper.py")


def pipe(path: Path) -> None:
    os.mkfifo(path / "helper.py")


def entry_is_a_pipe(base: Path) -> None:
    os.mkfifo(base.with_name(base.name + ".py"))


def device(path: Path) -> None:
    os.mknod(path / "helper.py", stat.S_IFCHR | 0o644, os.makedev(1, 5))  # /dev/zero, which never ends


def listening(path: Path) -> None:
    before = Path.cwd()
    os.chdir(path)  # the path of a socket is limited to 108 bytes
    try:
        with socket.socket(socket.AF_UNIX) as listener:
            listener.bind("helper.py")
    finally:
        os.chdir(before)


def loop(path: Path) -> None:
    (path / "again").symlink_to(path)


def deep(path: Path) -> None:
    (path / "a/b/c/d/e").mkdir(parents=True)
    (path / "a/b/c/d/e/helper.py").write_text("x = 1\n")


def many(path: Path) -> None:
    for number in range(1001):
        (path / f"{number}.txt").touch()


def large(path: Path) -> None:
    for number in range(21):
        (path / f"part{number}.py").write_bytes(b"#" * (1 << 20))


FOLDERS = Row(
    "Folders",
    (
        Item(
            "folder with a symbolic link",
            with_solution(link_out),
            graded(notes=("helper.py was left out: it is a symbolic link, and links are not followed.",)),
        ),
        Item(
            "folder whose main file is a link",
            folder_of({}, link_main),
            refused(
                "There is no .py or .ipynb file in it. tiny.py was left out: it is a symbolic link, and "
                "links are not followed. Hand in tiny.py or tiny.ipynb."
            ),
        ),
        Item(
            "entry that is a link",
            entry_is_a_link,
            refused("entry-that-is-a-link.py is a symbolic link, and links are not followed. Hand in the file itself."),
        ),
        Item(
            "folder with a hard link",
            with_solution(hard_link),
            graded(notes=("helper.py has a second name elsewhere on this disk (a hard link).",)),
        ),
        Item(
            "folder with a pipe",
            with_solution(pipe),
            graded(notes=("helper.py was left out: it is not a regular file.",)),
        ),
        Item(
            "entry that is a pipe",
            entry_is_a_pipe,
            refused("entry-that-is-a-pipe.py is not a regular file. Hand in a .py, .ipynb or .zip file, or a folder."),
        ),
        Item(
            "folder with a device",
            with_solution(device),
            graded(notes=("helper.py was left out: it is not a regular file.",)),
            needs_root=True,
        ),
        Item(
            "folder with a socket",
            with_solution(listening),
            graded(notes=("helper.py was left out: it is not a regular file.",)),
        ),
        Item(
            "folder that holds itself",
            with_solution(loop),
            graded(notes=("again was left out: it is a symbolic link, and links are not followed.",)),
        ),
        Item("folder that is deep", with_solution(deep), graded(notes=("a/b/c/d/ was left out: it lies too deep.",))),
        Item(
            "folder with 1001 files",
            with_solution(many),
            refused(
                "The folder folder-with-1001-files holds more than 1000 files. Hand in the assignment's file alone."
            ),
        ),
        Item(
            "folder with 21 MiB of source",
            with_solution(large),
            refused("The folder holds more than 20 MiB of .py and .ipynb files. Hand in the assignment's file alone."),
        ),
        Item(
            "folder that is empty",
            folder_of({}),
            refused("There is no .py or .ipynb file in it. Hand in tiny.py or tiny.ipynb."),
        ),
        Item(
            "folder with a main file too large",
            folder_of({"tiny.py": "#" * (1 << 21)}),
            refused("tiny.py is larger than 1 MiB. Take out data and outputs, and hand it in again."),
        ),
        Item(
            "folder with a notebook and a file",
            folder_of({"tiny.py": SOLUTION, "tiny.ipynb": "{"}),
            refused(
                "tiny.ipynb is damaged or not a notebook: it stops being JSON at line 1, column 2. Open "
                "it in Jupyter, save it, and hand that in."
            ),
        ),
        Item(
            "folder with a damaged module",
            beside("helper.py", b"\xff"),
            graded(
                notes=(
                    (
                        "Left out: helper.py is not UTF-8 text: byte 0 cannot be decoded. Save it again as "
                        "UTF-8, and hand that in."
                    ),
                )
            ),
        ),
    ),
)

IGNORED = Row(
    "Files that are never imported",
    (
        Item(
            "file called numpy",
            beside("numpy.py", "def zeros(shape):\n    return 42\n"),
            graded(
                notes=(
                    ("numpy.py was left out: it has the name of a module of Python or NumPy, which is used instead."),
                )
            ),
        ),
        Item(
            "file called random",
            beside("random.py", "raise SystemExit\n"),
            graded(
                notes=(
                    ("random.py was left out: it has the name of a module of Python or NumPy, which is used instead."),
                )
            ),
        ),
        Item(
            "file called conftest",
            beside("conftest.py", "raise SystemExit\n"),
            graded(notes=("conftest.py was left out: files of this name are not used in grading.",)),
        ),
        Item(
            "file called sitecustomize",
            beside("sitecustomize.py", "raise SystemExit\n"),
            graded(notes=("sitecustomize.py was left out: files of this name are not used in grading.",)),
        ),
        Item(
            "file called main",
            beside("__main__.py", "raise SystemExit\n"),
            graded(notes=("__main__.py was left out: files of this name are not used in grading.",)),
        ),
        Item(
            "file with a path configuration",
            beside("tiny.pth", "import os; os._exit(0)\n"),
            graded(notes=("tiny.pth was left out: only .py and .ipynb files are read.",)),
        ),
        Item(
            "compiled extension",
            beside("helper.so", b"\x7fELF"),
            graded(notes=("helper.so was left out: only .py and .ipynb files are read.",)),
        ),
        Item(
            "compiled python",
            beside("helper.pyc", b"\xa7\r\r\n"),
            graded(notes=("helper.pyc was left out: only .py and .ipynb files are read.",)),
        ),
        Item(
            "checks of their own",
            beside("test_tiny.py", "def test_all(): pass\n"),
            graded(notes=("test_tiny.py was left out: checks come from the course.",)),
        ),
        Item(
            "module whose name cannot be imported",
            beside("my-helper.py", "x = 1\n"),
            graded(notes=("my-helper.py was left out: its name cannot be imported.",)),
        ),
    ),
)

DATA = Row(
    "Data files",
    (
        Item(
            "npy file",
            beside("weights.npy", b"\x93NUMPY\x01\x00v\x00{'descr': 'O'}"),
            graded(notes=("weights.npy was left out: only .py and .ipynb files are read.",)),
        ),
        Item(
            "npz file",
            beside("weights.npz", b"PK\x03\x04"),
            graded(notes=("weights.npz was left out: only .py and .ipynb files are read.",)),
        ),
        Item(
            "pickle",
            beside("weights.pkl", b"cos\nsystem\n(S'true'\ntR."),
            graded(notes=("weights.pkl was left out: only .py and .ipynb files are read.",)),
        ),
    ),
)

ROWS = (FOLDERS, IGNORED, DATA)
