"""Wrong solutions of visualisation: the reference with one edit each, a name and a hint."""

from grader.misconceptions import Misconception

FILTERED = "filtered, _ = conv_forward_im2col(x, W1, b1, model.conv_param)"
MAPS = "maps, _ = relu_forward(filtered)"
ONE_HOT = "dscores[np.arange(X.shape[0]), y] = 1.0"
SALIENCY = "return np.max(np.abs(dX), axis=1)"
STEP = "image = image + learning_rate * gradient / np.sqrt(np.sum(gradient**2))"
UPHILL = "gradient = model.input_gradient(image, dscores)"

MISCONCEPTIONS = (
    Misconception(
        name="maps-before-activation",
        part="feature_maps",
        edits=((MAPS, "maps = filtered"),),
        hint="Can a feature map have negative numbers?",
    ),
    Misconception(
        name="maps-after-pooling",
        part="feature_maps",
        edits=((MAPS, MAPS + "\n    maps, _ = max_pool_forward(maps, model.pool_param)"),),
        hint="Do your maps have the height and width of the image?",
    ),
    Misconception(
        name="maps-without-bias",
        part="feature_maps",
        edits=((FILTERED, FILTERED.replace("b1", "np.zeros_like(b1)")),),
        hint="Is the bias part of what a filter answers?",
    ),
    Misconception(
        name="maps-without-padding",
        part="feature_maps",
        edits=((FILTERED, FILTERED.replace("model.conv_param", '{"stride": 1, "pad": 0}')),),
        hint="The maps are those that the network computes. With which padding does it?",
    ),
    Misconception(
        name="maps-scaled-for-display",
        part="feature_maps",
        edits=(("    return maps\n", "    return maps / np.max(maps)\n"),),
        hint="The maps are the numbers as the network has them. Where does a factor come in?",
    ),
    Misconception(
        name="maps-change-the-model",
        part="feature_maps",
        edits=(("    return maps\n", '    model.params["W1"] -= np.mean(W1)\n    return maps\n'),),
        hint="Looking at a network changes nothing in it. Which line writes into its arrays?",
    ),
    Misconception(
        name="saliency-of-loss-not-score",
        part="saliency_map",
        edits=((ONE_HOT, "dscores = softmax_loss(model.loss(X), y)[1]"),),
        hint="The gradient of the loss is small wherever the network is sure. Of what is the saliency the gradient?",
    ),
    Misconception(
        name="saliency-of-all-scores",
        part="saliency_map",
        edits=((ONE_HOT, "dscores[:] = 1.0"),),
        hint="Of each image only one score counts. Which ones do you differentiate?",
    ),
    Misconception(
        name="saliency-of-predicted-class",
        part="saliency_map",
        edits=((ONE_HOT, "dscores[np.arange(X.shape[0]), np.argmax(model.loss(X), axis=1)] = 1.0"),),
        hint="Whose score is asked for: that of the class the network guesses, or of the correct one?",
    ),
    Misconception(
        name="saliency-of-every-label-in-the-batch",
        part="saliency_map",
        edits=((ONE_HOT, "dscores[:, y] = 1.0"),),
        hint="How many ones has a row of dscores in yours? Each image has one label.",
    ),
    Misconception(
        name="saliency-divided-by-N",
        part="saliency_map",
        edits=((SALIENCY, SALIENCY + " / X.shape[0]"),),
        hint="Does the saliency of an image change when another one joins the batch?",
    ),
    Misconception(
        name="saliency-signed",
        part="saliency_map",
        edits=((SALIENCY, "return np.max(dX, axis=1)"),),
        hint="A pixel that lowers the score when it grows is salient too. What becomes of its sign?",
    ),
    Misconception(
        name="saliency-absolute-value-after-maximum",
        part="saliency_map",
        edits=((SALIENCY, "return np.abs(np.max(dX, axis=1))"),),
        hint="Which comes first, the absolute value or the maximum? Try it on -3 and 1.",
    ),
    Misconception(
        name="saliency-summed-over-channels",
        part="saliency_map",
        edits=((SALIENCY, "return np.sum(np.abs(dX), axis=1)"),),
        hint="The worked numbers: what is the saliency of a pixel with the gradient (0.2, -0.5, 0.1)?",
    ),
    Misconception(
        name="saliency-averaged-over-channels",
        part="saliency_map",
        edits=((SALIENCY, "return np.mean(np.abs(dX), axis=1)"),),
        hint="The worked numbers: what is the saliency of a pixel with the gradient (0.2, -0.5, 0.1)?",
    ),
    Misconception(
        name="saliency-keeps-channels",
        part="saliency_map",
        edits=((SALIENCY, "return np.abs(dX)"),),
        hint="One number for each pixel: what happens to the channels?",
    ),
    Misconception(
        name="saliency-times-image",
        part="saliency_map",
        edits=((SALIENCY, "return np.max(np.abs(dX * X), axis=1)"),),
        hint="How strongly the score reacts to a pixel is one thing, how bright the pixel is another.",
    ),
    Misconception(
        name="saliency-scaled-for-display",
        part="saliency_map",
        edits=((SALIENCY, "dX = np.max(np.abs(dX), axis=1)\n    return dX / np.max(dX)"),),
        hint="The saliency is the gradient as it is. Where does a factor come in?",
    ),
    Misconception(
        name="descends-instead-of-ascends",
        part="maximise_activation",
        edits=((STEP, STEP.replace("image + ", "image - ")),),
        hint="Training goes downhill. Which way is this?",
    ),
    Misconception(
        name="maximise-gradient-not-normalised",
        part="maximise_activation",
        edits=((STEP, "image = image + learning_rate * gradient"),),
        hint="How long is one of your steps? It has the length learning_rate.",
    ),
    Misconception(
        name="maximise-gradient-of-the-first-image",
        part="maximise_activation",
        edits=(
            ("        " + UPHILL + "\n", ""),
            ("    for _ in range(num_steps):\n", "    " + UPHILL + "\n    for _ in range(num_steps):\n"),
        ),
        hint="Uphill is another direction at every place. Where is the gradient taken?",
    ),
    Misconception(
        name="maximise-sign-of-gradient",
        part="maximise_activation",
        edits=((STEP, "image = image + learning_rate * np.sign(gradient)"),),
        hint="How long is one of your steps? It has the length learning_rate.",
    ),
    Misconception(
        name="maximise-image-keeps-batch-axis",
        part="maximise_activation",
        edits=(("return image[0]", "return image"),),
        hint="One image has the shape (C, H, W).",
    ),
)
