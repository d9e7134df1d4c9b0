"""Assignment files, and the course's secret."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from grader.course import Part, find_assignment, load_assignment, load_secret
from grader.errors import CourseError
from grader.model import Late, Policy
from grader.policy import with_options

MLP = """
name = "mlp"
title = "A multilayer perceptron from scratch"
public_checks = ["checks/test_mlp.py"]
data = ["digits.npz"]
heldout = ["digits_test.npz"]

[[parts]]
name = "affine_forward"
title = "Affine layer, forward"
returns = ["out", "cache"]
aliases = ["fc_forward"]
pair = "affine"

[[parts]]
name = "affine_backward"
title = "Affine layer, backward"
returns = ["dx", "dw", "db"]
pair = "affine"

[[parts]]
name = "Network"
title = "The network"
kind = "class"
uses = ["affine_forward", "affine_backward"]
extra = true
"""


@pytest.fixture
def mlp(tmp_path: Path) -> Path:
    """A complete reference folder."""
    folder = tmp_path / "reference" / "mlp"
    for file in (
        folder / "checks" / "test_mlp.py",
        folder / "data" / "digits_test.npz",
        tmp_path / "assignments" / "mlp" / "data" / "digits.npz",
    ):
        file.parent.mkdir(parents=True)
        file.touch()
    (folder / "assignment.toml").write_text(MLP)
    return folder


def change(folder: Path, old: str, new: str) -> None:
    assert MLP.count(old) == 1
    (folder / "assignment.toml").write_text(MLP.replace(old, new))


def message_of(folder: Path) -> str:
    """The message of the error, without the path it starts with."""
    with pytest.raises(CourseError) as caught:
        load_assignment(folder)
    file, _, message = str(caught.value).partition("assignment.toml")
    assert file == f"{folder}/"
    return message


def test_parts_keep_their_order(mlp: Path) -> None:
    assert [part.name for part in load_assignment(mlp).parts] == [
        "affine_forward",
        "affine_backward",
        "Network",
    ]


def test_the_tier_defaults_to_t1(mlp: Path) -> None:
    assert load_assignment(mlp).min_tier == "T1"


def test_the_cache_is_opaque(mlp: Path) -> None:
    assert load_assignment(mlp).part("affine_forward").opaque == (1,)


def test_a_part_without_cache_has_nothing_opaque(mlp: Path) -> None:
    assert load_assignment(mlp).part("affine_backward").opaque == ()


def test_all_of_a_class_is_opaque(mlp: Path) -> None:
    assert load_assignment(mlp).part("Network").opaque == "all"


def test_a_part_is_found_by_name(mlp: Path) -> None:
    assert load_assignment(mlp).part("Network") == Part(
        name="Network",
        title="The network",
        kind="class",
        uses=("affine_forward", "affine_backward"),
        extra=True,
    )


def test_a_mistyped_part_gets_a_suggestion(mlp: Path) -> None:
    sentence = "There is no part 'affine_foward' in assignment 'mlp'. Did you mean 'affine_forward'?"
    with pytest.raises(CourseError, match=f"^{re.escape(sentence)}$"):
        load_assignment(mlp).part("affine_foward")


def test_a_pair_is_served_whole(mlp: Path) -> None:
    pair = load_assignment(mlp).with_pairs(["affine_backward"])
    assert pair == {"affine_forward", "affine_backward"}


def test_a_part_without_pair_brings_no_other(mlp: Path) -> None:
    (mlp / "assignment.toml").write_text(MLP.replace('pair = "affine"\n', ""))
    assert load_assignment(mlp).with_pairs(["Network"]) == {"Network"}


def test_shared_data_lies_with_the_released_assignment(mlp: Path) -> None:
    assert (load_assignment(mlp).data_folder / "digits.npz").is_file()


def test_a_released_folder_needs_no_checks(mlp: Path, tmp_path: Path) -> None:
    released = tmp_path / "assignments" / "mlp"
    (released / "assignment.toml").write_text(MLP.replace('public_checks = ["checks/test_mlp.py"]\n', ""))
    assert load_assignment(released).public_checks == ()


def test_the_address_of_the_readme_is_read(mlp: Path) -> None:
    (mlp / "assignment.toml").write_text(f'url = "https://course.example/mlp"\n{MLP}')
    assert load_assignment(mlp).url == "https://course.example/mlp"


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    assert message_of(tmp_path) == " does not exist. Every assignment's folder holds one."


def test_invalid_toml_is_located(mlp: Path) -> None:
    change(mlp, 'name = "mlp"', "name = mlp")
    assert message_of(mlp) == " is not valid TOML: Invalid value (at line 2, column 8)."


def test_text_that_is_not_utf8_is_located(mlp: Path) -> None:
    (mlp / "assignment.toml").write_bytes(b'name = "\xff"')
    assert message_of(mlp) == " is not UTF-8 text: byte 8 cannot be decoded."


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        pytest.param(
            'title = "A multi',
            'titel = "A multi',
            ": the key 'titel' is not known here. Did you mean 'title'?",
            id="unknown key",
        ),
        pytest.param(
            'title = "The network"',
            'title = "The network"\npoints = 3',
            ", part 'Network': the key 'points' is not known here. "
            "Known are: name, title, returns, aliases, pair, uses, kind, methods, extra.",
            id="unknown key of a part",
        ),
        pytest.param('name = "Network"\n', "", ", part number 3: the key 'name' is missing.", id="missing key"),
        pytest.param(
            'pair = "affine"\n\n[[parts]]\nname = "Network"',
            'pair = 3\n\n[[parts]]\nname = "Network"',
            ", part 'affine_backward': the key 'pair' is wrong: expected 'str', got 'int'.",
            id="wrong type",
        ),
        pytest.param(
            'returns = ["out", "cache"]',
            'returns = ["out", 2]',
            ", part 'affine_forward': the key 'returns[1]' is wrong: expected 'str', got 'int'.",
            id="wrong type in an array",
        ),
        pytest.param(
            'kind = "class"',
            'kind = "klass"',
            ", part 'Network': the key 'kind' is wrong: invalid enum value 'klass'.",
            id="unknown kind",
        ),
        pytest.param(
            'name = "mlp"',
            'name = "mpl"',
            ": the key 'name' should be that of the folder, 'mlp', and is 'mpl'.",
            id="name other than the folder's",
        ),
        pytest.param(
            'name = "mlp"',
            'name = "2-layers"',
            ": the key 'name' should be a Python identifier such as 'mlp', and is '2-layers'.",
            id="name that cannot be imported",
        ),
        pytest.param(
            'aliases = ["fc_forward"]',
            'aliases = ["affine-forward"]',
            ": 'affine-forward', given as a part's 'name' or 'aliases', is not a Python identifier.",
            id="alias that cannot be a name",
        ),
        pytest.param(
            'aliases = ["fc_forward"]',
            'aliases = ["affine_backward"]',
            ": 'affine_backward' is given more than once among the 'name' and 'aliases' of the parts.",
            id="alias of another part's name",
        ),
        pytest.param(
            'uses = ["affine_forward", "affine_backward"]',
            'uses = ["affine_forwards"]',
            ": 'uses' of part 'Network' names 'affine_forwards', which is not a part. Did you mean 'affine_forward'?",
            id="use of an unknown part",
        ),
        pytest.param(
            'aliases = ["fc_forward"]',
            'methods = ["loss"]',
            ": part 'affine_forward' has 'methods' and is no class. Add: kind = \"class\"",
            id="methods of a function",
        ),
        pytest.param(
            'aliases = ["fc_forward"]',
            'uses = ["Network"]',
            ": the keys 'uses' form a circle: affine_forward -> Network -> affine_forward.",
            id="circle",
        ),
        pytest.param(
            'public_checks = ["checks/test_mlp.py"]',
            'public_checks = ["checks/test_mlp.py"]\nurl = "javascript:alert(1)"',
            ": the key 'url' should be a web address such as 'https://course.example/mlp/', and is "
            "'javascript:alert(1)'.",
            id="address that is no web address",
        ),
        pytest.param(
            '"checks/test_mlp.py"',
            '"../test_mlp.py"',
            ": 'public_checks' should name files such as 'checks/test_mlp.py', and has '../test_mlp.py'.",
            id="check outside of checks",
        ),
        pytest.param(
            '"digits.npz"',
            '"../digits.npz"',
            ": 'data' should name plain files such as 'digits.npz', and has '../digits.npz'.",
            id="data outside of data",
        ),
        pytest.param(
            '"digits_test.npz"',
            '"digits.npz"',
            ": 'digits.npz' is given more than once among 'data' and 'heldout'.",
            id="held-out data that is shipped",
        ),
    ],
)
def test_a_wrong_key_is_named(mlp: Path, old: str, new: str, message: str) -> None:
    change(mlp, old, new)
    assert message_of(mlp) == message


def test_an_assignment_has_a_part(mlp: Path) -> None:
    (mlp / "assignment.toml").write_text(MLP.partition("[[parts]]")[0])
    assert message_of(mlp) == ": the key 'parts' is missing. An assignment has at least one [[parts]]."


@pytest.mark.parametrize(
    ("key", "file"),
    [
        ("public_checks", "reference/mlp/checks/test_mlp.py"),
        ("data", "assignments/mlp/data/digits.npz"),
        ("heldout", "reference/mlp/data/digits_test.npz"),
    ],
)
def test_a_file_that_is_named_must_exist(mlp: Path, tmp_path: Path, key: str, file: str) -> None:
    path = tmp_path / file
    path.unlink()
    name = f"checks/{path.name}" if key == "public_checks" else path.name
    assert message_of(mlp) == f": {key!r} names {name!r}, and there is no file {path}."


def test_an_assignment_is_found_from_below(mlp: Path) -> None:
    assert find_assignment("mlp", mlp / "checks") == mlp


def test_a_mistyped_assignment_gets_a_suggestion(mlp: Path) -> None:
    with pytest.raises(CourseError, match=r"^There is no assignment 'mpl'. Did you mean 'mlp'\?$"):
        find_assignment("mpl", mlp)


def test_an_unknown_assignment_gets_the_list(mlp: Path) -> None:
    with pytest.raises(CourseError, match=r"^There is no assignment 'transformer'. The course has: mlp.$"):
        find_assignment("transformer", mlp)


def test_a_path_is_not_an_assignment(mlp: Path) -> None:
    with pytest.raises(CourseError, match=r"^There is no assignment '../reference/mlp'"):
        find_assignment("../reference/mlp", mlp)


def test_without_a_course_the_message_says_where_to_go(tmp_path: Path) -> None:
    sentence = (
        f"There is no folder 'reference' in {tmp_path} or above it. "
        "Run this inside the course's folder, the one that holds reference/ and assignments/."
    )
    with pytest.raises(CourseError, match=f"^{re.escape(sentence)}$"):
        find_assignment("mlp", tmp_path)


def test_the_secret_stays_the_same(mlp: Path) -> None:
    assert load_secret(mlp) == load_secret(mlp.parent)


def test_the_secret_has_32_bytes(mlp: Path) -> None:
    assert len(load_secret(mlp)) == 32


def test_the_secret_is_readable_by_its_owner_alone(mlp: Path, tmp_path: Path) -> None:
    load_secret(mlp)
    assert (tmp_path / ".grader-secret").stat().st_mode & 0o777 == 0o600


def test_making_a_secret_leaves_no_draft(mlp: Path, tmp_path: Path) -> None:
    load_secret(mlp)
    assert [path.name for path in tmp_path.glob(".grader-secret*")] == [".grader-secret"]


def test_a_secret_that_others_can_read_is_refused(mlp: Path, tmp_path: Path) -> None:
    load_secret(mlp)
    path = tmp_path / ".grader-secret"
    path.chmod(0o644)
    sentence = f"{path} can be read by other users. Run: chmod 600 .grader-secret"
    with pytest.raises(CourseError, match=f"^{re.escape(sentence)}$"):
        load_secret(mlp)


def test_a_damaged_secret_is_refused(mlp: Path, tmp_path: Path) -> None:
    path = tmp_path / ".grader-secret"
    path.touch(mode=0o600)
    sentence = (
        f"{path} should hold 64 hexadecimal digits and does not. "
        "Restore it, or delete it to start with a new secret: the inputs of hidden checks then change."
    )
    with pytest.raises(CourseError, match=f"^{re.escape(sentence)}$"):
        load_secret(mlp)


def policy(folder: Path, lines: str) -> Policy:
    (folder / "assignment.toml").write_text(lines + MLP)
    return load_assignment(folder).policy


def policy_message(folder: Path, lines: str) -> str:
    (folder / "assignment.toml").write_text(lines + MLP)
    return message_of(folder)


def test_without_policy_nothing_is_due_and_all_is_released(mlp: Path) -> None:
    assert load_assignment(mlp).policy == Policy(due="", late=None, attempts="last", release="all")


@pytest.mark.parametrize("due", ["2026-11-30T23:59:00+01:00", '"2026-11-30T23:59+01:00"'])
def test_a_due_date_is_a_time_with_its_zone(mlp: Path, due: str) -> None:
    assert policy(mlp, f"due = {due}").due == "2026-11-30T23:59:00+01:00"


def test_a_late_policy_is_read(mlp: Path) -> None:
    lines = "due = 2026-11-30T23:59:00Z\nlate = { per_day = 0.1, grace_minutes = 15, floor = 0.5 }"
    assert policy(mlp, lines).late == Late(per_day=0.1, grace_minutes=15, floor=0.5)


DUE = "due = 2026-11-30T23:59:00Z\n"


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        (
            "due = 2026-11-30T23:59:00",
            ": the key 'due' has no time zone. Write it as in 2026-11-30T23:59:00+01:00; it is 2026-11-30T23:59:00.",
        ),
        *(
            (
                f"due = {value}",
                ": the key 'due' should be a date and time with a time zone, such as 2026-11-30T23:59:00+01:00, "
                f"and is {shown}.",
            )
            for value, shown in (("2026-11-30", "'2026-11-30'"), ('"soon"', "'soon'"), ("7", "'7'"))
        ),
        (
            "late = { per_day = 0.1 }",
            ": the key 'late' says what being late costs, and there is no 'due'. Add: due = 2026-11-30T23:59:00+01:00",
        ),
        (
            DUE + "late = { per_week = 0.1 }",
            ", the key 'late': the key 'per_week' is not known here. Known are: per_day, grace_minutes, floor.",
        ),
        (DUE + "late = { floor = 0.1 }", ", the key 'late': the key 'per_day' is missing."),
        (
            DUE + "late = { per_day = 10 }",
            ", the key 'late': the key 'per_day' is wrong: expected 'float' <= 1.0.",
        ),
        ('attempts = "first"', ": the key 'attempts' should be last or best, and is 'first'."),
        ('release = "some"', ": the key 'release' should be all, scores, public or after-due, and is 'some'."),
        (
            'release = "after-due"',
            ": the key 'release' is 'after-due', and there is no 'due'. Add: due = 2026-11-30T23:59:00+01:00",
        ),
    ],
)
def test_a_wrong_policy_is_said_to_be(mlp: Path, lines: str, message: str) -> None:
    assert policy_message(mlp, lines) == message


def test_options_take_the_place_of_what_the_file_says() -> None:
    changed = with_options(Policy(attempts="last", release="all"), attempts="best", release="scores")
    assert changed == Policy(attempts="best", release="scores")


def test_waiting_for_a_due_date_needs_one() -> None:
    sentence = (
        "--release after-due needs a due date, and assignment.toml has none. Add to it: due = 2026-11-30T23:59:00+01:00"
    )
    with pytest.raises(CourseError, match=f"^{re.escape(sentence)}$"):
        with_options(Policy(), release="after-due")
