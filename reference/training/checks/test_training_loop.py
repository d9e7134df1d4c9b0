"""Public checks of rates, sanity, the loop and the recipe: run them with ``pytest`` or ``grader check training.py``."""

from types import SimpleNamespace

import numpy as np
import pytest

from grader.checking import assert_at_least, assert_close, assert_equal, assert_true, unpack
from grader.checking.properties import assert_array, assert_arrays, assert_numbers

EVALUATE = SimpleNamespace(name="evaluate(X, y)", returns=("loss", "accuracy"))

# Finding a learning rate


def parabola(params, X, y):
    """Return the loss 0.5 * w ** 2 and its gradient: a step with rate r leads from w to w * (1 - r)."""
    w = assert_array("params['w']", params["w"], (1,))
    return float(0.5 * w[0] ** 2), {"w": w}


def next_batch():
    return np.zeros((1, 1)), np.zeros(1)


@pytest.mark.check("lr_range_test", points=1)
def test_range_test_on_known_numbers(student):
    """On a parabola the range test gives the numbers worked out by hand."""
    results = student.lr_range_test(parabola, {"w": np.array([2.0])}, next_batch, 0.01, 1.0, 3)
    lrs, losses = unpack(student.lr_range_test, results)
    assert_close("lrs", lrs, [0.01, 0.1, 1.0])
    # w is 2, then 2 * 0.99, then that times 0.9.
    assert_close("losses", losses, [2.0, 1.9602, 1.587762])


@pytest.mark.check("lr_range_test", points=1)
def test_range_test_ends_at_an_explosion(student):
    """On a parabola rates above 2 make the loss explode, and the test ends."""
    results = student.lr_range_test(parabola, {"w": np.array([2.0])}, next_batch, 0.5, 50.0, 3)
    lrs, losses = unpack(student.lr_range_test, results)
    # 2, then 1, then -4: the last loss, 8, is sixteen times as large as the smallest, 0.5.
    assert_close("lrs", lrs, [0.5, 5.0])
    assert_close("losses", losses, [2.0, 0.5])


@pytest.mark.check("suggest_lr", points=1)
def test_suggestion_on_known_numbers(student):
    """The rate that is suggested is the one worked out in the text, or its neighbour."""
    lrs, losses = 10.0 ** np.arange(-5, 1), np.array([3.0, 2.9, 2.0, 1.4, 1.3, 5.0])
    lr = float(assert_array("lr", student.suggest_lr(lrs, losses), ()))
    assert_true(0.99e-4 < lr < 1.01e-2, "lr is not where the loss falls fastest.", detail=f"lr is {lr}.")


# Sanity checks


def constant_loss(value, penalty):
    def loss_fn(params, X, y, reg):
        return value + float(assert_array("reg", reg, ())) * penalty, {}

    return loss_fn


@pytest.mark.check("check_initial_loss", points=1)
@pytest.mark.parametrize(
    ("kind", "guessing"), [("softmax", 1.6094379124), ("svm", 4.0), ("binary", 0.69314718056)], ids=str
)
def test_initial_loss_on_known_numbers(student, kind, guessing):
    """The loss of guessing passes, one that is a tenth higher does not, nor does one without a penalty."""
    X, y = np.zeros((2, 3)), np.array([0, 1])
    for value, penalty, right in ((guessing, 0.1, True), (1.1 * guessing, 0.1, False), (guessing, 0.0, False)):
        results = student.check_initial_loss(constant_loss(value, penalty), {}, X, y, 5, kind)
        passed, loss, expected = unpack(student.check_initial_loss, results)
        assert_close("loss", loss, value)
        assert_close("expected", expected, guessing)
        assert_equal("passed", passed, right)


@pytest.mark.check("overfit_tiny_batch", points=1)
@pytest.mark.parametrize("learns", [pytest.param(True, id="learns"), pytest.param(False, id="learns nothing")])
def test_overfitting_on_known_numbers(student, rng, learns):
    """A network that learns the samples by heart passes, one that does not learn at all fails."""
    X, y = np.eye(4), np.array([0, 1, 1, 0])

    def loss_fn(params, X, y):
        # The gradient of the scores: their distance from +1 and -1.
        wrong = X @ assert_array("params['w']", params["w"], (4,)) - (2.0 * y - 1.0)
        return float(0.5 * np.sum(wrong**2)), {"w": X.T @ wrong if learns else np.zeros(4)}

    def scores_fn(params, X):
        score = X @ assert_array("params['w']", params["w"], (4,))
        return np.stack([-score, score], axis=1)

    params = {"w": np.array([0.5, 0.5, -0.5, -0.5])}
    results = student.overfit_tiny_batch(loss_fn, scores_fn, params, X, y, rng, 4, 6, 0.5)
    passed, accuracy, losses = unpack(student.overfit_tiny_batch, results)
    # The distance from the right scores is halved in each step; at the start two scores have the wrong sign.
    losses = assert_numbers("losses", losses, 6)
    assert_close("losses", losses, 2.5 * (0.25 if learns else 1.0) ** np.arange(6))
    assert_close("accuracy", accuracy, 1.0 if learns else 0.5)
    assert_equal("passed", passed, learns)


# Looking inside


@pytest.mark.check("grad_norms", points=0.5)
def test_norms_on_known_numbers(student):
    """The norms are those worked out in the text."""
    norms = student.grad_norms({"W1": np.array([[1.0, 2.0], [2.0, 4.0]]), "b1": np.array([-3.0])})
    norms = assert_arrays("norms", norms, {"W1": (), "b1": ()})
    assert_close("norms['W1']", norms["W1"], 5.0)
    assert_close("norms['b1']", norms["b1"], 3.0)


@pytest.mark.check("update_ratio", points=0.5)
def test_ratio_on_known_numbers(student):
    """The ratio is the one worked out in the text."""
    ratios = student.update_ratio({"W1": np.array([3.0, 4.0])}, {"W1": np.array([0.0, -0.01])})
    assert_close("ratios['W1']", assert_arrays("ratios", ratios, {"W1": ()})["W1"], 0.002)


@pytest.mark.check("dead_relu_fraction", points=0.5)
def test_dead_units_on_known_numbers(student):
    """One unit of three is dead, as worked out in the text."""
    batches = [np.array([[0.0, 1.0, 0.0], [0.0, 0.0, 2.0]]), np.array([[0.0, 0.0, 3.0]])]
    assert_close("fraction", student.dead_relu_fraction(batches), 1.0 / 3.0)


@pytest.mark.check("activation_stats", points=0.5)
def test_statistics_on_known_numbers(student):
    """Mean, deviation and share of zeros are those worked out in the text."""
    result = student.activation_stats([np.array([[0.0, 2.0], [0.0, 6.0]]), np.full((2, 3), -1.0)])
    means, stds, zeros = unpack(student.activation_stats, result)
    assert_close("means", means, [2.0, -1.0])
    assert_close("stds", stds, [2.44948974278, 0.0])
    assert_close("zeros", zeros, [0.5, 0.0])


# The training loop


def two_clouds(rng, N):
    """Return points around (-2, -2) and (2, 2), with labels."""
    y = np.arange(N) % 2
    return 0.7 * rng.normal(size=(N, 2)) + 4.0 * y[:, None] - 2.0, y


def clouds(rng):
    (X_train, y_train), (X_val, y_val) = two_clouds(rng, 40), two_clouds(rng, 20)
    return {"X_train": X_train, "y_train": y_train, "X_val": X_val, "y_val": y_val}


@pytest.mark.check("Solver", points=1)
def test_solver_learns(student, rng):
    """The solver teaches a small network to tell two clouds of points apart."""
    data = clouds(rng)
    net = student.FullyConnectedNet([8], 2, 2, weight_scale=0.1, rng=rng)
    solver = student.Solver(net, data, optim_config={"learning_rate": 0.2}, batch_size=8, num_epochs=15, rng=rng)
    solver.train()
    losses = assert_numbers("loss_history", solver.loss_history, 75, hint="One loss for each step of each epoch.")
    assert_true(losses[-5:].mean() < 0.8 * losses[:5].mean(), "The loss does not fall.")
    _, accuracy = unpack(EVALUATE, solver.evaluate(data["X_val"], data["y_val"]))
    reached = float(assert_array("accuracy", accuracy, ()))
    assert_at_least("accuracy on the validation points", reached, full=0.9, none=0.6)


@pytest.mark.check("Solver", points=1)
def test_solver_keeps_the_best(student, rng):
    """With a learning rate that turns against you, training ends early, with the parameters of the best epoch."""
    data = clouds(rng)
    net = student.FullyConnectedNet([8], 2, 2, rng=rng)
    solver = student.Solver(
        net,
        data,
        # Three epochs down, then up.
        lr_schedule=lambda step: 0.1 if step < 3 else -0.1,
        batch_size=40,
        num_epochs=10,
        patience=2,
        rng=rng,
    )
    solver.train()
    losses = assert_numbers("val_loss_history", solver.val_loss_history)
    assert_equal("the number of epochs", len(losses), 5)
    assert_equal("the best epoch", int(np.argmin(losses)), 2)
    loss, _ = unpack(EVALUATE, solver.evaluate(data["X_val"], data["y_val"]))
    assert_close("the validation loss of the model after training", loss, losses[2])


# The experiment


def signal_after_twelve_layers(weight_scale, normalization, rng):
    """Return the deviation of a signal after twelve hidden layers of twenty units, at the start of training."""
    signal = rng.normal(size=(64, 64))
    for _ in range(12):
        scale = np.sqrt(2.0 / signal.shape[1]) if weight_scale is None else weight_scale
        signal = signal @ (scale * rng.normal(size=(signal.shape[1], 20)))
        if normalization is not None:
            axis = 0 if normalization == "batchnorm" else 1
            variance = signal.var(axis=axis, keepdims=True) + 1e-5
            signal = (signal - signal.mean(axis=axis, keepdims=True)) / np.sqrt(variance)
        signal = np.maximum(0.0, signal)
    return float(signal.std())


@pytest.mark.check("deep_recipe", points=1)
def test_recipe_lets_a_signal_through(student, rng):
    """The recipe has its six entries, a rate for each step, and a start that lets a signal through twelve layers."""
    recipe = student.deep_recipe(30)
    assert_true(isinstance(recipe, dict), "deep_recipe does not return a dict.")
    names = ("weight_scale", "normalization", "update_rule", "optim_config", "learning_rates", "max_norm")
    missing = ", ".join(repr(name) for name in names if name not in recipe)
    assert_true(not missing, f"The recipe has no entry {missing}.")
    hint = "There is one rate for each of the num_steps steps."
    assert_numbers("learning_rates", recipe["learning_rates"], 30, hint=hint)
    scale, normalization = recipe["weight_scale"], recipe["normalization"]
    if scale is not None:
        scale = float(assert_array("weight_scale", scale, ()))
    known = normalization is None or (type(normalization) is str and normalization in ("batchnorm", "layernorm"))
    assert_true(known, "The normalization is neither None nor 'batchnorm' nor 'layernorm'.")
    left = signal_after_twelve_layers(scale, normalization, rng)
    hint = "How large must the weights be so that a layer keeps the size of what it gets?"
    assert_true(1e-4 < left < 1e4, "After twelve layers nothing is left of a signal, or it has exploded.", hint=hint)
