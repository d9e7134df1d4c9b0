"""What the training doctor has found is told in a terminal."""

from __future__ import annotations

from grader.model import CaseResult, Check, Evidence, Finding, Status, Visibility
from grader.session.messages import message_of

FINDING = Finding(
    name="training-diverges",
    observation="The loss is NaN or infinite from step 7 on.",
    cause="The steps are longer than the valley is wide.",
    experiment="Train again with a tenth of the learning rate.",
)


def told(*findings: Finding) -> str:
    """Return the message of a training that falls short."""
    name, check = "checks/test_training.py::test_digits", "Your network reads digits"
    failed = CaseResult(
        check=name,
        case="",
        status=Status.PARTIAL,
        fraction=0.5,
        evidence=Evidence(summary="accuracy is 0.7.", findings=findings),
    )
    return message_of(
        Check(id=name, part="train", title=check, points=5.0, visibility=Visibility.HIDDEN), failed, Visibility.HIDDEN
    )


def test_a_finding_is_told_with_its_cause_and_its_experiment() -> None:
    assert told(FINDING).splitlines() == [
        "train: Your network reads digits: partial.",
        "accuracy is 0.7.",
        "Seen in the training (training-diverges): The loss is NaN or infinite from step 7 on.",
        "  Likely cause: The steps are longer than the valley is wide.",
        "  To find out: Train again with a tenth of the learning rate.",
        "It earns 50% of the points.",
    ]


def test_where_nothing_is_found_nothing_is_told_of_it() -> None:
    assert "Seen in the training" not in told()
