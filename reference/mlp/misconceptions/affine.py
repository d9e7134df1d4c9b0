"""Wrong solutions of the affine layer: the reference with one edit each, a name and a hint."""

from grader.misconceptions import Misconception

MISCONCEPTIONS = (
    Misconception(
        name="affine-bias-omitted",
        part="affine_forward",
        edits=(("rows @ w + b", "rows @ w"),),
        hint="The output does not depend on one of the three inputs. Which one?",
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
)
