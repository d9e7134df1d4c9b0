"""Grade many submissions, in several processes of this machine."""

from grader.batch.pool import Pool
from grader.batch.run import grade_class

__all__ = ["Pool", "grade_class"]
