"""How JAX runs here: in double precision, on the CPU, and compiled fast rather than well.

Each function runs once on a few numbers, so all the time goes into its compilation.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from types import MappingProxyType
from typing import Any

import jax

jax.config.update("jax_enable_x64", True)
jax.config.update("jax_platforms", "cpu")
jax.config.update("jax_disable_most_optimizations", True)

# With both, compiling takes 0.4 times as long (JAX 0.10.2). They are options of XLA's that may come and go.
FASTER = MappingProxyType({"xla_cpu_use_fusion_emitters": False, "xla_cpu_parallel_codegen_split_count": 1})


def compiled(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return a function of arrays compiled by JAX."""
    jitted: Callable[..., Any] = jax.jit(function, compiler_options=known_options())
    return jitted


@lru_cache
def known_options() -> dict[str, Any]:
    """Return those of the options that this version of XLA knows."""
    return {name: value for name, value in FASTER.items() if is_known(name, value)}


def is_known(name: str, value: Any) -> bool:
    try:
        jax.jit(lambda: 0.0, compiler_options={name: value})()
    except jax.errors.JaxRuntimeError:
        return False
    return True
