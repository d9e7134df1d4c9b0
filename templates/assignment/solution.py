# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # {{ title }}
#
# Each part below is a function whose body says `raise NotImplementedError`. Replace that line. Keep the names, the
# arguments and what is returned: the docstring is the contract. You may use NumPy and the standard library.

# %%
import numpy as np

# %% [markdown]
# ## 1. Softplus
#
# A ReLU without a corner, applied to each number on its own:
#
# $$f(x) = \ln(1 + e^{x}), \qquad f'(x) = \frac{1}{1 + e^{-x}}.$$
#
# Worked numbers: $f(0) = \ln 2 \approx 0.6931$, and the slope there is $0.5$.
#
# *What usually goes wrong.* What is $e^{800}$ in float64? What should $f(800)$ be, to all the digits there are?


# %%
def softplus_forward(x):
    """Return ln(1 + exp(x)), entry by entry.

    Args:
        x: float64 array of any shape. Entries may be as large as 800 in magnitude: no overflow.

    Returns:
        The pair (out, cache). out: float64, shape of x. cache: for softplus_backward.
    """
    # BEGIN SOLUTION
    return np.logaddexp(0.0, x), x
    # END SOLUTION


def softplus_backward(dout, cache):
    """Return the gradient with respect to the input of softplus.

    Args:
        dout: float64, gradient with respect to the output, same shape.
        cache: what softplus_forward returned.

    Returns:
        dx: float64, shape of dout.
    """
    # BEGIN SOLUTION
    x = cache
    return dout * np.exp(-np.logaddexp(0.0, -x))
    # END SOLUTION
