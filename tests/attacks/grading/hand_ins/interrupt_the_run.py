"""Raises KeyboardInterrupt, as if the instructor had stopped the run."""


def affine_forward(x, w, b):
    raise KeyboardInterrupt
