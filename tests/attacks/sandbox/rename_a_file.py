"""Move one's own file over that of the grader."""

import os


def attack(folder):
    os.rename(f"{folder}/mine.py", f"{folder}/theirs.py")
