"""From the one solution to what students get: stub, notebook, README, public checks, bundle.

``regions`` knows the marker grammar, ``pages`` renders the text of each file, ``publish`` writes, compares
and zips, ``leaks`` looks for what should have stayed.
"""

from grader.release.leaks import Leak, find_leaks
from grader.release.publish import bundle, check_release, release
from grader.release.regions import solution_lines

__all__ = ["Leak", "bundle", "check_release", "find_leaks", "release", "solution_lines"]
