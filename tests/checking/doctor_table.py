"""The table of docs/training-doctor.md; ``python -m tests.checking.doctor_table`` writes it anew."""

from __future__ import annotations

from pathlib import Path

from grader.checking.doctor import RULES

PAGE = Path(__file__).parents[2] / "docs" / "training-doctor.md"
HEAD = "| finding | level | found where | source |\n|---|---|---|---|\n"


def rows() -> str:
    """Return the table, one row a rule."""
    return HEAD + "".join(f"| `{rule.name}` | {rule.level} | {rule.threshold} | {rule.source} |\n" for rule in RULES)


def main() -> None:
    before, _, after = PAGE.read_text(encoding="utf-8").partition(HEAD)
    _, _, rest = after.partition("\n\n")
    PAGE.write_text(f"{before}{rows()}\n{rest}", encoding="utf-8")


if __name__ == "__main__":
    main()
