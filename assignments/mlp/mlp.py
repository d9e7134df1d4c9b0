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
# # A multilayer perceptron from scratch
#
# *"What I cannot create, I do not understand."* (Richard Feynman)
#
# In this assignment you build a neural network out of nothing but NumPy: activations, the affine layer, loss
# functions, linear classifiers, the first small network by hand, deep networks out of components, the tools
# that tell you whether a gradient is right, and the loop that trains it all. At the end your own code reads
# handwritten digits.
#
# **How to work.** Each part below is a function or class whose body says `raise NotImplementedError`. Replace
# that line. Keep the names, the arguments and what is returned: the docstring is the contract. Parts are
# graded one by one, so an empty part costs only its own points, and a mistake is charged once, where it is.
# You may use NumPy and the standard library, nothing else.
#
# **Conventions**, the same everywhere:
#
# - A layer is a pair of functions. Its *forward* returns `(out, cache)`; the cache is yours, put into it
#   whatever the backward needs. Its *backward* takes `dout`, the gradient of the loss with respect to `out`,
#   and the cache, and returns the gradients with respect to the inputs, in the order of the inputs.
# - The gradient with respect to an array has the shape of that array. Always.
# - $N$ is the number of samples in a batch, $D$ the number of features, $M$ or $H$ the number of outputs of
#   a layer, $C$ the number of classes. The first axis is the batch.
# - Numbers are float64; labels are integers from $0$ to $C - 1$.
# - Losses are means over the batch, so that the learning rate need not change with the batch size.
# - Functions leave their arguments unchanged unless the docstring says otherwise.
#
# **The one idea behind every backward.** If $y = f(x)$ is somewhere inside the computation of a loss $L$,
# then the chain rule says
#
# $$\frac{\partial L}{\partial x_j} =
#   \sum_i \frac{\partial L}{\partial y_i} \frac{\partial y_i}{\partial x_j}.$$
#
# `dout` holds all the $\partial L / \partial y_i$. You never need to know what $L$ is.

# %%
import math
from pathlib import Path

import numpy as np

# %%
# Given. Every "try it" below prints what your code returns, or that the part is still to be written.


def try_it(computation):
    """Print the result of ``computation()``, or that it needs a part that is still to be written."""
    try:
        print(computation())
    except NotImplementedError:
        print("Still to be written.")


# %% [markdown]
# ## 1. Activations
#
# Between two affine layers stands a function applied to each number on its own. Without it, a stack of
# layers would collapse into one: a linear map of a linear map is linear. For such an elementwise
# $y_i = f(x_i)$ the chain rule needs one factor an entry: $\partial L/\partial x_i = \partial L/\partial y_i
# \cdot f'(x_i)$.
#
# ### 1.1 Sigmoid
#
# $$s(x) = \frac{1}{1 + e^{-x}}, \qquad s'(x) = s(x)\,(1 - s(x)).$$
#
# It squeezes any number into $(0, 1)$, so its value can be read as a probability. Worked numbers:
# $s(0) = 0.5$, $s(2) \approx 0.8808$, $s(-2) \approx 0.1192$; the slope at $0$ is $0.25$, its largest value.
#
# *What usually goes wrong.* What is $e^{800}$ in float64, and for which sign of $x$ does the formula as it
# stands ask for it? Can you write the same function so that the exponent is never positive? And is your
# slope a function of what went *in* or of what came *out*: which of the two did you keep?


# %%
def sigmoid(x):
    """Apply the sigmoid to each entry.

    Args:
        x: float64 array of any shape. Entries may be as large as 800 in magnitude: no overflow, no warning.

    Returns:
        The pair (out, cache). out: float64, shape of x, values from 0 to 1. cache: for sigmoid_backward.
    """
    # Write your solution here.
    raise NotImplementedError("sigmoid is not written yet.")


def sigmoid_backward(dout, cache):
    """Return the gradient with respect to the input of the sigmoid.

    Args:
        dout: float64, gradient with respect to the output, same shape.
        cache: what sigmoid returned.

    Returns:
        dx: float64, shape of dout.
    """
    # Write your solution here.
    raise NotImplementedError("sigmoid_backward is not written yet.")


# %% [markdown]
# Courses that write the first network by hand use the slope on its own, without an upstream gradient. Here
# $z$ is the *input* of the sigmoid: at $z = 0$ the answer is $0.25$.


# %%
def derivative_sigmoid(z):
    """Return the slope of the sigmoid at each entry.

    Args:
        z: float64 array of any shape, the points (inputs of the sigmoid, not its outputs).

    Returns:
        ds: float64, shape of z, values from 0 to 0.25.
    """
    # Write your solution here.
    raise NotImplementedError("derivative_sigmoid is not written yet.")


# %%
if __name__ == "__main__":
    try_it(lambda: sigmoid(np.array([-2.0, 0.0, 2.0]))[0])
    try_it(lambda: derivative_sigmoid(np.array([-2.0, 0.0, 2.0])))

# %% [markdown]
# ### 1.2 Tanh
#
# $$\tanh(x) = \frac{e^{x} - e^{-x}}{e^{x} + e^{-x}}, \qquad \tanh'(x) = 1 - \tanh^2(x).$$
#
# A sigmoid stretched to $(-1, 1)$ and centred on zero: $\tanh(x) = 2 s(2x) - 1$. Worked number:
# $\tanh(1) \approx 0.7616$, and the slope there is $1 - 0.7616^2 \approx 0.42$.
#
# *What usually goes wrong.* What does the quotient above give at $x = 10^4$, and does NumPy already have a
# function that knows better? In the derivative, what exactly is squared?


# %%
def tanh_forward(x):
    """Apply the hyperbolic tangent to each entry.

    Args:
        x: float64 array of any shape; entries may be as large as 1e4 in magnitude.

    Returns:
        The pair (out, cache). out: float64, shape of x, values from -1 to 1. cache: for tanh_backward.
    """
    # Write your solution here.
    raise NotImplementedError("tanh_forward is not written yet.")


def tanh_backward(dout, cache):
    """Return the gradient with respect to the input of tanh.

    Args:
        dout: float64, gradient with respect to the output, same shape.
        cache: what tanh_forward returned.

    Returns:
        dx: float64, shape of dout.
    """
    # Write your solution here.
    raise NotImplementedError("tanh_backward is not written yet.")


# %% [markdown]
# ### 1.3 ReLU
#
# $$\mathrm{relu}(x) = \max(0, x), \qquad
#   \mathrm{relu}'(x) = \begin{cases} 1 & x > 0 \\ 0 & x < 0 \end{cases}$$
#
# The workhorse: cheap, and its slope does not fade for large $x$. At exactly $0$ the slope is not defined;
# choose what you like there, nobody will check. Worked numbers: $(-3, 2, 5)$ becomes $(0, 2, 5)$, and the
# upstream gradient $(7, -8, 9)$ becomes $(0, -8, 9)$.
#
# *What usually goes wrong.* Which numbers decide whether a gradient passes: those that came in on the way
# forward, or those that arrive on the way back?


# %%
def relu_forward(x):
    """Replace each negative entry by zero.

    Args:
        x: float64 array of any shape.

    Returns:
        The pair (out, cache). out: float64, shape of x. cache: for relu_backward.
    """
    # Write your solution here.
    raise NotImplementedError("relu_forward is not written yet.")


def relu_backward(dout, cache):
    """Return the gradient with respect to the input of ReLU.

    Args:
        dout: float64, gradient with respect to the output, same shape.
        cache: what relu_forward returned.

    Returns:
        dx: float64, shape of dout.
    """
    # Write your solution here.
    raise NotImplementedError("relu_backward is not written yet.")


# %%
if __name__ == "__main__":
    try_it(lambda: relu_forward(np.array([-3.0, 2.0, 5.0]))[0])
    try_it(lambda: relu_backward(np.array([7.0, -8.0, 9.0]), relu_forward(np.array([-3.0, 2.0, 5.0]))[1]))

# %% [markdown]
# ### 1.4 Leaky ReLU
#
# A unit whose input is negative for every sample gets no gradient from ReLU and never recovers: it is dead.
# Leaky ReLU lets a small share $a$ (`slope`) through:
#
# $$f(x) = \begin{cases} x & x > 0 \\ a\,x & x < 0 \end{cases} \qquad
#   f'(x) = \begin{cases} 1 & x > 0 \\ a & x < 0 \end{cases}$$
#
# Worked numbers with $a = 0.1$: $(-3, 2)$ becomes $(-0.3, 2)$.
#
# *What usually goes wrong.* Which of the two branches does the slope belong to, and how does the backward
# learn which slope the forward was given?


# %%
def leaky_relu_forward(x, slope=0.01):
    """Multiply each negative entry by the slope and leave the others as they are.

    Args:
        x: float64 array of any shape.
        slope: float from 0 to 1.

    Returns:
        The pair (out, cache). out: float64, shape of x. cache: for leaky_relu_backward.
    """
    # Write your solution here.
    raise NotImplementedError("leaky_relu_forward is not written yet.")


def leaky_relu_backward(dout, cache):
    """Return the gradient with respect to the input of leaky ReLU.

    Args:
        dout: float64, gradient with respect to the output, same shape.
        cache: what leaky_relu_forward returned.

    Returns:
        dx: float64, shape of dout.
    """
    # Write your solution here.
    raise NotImplementedError("leaky_relu_backward is not written yet.")


# %% [markdown]
# ### 1.5 GELU (extra)
#
# The activation of most transformers (Hendrycks and Gimpel, 2016) weighs a number by the probability that a
# standard normal variable is smaller:
#
# $$\mathrm{gelu}(x) = x\,\Phi(x), \qquad \Phi(x) = \tfrac12\left(1 + \mathrm{erf}\frac{x}{\sqrt2}\right),
#   \qquad \varphi(x) = \frac{1}{\sqrt{2\pi}}\,e^{-x^2/2} = \Phi'(x).$$
#
# Use this exact form, not the approximation by tanh; `erf` below is given. Worked number:
# $\mathrm{gelu}(1) \approx 0.8413$, where ReLU would give $1$.
#
# *What usually goes wrong.* GELU is a product of two functions of $x$. How many terms does the derivative of
# a product have?

# %%
# Given: the error function of each entry of an array.
erf = np.vectorize(math.erf, otypes=[np.float64])


# %%
def gelu_forward(x):
    """Apply the exact GELU, x times the standard normal distribution function of x, to each entry.

    Args:
        x: float64 array of any shape.

    Returns:
        The pair (out, cache). out: float64, shape of x. cache: for gelu_backward.
    """
    # Write your solution here.
    raise NotImplementedError("gelu_forward is not written yet.")


def gelu_backward(dout, cache):
    """Return the gradient with respect to the input of GELU.

    Args:
        dout: float64, gradient with respect to the output, same shape.
        cache: what gelu_forward returned.

    Returns:
        dx: float64, shape of dout.
    """
    # Write your solution here.
    raise NotImplementedError("gelu_backward is not written yet.")


# %% [markdown]
# ## 2. The affine layer
#
# The layer that learns. Each sample is laid out as a row of $D$ numbers, whatever its shape (an image of
# $3 \times 8 \times 8$ has $D = 192$), and every output is a weighted sum of them plus a bias:
#
# $$y_{nm} = \sum_{d} x_{nd}\,w_{dm} + b_m.$$
#
# Follow one weight through the chain rule. $w_{dm}$ touches output $m$ of *every* sample, so its gradient
# sums over the batch; $x_{nd}$ touches *every* output of its own sample, so its gradient sums over the
# outputs; $b_m$ touches output $m$ of every sample, with factor $1$:
#
# $$\frac{\partial L}{\partial w_{dm}} = \sum_n x_{nd}\,g_{nm}, \qquad
#   \frac{\partial L}{\partial x_{nd}} = \sum_m g_{nm}\,w_{dm}, \qquad
#   \frac{\partial L}{\partial b_m} = \sum_n g_{nm}, \qquad g = \texttt{dout}.$$
#
# Worked numbers: $x = (1, 2)$, $w = \begin{pmatrix} 3 & 5 \\ 4 & 6 \end{pmatrix}$, $b = (10, 20)$ give
# $y = (21, 37)$. With $g = (1, -1)$: $\partial L/\partial x = (-2, -2)$,
# $\partial L/\partial w = \begin{pmatrix} 1 & -1 \\ 2 & -2 \end{pmatrix}$, $\partial L/\partial b = (1, -1)$.
#
# *What usually goes wrong.* Each sum above runs over exactly one index: is it the axis your code sums over?
# If $x$ came in as $(N, 3, 8, 8)$, which shape must its gradient have, and did you keep what you need to
# restore it? The mean over the batch is taken by the loss: should this layer divide by $N$ once more?


# %%
def affine_forward(x, w, b):
    """Return the weighted sums of an affine layer.

    Args:
        x: (N, d_1, ..., d_k) float64, k >= 1; a sample is laid out as a row of D = d_1 * ... * d_k numbers.
        w: (D, M) float64, weights.
        b: (M,) float64, biases.

    Returns:
        The pair (out, cache). out: (N, M) float64. cache: for affine_backward.
    """
    # Write your solution here.
    raise NotImplementedError("affine_forward is not written yet.")


def affine_backward(dout, cache):
    """Return the gradients of an affine layer.

    Args:
        dout: (N, M) float64, gradient with respect to the output.
        cache: what affine_forward returned.

    Returns:
        The triple (dx, dw, db).
        dx: (N, d_1, ..., d_k) float64, the shape in which x came.
        dw: (D, M) float64.
        db: (M,) float64.
    """
    # Write your solution here.
    raise NotImplementedError("affine_backward is not written yet.")


# %%
if __name__ == "__main__":
    weights, biases = np.array([[3.0, 5.0], [4.0, 6.0]]), np.array([10.0, 20.0])
    try_it(lambda: affine_forward(np.array([[1.0, 2.0]]), weights, biases)[0])

# %% [markdown]
# ## 3. Losses
#
# A loss turns the outputs of a batch into one number and starts the way back: it returns the loss *and* its
# gradient with respect to what it was given.
#
# ### 3.1 Softmax cross-entropy
#
# Scores $x_{nc}$ become probabilities, and the loss is the mean negative log-probability of the correct
# class $y_n$:
#
# $$p_{nc} = \frac{e^{x_{nc}}}{\sum_k e^{x_{nk}}}, \qquad L = -\frac1N \sum_n \ln p_{n,y_n}, \qquad
#   \frac{\partial L}{\partial x_{nc}} = \frac{1}{N}\left(p_{nc} - [c = y_n]\right).$$
#
# Two checks for free: when all scores are equal the loss is $\ln C$ ($2.3026$ for ten classes), and each row
# of the gradient sums to zero. Worked numbers: scores $(1, 2, 3)$ give probabilities
# $(0.0900, 0.2447, 0.6652)$; with $y = 2$ the loss is $0.4076$ and the gradient $(0.0900, 0.2447, -0.3348)$.
#
# Adding the same number to all scores of a *sample* changes nothing, so shift each row such that its largest
# score is $0$: then no exponential overflows. And $\ln p = x - \ln\sum_k e^{x_k}$ never takes the logarithm
# of a number that has been rounded to zero.
#
# *What usually goes wrong.* What happens at scores of $1000$? Over which axis do the maximum and the sum run,
# and do they still line up with the rows afterwards? Which base has the logarithm? Is the gradient divided by
# the same $N$ as the loss?


# %%
def softmax_loss(x, y):
    """Return the mean softmax cross-entropy of a batch and its gradient.

    Args:
        x: (N, C) float64, scores (logits) of each class; finite, of any size.
        y: (N,) integers from 0 to C - 1, the correct classes.

    Returns:
        The pair (loss, dx). loss: float, natural logarithm, mean over the batch. dx: (N, C) float64.
    """
    # Write your solution here.
    raise NotImplementedError("softmax_loss is not written yet.")


# %%
if __name__ == "__main__":
    try_it(lambda: softmax_loss(np.array([[1.0, 2.0, 3.0]]), np.array([2])))

# %% [markdown]
# ### 3.2 Multiclass hinge loss (SVM)
#
# The SVM is content once the correct score beats every other by a margin of $1$:
#
# $$L = \frac1N \sum_n \sum_{c \ne y_n} \max(0,\; x_{nc} - x_{n,y_n} + 1).$$
#
# Every class that violates the margin gets the gradient $+1/N$, and the correct class $-1/N$ for *each*
# violation of its sample. When all scores are equal the loss is $C - 1$. Worked numbers: scores $(3, 1, 2.5)$
# with $y = 0$ have margins $(\cdot, -1, 0.5)$, so the loss is $0.5$ and the gradient $(-1, 0, 1)$.
#
# *What usually goes wrong.* How much does the correct class itself add if you let it take part in the sum?
# Does a class that does not violate the margin get any gradient?


# %%
def svm_loss(x, y):
    """Return the mean multiclass hinge loss (margin 1) of a batch and its gradient.

    Args:
        x: (N, C) float64, scores of each class.
        y: (N,) integers from 0 to C - 1, the correct classes.

    Returns:
        The pair (loss, dx). loss: float, mean over the batch. dx: (N, C) float64.
    """
    # Write your solution here.
    raise NotImplementedError("svm_loss is not written yet.")


# %% [markdown]
# ### 3.3 Squared error
#
# For regression. Conventions differ, so here is ours: *half* the squared error, *summed* over the $D$
# features of a sample, *averaged* over the $N$ samples of the batch:
#
# $$L = \frac{1}{2N} \sum_n \sum_d (\hat y_{nd} - y_{nd})^2.$$
#
# The half is there so that the derivative comes out without a factor $2$. Worked numbers: predictions
# $(1, 5)$ for targets $(0, 3)$, one sample: $L = \frac12 (1 + 4) = 2.5$, gradient $(1, 2)$.
#
# *What usually goes wrong.* Do loss and gradient follow the same convention? A quick test: if you move one
# prediction by a tiny $h$, does the loss move by $h$ times the gradient?


# %%
def mse_loss(pred, y):
    """Return half the squared error, summed over the features and averaged over the batch, and its gradient.

    The loss is 1 / (2 N) times the sum of all squared errors, where N is the number of samples.

    Args:
        pred: (N, D) float64, predictions.
        y: (N, D) float64, targets.

    Returns:
        The pair (loss, dpred). loss: float. dpred: (N, D) float64.
    """
    # Write your solution here.
    raise NotImplementedError("mse_loss is not written yet.")


# %% [markdown]
# ### 3.4 Binary cross-entropy
#
# For two classes, one probability $p$ of class $1$ a sample is enough:
#
# $$L = -\frac1N \sum_n \Big( y_n \ln p_n + (1 - y_n) \ln(1 - p_n) \Big), \qquad
#   \frac{\partial L}{\partial p_n} = \frac1N\,\frac{p_n - y_n}{p_n (1 - p_n)}.$$
#
# At $p = 0.5$ each sample costs $\ln 2 \approx 0.6931$. At $p = 0$ or $p = 1$ the formula asks for $\ln 0$,
# so $p$ is first clipped to the range from $\varepsilon$ to $1 - \varepsilon$ with $\varepsilon = 10^{-12}$,
# and the clipped value is used in the loss and in the gradient. A sample that is certain and wrong then costs
# about $27.6$: much, but finite.
#
# *What usually goes wrong.* What is $0 \cdot \ln 0$ in floating point? Which sign makes a better prediction
# cost less?


# %%
def bce_loss(p, y):
    """Return the mean binary cross-entropy of probabilities and its gradient.

    Probabilities are first clipped to the range from eps to 1 - eps with eps = 1e-12, so that loss and
    gradient stay finite at exactly 0 and 1; both use the clipped values.

    Args:
        p: (N,) or (N, 1) float64, probabilities of class 1, from 0 to 1 inclusive.
        y: labels 0 or 1 (integers or floats), same shape as p.

    Returns:
        The pair (loss, dp). loss: float, natural logarithm, mean over the batch. dp: float64, shape of p.
    """
    # Write your solution here.
    raise NotImplementedError("bce_loss is not written yet.")


# %% [markdown]
# ### 3.5 Binary cross-entropy of logits
#
# When $p = s(z)$ comes out of a sigmoid, the two belong together. The slope $p(1 - p)$ of the sigmoid cancels
# the denominator above, and what is left is the simplest gradient of all:
#
# $$L = \frac1N \sum_n \Big( \max(z_n, 0) - z_n y_n + \ln(1 + e^{-|z_n|}) \Big), \qquad
#   \frac{\partial L}{\partial z_n} = \frac1N\,\big(s(z_n) - y_n\big).$$
#
# The loss is the same cross-entropy, rearranged such that nothing overflows and no logarithm sees a zero: at
# $z = -800$, $y = 1$ it is $800$.
#
# *What usually goes wrong.* The slope of the sigmoid is *already inside* this gradient. What happens to a
# sample that is certain and wrong if you multiply by the slope once more?


# %%
def bce_with_logits(z, y):
    """Return the mean binary cross-entropy of sigmoid(z) and its gradient with respect to z.

    Args:
        z: (N,) or (N, 1) float64, logits; may be as large as 800 in magnitude.
        y: labels 0 or 1 (integers or floats), same shape as z.

    Returns:
        The pair (loss, dz). loss: float, mean over the batch, exact for large logits too.
        dz: float64, shape of z.
    """
    # Write your solution here.
    raise NotImplementedError("bce_with_logits is not written yet.")


# %%
if __name__ == "__main__":
    try_it(lambda: bce_loss(np.array([0.5, 0.5]), np.array([0, 1])))
    try_it(lambda: bce_with_logits(np.array([0.0, -800.0]), np.array([0, 1])))

# %% [markdown]
# ## 4. Linear classifiers, with and without loops
#
# The scores of a linear classifier are $x_{nc} = \sum_d X_{nd} W_{dc}$, and its loss has a second term that
# prefers small weights:
#
# $$L = \frac1N \sum_n L_n + \frac{\lambda}{2} \sum_{d,c} W_{dc}^2, \qquad
#   \frac{\partial}{\partial W_{dc}} \frac{\lambda}{2} \sum W^2 = \lambda W_{dc},
#   \qquad \lambda = \texttt{reg}.$$
#
# Write each classifier twice. First with loops over samples and classes and no matrix product: slow, and so
# close to the mathematics that you can see it is right. Then without any Python loop, and check that both
# agree. The gradient of sample $n$ is $\partial L_n / \partial W_{dc} = X_{nd}\, g_{nc}$, where $g_{nc}$ is
# the gradient with respect to the score: $p_{nc} - [c = y_n]$ for softmax, and the counting rule of 3.2 for
# the SVM.
#
# *What usually goes wrong.* Does the regularisation appear in the loss *and* in the gradient, with matching
# factors? Is it divided by $N$ (should it be)? Is each entry of $W$ squared on its own, or did a matrix
# product slip in? In the loops: which lines belong to the inner loop, and which to the outer?


# %%
def softmax_loss_naive(W, X, y, reg):
    """Return the regularised softmax loss of a linear classifier and its gradient, with explicit loops.

    Args:
        W: (D, C) float64, weights.
        X: (N, D) float64, samples.
        y: (N,) integers from 0 to C - 1, the correct classes.
        reg: float, strength of the regularisation: 0.5 * reg times the sum of the squared weights.

    Returns:
        The pair (loss, dW). loss: float, mean over the batch plus regularisation. dW: (D, C) float64.
    """
    # Write your solution here.
    raise NotImplementedError("softmax_loss_naive is not written yet.")


# %%
def softmax_loss_vectorized(W, X, y, reg):
    """Return the same as softmax_loss_naive, without Python loops.

    Args:
        W: (D, C) float64, weights.
        X: (N, D) float64, samples.
        y: (N,) integers from 0 to C - 1, the correct classes.
        reg: float, strength of the regularisation: 0.5 * reg times the sum of the squared weights.

    Returns:
        The pair (loss, dW). loss: float, mean over the batch plus regularisation. dW: (D, C) float64.
    """
    # Write your solution here.
    raise NotImplementedError("softmax_loss_vectorized is not written yet.")


# %%
def svm_loss_naive(W, X, y, reg):
    """Return the regularised multiclass hinge loss of a linear classifier and its gradient, with loops.

    Args:
        W: (D, C) float64, weights.
        X: (N, D) float64, samples.
        y: (N,) integers from 0 to C - 1, the correct classes.
        reg: float, strength of the regularisation: 0.5 * reg times the sum of the squared weights.

    Returns:
        The pair (loss, dW). loss: float, mean over the batch plus regularisation. dW: (D, C) float64.
    """
    # Write your solution here.
    raise NotImplementedError("svm_loss_naive is not written yet.")


# %%
def svm_loss_vectorized(W, X, y, reg):
    """Return the same as svm_loss_naive, without Python loops.

    Args:
        W: (D, C) float64, weights.
        X: (N, D) float64, samples.
        y: (N,) integers from 0 to C - 1, the correct classes.
        reg: float, strength of the regularisation: 0.5 * reg times the sum of the squared weights.

    Returns:
        The pair (loss, dW). loss: float, mean over the batch plus regularisation. dW: (D, C) float64.
    """
    # Write your solution here.
    raise NotImplementedError("svm_loss_vectorized is not written yet.")


# %%
if __name__ == "__main__":
    two_samples = np.arange(6.0).reshape(2, 3)
    try_it(lambda: softmax_loss_naive(np.ones((3, 2)), two_samples, np.array([0, 1]), 3.0))
    try_it(lambda: softmax_loss_vectorized(np.ones((3, 2)), two_samples, np.array([0, 1]), 3.0))

# %% [markdown]
# ## 5. The first network, by hand
#
# Points on two circles, one inside the other: no straight line separates them, so no linear classifier can.
# A network with 2 inputs, 4 hidden units and 1 output, all sigmoids, can. In this section the bias is not an
# argument of its own but the *first row* of the weight matrix, and every input gets a *first column* of ones
# to multiply it with:
#
# $$A_1 = [\mathbf 1 \mid X], \quad Z_1 = A_1 W_1, \quad A_2 = [\mathbf 1 \mid s(Z_1)], \quad Z_2 = A_2 W_2,
#   \quad p = s(Z_2).$$
#
# With $m$ samples, $X$ is $(m, 2)$, $W_1$ is $(3, 4)$, $W_2$ is $(5, 1)$, and $p$ and the labels $y$ are
# $(m, 1)$: a column, not a flat array.

# %%
# Given: the two circles.


def two_circles(num_samples, rng, noise=0.08):
    """Draw points of two noisy circles around the origin, of radius 1 (label 0) and 0.4 (label 1).

    Args:
        num_samples: number of points, half of them on each circle.
        rng: numpy.random.Generator.
        noise: standard deviation of each coordinate.

    Returns:
        The pair (X, y). X: (num_samples, 2) float64. y: (num_samples, 1) float64, 0 or 1.
    """
    inner = np.arange(num_samples) % 2
    angle = rng.uniform(0.0, 2.0 * np.pi, size=num_samples)
    radius = np.where(inner == 1, 0.4, 1.0)
    centre_line = radius[:, None] * np.column_stack([np.cos(angle), np.sin(angle)])
    points = centre_line + rng.normal(scale=noise, size=(num_samples, 2))
    return points, inner[:, None].astype(np.float64)


# %%
def add_bias_column(X):
    """Return X with a column of ones in front.

    Args:
        X: (m, n) float64.

    Returns:
        X1: (m, n + 1) float64; column 0 is all ones, the others are those of X.
    """
    # Write your solution here.
    raise NotImplementedError("add_bias_column is not written yet.")


# %% [markdown]
# The weights must start small, so that no sigmoid is saturated, and different from each other: hidden units
# that start equal get equal gradients and stay equal for ever. Draw every entry, bias row included,
# uniformly from $[-r, r]$ with $r = \sqrt{6 / (n_\mathrm{in} + n_\mathrm{out})}$ (Glorot and Bengio, 2010).
# For $n_\mathrm{in} = 2$ and $n_\mathrm{out} = 4$ that is $r = 1$.
#
# *What usually goes wrong.* Which range does a generator draw from if you do not tell it? How many rows does
# the matrix need once the bias is in it?


# %%
def rand_weights(fan_in, fan_out, rng):
    """Draw the weights of one layer, with the biases as first row.

    Every entry is uniform between -r and r, where r is the square root of 6 / (fan_in + fan_out).

    Args:
        fan_in: number of inputs of the layer, without the bias.
        fan_out: number of outputs.
        rng: numpy.random.Generator, the only source of randomness.

    Returns:
        W: (fan_in + 1, fan_out) float64.
    """
    # Write your solution here.
    raise NotImplementedError("rand_weights is not written yet.")


# %%
def predict_proba(X, W_1, W_2):
    """Return the probability of class 1 for each sample.

    Args:
        X: (m, n) float64, samples without a bias column.
        W_1: (n + 1, h) float64, weights of the hidden layer, bias row first.
        W_2: (h + 1, 1) float64, weights of the output layer, bias row first.

    Returns:
        p: (m, 1) float64, from 0 to 1.
    """
    # Write your solution here.
    raise NotImplementedError("predict_proba is not written yet.")


# %%
def predict_labels(X, W_1, W_2):
    """Return the more probable class of each sample: 1 where its probability is at least one half.

    Args:
        X: (m, n) float64, samples without a bias column.
        W_1: (n + 1, h) float64, weights of the hidden layer, bias row first.
        W_2: (h + 1, 1) float64, weights of the output layer, bias row first.

    Returns:
        labels: (m, 1) integers, 0 or 1.
    """
    # Write your solution here.
    raise NotImplementedError("predict_labels is not written yet.")


# %% [markdown]
# Now one step of gradient descent on the mean binary cross-entropy, by the chain rule, from the back:
#
# $$\delta_2 = \tfrac1m (p - y), \qquad \frac{\partial L}{\partial W_2} = A_2^\top \delta_2, \qquad
#   \delta_1 = \big(\delta_2\, \bar W_2^\top\big) \odot s'(Z_1), \qquad
#   \frac{\partial L}{\partial W_1} = A_1^\top \delta_1,$$
#
# where $\bar W_2$ is $W_2$ *without its bias row*, and $\odot$ multiplies entry by entry. Then both matrices
# move against their gradients: $W \leftarrow W - \alpha\,\partial L/\partial W$.
#
# *What usually goes wrong.* Nothing before it feeds the column of ones: which row of $W_2$ must not take part
# on the way back? Is $\delta_1$ computed with the weights that made the prediction, or with those already
# updated? How many times is there a division by $m$ on the way from $p$ to each gradient?


# %%
def train_step(X, y, W_1, W_2, learning_rate):
    """Take one full-batch step of gradient descent on the mean binary cross-entropy.

    The arguments are left unchanged: the new weights are new arrays.

    Args:
        X: (m, n) float64, samples without a bias column.
        y: (m, 1) float64, labels 0 or 1.
        W_1: (n + 1, h) float64, weights of the hidden layer, bias row first.
        W_2: (h + 1, 1) float64, weights of the output layer, bias row first.
        learning_rate: float.

    Returns:
        The triple (W_1, W_2, loss): the weights after the step, and the loss (float) before it.
    """
    # Write your solution here.
    raise NotImplementedError("train_step is not written yet.")


# %%
# Given: train on the two circles.


def learn_circles(num_steps=2000, learning_rate=5.0):
    """Train a 2-4-1 network on the two circles and return the share of points it gets right."""
    rng = np.random.default_rng(0)
    X, y = two_circles(200, rng)
    W_1, W_2 = rand_weights(2, 4, rng), rand_weights(4, 1, rng)
    for _ in range(num_steps):
        W_1, W_2, _ = train_step(X, y, W_1, W_2, learning_rate)
    return np.mean(predict_labels(X, W_1, W_2) == y)


if __name__ == "__main__":
    try_it(learn_circles)

# %% [markdown]
# ## 6. Networks out of components
#
# ### 6.1 Two layers in one
#
# An affine layer is nearly always followed by an activation. Join the two: forward through one and then the
# other, backward through the other and then the one.
#
# *What usually goes wrong.* The layer that came last on the way forward comes first on the way back. Does
# each of the two get its own cache?


# %%
def affine_relu_forward(x, w, b):
    """Apply an affine layer and then ReLU.

    Args:
        x: (N, d_1, ..., d_k) float64, k >= 1.
        w: (D, M) float64, D = d_1 * ... * d_k.
        b: (M,) float64.

    Returns:
        The pair (out, cache). out: (N, M) float64. cache: for affine_relu_backward.
    """
    # Write your solution here.
    raise NotImplementedError("affine_relu_forward is not written yet.")


def affine_relu_backward(dout, cache):
    """Return the gradients of an affine layer followed by ReLU.

    Args:
        dout: (N, M) float64, gradient with respect to the output.
        cache: what affine_relu_forward returned.

    Returns:
        The triple (dx, dw, db) with the shapes of x, w and b.
    """
    # Write your solution here.
    raise NotImplementedError("affine_relu_backward is not written yet.")


# %% [markdown]
# ### 6.2 A network with one hidden layer
#
# *affine, ReLU, affine, softmax.* A model keeps its weights in a dictionary `params` and answers one
# question, `loss`: without labels it returns the scores, with labels the loss and a dictionary of gradients
# with the same names. Everything that trains it needs to know no more.
#
# The loss is the softmax loss plus $\frac{\lambda}{2} \sum W^2$ over the entries of both weight matrices;
# biases are not regularised. With small weights and $\lambda = 0$ it starts near $\ln C$: always look at that
# number first.
#
# *What usually goes wrong.* Does an activation come after the *last* affine layer? Do loss and gradient
# regularise the same weights by matching factors? Are the names those of the docstring, and does every
# parameter have its gradient?


# %%
class TwoLayerNet:
    """A network with one hidden layer: affine, ReLU, affine, softmax.

    Attributes:
        params: dict of float64 arrays: "W1" (input_dim, hidden_dim), "b1" (hidden_dim,),
            "W2" (hidden_dim, num_classes), "b2" (num_classes,).
        reg: float, strength of the L2 regularisation.
    """

    def __init__(self, input_dim, hidden_dim, num_classes, weight_scale=1e-3, reg=0.0, rng=None):
        """Draw the weights and set the biases to zero.

        Args:
            input_dim: number of features of a sample, D.
            hidden_dim: number of hidden units, H.
            num_classes: number of classes, C.
            weight_scale: standard deviation of the weights, which are normal with mean 0.
            reg: strength of the regularisation: 0.5 * reg times the sum of the squared weights.
            rng: numpy.random.Generator, the only source of randomness; None takes a fresh one.
        """
        self.params = {}
        self.reg = reg
        rng = np.random.default_rng() if rng is None else rng
        # Write your solution here.
        raise NotImplementedError("TwoLayerNet.__init__ is not written yet.")

    def loss(self, X, y=None):
        """Return the scores of a batch, or its loss and the gradients.

        Args:
            X: (N, d_1, ..., d_k) float64 with d_1 * ... * d_k = input_dim.
            y: (N,) integers from 0 to C - 1, or None.

        Returns:
            Without y: scores, (N, C) float64.
            With y: the pair (loss, grads). loss: float, mean softmax loss plus regularisation.
            grads: dict with the keys of params and arrays of the same shapes.
        """
        # Write your solution here.
        raise NotImplementedError("TwoLayerNet.loss is not written yet.")


# %%
if __name__ == "__main__":
    try_it(lambda: TwoLayerNet(4, 5, 3).loss(np.eye(4), np.array([0, 1, 2, 0]))[0])

# %% [markdown]
# ### 6.3 A network of any depth
#
# The same with any number of hidden layers: (*affine, ReLU*) once for each entry of `hidden_dims`, then
# *affine, softmax*. With $L$ affine layers the parameters are $W_1, b_1$ to $W_L, b_L$, and a loop walks over
# them: upwards on the way forward, downwards on the way back.
#
# *What usually goes wrong.* Does the loop over the regularised weights reach the last layer? What do the
# loops do when `hidden_dims` has a single entry?


# %%
class FullyConnectedNet:
    """A network with any number of hidden layers: (affine, ReLU) repeated, then affine, softmax.

    Attributes:
        params: dict of float64 arrays: "W1", "b1" to "WL", "bL" for the L = len(hidden_dims) + 1 affine
            layers. The weights of a layer have the shape (number of its inputs, number of its outputs).
        num_layers: L.
        reg: float, strength of the L2 regularisation.
    """

    def __init__(self, hidden_dims, input_dim, num_classes, weight_scale=1e-2, reg=0.0, rng=None):
        """Draw the weights and set the biases to zero.

        Args:
            hidden_dims: list with the number of units of each hidden layer.
            input_dim: number of features of a sample, D.
            num_classes: number of classes, C.
            weight_scale: standard deviation of the weights, which are normal with mean 0.
            reg: strength of the regularisation: 0.5 * reg times the sum of the squares of all weights.
            rng: numpy.random.Generator, the only source of randomness; None takes a fresh one.
        """
        self.params = {}
        self.num_layers = len(hidden_dims) + 1
        self.reg = reg
        rng = np.random.default_rng() if rng is None else rng
        # Write your solution here.
        raise NotImplementedError("FullyConnectedNet.__init__ is not written yet.")

    def loss(self, X, y=None):
        """Return the scores of a batch, or its loss and the gradients.

        Args:
            X: (N, d_1, ..., d_k) float64 with d_1 * ... * d_k = input_dim.
            y: (N,) integers from 0 to C - 1, or None.

        Returns:
            Without y: scores, (N, C) float64.
            With y: the pair (loss, grads). loss: float, mean softmax loss plus regularisation.
            grads: dict with the keys of params and arrays of the same shapes.
        """
        # Write your solution here.
        raise NotImplementedError("FullyConnectedNet.loss is not written yet.")


# %% [markdown]
# ## 7. Is the gradient right?
#
# A wrong gradient often still lowers the loss, only less. So never trust one that has not been compared with
# differences of the forward.
#
# ### 7.1 Relative error
#
# How far apart are two numbers? $10^{-4}$ is nothing next to $100$ and everything next to $10^{-4}$, so
# compare relative to their size, and take the worst entry:
#
# $$\max_i \frac{|x_i - y_i|}{\max(10^{-8},\; |x_i| + |y_i|)}.$$
#
# Worked numbers: $1$ and $3$ have the relative error $2/4 = 0.5$. For a correct gradient in float64 expect
# less than $10^{-6}$.
#
# *What usually goes wrong.* What is the relative error of $0$ and $0$?


# %%
def rel_error(x, y):
    """Return the largest relative error of two arrays.

    Args:
        x, y: float64 arrays of one shape (or numbers).

    Returns:
        error: float, the maximum over all entries of the absolute difference, divided by the sum of the
        absolute values or by 1e-8 where that sum is smaller.
    """
    # Write your solution here.
    raise NotImplementedError("rel_error is not written yet.")


# %% [markdown]
# ### 7.2 Numerical gradients
#
# Move one entry by a small $h$ both ways and see how the value changes:
#
# $$\frac{\partial f}{\partial x_i} \approx \frac{f(x + h e_i) - f(x - h e_i)}{2h}.$$
#
# The error of this central difference falls like $h^2$; that of the one-sided difference only like $h$.
# Smaller is not always better: with $h = 10^{-15}$ nothing but rounding is left. Worked number:
# for $f(x) = x^3$ at $x = 2$ with $h = 0.1$ the central difference is $12.01$ (exact: $12$), the one-sided
# one $12.61$.
#
# When $f$ returns an array, its gradient is taken of $\sum_k f_k(x)\,g_k$, where $g$ (`df`) is the gradient
# arriving from above: that is the number a backward must agree with.
#
# *What usually goes wrong.* What does the second entry see if the first was not put back? Might what $f$
# returns be a view that changes together with $x$? How far apart are the two points?


# %%
def eval_numerical_gradient(f, x, h=1e-5):
    """Estimate the gradient of a scalar function by central differences.

    Args:
        f: function of an array of the shape of x; returns a number.
        x: float64 array of any shape, the point. Its entries may be changed while working; after the call
            they are what they were before.
        h: distance moved each way.

    Returns:
        grad: float64, shape of x.
    """
    # Write your solution here.
    raise NotImplementedError("eval_numerical_gradient is not written yet.")


# %%
def eval_numerical_gradient_array(f, x, df, h=1e-5):
    """Estimate the gradient of the sum of f(x) times df, entry by entry, by central differences.

    Args:
        f: function of an array of the shape of x; returns an array.
        x: float64 array of any shape, the point. Its entries may be changed while working; after the call
            they are what they were before.
        df: float64, shape of what f returns: the gradient arriving from above.
        h: distance moved each way.

    Returns:
        grad: float64, shape of x.
    """
    # Write your solution here.
    raise NotImplementedError("eval_numerical_gradient_array is not written yet.")


# %%
# Given: your tools on your own softmax loss; expect a number below 1e-6.


def check_softmax_gradient():
    """Return the relative error of the gradient of softmax_loss on random scores."""
    rng = np.random.default_rng(0)
    scores, labels = rng.normal(size=(4, 3)), np.array([2, 0, 1, 1])
    numerical = eval_numerical_gradient(lambda moved: softmax_loss(moved, labels)[0], scores)
    return rel_error(softmax_loss(scores, labels)[1], numerical)


if __name__ == "__main__":
    try_it(lambda: eval_numerical_gradient(lambda x: x[0] ** 3, np.array([2.0]), h=0.1))
    try_it(check_softmax_gradient)

# %% [markdown]
# ## 8. Training
#
# ### 8.1 Labels and accuracy
#
# A one-hot row is a label written as a probability distribution that is certain: label $2$ of $4$ classes is
# $(0, 0, 1, 0)$. The prediction of a network is the class with the largest score, and its accuracy the share
# of samples for which that is the label.
#
# *What usually goes wrong.* Is the first class $0$ or $1$? Over which axis is the largest score taken?


# %%
def one_hot(y, num_classes):
    """Return labels as rows with a single one.

    Args:
        y: (N,) integers from 0 to num_classes - 1.
        num_classes: number of classes, C.

    Returns:
        encoded: (N, C) float64, a one in the column of the label and zeros elsewhere.
    """
    # Write your solution here.
    raise NotImplementedError("one_hot is not written yet.")


# %%
def accuracy(scores, y):
    """Return the share of samples whose largest score is that of the correct class.

    Args:
        scores: (N, C) float64.
        y: (N,) integers from 0 to C - 1.

    Returns:
        accuracy: float from 0 to 1.
    """
    # Write your solution here.
    raise NotImplementedError("accuracy is not written yet.")


# %% [markdown]
# ### 8.2 Minibatches
#
# One *epoch* shows the network every sample once, in a new random order, a few at a time. Write a generator
# (a function with `yield`) that deals out the batches of one epoch. Ten samples in batches of four make
# batches of $4$, $4$ and $2$: the last one is shorter, and it counts.
#
# *What usually goes wrong.* After shuffling, does every sample still have its own label? Do the last samples
# ever get their turn?


# %%
def iterate_minibatches(X, y, batch_size, rng):
    """Yield the samples in random order, each exactly once, in batches.

    Args:
        X: (N, ...) array of samples.
        y: (N,) array of labels.
        batch_size: number of samples of a batch; the last batch is shorter when N does not divide by it.
        rng: numpy.random.Generator, the only source of randomness.

    Yields:
        Pairs (X_batch, y_batch) of arrays with up to batch_size rows; row i of one belongs to row i of the
        other. X and y are left unchanged.
    """
    # Write your solution here.
    raise NotImplementedError("iterate_minibatches is not written yet.")


# %% [markdown]
# ### 8.3 Stochastic gradient descent
#
# For each batch: ask the model for its loss and gradients, then move every parameter against its gradient,
#
# $$\theta \leftarrow \theta - \alpha\,\frac{\partial L}{\partial \theta}.$$
#
# That is all. Everything else in deep learning makes this loop faster or its result better.
#
# *What usually goes wrong.* Is the order of the samples new in every epoch? Do the new values arrive in
# `model.params`, or only in a local variable?


# %%
def train(model, X, y, num_epochs, batch_size, learning_rate, rng):
    """Train a model by plain minibatch gradient descent.

    The parameters in model.params are changed; nothing else is.

    Args:
        model: has params, a dict of float64 arrays, and loss(X, y), which returns the pair (loss, grads).
        X: (N, ...) float64, samples.
        y: (N,) integers, labels.
        num_epochs: how many times every sample is used.
        batch_size: number of samples of a step.
        learning_rate: float.
        rng: numpy.random.Generator, the only source of randomness; orders the batches.

    Returns:
        losses: list of float, the loss of each batch before its step; num_epochs times the number of batches.
    """
    # Write your solution here.
    raise NotImplementedError("train is not written yet.")


# %% [markdown]
# ### 8.4 Your network reads digits
#
# The file `data/digits.npz` holds 1,257 training and 180 validation images of $8 \times 8$ pixels,
# `data/mnist5k.npz` 3,500 and 500 of $28 \times 28$. Pixels are stored as integers; as input of a network
# they are divided by the largest possible value ($16$ or $255$), so they lie between $0$ and $1$ as float64.
#
# The network below should get about 95 % of the validation digits right, in less than a second. Change its
# size, its learning rate, its batch size, and watch: when does it stop learning, and when does it explode?

# %%
# Given: read one of the data files, and train on it.


def load_images(path):
    """Read one of the data files.

    Args:
        path: of digits.npz or mnist5k.npz.

    Returns:
        X_train (N, D) float64 from 0 to 1, y_train (N,) int64, X_val, y_val.
    """
    with np.load(path) as arrays:
        pixel_max = float(arrays["pixel_max"])
        X_train = arrays["X_train"].astype(np.float64) / pixel_max
        X_val = arrays["X_val"].astype(np.float64) / pixel_max
        return X_train, arrays["y_train"], X_val, arrays["y_val"]


def learn_digits(path):
    """Train a network on the digits and return its accuracy on the validation images."""
    X_train, y_train, X_val, y_val = load_images(path)
    rng = np.random.default_rng(0)
    net = FullyConnectedNet([64, 32], X_train.shape[1], 10, weight_scale=0.15, rng=rng)
    train(net, X_train, y_train, num_epochs=40, batch_size=16, learning_rate=0.05, rng=rng)
    return accuracy(net.loss(X_val), y_val)


if __name__ == "__main__" and Path("data/digits.npz").exists():
    try_it(lambda: learn_digits("data/digits.npz"))
