"""Anything a class hands in, to ``Submission``; nothing is executed, extracted or followed here.

``canvas``, ``moodle``, ``gradescope``, ``github_classroom`` and ``nbgrader`` know how hand-ins lie on disk.
The way in: ``submissions`` walks the entries, ``folder`` and ``archive`` read their files, ``source`` and
``notebook`` turn one file's bytes into text, ``assemble`` chooses the main file and makes the units.
"""

from grader.ingest.submissions import read_submission, read_submissions

__all__ = ["read_submission", "read_submissions"]
