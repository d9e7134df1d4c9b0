"""Correct solutions in other styles earn full points: rates, sanity checks, looking inside, the loop, the recipe."""

from __future__ import annotations

import pytest

from grader.model import Grade
from tests.reference import styles
from tests.reference.harness import check_of, evidence_of, grade_sources, part_of, what_was_lost, with_parts_replaced

PARTS = {
    *("lr_range_test", "suggest_lr", "check_initial_loss", "overfit_tiny_batch"),
    *("grad_norms", "update_ratio", "dead_relu_fraction", "activation_stats"),
    *("Solver", "deep_recipe"),
}

# Recipes that train the deep and narrow network: scale of the weights, normalization, rule, rates, max_norm.
RIGHT_RECIPES = {
    "He and Adam": ("None", "None", "adam", "[3e-3] * num_steps", "None"),
    "batch normalisation and momentum": ("None", "'batchnorm'", "sgd_momentum", "[5e-2] * num_steps", "None"),
    "batch normalisation and plain descent": ("None", "'batchnorm'", "sgd", "COSINE(0.5)", "None"),
    "small weights, batch normalisation and Adam": ("1e-2", "'batchnorm'", "adam", "COSINE(1e-2)", "None"),
    "layer normalisation and RMSProp": ("None", "'layernorm'", "rmsprop", "[2e-3] * num_steps", "None"),
    "layer normalisation and Adam": ("None", "'layernorm'", "adam", "COSINE(1e-2)", "None"),
    "momentum with clipping": ("None", "None", "sgd_momentum", "COSINE(5e-2)", "1.0"),
}
# Recipes that do not: they earn nothing.
WRONG_RECIPES = {
    "naive": ("1e-2", "None", "sgd", "[0.1] * num_steps", "None"),
    "naive with a large rate": ("1e-2", "None", "sgd", "[1.0] * num_steps", "None"),
    "naive with larger weights": ("0.1", "None", "sgd", "[0.1] * num_steps", "None"),
    "weights that explode": ("5.0", "None", "sgd", "[0.1] * num_steps", "None"),
    "a rate that explodes": ("None", "None", "adam", "[10.0] * num_steps", "None"),
    "a setting that divides by zero": ("None", "None", "adam", "[1e-3] * num_steps", "None"),
}
SETTINGS = {"a setting that divides by zero": "{'beta1': 1.0}"}


def recipe_source(name: str, recipe: tuple[str, ...]) -> str:
    weight_scale, normalization, rule, rates, max_norm = recipe
    cosine = "COSINE = lambda rate: [cosine_with_warmup(s, num_steps, rate, num_steps // 10) for s in range(num_steps)]"
    return (
        f"def deep_recipe(num_steps):\n    {cosine}\n"
        f"    return dict(weight_scale={weight_scale}, normalization={normalization}, update_rule={rule!r},\n"
        f"        optim_config={SETTINGS.get(name, '{}')}, learning_rates={rates}, max_norm={max_norm})\n"
    )


TRAINS = "checks/test_experiment.py::test_recipe_trains"
STYLES = styles.read("training", "loop", PARTS)


@pytest.fixture(scope="module")
def grades() -> dict[str, Grade]:
    recipes = {
        name: with_parts_replaced(STYLES.assignment, recipe_source(name, recipe))
        for name, recipe in (RIGHT_RECIPES | WRONG_RECIPES).items()
    }
    others = styles.other_parts(STYLES)
    graded = grade_sources(STYLES.assignment, styles.whole_sources(STYLES), without=others)
    return graded | grade_sources(STYLES.assignment, recipes, without=others | PARTS - {"deep_recipe"})


test_another_correct_style_earns_full_points = styles.earns_full_points(STYLES)
test_each_part_is_written_in_two_styles_or_more = styles.is_written_twice(STYLES)


@pytest.mark.parametrize("name", RIGHT_RECIPES)
def test_another_recipe_that_trains_earns_full_points(grades: dict[str, Grade], name: str) -> None:
    assert list(what_was_lost(grades[name], {"deep_recipe"})) == []


@pytest.mark.parametrize("name", WRONG_RECIPES)
def test_a_recipe_that_does_not_train_earns_nothing_for_it(grades: dict[str, Grade], name: str) -> None:
    trained = check_of(grades[name], TRAINS)
    assert (trained.earned, trained.status, grades[name].held) == (0.0, "failed", False)


def test_the_naive_recipe_earns_no_point_at_all(grades: dict[str, Grade]) -> None:
    assert part_of(grades["naive"], "deep_recipe").earned == 0.0


def test_the_loss_of_a_recipe_and_its_accuracy_are_shown(grades: dict[str, Grade]) -> None:
    evidence = evidence_of(grades["He and Adam"], TRAINS)
    assert [curve.name for curve in evidence.curves] == ["loss"]
    assert [measure.name for measure in evidence.measures] == ["accuracy on held-out digits"]
