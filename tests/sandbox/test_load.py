from __future__ import annotations

import pytest

from grader.errors import WorkerEnded
from grader.model import Frame, SourceUnit, StudentError
from grader.sandbox.host import Limits, LoadEnded, LoadReport, Sandbox
from tests.sandbox.conftest import Start, unit


def loaded(sandbox: Sandbox, *units: SourceUnit, skip: tuple[int, ...] = ()) -> LoadReport:
    with sandbox.worker(Limits(), seed=7) as worker:
        return worker.load(units, skip=skip)


def test_names_are_told_apart_by_kind(sandbox: Sandbox) -> None:
    report = loaded(sandbox, unit("import numpy as np\nclass Net: pass\ndef f(x): return x\nsize = 3"))
    assert report.defined == {"Net": "class", "f": "function", "size": "other"}
    assert report.problems == ()


def test_an_exception_voids_only_its_statement(sandbox: Sandbox) -> None:
    report = loaded(sandbox, unit("a = 1\nb = 1 / 0\nc = 3"))
    assert report.defined == {"a": "other", "c": "other"}
    (problem,) = report.problems
    frame = Frame(label="mlp.py", line=2, function="<module>", text="b = 1 / 0")
    assert problem.error == StudentError(type="ZeroDivisionError", message="division by zero", frames=(frame,))
    assert (problem.defines, problem.statement) == (("b",), 1)


def test_a_syntax_error_names_its_line(sandbox: Sandbox) -> None:
    report = loaded(sandbox, unit("def f(x)\n    return x\ndef g(x):\n    return 2 * x\n"))
    assert report.defined == {"g": "function"}
    (problem,) = report.problems
    assert problem.error.frames == (Frame(label="mlp.py", line=1, function="<module>", text="def f(x)"),)
    assert problem.defines == ("f",)


@pytest.mark.parametrize("error", ["SystemExit", "KeyboardInterrupt", "GeneratorExit", "BaseException"])
def test_exceptions_that_end_programs_void_only_their_statement(sandbox: Sandbox, error: str) -> None:
    report = loaded(sandbox, unit(f"raise {error}('enough')\na = 1"))
    assert report.problems[0].error.type == error
    assert report.defined == {"a": "other"}


def test_cells_of_one_notebook_share_a_namespace(sandbox: Sandbox) -> None:
    report = loaded(sandbox, unit("a = 1", label="nb cell 1"), unit("b = a + 1 / 0", label="nb cell 2"))
    assert [frame.label for frame in report.problems[0].error.frames] == ["nb cell 2"]
    assert report.problems[0].error.type == "ZeroDivisionError"


def test_a_module_imports_another_that_comes_later(sandbox: Sandbox) -> None:
    with sandbox.worker(Limits(), seed=7) as worker:
        main = unit("from layers import double\nimport pkg.extra\ndef f(x): return pkg.extra.triple(double(x))")
        layers = unit("def double(x): return 2 * x", module="layers")
        extra = unit("def triple(x): return 3 * x", module="pkg.extra")
        assert worker.load([main, layers, extra]).problems == ()
        assert worker.call("f", (5,)) == 30


def test_a_file_called_numpy_shadows_nothing(sandbox: Sandbox) -> None:
    with sandbox.worker(Limits(), seed=7) as worker:
        report = worker.load(
            [
                unit("def zeros(n): return 'mine'", module="numpy"),
                unit("import numpy as np\ndef f(): return np.zeros(2)"),
            ]
        )
        assert report.problems == ()
        assert worker.call("f", ()).tolist() == [0, 0]  # type: ignore[attr-defined]  # an array


def test_an_import_beyond_the_course_is_explained(sandbox: Sandbox) -> None:
    (problem,) = loaded(sandbox, unit("import torch.nn as nn")).problems
    assert problem.error.message == "torch is not available: this course uses NumPy and the standard library only."
    assert problem.defines == ("nn",)


def test_common_modules_can_be_imported(sandbox: Sandbox) -> None:
    names = "math random json time collections itertools functools dataclasses typing pickle copy os sys re csv abc"
    source = "\n".join(f"import {name}" for name in [*names.split(), "numpy.linalg", "statistics", "decimal"])
    assert loaded(sandbox, unit(source)).problems == ()


def test_statements_are_counted_over_all_units(sandbox: Sandbox) -> None:
    report = loaded(sandbox, unit("a = 1\nb = 2"), unit("c = 3\nd = 1 / 0", module="other"))
    assert [problem.statement for problem in report.problems] == [3]


def test_skipped_statements_are_not_executed(sandbox: Sandbox) -> None:
    report = loaded(sandbox, unit("a = 1\nb = 1 / 0\nc = 3"), skip=(1, 2))
    assert report.defined == {"a": "other"}
    assert report.problems == ()


def test_slow_statements_are_named(sandbox: Sandbox) -> None:
    source = """
    import time
    def burn():
        end = time.process_time() + 1.1
        while time.process_time() < end: pass
    burn()
    a = 1
    """
    assert loaded(sandbox, unit(source)).slow == (2,)


def test_an_endless_statement_is_named(sandbox: Sandbox) -> None:
    with sandbox.worker(Limits(cpu_s=0.2), seed=7) as worker, pytest.raises(LoadEnded) as caught:
        worker.load([unit("a = 1\n\nwhile True: pass\nb = 2")])
    assert (caught.value.ending, caught.value.statement) == ("cpu", 1)
    assert str(caught.value) == (
        "mlp.py, line 3, was stopped after 0.2 s of CPU time; a correct solution needs far less. "
        "Look for a loop that does not end."
    )


def test_the_main_guard_does_not_run(sandbox: Sandbox) -> None:
    assert loaded(sandbox, unit("if __name__ == '__main__':\n    a = 1")).defined == {}


def test_input_explains_itself(sandbox: Sandbox) -> None:
    (problem,) = loaded(sandbox, unit("name = input('Your name?')")).problems
    assert problem.error.type == "EOFError"
    assert problem.error.message == (
        "input() has no answer here: nobody types while code is graded. Use arguments instead."
    )


def test_future_annotations_hold_for_the_whole_file(sandbox: Sandbox) -> None:
    source = "from __future__ import annotations\ndef f(x: NoSuchType): return x"
    assert loaded(sandbox, unit(source)).problems == ()


def test_a_broken_import_system_does_not_stop_the_load(sandbox: Sandbox) -> None:
    breaker = unit("import sys\nsys.meta_path.clear()")
    report = loaded(sandbox, breaker, unit("def f(): return 3", module="other"))
    assert report.defined == {"f": "function"}


def test_what_was_compiled_once_is_not_compiled_again(sandbox: Sandbox) -> None:
    with sandbox.worker(Limits(), seed=7) as first:
        report = first.load([unit("def f(): return 3\na = 1 / 0")])
    with sandbox.worker(Limits(), seed=7) as second:
        # Other source, to see which of the two is run.
        again = second.load([unit("def f(): return 4\na = 1 / 0")], compiled=report.compiled)
        assert second.call("f", ()) == 3
    assert again == report


def test_dataclasses_find_their_module(start: Start) -> None:
    source = """
    from __future__ import annotations
    from dataclasses import dataclass
    @dataclass
    class Point:
        x: float
    def f(): return Point(2.0).x
    """
    assert start(source).call("f", ()) == 2.0


FORGED = """
import sys
import numpy as np
Worker = sys.modules["grader.sandbox.worker"].Worker
send = Worker.send
def forged(self, message, value):
    send(self, message, {{**value, {change}}})
Worker.send = forged
"""


@pytest.mark.parametrize(
    "change", ['"compiled": np.zeros(10 << 20, np.uint8)', '"slow": list(range(100_000))', '"defined": None']
)
def test_a_forged_report_ends_the_worker(sandbox: Sandbox, change: str) -> None:
    with pytest.raises(WorkerEnded):
        loaded(sandbox, unit(FORGED.format(change=change)))


def test_a_load_that_raises_ends_the_worker(sandbox: Sandbox) -> None:
    with sandbox.worker(Limits(), seed=7) as worker, pytest.raises(WorkerEnded):
        worker.load([unit("a = 1")], compiled=b"no compiled source")


def test_time_spent_on_answers_is_limited(start: Start) -> None:
    def busy() -> None:
        sum(range(3_000_000))

    worker = start("def f(g):\n    while True:\n        g()", cpu_s=1)
    with pytest.raises(WorkerEnded):
        worker.call("f", (busy,))
    assert worker.usage().cpu_s < 0.9
