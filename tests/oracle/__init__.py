"""Every reference forward and backward is compared with JAX, which differentiates by itself.

What is compared stands in one module an assignment (``mlp``, ``training``, ``cnn``, ``rnn``): an entry names parts,
the shapes they are tried on, and how the reference is called. The same function in JAX stands under the entry's name
in ``formulas``: JAX's own where it has one, else the textbook formula, never a copy of the reference. Gradients are
JAX's, of the outputs weighted with random cotangents (``formulas.expected``).

Two tests use them: ``test_live`` where JAX is installed, and ``test_golden`` with JAX's answers from ``golden/``,
which needs NumPy alone. ``test_coverage`` fails for a part that has no entry.
"""
