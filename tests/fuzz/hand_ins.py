"""Mutated notebooks, archives and sources for ingest, which answers with a Submission or a Refusal."""

from __future__ import annotations

import io
import json
import random
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec

from grader.ingest import read_submission
from grader.session.desk import stubs_in
from tests.fuzz.bytes_ import mutated
from tests.fuzz.campaign import Target

SOURCES = (
    b"# coding: utf-8\nimport numpy as np\n\ndef f(x):\n    return x @ x.T\n",
    b"\xef\xbb\xbfclass Net:\r\n    def loss(self, X):\r\n        'text'\r\n        return 0.0\r\n",
    "# -*- coding: latin-1 -*-\nname = 'J\xfcrgen'\n".encode("latin-1"),
    "x = '\u202e' # \U0001d54f\n".encode(),
    "def g():\n    raise NotImplementedError('affine_forward is not written yet.')\n".encode("utf-16"),
    b"def affine_forward(x, w, b):\n    # Write your solution here.\n    raise NotImplementedError("
    b'"affine_forward is not written yet.")\n',
)
TEXTS = (
    "%matplotlib inline\nx = 1\n", "!ls\n", "%%time\ny = [\n  1,\n]\n", "%%bash\nrm -rf /\n", "np.dot?\n",
    "files = !ls\n", "'''open\n", '"""' * 3, "(((\n", "\\\n" * 9, "?" * 50, "% " * 50, "a = " * 30, "\x00", "\ud800",
    "\u2066 x", "\f\v\x1c", "%time net = train()\n", "# %%\n", "\r", "x = 1 if \\\n%time 2\n",
)  # fmt: skip
JUNK: tuple[Any, ...] = (
    None, True, -1, 0, 4, 3, 1e308, 2**70, "", "code", "markdown", [], {}, [[]], [None], ["a", 1], {"a": []}, *TEXTS,
)  # fmt: skip
NAMES = (
    "mlp.py", "mlp/mlp.py", "MLP.PY", "mlp.ipynb", "layers.py", "numpy.py", "conftest.py", "__main__.py", "../mlp.py",
    "/etc/mlp.py", "C:mlp.py", "a\\b.py", "mlp\x00.py", "a\x1b[31m.py", "\u202ebm.py", "é.py", "e\u0301.py",
    "a/b/c/d/e/mlp.py", "x.zip", "data.npy", "mlp.py/", "", ".", "__MACOSX/mlp.py", "a" * 300 + ".py", "class.py",
    "1.py", "test_mlp.py",
)  # fmt: skip


def targets(folder: Path) -> tuple[Target, ...]:
    """Return one target for each kind of hand-in; files are written to ``folder``."""
    return (
        Target("sources", _source, reader(folder / "ada.py"), most_bytes=32 << 20),
        Target("notebooks", _notebook, reader(folder / "ada.ipynb"), most_bytes=64 << 20),
        Target("archives", _archive, reader(folder / "ada.zip"), most_bytes=96 << 20),
    )


def reader(path: Path) -> Callable[[bytes], bool]:
    """Return what hands in some bytes under a name, and tells whether they made a submission."""

    def read(data: bytes) -> bool:
        path.write_bytes(data)
        result = read_submission(path, "mlp", student="ada")
        # What the rooms above do with every hand-in on the trusted side: keep it, and look for stubs.
        assert msgspec.msgpack.decode(msgspec.msgpack.encode(result), type=type(result)) == result
        units = getattr(result, "units", ())
        for unit in units:
            stubs_in(unit.text)
        return bool(units)

    return read


def _source(dice: random.Random) -> bytes:
    if dice.random() < 0.2:
        return "".join(dice.choices(TEXTS, k=dice.randrange(1, 30))).encode("utf-8", "surrogatepass")
    return mutated(dice.choice(SOURCES), SOURCES, dice)


def _notebook(dice: random.Random) -> bytes:
    cells = [
        {"cell_type": "markdown", "source": "# Title", "metadata": {}},
        {"cell_type": "code", "source": dice.choices(TEXTS, k=3), "outputs": [], "metadata": {}},
        {"cell_type": "code", "source": "".join(dice.choices(TEXTS, k=4)), "outputs": []},
    ]
    tree: Any = {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": cells}
    for _ in range(dice.randrange(3)):
        tree = _changed(tree, dice)
    data = json.dumps(tree, ensure_ascii=dice.random() < 0.5).encode("utf-8", "surrogatepass")
    if dice.random() < 0.02:
        data = dice.choice((b"[" * 100_000, b'{"a":' * 50_000, data.replace(b"4", b"9" * 5000)))
    return mutated(data, (*SOURCES, data), dice) if dice.random() < 0.5 else data


def _changed(tree: Any, dice: random.Random) -> Any:
    """Return a tree of JSON with one value, or one key, turned into another."""
    if isinstance(tree, dict) and tree and dice.random() < 0.9:
        key = dice.choice(sorted(tree))
        if dice.random() < 0.15:
            return {dice.choice(("cells", "source", "x", "")) if k == key else k: v for k, v in tree.items()}
        return tree | {key: _changed(tree[key], dice)}
    if isinstance(tree, list) and tree and dice.random() < 0.9:
        at = dice.randrange(len(tree))
        repeat = 2000 if dice.random() < 0.01 else dice.randrange(3)
        return [*tree[:at], *[_changed(tree[at], dice)] * repeat, *tree[at + 1 :]]
    return dice.choice(JUNK)


def _archive(dice: random.Random) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for _ in range(dice.choice((0, 1, 1, 2, 3, 600 if dice.random() < 0.01 else 4))):
            member = zipfile.ZipInfo(dice.choice(NAMES if dice.random() < 0.2 else NAMES[:5]))
            member.compress_type = dice.choice((zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_DEFLATED))
            if dice.random() < 0.05:
                member.compress_type = dice.choice((zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA))
            if dice.random() < 0.05:
                member.external_attr = dice.randrange(1 << 16) << 16
            _write(archive, member, _member_data(dice))
    data = buffer.getvalue()
    return mutated(data, (data, *SOURCES), dice) if dice.random() < 0.5 else data


def _write(archive: zipfile.ZipFile, member: zipfile.ZipInfo, data: bytes) -> None:
    name = member.filename
    # The library warns of a second member of one name; an attacker's tool does not.
    while member.filename in archive.NameToInfo:
        del archive.NameToInfo[member.filename]
    archive.writestr(member, data)
    member.filename = name


def _member_data(dice: random.Random) -> bytes:
    if dice.random() < 0.02:
        return b"\0" * dice.choice((1 << 16, 1 << 21))
    return _notebook(dice) if dice.random() < 0.2 else _source(dice)
