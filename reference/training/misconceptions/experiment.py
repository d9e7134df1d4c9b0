"""Recipes that do not train the deep and narrow network: the reference's with a few settings changed."""

from grader.misconceptions import Misconception

RATES = "[cosine_with_warmup(step, num_steps, 5e-2, num_steps // 10) for step in range(num_steps)]"
SIGNAL = "Follow the signal through twelve layers (section 9): what is left of it when the weights start so small?"

MISCONCEPTIONS = (
    Misconception(
        name="recipe-naive",
        part="deep_recipe",
        edits=(
            ('"weight_scale": None', '"weight_scale": 1e-2'),
            ('"normalization": "batchnorm"', '"normalization": None'),
            ('"sgd_momentum"', '"sgd"'),
            ('{"momentum": 0.9}', "{}"),
            (RATES, "[0.1] * num_steps"),
        ),
        hint=SIGNAL,
    ),
    Misconception(
        name="recipe-better-rule-but-small-weights",
        part="deep_recipe",
        edits=(
            ('"weight_scale": None', '"weight_scale": 1e-2'),
            ('"normalization": "batchnorm"', '"normalization": None'),
            ('"sgd_momentum"', '"adam"'),
            ('{"momentum": 0.9}', "{}"),
            (RATES, "[1e-3] * num_steps"),
        ),
        hint="No update rule helps against gradients that are zero. " + SIGNAL,
    ),
    Misconception(
        name="recipe-rate-too-large",
        part="deep_recipe",
        edits=(('"normalization": "batchnorm"', '"normalization": None'), (RATES, "[3.0] * num_steps")),
        hint="What does the loss do in the first steps? What does the range test say?",
    ),
    Misconception(
        name="recipe-rate-too-small",
        part="deep_recipe",
        edits=((RATES, "[1e-5] * num_steps"),),
        hint="How large are the updates beside the parameters (section 9)?",
    ),
    Misconception(
        name="recipe-one-rate-not-a-list",
        part="deep_recipe",
        edits=((RATES, "5e-2"),),
        hint="How many learning rates does the recipe have, and how many steps are there?",
    ),
    Misconception(
        name="recipe-rates-for-a-fixed-budget",
        part="deep_recipe",
        edits=((RATES, RATES.replace("range(num_steps)", "range(400)").replace("num_steps, 5e-2", "400, 5e-2")),),
        hint="Who reads num_steps?",
    ),
)
