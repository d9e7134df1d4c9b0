"""One sandbox for the session, and a fixture that starts loaded workers."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack

import pytest

from grader.model import SourceUnit
from grader.sandbox.host import Limits, Sandbox, Served, ServedClass, Worker

Start = Callable[..., Worker]


@pytest.fixture(scope="session")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox() as running:
        yield running


@pytest.fixture(scope="session")
def open_sandbox() -> Iterator[Sandbox]:
    """A sandbox without any lockdown: the control of every attack."""
    with Sandbox(layers_for_tests=()) as running:
        yield running


@pytest.fixture
def start(sandbox: Sandbox) -> Iterator[Start]:
    """Return a function that loads source into a new worker: ``start(source, served={}, cpu_s=1)``."""
    with ExitStack() as stack:

        def start_worker(
            source: str,
            *,
            served: Mapping[str, Served | ServedClass] | None = None,
            within: Sandbox | None = None,
            **limits: float,
        ) -> Worker:
            worker = (within or sandbox).worker(Limits(**limits), seed=7)  # type: ignore[arg-type]  # mixed kinds
            stack.enter_context(worker)
            worker.load([unit(source)], served=served or {})
            return worker

        yield start_worker


def unit(text: str, module: str = "mlp", label: str | None = None) -> SourceUnit:
    """Return one piece of source, dedented."""
    return SourceUnit(module=module, label=label or f"{module}.py", text=textwrap.dedent(text))
