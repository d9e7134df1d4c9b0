"""Hidden checks of the experiment: a student's recipe trains a deep and narrow network.

A recipe is plain data. It is carried out here, by the reference's network, optimisers and solver, so that the budget
of steps is kept whatever the student's code does, and a mistake elsewhere is not charged again. The seeds are fixed
and what a recipe reaches is remembered: the same recipe gets the same points, and costs its time once a session.

Measured, accuracy on held-out digits for seeds 0 to 2 (rates: "cosine" with 40 steps of warm-up up to the number):

  He, batchnorm, momentum, cosine 0.05 (reference)  .944 .942 .944   He, layernorm, rmsprop 0.002        .911 .856 .831
  He, batchnorm, momentum 0.05                      .900 .836 .817   He, layernorm, rmsprop, cosine .003 .842 .842 .872
  He, batchnorm, sgd, cosine 0.5                    .964 .958 .911   He, layernorm, adam, cosine 0.01    .858 .906 .906
  He, batchnorm, adam, cosine 0.01                  .936 .922 .922   He, momentum 0.01                   .883 .922 .900
  He, adam 0.003                                    .922 .903 .900   He, momentum, cosine 0.05, clip 1   .931 .917 .883
  He, adam, cosine 0.01                             .939 .928 .928   He, nesterov, cosine 0.03, clip 1   .867 .844 .850
  He, adam, one cycle 0.01                          .939 .956 .928   He, adamw, cosine 0.01              .922 .919 .900
  weights 0.3, adam, cosine 0.005, clip 1           .883 .892 .861   weights 0.01, batchnorm, adam       .894 .906 .903

  He, sgd 0.03                                      .756 .817 .800   He, sgd 0.1                         .533 .678 .711
  weights 0.01, sgd 0.1 (naive)                     .103 .100 .103   weights 0.01, adam 0.001            .100 .103 .100
  weights 0.1, sgd 0.1                              .103 .100 .103   weights 0.01, sgd 1                 .097 .097 .103

One training takes the reference 0.15 to 0.6 s of CPU, 0.43 s by its own recipe.
"""

import json
from typing import NamedTuple

import numpy as np
import pytest

from grader.checking import assert_true, fail, training
from grader.checking.examination import Course, examine, relu_layers
from grader.checking.properties import assert_array, assert_numbers
from grader.checking.training import Goal, Lesson
from grader.errors import StudentRaised

STEPS, BATCH, EPOCHS = 400, 64, 20  # an epoch of the 1,257 digits has 20 batches
LAYERS = [20] * 12
SEEDS = (0, 1, 2)
GOAL = Goal("accuracy on held-out digits", 0.80, 0.30)
RULES = ("sgd", "sgd_momentum", "rmsprop", "adam", "nesterov", "adagrad", "adamw")
NORMALIZATIONS = (None, "batchnorm", "layernorm")
ENTRIES = ("weight_scale", "normalization", "update_rule", "optim_config", "learning_rates", "max_norm")


class Recipe(NamedTuple):
    """A student's recipe, seen to be plain data of the right kinds."""

    weight_scale: float | None
    normalization: str | None
    update_rule: str
    optim_config: dict[str, float]
    learning_rates: tuple[float, ...]
    max_norm: float | None


def recipe_of(student, num_steps):
    """Return a student's recipe, every entry of it looked at."""
    got = student.deep_recipe(num_steps)
    if not isinstance(got, dict):
        raise fail("deep_recipe does not return a dict.", name="wrong-type", hint="Return a dict with six entries.")
    missing = [repr(name) for name in ENTRIES if name not in got]
    assert_true(not missing, f"The recipe has no entry {', '.join(missing)}.", hint="The docstring names six entries.")
    rates = assert_numbers("learning_rates", got["learning_rates"], num_steps, hint="There is one rate for each step.")
    assert_true(np.isfinite(rates).all(), "Some of the learning rates are not finite.")
    assert_true(one_of(got["normalization"], NORMALIZATIONS), "The normalization of the recipe is unknown.")
    assert_true(one_of(got["update_rule"], RULES), "The update_rule of the recipe is none of section 1.")
    return Recipe(
        weight_scale=positive("weight_scale", got["weight_scale"]),
        normalization=got["normalization"],
        update_rule=got["update_rule"],
        optim_config=settings_of(got["optim_config"]),
        learning_rates=tuple(map(float, rates)),
        max_norm=positive("max_norm", got["max_norm"]),
    )


def one_of(value, known):
    """Tell whether a value, which may be anything, is None or one of some words."""
    return (value is None or type(value) is str) and value in known


def positive(name, value):
    """Return an entry of the recipe that is None or a number above 0."""
    if value is None:
        return None
    number = float(assert_array(name, value, ()))
    assert_true(number > 0.0, f"{name} is not above 0.")
    return number


def settings_of(config):
    """Return optim_config, seen to hold numbers alone."""
    if not isinstance(config, dict):
        raise fail("optim_config is no dict.", name="wrong-type", hint="An empty dict takes the defaults.")
    return {str(name): float(assert_array(f"optim_config[{name!r}]", value, ())) for name, value in config.items()}


# What it does


@pytest.fixture(scope="session")
def known_lessons():
    """What each recipe reached by seed: it is carried out once a session."""
    return {}


def carry_out(reference, recipe, seed, data):
    """Train the deep and narrow network by a recipe; the budget is 400 steps."""
    rng = np.random.default_rng(seed)
    train, test = data("digits.npz"), data("digits_test.npz")
    known = {name: train[name] / 16.0 for name in ("X_train", "X_val")}
    known |= {name: train[name] for name in ("y_train", "y_val")}
    try:
        net = reference.FullyConnectedNet(
            LAYERS, 64, 10, normalization=recipe.normalization, weight_scale=recipe.weight_scale, rng=rng
        )
        before = training.parameters_of(net, {name: value.shape for name, value in net.params.items()})
        solver = reference.Solver(
            net,
            known,
            update_rule=recipe.update_rule,
            optim_config=recipe.optim_config,
            lr_schedule=lambda step: recipe.learning_rates[step],
            max_norm=recipe.max_norm,
            batch_size=BATCH,
            num_epochs=EPOCHS,
            rng=rng,
        )
        losses = solver.train()
        scores = net.loss(test["X_test"] / 16.0)
    except StudentRaised:
        # Settings out of their range, such as a decay of 1, where Adam divides by zero.
        raise fail("The recipe cannot be carried out with these settings.", name="recipe-fails") from None
    answers = np.argmax(scores, axis=1)
    return Lesson(
        np.array(losses), float(np.mean(answers == test["y_test"])), before=before, after=net.params, answers=answers
    )


@pytest.mark.check("deep_recipe", points=9)
def test_recipe_trains(student, reference, data, show, known_lessons):
    """With your recipe twelve narrow layers learn to read digits within 400 steps."""
    recipe = recipe_of(student, STEPS)
    key = json.dumps(recipe)
    lessons = known_lessons.setdefault(key, [])
    # Where the first seed does not reach the goal, the median of three counts.
    while not lessons or (lessons[0].reached < GOAL.full and len(lessons) < len(SEEDS)):
        lessons.append(carry_out(reference, recipe, SEEDS[len(lessons)], data))
    lesson = sorted(lessons, key=lambda lesson: lesson.reached)[len(lessons) // 2]
    counts = training.counts_of(lesson.answers, data("digits_test.npz")["y_test"], 10)
    show(training.confusion("held-out digits", counts, np.arange(10)))
    show(training.pictures("weights of the first layer", lesson.after["W1"].T.reshape(-1, 8, 8)))
    course = course_of(reference, recipe, data("digits.npz"))
    training.judge(lesson, GOAL, show, guessing=course.guessing, findings=lambda lesson: examine(lesson, course))


def course_of(reference, recipe, known):
    """Return what the training doctor is to know."""
    return Course(
        network=lambda: reference.FullyConnectedNet(LAYERS, 64, 10, normalization=recipe.normalization),
        samples=(known["X_train"] / 16.0, known["y_train"]),
        guessing=float(np.log(10.0)),
        epochs=EPOCHS,
        batch_size=BATCH,
        hidden=lambda params, samples: relu_layers(params, samples[0], recipe.normalization),
    )
