"""Attributes of a student's object cross together with the method call that needs them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from grader.errors import StudentRaised
from grader.model import SourceUnit
from grader.sandbox.host import Limits, Sandbox
from grader.session.desk import RemoteBackend

NET = """\
class Net:
    def __init__(self):
        self.log = []
        self.params = {}
    def __setattr__(self, name, value):
        if name == "frozen":
            raise AttributeError("Net has no frozen")
        super().__setattr__(name, value)
        if name != "log":
            self.log.append(name)
    def total(self):
        self.log.append("total")
        return float(sum(value.sum() for value in self.params.values()))

def names_seen(net):
    return net.log
"""


class Counting(RemoteBackend):
    """Notes what crosses."""

    def __init__(self, worker: Any) -> None:
        super().__init__(worker, {"Net": "Net", "names_seen": "names_seen"}, {})
        self.crossed: list[str] = []

    def _do(self, name: str, action: Any) -> Any:
        self.crossed.append(name)
        return super()._do(name, action)

    def make(self) -> Any:
        return self.plain("Net", opaque="all")

    def plain(self, name: str, *args: Any, opaque: Any = ()) -> Any:
        return self.call(name, args, {}, opaque=opaque, consume=False, with_arguments=False)


@pytest.fixture
def backend(grading_sandbox: Sandbox) -> Iterator[Counting]:
    with grading_sandbox.worker(Limits(), seed=1) as worker:
        worker.load([SourceUnit(module="tiny", label="tiny.py", text=NET)])
        yield Counting(worker)


def test_attributes_and_the_call_after_them_are_one_request(backend: Counting) -> None:
    net = backend.make()
    backend.crossed.clear()
    backend.set_attribute(net, "params", {"w": np.ones(3)})
    backend.set_attribute(net, "scale", 2)
    assert backend.call_method(net, "total", (), {}) == 3.0
    assert len(backend.crossed) == 1


def test_attributes_are_set_in_order_and_before_the_call(backend: Counting) -> None:
    net = backend.make()
    backend.set_attribute(net, "scale", 2)
    backend.set_attribute(net, "params", {})
    backend.call_method(net, "total", (), {})
    assert backend.plain("names_seen", net)[1:] == ["scale", "params", "total"]


def test_an_attribute_is_set_once(backend: Counting) -> None:
    net = backend.make()
    backend.set_attribute(net, "scale", 2)
    backend.call_method(net, "total", (), {})
    backend.call_method(net, "total", (), {})
    assert backend.plain("names_seen", net)[1:] == ["scale", "total", "total"]


def test_an_attribute_has_the_value_of_when_it_was_set(backend: Counting) -> None:
    net, params = backend.make(), {"w": np.ones(3)}
    backend.set_attribute(net, "params", params)
    params["w"][:] = 100.0
    assert backend.call_method(net, "total", (), {}) == 3.0


def test_an_attribute_can_be_read_at_once(backend: Counting) -> None:
    net = backend.make()
    backend.set_attribute(net, "scale", 2)
    assert backend.get_attribute(net, "scale") == 2


def test_an_attribute_is_set_before_another_object_is_used(backend: Counting) -> None:
    net, other = backend.make(), backend.make()
    backend.set_attribute(net, "scale", 2)
    backend.call_method(other, "total", (), {})
    assert "scale" in backend.plain("names_seen", net)


def test_an_attribute_is_set_before_a_function_is_called(backend: Counting) -> None:
    net = backend.make()
    backend.set_attribute(net, "scale", 2)
    assert "scale" in backend.plain("names_seen", net)


def test_an_attribute_that_cannot_be_set_is_told_by_the_call(backend: Counting) -> None:
    net = backend.make()
    backend.set_attribute(net, "frozen", 1)
    with pytest.raises(StudentRaised) as caught:
        backend.call_method(net, "total", (), {})
    assert caught.value.error.message == "Net has no frozen"


def test_what_one_case_left_to_be_set_is_not_set_in_the_next(backend: Counting) -> None:
    net = backend.make()
    backend.set_attribute(net, "scale", 2)
    backend.forget_unset()
    backend.call_method(net, "total", (), {})
    assert "scale" not in backend.plain("names_seen", net)
