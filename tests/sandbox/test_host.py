from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from grader.errors import GraderError, StudentRaised
from grader.model import Frame
from grader.sandbox.host import Handle, Limits, Sandbox, Served, ServedClass, Unusable
from tests.sandbox.conftest import Start, unit

AFFINE = """
def affine_forward(x, w, b):
    return x @ w + b, (x, w)

def affine_backward(dout, cache):
    x, w = cache
    return dout @ w.T, x.T @ dout, dout.sum(axis=0)
"""


def raised(worker: Any, name: str, *args: object) -> StudentRaised:
    with pytest.raises(StudentRaised) as caught:
        worker.call(name, args)
    return caught.value


def test_an_opaque_result_stays_in_the_worker_and_can_be_passed_back(start: Start) -> None:
    worker = start(AFFINE)
    x, w, b = np.random.rand(4, 3), np.random.rand(3, 5), np.random.rand(5)
    result: Any = worker.call("affine_forward", (x, w, b), opaque=(1,))
    out, cache = result
    np.testing.assert_allclose(out, x @ w + b)
    assert repr(cache) == "<tuple in the worker>"
    gradients: Any = worker.call("affine_backward", (out, cache))
    dx, _, db = gradients
    np.testing.assert_allclose(dx, out @ w.T)
    np.testing.assert_allclose(db, out.sum(axis=0))


def test_a_single_value_is_not_opaque(start: Start) -> None:
    assert start("def f(): return 5").call("f", (), opaque=(1,)) == 5


def test_an_object_lives_on_in_the_worker(start: Start) -> None:
    worker = start("""
    class Net:
        def __init__(self, size, scale=1): self.w = [scale] * size
        def forward(self, x): return x * sum(self.w)
    """)
    net = worker.call("Net", (3,), {"scale": 2}, opaque="all")
    assert isinstance(net, Handle)
    assert worker.call_method(net, "forward", (5,)) == 30
    worker.set_attribute(net, "w", [7])
    assert worker.get_attribute(net, "w") == [7]


def test_a_dropped_handle_is_forgotten_by_the_worker(start: Start) -> None:
    worker = start("""
    import weakref
    class Net: pass
    nets = weakref.WeakSet()
    def make():
        net = Net()
        nets.add(net)
        return net
    def living(): return len(nets)
    """)
    net = worker.call("make", (), opaque="all")
    assert worker.call("living", ()) == 1
    del net
    assert worker.call("living", ()) == 0


def test_a_handle_of_another_worker_is_refused(start: Start) -> None:
    first, second = start("def f(): return []"), start("def g(x): return 1")
    with pytest.raises(TypeError, match=r"^<list in the worker> belongs to another worker: it cannot be passed"):
        second.call("g", (first.call("f", (), opaque="all"),))


def test_callables_are_called_back(start: Start) -> None:
    worker = start("def f(g, x): return g(x, scale=2) + 1")
    assert worker.call("f", (lambda x, scale: x * scale, np.ones(2))).tolist() == [3, 3]  # type: ignore[attr-defined]


def test_a_callable_that_raises_is_a_value_error_of_the_student(start: Start) -> None:
    worker = start("def f(g): return g(1, 2, 3)")
    error = raised(worker, "f", np.linalg.norm).error
    assert (error.type, error.message) == ("ValueError", "norm could not be computed from these arguments.")


def test_an_answer_too_large_to_send_is_a_value_error_of_the_student(start: Start) -> None:
    worker = start("def f(g): return g((9 << 20,))")
    error = raised(worker, "f", np.zeros).error
    assert (error.type, error.message) == ("ValueError", "zeros could not be computed from these arguments.")


def test_an_answer_that_cannot_be_sent_is_a_value_error_of_the_student(start: Start) -> None:
    worker = start("def f(g): return g(1)")
    error = raised(worker, "f", slice).error
    assert (error.type, error.message) == ("ValueError", "slice could not be computed from these arguments.")


def test_a_callable_that_warns_is_answered(start: Start) -> None:
    worker = start("import numpy as np\ndef f(g): return g(np.array([]))")
    assert np.isnan(worker.call("f", (np.mean,)))  # type: ignore[call-overload]  # a number


def test_a_served_name_is_answered_by_the_trusted_side(start: Start) -> None:
    served = {
        "forward": Served(lambda x: (x + 1, {"x": x}), opaque=(1,)),
        "backward": Served(lambda out, cache: out + cache["x"]),
    }
    worker = start(
        """
        def forward(x)
            wrong
        def both(x):
            out, cache = forward(x)
            return backward(out, cache), repr(cache)
        """,
        served=served,
    )
    result: Any = worker.call("both", (np.ones(2),))
    total, shown = result
    assert total.tolist() == [3, 3]
    assert shown == "<kept by the grader>"


def test_a_served_class_computes_on_the_trusted_side_with_the_attributes_of_the_worker(start: Start) -> None:
    scale = ServedClass(
        construct=Served(lambda factor: ({"offset": 100}, {"factor": factor}), opaque=(0,)),
        methods={"apply": Served(lambda made, attributes, x: attributes["factor"] * x + made["offset"])},
        local=dict,
    )
    source = "def f(x):\n    scale = Scale(3)\n    scale.factor = 5\n    return scale.apply(x)"
    assert start(source, served={"Scale": scale}).call("f", (2,)) == 110


def test_what_a_served_method_changes_in_the_attributes_is_changed_in_the_worker(start: Start) -> None:
    def step(made: object, attributes: dict[str, Any]) -> int:
        attributes["steps"] += 1
        return 0

    counter = ServedClass(
        construct=Served(lambda: ({}, {"steps": 0}), opaque=(0,)),
        methods={"step": Served(step, writes_back=True)},
        local=dict,
    )
    source = "def f():\n    counter = Counter()\n    counter.step()\n    counter.step()\n    return counter.steps"
    assert start(source, served={"Counter": counter}).call("f", ()) == 2


@pytest.mark.parametrize("call", ["keep(1, state)", "keep(1, state=state)"], ids=["by place", "by name"])
def test_what_a_served_function_changes_in_a_dictionary_is_changed_in_the_worker(start: Start, call: str) -> None:
    def keep(x: object, state: dict[str, Any]) -> object:
        state["mean"] += 1.0
        state["count"] = 7
        return x

    source = f"""
        import numpy as np
        def f():
            state = {{"mean": np.zeros(2), "mode": "train"}}
            {call}
            return state
        """
    worker = start(source, served={"keep": Served(keep, writes_back=True)})
    state: Any = worker.call("f", ())
    assert state["mean"].tolist() == [1, 1]
    assert (state["count"], state["mode"]) == (7, "train")


def test_a_call_tells_how_it_left_its_arguments(start: Start) -> None:
    worker = start("def f(x, state):\n    state['seen'] = float(x.sum())\n    x += 1\n    return 5")
    result: Any = worker.call("f", (np.zeros(2), {}), with_arguments=True)
    value, (x, state) = result
    assert value == 5
    assert x.tolist() == [1, 1]
    assert state == {"seen": 0.0}


def test_what_a_student_drops_is_dropped_on_the_trusted_side(start: Start) -> None:
    worker = start(
        "def f(n):\n  for _ in range(n):\n    out, cache = forward(1)\n  return forward(2)[0]",
        served={"forward": Served(lambda x: (x, np.zeros(1000)), opaque=(1,))},
    )
    worker.call("f", (50,))
    assert len(worker._exchange._kept) <= 2


def test_a_generator_arrives_in_its_state(start: Start) -> None:
    worker = start("def draw(rng): return rng.integers(9, dtype='int32'), rng.normal(size=(2, 3))")
    generator = np.random.default_rng(5)
    generator.integers(9, dtype="int32")  # leaves half of a 64-bit draw behind
    result: Any = worker.call("draw", (generator,))
    number, normals = result
    assert number == generator.integers(9, dtype="int32")
    np.testing.assert_array_equal(normals, generator.normal(size=(2, 3)), strict=True)


def test_a_generator_of_another_kind_is_refused(start: Start) -> None:
    worker = start("def draw(rng): return 1")
    message = (
        r"^A generator on MT19937 cannot be sent to a worker; use np.random.default_rng\(seed\), "
        r"which is on PCG64.$"
    )
    with pytest.raises(TypeError, match=message):
        worker.call("draw", (np.random.Generator(np.random.MT19937(1)),))


def test_an_argument_that_is_no_data_is_refused(start: Start) -> None:
    with pytest.raises(TypeError, match=r"^A value of type set cannot be sent to a worker\.$"):
        start("def f(x): return 1").call("f", ({1},))


def test_a_request_beyond_64_mib_is_our_fault(start: Start) -> None:
    with pytest.raises(GraderError, match=r"^What a check sends to a worker holds 80,000,000 bytes or more"):
        start("def f(x): return 1").call("f", (np.empty(10**7),))


def test_an_iterator_is_consumed_in_the_worker(start: Start) -> None:
    worker = start("def batches(x):\n    for i in range(0, len(x), 2): yield x[i:i + 2]")
    got: Any = worker.call("batches", (np.arange(5),), consume=True)
    assert [batch.tolist() for batch in got] == [[0, 1], [2, 3], [4]]


def test_an_endless_iterator_is_cut(start: Start) -> None:
    worker = start("def count():\n    i = 0\n    while True:\n        yield i\n        i += 1")
    assert len(worker.call("count", (), consume=True)) == 100_000  # type: ignore[arg-type]  # a list


def test_a_generator_that_is_not_consumed_is_unusable(start: Start) -> None:
    got = start("def f(): yield 1").call("f", ())
    assert isinstance(got, Unusable)
    assert got.type_name == "generator"


def test_arguments_are_fresh_writable_copies(start: Start) -> None:
    worker = start("def f(x, y):\n    x += 1\n    return x.flags.owndata and x.flags.aligned, y")
    x = np.zeros(3)
    result: Any = worker.call("f", (x, x))
    owned, y = result
    assert owned is True
    assert y.tolist() == x.tolist() == [0, 0, 0]


def test_an_error_carries_the_students_frames(start: Start) -> None:
    worker = start(
        "import numpy as np\ndef inner(x):\n    return np.dot(x, x.T, 3, 4, 5)\ndef f(x):\n    return inner(x)"
    )
    frames = raised(worker, "f", np.ones(2)).error.frames
    assert frames == (
        Frame(label="mlp.py", line=5, function="f", text="return inner(x)"),
        Frame(label="mlp.py", line=3, function="inner", text="return np.dot(x, x.T, 3, 4, 5)"),
    )


def test_a_missing_function_is_a_name_error(start: Start) -> None:
    error = raised(start("a = 1"), "affine_forward").error
    assert (error.type, error.message) == ("NameError", "affine_forward is not defined.")


def test_a_long_message_is_cut(start: Start) -> None:
    error = raised(start("def f(): raise type('E' * 500, (Exception,), {})('m' * 5000)"), "f").error
    assert (len(error.type), len(error.message)) == (80, 400)


def test_an_unreadable_message_is_replaced(start: Start) -> None:
    worker = start("""
    class Evil(Exception):
        def __str__(self): raise SystemExit
    def f(): raise Evil
    """)
    assert raised(worker, "f").error.message == "(the message of this exception could not be read)"


@pytest.mark.parametrize("error", ["SystemExit", "KeyboardInterrupt", "GeneratorExit"])
def test_exceptions_that_end_programs_are_student_errors(start: Start, error: str) -> None:
    worker = start(f"def f(): raise {error}")
    assert raised(worker, "f").error.type == error


def test_a_recursion_without_end_is_a_student_error(start: Start) -> None:
    error = raised(start("def f(): return f()"), "f").error
    assert error.type == "RecursionError"
    assert len(error.frames) == 8


def test_output_is_kept_up_to_8_kib(start: Start) -> None:
    worker = start(
        "import sys\ndef f():\n    for _ in range(200_000): print('x' * 50)\n    print('e', file=sys.stderr)"
    )
    worker.call("f", ())
    assert len(worker.usage().output) == 8192


def test_a_closed_stdout_comes_back(start: Start) -> None:
    worker = start("import sys\ndef close():\n    sys.stdout.close()\n    sys.stdout = None\ndef f(): print('here')")
    worker.call("close", ())
    worker.call("f", ())
    assert worker.usage().output == "here\n"


def test_writing_to_the_descriptor_is_drained(start: Start) -> None:
    worker = start("import os\ndef f():\n    for _ in range(2000): os.write(1, b'x' * 1024)\n    return 1")
    assert worker.call("f", ()) == 1
    assert len(worker.usage().output) == 8192


def test_the_same_seed_draws_the_same_whatever_the_load_drew(sandbox: Sandbox) -> None:
    source = "import random, numpy as np\ndef f(): return random.random(), np.random.rand()"
    draws = []
    for prelude in ("", "\nrandom.random(); np.random.rand(5)"):
        with sandbox.worker(Limits(), seed=11) as worker:
            worker.load([unit(source + prelude)])
            draws.append(worker.call("f", ()))
    assert draws[0] == draws[1]


def test_usage_is_exact_after_the_end(start: Start) -> None:
    worker = start("def f(): return sum(range(10**6))")
    worker.call("f", ())
    worker.close()
    usage = worker.usage()
    assert 0.005 < usage.cpu_s < 2
    assert usage.max_rss_bytes > 20 << 20


def test_a_closed_worker_refuses_calls(start: Start) -> None:
    worker = start("def f(): return 1")
    worker.close()
    with pytest.raises(GraderError, match=r"^A worker was called after it was closed\.$"):
        worker.call("f", ())


def test_the_number_of_calls_is_limited(start: Start) -> None:
    worker = start("def f(): return 1", calls=2)
    worker.call("f", ())
    with pytest.raises(GraderError, match=r"^A check made more than 2 calls of one worker\.$"):
        worker.call("f", ())
