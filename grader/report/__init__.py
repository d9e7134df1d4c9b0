"""Reports as self-contained HTML pages: one for each student, one for the class."""

from grader.report.card import render_card
from grader.report.class_ import render_class
from grader.report.student import render_student

__all__ = ["render_card", "render_class", "render_student"]
