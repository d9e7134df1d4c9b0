"""Parts answered by the trusted side: the reference computes, and never enters the worker."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from itertools import islice
from typing import Any

from grader.course import Part
from grader.sandbox.host import Served, ServedClass
from grader.session.student import ITERATOR_LIMIT


def serve(part: Part, function: Callable[..., Any], used: set[str]) -> Served | ServedClass:
    """Return what answers for a part in a worker.

    Args:
        part: the part; of its results those called "cache" stay on the trusted side.
        function: the reference's function or class.
        used: takes the part's name when it is called.
    """
    if part.kind == "class":
        return serve_class(part, function, used)

    def answer(*args: Any, **kwargs: Any) -> Any:
        used.add(part.name)
        result = function(*args, **kwargs)
        return list(islice(result, ITERATOR_LIMIT)) if part.kind == "iterator" else result

    opaque = part.opaque
    assert opaque != "all", "only classes stay whole"
    if part.kind == "iterator":
        return Served(answer, iterates=True)
    return Served(answer, opaque, writes_back=True)


def serve_class(part: Part, factory: Callable[..., Any], used: set[str]) -> ServedClass:
    """Serve a class: its instances keep their attributes, such as ``params``, in the worker.

    A method gets the attributes as they are there, so that a student's training loop that changes ``params``
    is seen; what it changes itself, such as running statistics, goes back.
    """

    def construct(*args: Any, **kwargs: Any) -> tuple[Any, dict[str, Any]]:
        used.add(part.name)
        made = factory(*args, **kwargs)
        return made, plain_attributes(made)

    def call(name: str, made: Any, attributes: dict[str, Any], *args: Any, **kwargs: Any) -> Any:
        used.add(part.name)
        vars(made).update({key: value for key, value in attributes.items() if key in vars(made)})
        result = getattr(made, name)(*args, **kwargs)
        attributes.update(plain_attributes(made))
        return result

    methods = {name: Served(partial(call, name), writes_back=True) for name in part.methods}
    return ServedClass(Served(construct, (0,)), methods, noted(part.name, factory, used))


def plain_attributes(made: Any) -> dict[str, Any]:
    """Return the public attributes of an instance."""
    return {key: value for key, value in vars(made).items() if not key.startswith("_")}


def noted(name: str, factory: Callable[..., Any], used: set[str]) -> Callable[..., Any]:
    def make(*args: Any, **kwargs: Any) -> Any:
        used.add(name)
        return factory(*args, **kwargs)

    return make
