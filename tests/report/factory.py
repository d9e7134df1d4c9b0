"""Grades for the tests of reports and exports: every status, every kind of evidence, hostile text."""

from __future__ import annotations

import math
from collections.abc import Sequence

import msgspec
import numpy as np

from grader.model import (
    ArrayEvidence,
    CaseResult,
    Check,
    CheckGrade,
    Curve,
    Diagnosis,
    Evidence,
    Excerpt,
    Finding,
    Frame,
    Grade,
    Images,
    Matrix,
    Measure,
    PartGrade,
    Refusal,
    Smallest,
    Status,
    StudentError,
    Text,
    Visibility,
    WorstEntry,
)

SCRIPT = "<script>document.documentElement.dataset.ran = 'yes'</script>"
IMAGE = "<img src=https://attacker.example/x.png onerror=\"document.documentElement.dataset.ran='yes'\">"
CONTROLS = "\x1b[31m\x00\x9b\N{RIGHT-TO-LEFT OVERRIDE}\N{RIGHT-TO-LEFT ISOLATE}\ud800\r"
HOSTILE = f"{SCRIPT}{IMAGE}\"' onload=x {{{{ 7 * 7 }}}}{CONTROLS}"

WRONG_AXIS = Diagnosis(
    name="affine-db-wrong-axis",
    kind="misconception",
    observation="`db` is summed over the wrong axis.",
    hint="The bias is added to every row of the batch. Over which axis do its gradients meet?",
)
TIMES_N = Diagnosis(
    name="times-a-constant",
    kind="relation",
    observation="`dw` is 4 times the expected value, and 4 is the batch size.",
    hint="Look for a mean where a sum is meant.",
)
OUT_OF_TIME = Diagnosis(
    name="stopped-cpu",
    kind="error",
    observation="`conv_forward` was stopped after 10 s of CPU time; the reference needs 0.02 s.",
    hint="Look for a loop that does not end.",
)


def heat(rows: int, columns: int, *, bad_rows: Sequence[int] = ()) -> tuple[tuple[float, ...], ...]:
    """Return log10 errors: rounding everywhere but in ``bad_rows``."""
    rng = np.random.default_rng(5)
    values = rng.uniform(-16, -14.5, (rows, columns))
    for row in bad_rows:
        values[row] = rng.uniform(-3, 0.3, columns)
    return tuple(tuple(float(value) for value in row) for row in values)


def array(name: str = "dx", rows: int = 4, columns: int = 6, *, bad_rows: Sequence[int] = (0,)) -> ArrayEvidence:
    """Return evidence on an array of which whole rows are wrong."""
    return ArrayEvidence(
        name=name,
        got_shape=(rows, columns),
        expected_shape=(rows, columns),
        wrong=len(bad_rows) * columns,
        total=rows * columns,
        max_relative_error=0.0123456,
        worst=(
            WorstEntry(index=(0, 3), got="0.73190274", expected="-0.4182031"),
            WorstEntry(index=(0, 1), got="1.5", expected="0.375"),
        ),
        heat=heat(rows, columns, bad_rows=bad_rows),
    )


def exception(
    message: str = "operands could not be broadcast together with shapes (4,6) (5,)",
) -> StudentError:
    """Return an exception with two frames in student source."""
    return StudentError(
        type="ValueError",
        message=message,
        frames=(
            Frame(label="mlp.ipynb cell 7", line=12, function="affine_backward", text="dx = chain(dout, w)"),
            Frame(label="mlp.ipynb cell 4", line=3, function="chain", text="return dout * w + bias"),
        ),
    )


def training(steps: int = 300) -> tuple[Curve, ...]:
    """Return losses and accuracies of a training run that learns too slowly."""
    x = tuple(float(step) for step in range(0, steps, 2))
    rng = np.random.default_rng(11)
    noise = rng.normal(scale=0.03, size=len(x)).tolist()
    loss = tuple(2.3 - 0.002 * step + wobble for step, wobble in zip(x, noise, strict=True))
    target = tuple(0.2 + 2.1 * math.exp(-step / 60) for step in x)
    trained = tuple(0.1 + 0.001 * step for step in x)
    return (
        Curve(name="loss", x=x, y=loss),
        Curve(name="reference loss", x=x, y=target),
        Curve(name="training accuracy", x=x, y=trained),
        Curve(name="validation accuracy", x=x, y=tuple(0.9 * y for y in trained)),
    )


TOO_SLOW = Finding(
    name="learning-rate-too-low",
    observation="The loss fell by 26 % in 300 steps; each step changed the weights by 0.00098765 % of their size.",
    cause="The learning rate is too low.",
    experiment="Train for 50 steps with `learning_rate` ten and a hundred times larger, and compare the losses.",
)
SMALLEST = Smallest(
    call="import numpy as np\nfrom mlp import affine_backward\n\nx = np.array([[1.0], [2.0]])",
    got="db = [1.0, 2.0]",
    expected="db = [3.0]",
)
CODE = Excerpt(
    label="mlp.ipynb cell 7",
    first_line=10,
    text='''def affine_backward(dout, cache):
    """Return the gradients dx, dw and db."""
    dx = chain(dout, w)  # over the batch
    if x.ndim > 2:
        raise ValueError("rank")
    return dx, x.T @ dout, 1.5 * dout
'''.rstrip(),
)


def confusion(classes: int = 10) -> Matrix:
    """Return a confusion matrix in which class 3 is taken for class 5 fourteen times."""
    counts = np.diag(np.arange(30, 30 + classes))
    counts[3, 5] = 14
    counts[1, 7] = 2
    return Matrix(
        name="held-out digits",
        labels=tuple(map(str, range(classes))),
        counts=tuple(tuple(row) for row in counts.tolist()),
    )


def filters(count: int = 16, side: int = 8) -> Images:
    """Return smooth pictures, such as a first layer learns."""
    rows, columns = np.indices((side, side)) / side
    pictures = (0.5 + 0.5 * np.sin(5 * rows * np.cos(k) + 5 * columns * np.sin(k)) for k in range(count))
    return Images(name="first-layer weights", pictures=tuple(tuple(tuple(row) for row in p.tolist()) for p in pictures))


def case(status: Status, name: str = "", **fields: object) -> CaseResult:
    """Return a case of which only the status, and what is named, matters."""
    fraction = {Status.PASSED: 1.0, Status.PARTIAL: 0.5}.get(status, 0.0)
    values: dict[str, object] = {
        "check": "check",
        "case": name,
        "status": status,
        "fraction": fraction,
    } | fields
    return CaseResult(**values)  # type: ignore[arg-type]  # the names are those of CaseResult


def check(
    title: str, cases: Sequence[CaseResult], *, points: float = 2.0, hidden: bool = True, part: str = "affine"
) -> CheckGrade:
    """Return a check whose points are shared by its cases."""
    statuses = {case.status for case in cases}
    status = statuses.pop() if len(statuses) == 1 else Status.PARTIAL
    return CheckGrade(
        check=Check(
            id=f"checks/test_mlp.py::{title.replace(' ', '_')}",
            part=part,
            title=title,
            points=points,
            visibility=Visibility.HIDDEN if hidden else Visibility.PUBLIC,
            cases=tuple(case.case for case in cases),
        ),
        status=status,
        earned=points * sum(case.fraction for case in cases) / len(cases),
        cases=tuple(cases),
    )


def part(
    name: str, title: str, status: Status, checks: Sequence[CheckGrade], diagnosis: Diagnosis | None = None
) -> PartGrade:
    """Return a part that sums up its checks."""
    return PartGrade(
        part=name,
        title=title,
        status=status,
        earned=sum(graded.earned for graded in checks),
        possible=sum(graded.check.points for graded in checks),
        diagnosis=diagnosis,
        checks=tuple(checks),
    )


def grade(parts: Sequence[PartGrade], student: str = "Ada Lovelace", key: str = "ada", **fields: object) -> Grade:
    """Return a grade that sums up its parts."""
    values: dict[str, object] = {
        "assignment": "mlp",
        "assignment_title": "A multilayer perceptron from scratch",
        "student": student,
        "key": key,
        "digest": "3fa2c81b" * 8,
        "origin": f"{key}.ipynb",
        "earned": sum(part.earned for part in parts),
        "possible": sum(part.possible for part in parts),
        "parts": tuple(parts),
        "tier": "T2",
        "grader_version": "0.1.0",
    }
    return Grade(**(values | fields))  # type: ignore[arg-type]  # the names are those of Grade


def passed_part() -> PartGrade:
    """Return a part in which everything is right."""
    checks = [
        check("Adds the bias to every row", [case(Status.PASSED)], hidden=False),
        check("Accepts inputs of rank 4", [case(Status.PASSED, "a"), case(Status.PASSED, "b")], points=1.5),
    ]
    return part("affine_forward", "Affine layer, forward", Status.PASSED, checks)


def failed_part() -> PartGrade:
    """Return a part with a diagnosed misconception, a public failure with numbers, and an exception."""
    evidence = Evidence(
        summary="`db` has the wrong values in 6 of 6 entries.",
        detail="with x of shape (4, 5):\nx[0, 0] = 0.918273645",
        arrays=(array("dx"), array("db", 1, 6)),
    )
    wrong = {"evidence": evidence, "diagnosis": WRONG_AXIS}
    shrunk = {"evidence": msgspec.structs.replace(evidence, smallest=SMALLEST), "diagnosis": WRONG_AXIS}
    public = [
        case(Status.FAILED, "N4-D5", **shrunk, output="dx:\n[[0.1 0.2]]\n"),
        case(Status.FAILED, "N1-D5", **wrong),
        case(Status.FAILED, "N3-D1", **wrong),
        case(Status.PASSED, "N2-D2"),
        case(Status.PASSED, "N7-D3"),
    ]
    raised = case(
        Status.FAILED,
        evidence=Evidence(summary="`affine_backward` raised ValueError on inputs of rank 4.", error=exception()),
    )
    checks = [
        check("Gradients of input, weights and bias", public, points=5, hidden=False),
        check("Gradients for inputs of rank 4", [raised], points=3),
        check("Leaves its inputs unchanged", [case(Status.PASSED, advice=("`dout` was changed in place.",))]),
    ]
    return part("affine_backward", "Affine layer, backward", Status.PARTIAL, checks, WRONG_AXIS)


def hidden_part() -> PartGrade:
    """Return a part whose hidden check fails in two ways, one with a large heat map."""
    evidence = Evidence(
        summary="`dw` differs from the expected gradient.",
        detail="HIDDEN-DETAIL 0.918273645",
        arrays=(array("dw", 32, 24, bad_rows=(0, 5, 6)),),
    )
    cases = [
        case(Status.FAILED, "hidden-id-1", evidence=evidence, diagnosis=TIMES_N, output="HIDDEN-OUTPUT"),
        case(Status.FAILED, "hidden-id-2", evidence=Evidence(summary="`dw` is None.")),
        case(Status.PASSED, "hidden-id-3"),
    ]
    return part(
        "softmax_loss",
        "Softmax loss and its gradient",
        Status.PARTIAL,
        [check("Loss and gradient on random scores", cases, points=6)],
    )


def training_part() -> PartGrade:
    """Return a trained part: partial accuracy, curves, and a network right once a component is right."""
    measured = Evidence(
        summary="The network learns too slowly: its loss fell by 26 %, the reference's by 90 %.",
        curves=training(),
        measures=(Measure(name="accuracy on held-out digits", value=0.8812, full=0.95, none=0.8),),
        matrices=(confusion(),),
        images=(filters(),),
        texts=(Text(name="names it invents", lines=("kamela", "jorin", "assie")),),
        findings=(TOO_SLOW,),
    )
    slow = Diagnosis(
        name="learning-rate-too-low",
        kind="misconception",
        observation="Each step changes the weights by less than 0.001 % of their size.",
        hint="Try a learning rate ten times larger and watch the loss.",
    )
    checks = [
        check("Learns the digits", [case(Status.PARTIAL, evidence=measured, diagnosis=slow)], points=8),
        check("Composes the layers", [case(Status.PASSED, right_once=("affine_backward",))], points=3),
    ]
    return part("train", "Training loop", Status.PARTIAL, checks)


def not_attempted_part() -> PartGrade:
    """Return a part that is still a stub."""
    checks = [check("Keeps running statistics", [case(Status.NOT_ATTEMPTED)], points=4)]
    return part("batchnorm_forward", "Batch normalisation, forward", Status.NOT_ATTEMPTED, checks)


def skipped_part() -> PartGrade:
    """Return a part that could not be judged because of another."""
    reason = "`batchnorm_backward` needs `batchnorm_forward`, which is not attempted yet."
    checks = [check("Gradient of the normalised input", [case(Status.SKIPPED, reason=reason)], points=4)]
    return part("batchnorm_backward", "Batch normalisation, backward", Status.SKIPPED, checks)


def error_part() -> PartGrade:
    """Return a part on which the grader itself failed."""
    reason = "The worker could not be started: fork failed with EAGAIN."
    checks = [check("Samples from the model", [case(Status.ERROR, reason=reason)], points=2)]
    return part("sample", "Sampling", Status.ERROR, checks)


def time_out_part() -> PartGrade:
    """Return a part that used up its time."""
    ended = case(Status.FAILED, diagnosis=OUT_OF_TIME, evidence=Evidence(summary="No result came."))
    return part("conv_forward", "Convolution", Status.FAILED, [check("Strides", [ended], points=3)], OUT_OF_TIME)


def syntax_error() -> StudentError:
    """Return what loading says about a statement that cannot be parsed."""
    return StudentError(
        type="SyntaxError",
        message="expected ':'",
        frames=(Frame(label="mlp.py", line=41, function="<module>", text="def momentum(w, dw)"),),
    )


def rich_grade() -> Grade:
    """Return a grade that holds every status but our own error."""
    return grade(
        [
            passed_part(),
            failed_part(),
            hidden_part(),
            training_part(),
            not_attempted_part(),
            skipped_part(),
            time_out_part(),
        ],
        notes=(
            "In mlp.py, line 41, there is a syntax error; `momentum` could not be read, everything else was.",
            "The file `helper.txt` is not Python and was left out.",
        ),
        load_errors=(syntax_error(),),
    )


def held_grade() -> Grade:
    """Return a grade held because of a fault of ours."""
    return grade([passed_part(), error_part()], student="Katherine Johnson", key="katherine", held=True)


def with_code(graded: PartGrade, code: Excerpt = CODE, *, url: str = "") -> PartGrade:
    """Return a part with its code and the section of the assignment it stands in."""
    return msgspec.structs.replace(graded, source=code, section="3.1 Softmax cross-entropy", section_url=url)


def coded_grade() -> Grade:
    """Return a rich grade with the code of each part."""
    rich = rich_grade()
    return msgspec.structs.replace(rich, parts=tuple(with_code(graded) for graded in rich.parts))


# Of a picture that no compression makes smaller.
NOISE = tuple(
    tuple(tuple(row) for row in picture) for picture in np.random.default_rng(2).uniform(size=(80, 40, 40)).tolist()
)


def worst_part() -> PartGrade:
    """Return a part that is all wrong and shows all there is, as large as records may be."""
    learnt = training_part().checks[0].cases[0].evidence
    assert learnt is not None
    arrays = tuple(array(name, 32, 32, bad_rows=range(0, 32, 2)) for name in ("dx", "dw", "db", "dh"))
    evidence = msgspec.structs.replace(
        learnt,
        detail="x is 0.25, expected 0.5. " * 400,
        arrays=arrays,
        error=exception("could not broadcast " * 20),
        images=(Images(name="filters", pictures=NOISE),) * 2,
        texts=(Text(name="names", lines=("a name " * 30,) * 40),) * 2,
        smallest=msgspec.structs.replace(SMALLEST, call="x = np.array([[1.0], [2.0]])\n" * 60),
    )
    cases = [case(Status.FAILED, f"N{n}", evidence=evidence, output="0.1 " * 4000, reason=f"{n}") for n in range(5)]
    line = "    dx[n, :, i : i + 3] += np.sum(w[f] * dout[n, f, i // 2], axis=0) * 0.5  # all\n"
    code = Excerpt(label="mlp.py", first_line=1, text=(line * 200)[: 12 * 1024])
    checks = [check("Gradients of everything", cases, hidden=False), check("Gradients for rank 4", cases)]
    return with_code(part("affine_backward", "Affine layer, backward", Status.FAILED, checks, TIMES_N), code)


def hostile_code() -> Excerpt:
    """Return as much code as a part may hold, of as many tokens, that attacks the page."""
    line = f"    x = {'1 if 2 else ' * 3}'{SCRIPT}' # {HOSTILE}"
    return Excerpt(label=HOSTILE, first_line=1, text="\n".join([line] * 200)[: 12 * 1024])


def hostile_grade() -> Grade:
    """Return a grade whose every text field attacks the page."""
    evidence = Evidence(
        summary=HOSTILE,
        detail=HOSTILE * 40,
        arrays=(
            ArrayEvidence(
                name=HOSTILE,
                got_shape=(2, 2),
                expected_shape=(2, 2),
                wrong=1,
                total=4,
                max_relative_error=math.inf,
                worst=(WorstEntry(index=(0, 0), got=HOSTILE, expected=HOSTILE),),
                heat=((2.0, -16.0), (-16.0, -16.0)),
            ),
        ),
        error=StudentError(
            type=HOSTILE,
            message=HOSTILE * 20,
            frames=(Frame(label=HOSTILE, line=1, function=HOSTILE, text=HOSTILE),) * 300,
        ),
        curves=(Curve(name=HOSTILE, x=(0.0, 1.0, 2.0), y=(1.0, math.nan, 1.7e308)),),
        measures=(Measure(name=HOSTILE, value=math.nan, full=1.0, none=0.0),),
        matrices=(
            Matrix(name=HOSTILE, labels=(HOSTILE,) * 16, counts=((10**9,) * 16,) * 16),
            Matrix(name=HOSTILE, labels=(HOSTILE,) * 400, counts=((1,) * 400,) * 400),
        ),
        images=(Images(name=HOSTILE, pictures=NOISE), Images(name=HOSTILE, pictures=())),
        texts=(Text(name=HOSTILE, lines=(HOSTILE * 9,) * 900),),
        findings=(Finding(name=HOSTILE, observation=HOSTILE * 9, cause=HOSTILE * 9, experiment=HOSTILE * 9),) * 30,
        smallest=Smallest(call=HOSTILE * 99, got=HOSTILE * 99, expected=HOSTILE * 99),
    )
    diagnosis = Diagnosis(name=HOSTILE, kind="place", observation=HOSTILE, hint=HOSTILE)
    cases = [
        case(
            Status.FAILED,
            f"{HOSTILE} {number}",
            evidence=evidence,
            diagnosis=diagnosis,
            advice=(HOSTILE,),
            right_once=(HOSTILE,),
            reason=HOSTILE,
            output="\"'<&" * 100_000,
        )
        for number in range(3)
    ]
    parts = [
        with_code(
            part(HOSTILE, HOSTILE, Status.FAILED, [check(HOSTILE, cases, hidden=hidden)], diagnosis), hostile_code()
        )
        for hidden in (False, True) * 12
    ]
    return grade(
        parts,
        student=HOSTILE * 10,
        key="mallory",
        assignment_title=HOSTILE,
        notes=(HOSTILE,) * 100,
        load_errors=(exception(HOSTILE * 9),) * 100,
        origin=HOSTILE,
        grader_version=HOSTILE,
        tier=HOSTILE,
    )


def refusals() -> list[Refusal]:
    """Return two hand-ins that could not be read."""
    return [
        Refusal(
            student="Grace Hopper",
            key="grace",
            origin="grace.zip",
            reason="The archive holds the entry `../../etc/passwd`, outside of it. Hand in a new archive.",
        ),
        Refusal(student="=cmd|'/c calc'!A0", key="eve", origin="@eve.py", reason="+The file is empty."),
    ]


def a_class() -> list[Grade]:
    """Return a class of forty with names from many languages, one of it held."""
    names = [
        "Ada Lovelace",
        "Émilie du Châtelet",
        "李善兰",
        "محمد الخوارزمي",
        "Sofia Kovalevskaya",
        "Alan Turing",
    ]
    rng = np.random.default_rng(3)
    makers = [failed_part, hidden_part, training_part, not_attempted_part, skipped_part, time_out_part]
    grades = []
    for number in range(40):
        chosen = [makers[index]() for index in rng.permutation(len(makers))[: int(rng.integers(3, 6))]]
        parts = [passed_part(), *chosen]
        grades.append(grade(parts, student=f"{names[number % len(names)]} {number}", key=f"s{number}"))
    return [*grades, held_grade()]
