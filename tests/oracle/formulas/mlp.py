"""The functions of the assignment mlp in JAX."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp

from tests.oracle.formulas.common import affine, l2, softmax_loss
from tests.oracle.formulas.compilation import compiled

SMALLEST_PROBABILITY = 1e-12


def sigmoid(x: Any) -> Any:
    return jax.nn.sigmoid(x)


def derivative_sigmoid(x: Any) -> Any:
    return compiled(jax.grad(lambda x: jnp.sum(jax.nn.sigmoid(x))))(x)


def tanh(x: Any) -> Any:
    return jnp.tanh(x)


def relu(x: Any) -> Any:
    return jax.nn.relu(x)


def leaky_relu(x: Any, slope: float) -> Any:
    return jax.nn.leaky_relu(x, negative_slope=slope)


def gelu(x: Any) -> Any:
    return jax.nn.gelu(x, approximate=False)


def affine_relu(x: Any, w: Any, b: Any) -> Any:
    return jax.nn.relu(affine(x, w, b))


def svm_loss(x: Any, y: Any) -> Any:
    """Return the mean over the samples of the hinges of all wrong classes (Weston and Watkins, 1999)."""
    correct = jnp.take_along_axis(x, y[:, None], axis=1)
    is_wrong = 1.0 - jax.nn.one_hot(y, x.shape[1])
    return jnp.sum(is_wrong * jax.nn.relu(x - correct + 1.0)) / x.shape[0]


def mse_loss(pred: Any, y: Any) -> Any:
    return jnp.mean(0.5 * jnp.linalg.norm(pred - y, axis=1) ** 2)


def bce_loss(p: Any, y: Any) -> Any:
    """Return the mean cross-entropy; the slope is that at the clipped probability, not that of clipping."""
    clipped = p + jax.lax.stop_gradient(jnp.clip(p, SMALLEST_PROBABILITY, 1.0 - SMALLEST_PROBABILITY) - p)
    return -jnp.mean(jnp.log(jnp.where(y == 1, clipped, 1.0 - clipped)))


def bce_with_logits(z: Any, y: Any) -> Any:
    """Return the mean of -ln s(z) where y is 1, and of -ln (1 - s(z)) = -ln s(-z) where it is 0."""
    return -jnp.mean(jax.nn.log_sigmoid(jnp.where(y == 1, z, -z)))


def softmax_classifier(W: Any, X: Any, y: Any, reg: float) -> Any:
    return softmax_loss(X @ W, y) + l2({"W": W}, reg)


def svm_classifier(W: Any, X: Any, y: Any, reg: float) -> Any:
    return svm_loss(X @ W, y) + l2({"W": W}, reg)


def logits_of_circles(X: Any, W_1: Any, W_2: Any) -> Any:
    """Return the logits of the network of sigmoids, the biases being the first rows of the weights."""
    hidden = jax.nn.sigmoid(X @ W_1[1:] + W_1[0])
    return hidden @ W_2[1:] + W_2[0]


def predict_proba(X: Any, W_1: Any, W_2: Any) -> Any:
    return jax.nn.sigmoid(compiled(logits_of_circles)(X, W_1, W_2))


def train_step(X: Any, y: Any, W_1: Any, W_2: Any, learning_rate: float) -> Any:
    def loss(weights: tuple[Any, Any]) -> Any:
        return bce_with_logits(logits_of_circles(X, *weights), y)

    value, (dW_1, dW_2) = compiled(jax.value_and_grad(loss))((W_1, W_2))
    return W_1 - learning_rate * dW_1, W_2 - learning_rate * dW_2, value


def fully_connected_net(params: dict[str, Any], X: Any, y: Any, reg: float) -> Any:
    num_layers = len(params) // 2
    signal = X
    for layer in range(1, num_layers):
        signal = jax.nn.relu(affine(signal, params[f"W{layer}"], params[f"b{layer}"]))
    scores = affine(signal, params[f"W{num_layers}"], params[f"b{num_layers}"])
    return softmax_loss(scores, y) + l2(params, reg), scores


two_layer_net = fully_connected_net

__all__ = ["affine", "softmax_loss"]  # of common, under the names of entries
