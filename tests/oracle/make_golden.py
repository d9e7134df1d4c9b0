"""Write the golden files anew.

Run from the root of the repository, with the extra ``oracle`` installed:

    python -m tests.oracle.make_golden

The same versions of JAX and NumPy on the same kind of processor write the same bytes; others differ in the last digits.
"""

from __future__ import annotations

from tests.oracle.collection import ENTRIES, all_cases
from tests.oracle.formulas.expected import answers_of_oracle
from tests.oracle.golden import GOLDEN, golden_file, write_golden


def main() -> None:
    GOLDEN.mkdir(exist_ok=True)
    for assignment in ENTRIES:
        cases = [case for case in all_cases() if case.assignment == assignment]
        write_golden(golden_file(assignment), {case: answers_of_oracle(case) for case in cases})


if __name__ == "__main__":
    main()
