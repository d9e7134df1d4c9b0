"""The functions of the assignment cnn, by JAX's own convolutions and windows."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

from tests.oracle.formulas.common import affine, l2, softmax_loss
from tests.oracle.formulas.compilation import compiled

IMAGES = ("NCHW", "OIHW", "NCHW")


def conv_out_size(n: int, f: int, s: int, p: int) -> Any:
    image, kernel = jax.ShapeDtypeStruct((1, 1, n), np.float64), jax.ShapeDtypeStruct((1, 1, f), np.float64)
    return jax.eval_shape(lambda x, w: lax.conv_general_dilated(x, w, (s,), [(p, p)]), image, kernel).shape[2]


def same_padding(n: int, f: int, s: int) -> Any:
    return lax.padtype_to_pads((n,), (f,), (s,), "SAME")[0]


def conv(x: Any, w: Any, b: Any, conv_param: dict[str, int]) -> Any:
    stride, pad = conv_param["stride"], conv_param["pad"]
    filtered = lax.conv_general_dilated(x, w, (stride, stride), [(pad, pad)] * 2, dimension_numbers=IMAGES)
    return filtered + b[:, None, None]


def im2col(x: Any, HH: int, WW: int, stride: int, pad: int) -> Any:
    found = lax.conv_general_dilated_patches(
        x, (HH, WW), (stride, stride), [(pad, pad)] * 2, dimension_numbers=IMAGES, precision=lax.Precision.HIGHEST
    )
    return jnp.moveaxis(found, 1, -1).reshape(-1, found.shape[1])


def max_pool(x: Any, pool_param: dict[str, int]) -> Any:
    return lax.reduce_window(x, -np.inf, lax.max, *geometry(pool_param), "VALID")


def avg_pool(x: Any, pool_param: dict[str, int]) -> Any:
    size, strides = geometry(pool_param)
    return lax.reduce_window(x, 0.0, lax.add, size, strides, "VALID") / float(np.prod(size))


def geometry(pool_param: dict[str, int]) -> tuple[tuple[int, ...], tuple[int, ...]]:
    stride = pool_param["stride"]
    return (1, 1, pool_param["pool_height"], pool_param["pool_width"]), (1, 1, stride, stride)


def global_avg_pool(x: Any) -> Any:
    return jnp.mean(x, axis=(2, 3))


def flatten(x: Any) -> Any:
    return lax.collapse(x, 1)


def along_channels(numbers: Any) -> Any:
    return jnp.reshape(numbers, (1, -1, 1, 1))


def spatial_batchnorm(x: Any, gamma: Any, beta: Any, bn_param: dict[str, Any]) -> Any:
    axes = (0, 2, 3)
    normalised = jax.nn.standardize(x, axis=axes, epsilon=bn_param.get("eps", 1e-5))
    share = 1.0 - bn_param.get("momentum", 0.9)
    mean, var = bn_param.get("running_mean", 0.0), bn_param.get("running_var", 0.0)
    out = along_channels(gamma) * normalised + along_channels(beta)
    return out, mean + share * (jnp.mean(x, axis=axes) - mean), var + share * (jnp.var(x, axis=axes) - var)


def spatial_batchnorm_in_use(x: Any, gamma: Any, beta: Any, bn_param: dict[str, Any]) -> Any:
    """Return the normalised x, and the running statistics as they were."""
    mean, var = bn_param["running_mean"], bn_param["running_var"]
    scale = gamma * (var + bn_param.get("eps", 1e-5)) ** -0.5
    return along_channels(scale) * (x - along_channels(mean)) + along_channels(beta), mean, var


def spatial_groupnorm(x: Any, gamma: Any, beta: Any, G: int, gn_param: dict[str, float]) -> Any:
    """Normalise one group after the other."""
    groups = jnp.split(x, G, axis=1)
    eps = gn_param.get("eps", 1e-5)
    return gamma * jnp.concatenate([jax.nn.standardize(x, (1, 2, 3), epsilon=eps) for x in groups], axis=1) + beta


def found_by_filters(params: dict[str, Any], X: Any) -> Any:
    filtered = lax.conv_general_dilated(X, params["W1"], (1, 1), "SAME", dimension_numbers=IMAGES)
    return jax.nn.relu(filtered + along_channels(params["b1"]))


def convnet_scores(params: dict[str, Any], X: Any, **others: object) -> Any:
    pooled = max_pool(found_by_filters(params, X), {"pool_height": 2, "pool_width": 2, "stride": 2})
    hidden = jax.nn.relu(affine(pooled, params["W2"], params["b2"]))
    return affine(hidden, params["W3"], params["b3"])


def convnet(params: dict[str, Any], X: Any, y: Any, reg: float) -> Any:
    scores = convnet_scores(params, X)
    return softmax_loss(scores, y) + l2(params, reg), scores


def feature_maps(params: dict[str, Any], X: Any, **others: object) -> Any:
    return compiled(found_by_filters)(params, X)


def saliency_map(params: dict[str, Any], X: Any, y: Any, **others: object) -> Any:
    def score(image: Any, label: Any) -> Any:
        return convnet_scores(params, image[None])[0, label]

    return jnp.linalg.norm(compiled(jax.vmap(jax.grad(score)))(X, y), ord=jnp.inf, axis=1)


def maximise_activation(
    params: dict[str, Any], start: Any, label: int, num_steps: int, learning_rate: float, **others: object
) -> Any:
    gradient = compiled(jax.grad(lambda image: convnet_scores(params, image[None])[0, label]))
    image = start
    for _ in range(num_steps):
        uphill = np.asarray(gradient(image))
        image = image + learning_rate * uphill / np.linalg.norm(uphill)
    return image
