"""The oracle's side: the same functions in JAX, or in NumPy where nothing is differentiated.

Only modules in here import JAX.
"""
