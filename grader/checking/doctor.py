"""The training doctor: read the trace of a training and say what went wrong, why it may be, and how to find out.

Each rule looks at one thing and has a level: of several rules that hold, those of the lowest level are told, because
what comes later is often only their consequence (units that die of a rate that is too high, a loss that stays where
guessing leaves it because nothing is updated). docs/training-doctor.md is the table of them.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from grader.checking import signs
from grader.checking.trace import Trace
from grader.model import Finding

CS231N = "Stanford CS231n, notes on neural networks"
RECIPE = "Karpathy 2019, A recipe for training neural networks"
BOOK = "Goodfellow, Bengio and Courville 2016, Deep learning"


class Rule(NamedTuple):
    """One thing the doctor looks for.

    Attributes:
        name: of the finding.
        level: findings of a higher level are left out.
        look: says in a sentence what was seen, "" where the rule does not hold.
        cause: the likely one.
        experiment: that would tell.
        threshold: when the rule holds, in words.
        source: where rule or threshold are from.
    """

    name: str
    level: int
    look: Callable[[Trace], str]
    cause: str
    experiment: str
    threshold: str
    source: str


def findings(trace: Trace) -> tuple[Finding, ...]:
    """Return what the doctor finds in a trace; nothing where training went well, or where too little is known."""
    with np.errstate(all="ignore"):
        seen = [(rule, observation) for rule in RULES if (observation := rule.look(trace))]
    level = min((rule.level for rule, _ in seen), default=0)
    return tuple(
        Finding(name=rule.name, observation=observation, cause=rule.cause, experiment=rule.experiment)
        for rule, observation in seen
        if rule.level == level
    )


RULES = (
    Rule(
        name="loss-not-finite-at-start",
        level=1,
        look=signs.not_finite_at_start,
        cause="The loss itself overflows: an exponential of a large score, or the logarithm of zero.",
        experiment="Compute the loss of one batch with fresh parameters, and look at its largest score.",
        threshold="the first loss is NaN or infinite",
        source=f"{BOOK}, section 4.1 (overflow of the softmax)",
    ),
    Rule(
        name="loss-not-averaged",
        level=2,
        look=signs.not_averaged,
        cause="The loss is summed over the batch where a mean is meant, or another factor is too much.",
        experiment="Compute the loss of one sample, and of the same sample twice: is it the same?",
        threshold="first loss above 3 times the loss that the reference gives for the parameters at the start",
        source=f"{RECIPE} (verify the loss at initialisation)",
    ),
    Rule(
        name="fewer-steps-than-asked",
        level=2,
        look=signs.fewer_steps,
        cause="Training ends early, leaves batches out, or does not keep the loss of every step.",
        experiment="Count how often the parameters are updated in two epochs of ten samples.",
        threshold="fewer losses than 95 % of the steps asked for",
        source="number of epochs times the number of batches, rounded up, by the text of the assignments",
    ),
    Rule(
        name="weights-decay-away",
        level=2,
        look=signs.decays,
        cause="A penalty on the weights is stronger than the loss.",
        experiment="Train again without the penalty.",
        threshold="norm of the weights below 30 % of that at the start, and loss above half of that of guessing",
        source=f"{BOOK}, section 7.1; healthy runs here: weights grow by 1 to 54 %",
    ),
    Rule(
        name="initial-scale-too-large",
        level=3,
        look=signs.starts_too_large,
        cause="The weights start too large: the network is sure of its answers before it has learnt anything.",
        experiment="Compute the first loss with weights a tenth as large; it should be that of guessing.",
        threshold="first loss above 2 times that of guessing (the logarithm of the number of classes)",
        source=f"{CS231N}, part 3 (correct loss at chance performance); healthy runs here: up to 1.16 times",
    ),
    Rule(
        name="identical-units",
        level=3,
        look=signs.identical_units,
        cause="Units that start alike get the same gradients and stay alike: a layer of them is worth one unit.",
        experiment="Compare two columns of the first weights after some steps: do they still agree?",
        threshold="all units of a layer have exactly the same weights at the start",
        source=f"{BOOK}, section 8.4 (initial parameters must break symmetry)",
    ),
    Rule(
        name="saturated-units",
        level=4,
        look=signs.saturated,
        cause="What enters tanh is too large, by the weights or by the inputs, so that its slope is next to zero.",
        experiment="Look at the histogram of the hidden outputs at the start, and again with smaller weights.",
        threshold="more than half of the outputs of a layer of tanh beyond 0.97 at the start",
        source="Glorot and Bengio 2010, Understanding the difficulty of training deep feedforward neural networks",
    ),
    Rule(
        name="dead-from-the-start",
        level=4,
        look=signs.dead_at_start,
        cause="Biases, or weights of one sign, keep these units below zero for every sample, where no gradient is.",
        experiment="Look at the histogram of what enters the ReLUs before the first step.",
        threshold="at the start more than 60 % of the ReLUs of a layer zero for all samples looked at",
        source=f"{CS231N}, part 1 (dying ReLU); healthy runs here: up to 30 %",
    ),
    Rule(
        name="exploding-gradients",
        level=5,
        look=signs.exploding,
        cause="On its way back through layers or time steps the gradient is made larger each time.",
        experiment="Print the norm of the gradient of each layer, or time step, from the last to the first.",
        threshold="joint norm of the gradients above 100 at the start, though the loss is not far from guessing",
        source="Pascanu, Mikolov and Bengio 2013, On the difficulty of training recurrent neural networks; "
        "healthy runs here: up to 17",
    ),
    Rule(
        name="vanishing-gradients",
        level=5,
        look=signs.vanishing,
        cause="On its way through the layers the signal, or the gradient, is made smaller each time.",
        experiment="Print the spread of the outputs of each layer at the start: does it shrink from one to the next?",
        threshold="norm of the gradient of some weights below 1e-4 at the start",
        source="Glorot and Bengio 2010; healthy runs here: above 0.06",
    ),
    Rule(
        name="parameters-never-change",
        level=6,
        look=signs.never_change,
        cause="The new values do not arrive in the network: they may be in a copy, or in a local variable.",
        experiment="Print one weight before and after a single step with a large learning rate.",
        threshold="all parameters equal before and after",
        source=f"{BOOK}, section 4.3 (a step goes against a gradient that is not zero)",
    ),
    Rule(
        name="parameters-left-out",
        level=7,
        look=signs.left_out,
        cause="The update does not reach these parameters, or their gradient never arrives.",
        experiment="Take one step, and list the parameters that are the same as before.",
        threshold="some parameters equal before and after, with a gradient of norm above 1e-6",
        source=f"{BOOK}, section 4.3 (a step goes against a gradient that is not zero)",
    ),
    Rule(
        name="moves-uphill",
        level=7,
        look=signs.uphill,
        cause="The step goes along the gradient instead of against it, by a sign in the update or in the gradient.",
        experiment="Take one small step on one batch, and compute the loss of the same batch again.",
        threshold="loss above 1.1 times its start, and cosine of the way and the first gradient above 0.1",
        source=f"{BOOK}, section 4.3 (the gradient points uphill)",
    ),
    Rule(
        name="order-repeats",
        level=7,
        look=signs.order_repeats,
        cause="The samples come in the same order in every epoch.",
        experiment="Print the first five labels of the first batch of two epochs.",
        threshold="mean correlation of the losses of neighbouring epochs above 0.5, over 60 steps or more",
        source=f"{BOOK}, section 8.1.3 (shuffle the examples); healthy runs here: -0.26 to 0.20",
    ),
    Rule(
        name="training-diverges",
        level=8,
        look=signs.diverges,
        cause="The steps are far too long, or go the wrong way: each makes the next gradient larger.",
        experiment="Train for twenty steps with a hundredth of the learning rate: does the loss fall?",
        threshold="a loss NaN or infinite after the first, or ending above 3 times its start",
        source=f"{CS231N}, part 3 (very high learning rate); Smith 2017, Cyclical learning rates",
    ),
    Rule(
        name="learning-rate-too-high",
        level=9,
        look=signs.rate_too_high,
        cause="The steps are longer than the valley is wide: training jumps from one side to the other.",
        experiment="Train again with a tenth of the learning rate, and compare the two losses.",
        threshold="median update above 10 % of the weights, or 5 % of the losses after the first tenth above 1.5 times "
        "the start and guessing",
        source=f"{CS231N}, part 3 (updates should be about 0.1 % of the weights); healthy runs here: up to 1.8 %",
    ),
    Rule(
        name="dead-relus",
        level=10,
        look=signs.dead_at_end,
        cause="A few long steps have pushed these units below zero for every sample, where no gradient is.",
        experiment="Count the dead units after every epoch, with this and with a tenth of the learning rate.",
        threshold="after training more than 60 % of the ReLUs of a layer zero for all samples looked at",
        source=f"{CS231N}, part 1 (as much as 40 % can be dead); healthy runs here: up to 36 %",
    ),
    Rule(
        name="learning-rate-too-low",
        level=11,
        look=signs.rate_too_low,
        cause="The steps are so short that training would need many times as many of them.",
        experiment="Train again with ten times the learning rate, and compare the two losses.",
        threshold="weights moved by less than 0.03 % of their norm a step, and loss above half of its start; "
        "where they moved by more than 6.5 % altogether only if the loss fell by 5 %",
        source=f"{CS231N}, part 3 (updates should be about 0.1 % of the weights); healthy runs here: above 0.05 %",
    ),
    Rule(
        name="labels-misaligned",
        level=12,
        look=signs.misaligned,
        cause="The labels are not those of the samples: one of the two was reordered, shifted or sorted alone.",
        experiment="Print the first three samples of a batch beside their labels.",
        threshold="loss between 0.99 and 1.05 times that of guessing at the end though the weights moved by 6.5 %, or "
        "below 0.97 times while the samples with their own labels cost above 1.03 times that of guessing",
        source="Zhang et al. 2017, Understanding deep learning requires rethinking generalization (random labels)",
    ),
    Rule(
        name="overfitting",
        level=13,
        look=signs.overfits,
        cause="The network learns its samples by heart: too few samples, too many steps, no restraint.",
        experiment="Draw training and validation accuracy over the epochs, and stop where the second is best.",
        threshold="accuracy above 90 % on known samples and 20 points lower on held-out ones, or a validation loss "
        "that ends above twice its smallest",
        source=f"{BOOK}, section 7.8; {CS231N}, part 3; healthy runs here: up to 9 points, up to 1.6 times",
    ),
    Rule(
        name="class-never-answered",
        level=13,
        look=signs.class_missing,
        cause="Samples of this class do not reach the training, or its score does not reach the loss.",
        experiment="Count the labels that training sees in one epoch.",
        threshold="a class of 20 samples and of 3 % of all, or more, without any answer, where 85 % of the others are "
        "right",
        source=f"{RECIPE} (become one with the data)",
    ),
)
