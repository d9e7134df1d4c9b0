"""Hand in a module called random, to be imported in the place of Python's."""

import random


def attack():
    return getattr(random, "MINE", None)
