"""Make what a program draws at random the same at every run, without its asking for that.

``np.random.default_rng()`` and ``random.Random()`` still give each caller numbers of its own; they come from the
seed instead of from the operating system. ``os.urandom`` and ``secrets`` are left alone: whoever asks for them asks
for what cannot be foreseen.
"""

from __future__ import annotations

import random
from typing import Any, Final

import numpy as np

ORIGINAL_SEED: Final = random.Random.seed


def seed_generators(seed: int) -> None:
    """Seed the global generators of Python and NumPy, and what NumPy seeds others with that are given no seed."""
    random.seed(seed)
    np.random.seed(seed % 2**32)
    # The one place where NumPy asks for entropy: SeedSequence() calls it by this name.
    setattr(np.random.bit_generator, "randbits", random.Random(seed).getrandbits)  # noqa: B010 - not in its stubs


def take_over_unseeded(seed: int) -> None:
    """Seed every later ``random.Random()`` and ``random.seed()`` too; in a worker only, it changes the class."""
    entropy = random.Random(seed)

    def seed_with(self: random.Random, a: Any = None, version: int = 2) -> None:
        ORIGINAL_SEED(self, entropy.getrandbits(128) if a is None else a, version)

    setattr(random.Random, "seed", seed_with)  # noqa: B010 - a method, which mypy lets nobody assign
    setattr(random, "seed", random.Random.seed.__get__(random._inst))  # noqa: B010 - it was bound to the original
