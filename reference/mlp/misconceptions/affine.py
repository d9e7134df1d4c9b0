"""Wrong solutions of the affine layer, alone and followed by ReLU: the reference with a small edit each."""

from grader.misconceptions import Misconception

MISCONCEPTIONS = (
    Misconception(
        name="affine-bias-omitted",
        part="affine_forward",
        edits=(("rows @ w + b", "rows @ w"),),
        hint="The output does not depend on one of the three inputs. Which one?",
    ),
    Misconception(
        name="affine-input-not-flattened",
        part="affine_forward",
        edits=(("rows = x.reshape(x.shape[0], -1)", "rows = x"),),
        hint="A sample may come as an image. Lay it out as a row of numbers before the product.",
        affects=("affine_backward",),
    ),
    Misconception(
        name="affine-input-flattened-transposed",
        part="affine_forward",
        edits=(("x.reshape(x.shape[0], -1)", "x.T.reshape(-1, x.shape[0]).T"),),
        hint="Right for rows of numbers only: in which order does flattening run through the axes of an image?",
    ),
    Misconception(
        name="affine-db-wrong-axis",
        part="affine_backward",
        edits=(("np.sum(dout, axis=0)", "np.sum(dout, axis=1)"),),
        hint="Each bias is added to one column of the output, in every row: over which axis do its effects add up?",
    ),
    Misconception(
        name="affine-db-not-summed",
        part="affine_backward",
        edits=(("np.sum(dout, axis=0)", "dout"),),
        hint="db has the shape of b. A bias is used once for every sample: what happens to its gradients?",
        seen="[1]",
    ),
    Misconception(
        name="shape-keepdims-only",
        part="affine_backward",
        edits=(("np.sum(dout, axis=0)", "np.sum(dout, axis=0, keepdims=True)"),),
        hint="The gradient has the shape of the array it belongs to. How many axes has b?",
        seen="[18]",
    ),
    Misconception(
        name="affine-db-averaged",
        part="affine_backward",
        edits=(("np.sum(dout, axis=0)", "np.mean(dout, axis=0)"),),
        hint="The mean over the batch is taken by the loss. Should this layer divide by N once more?",
    ),
    Misconception(
        name="affine-dw-transposed",
        part="affine_backward",
        edits=(("rows.T @ dout", "dout.T @ rows"),),
        hint="dw has the shape of w: features first, outputs second.",
    ),
    Misconception(
        name="affine-dw-divided-by-N",
        part="affine_backward",
        edits=(("rows.T @ dout", "rows.T @ dout / x.shape[0]"),),
        hint="The mean over the batch is taken by the loss. Should this layer divide by N once more?",
    ),
    Misconception(
        name="affine-dx-uses-w-not-wT",
        part="affine_backward",
        edits=(("dout @ w.T", "dout @ w"),),
        hint="The sum for dx runs over the outputs: which axis of w counts them?",
    ),
    Misconception(
        name="affine-dx-not-reshaped",
        also=("cache-holds-flattened-x",),
        part="affine_backward",
        edits=(("(dout @ w.T).reshape(x.shape)", "dout @ w.T"),),
        hint="If x came as images, which shape must its gradient have, and did the cache keep what restores it?",
        seen="[1]",
    ),
    Misconception(
        name="affine-gradients-in-wrong-order",
        part="affine_backward",
        edits=(("return dx, dw, db", "return dw, dx, db"),),
        hint="The gradients come in the order of the inputs of the forward.",
    ),
    Misconception(
        name="affine-cache-shared-between-calls",
        part="affine_backward",
        where="affine_forward",
        edits=(
            (
                "return weighted, (x, w, b)",
                'shared = affine_forward.__dict__.setdefault("shared", [None, None, None])\n'
                "    shared[:] = x, w, b\n"
                "    return weighted, shared",
            ),
        ),
        hint="A network calls affine_forward for every layer before it goes back. Whose inputs does the backward see?",
    ),
    # Followed by ReLU
    Misconception(
        name="affine-relu-activation-omitted",
        part="affine_relu_forward",
        edits=(("return activated,", "return weighted,"),),
        hint="Can an output of ReLU be negative?",
    ),
    Misconception(
        name="affine-relu-activation-first",
        part="affine_relu_forward",
        edits=(("return activated,", "return affine_forward(relu_forward(x)[0], w, b)[0],"),),
        hint="Which of the two layers sees x?",
    ),
    Misconception(
        name="backward-order-swapped",
        part="affine_relu_backward",
        edits=(
            ("dweighted = relu_backward(dout, relu_cache)", "dx, dw, db = affine_backward(dout, affine_cache)"),
            ("return affine_backward(dweighted, affine_cache)", "return relu_backward(dx, relu_cache), dw, db"),
        ),
        hint="The layer that came last on the way forward comes first on the way back.",
    ),
    Misconception(
        name="cache-unpacked-in-wrong-order",
        part="affine_relu_backward",
        edits=(("affine_cache, relu_cache = cache", "relu_cache, affine_cache = cache"),),
        hint="Compare the order in which the two caches are packed with the order in which they are unpacked.",
    ),
    Misconception(
        name="affine-relu-mask-omitted",
        part="affine_relu_backward",
        edits=(("return affine_backward(dweighted,", "return affine_backward(dout,"),),
        hint="Does the gradient pass through both layers on its way back?",
    ),
)
