"""Grade many submissions, in several processes of this machine."""

from grader.batch.pool import Pool

__all__ = ["Pool"]
