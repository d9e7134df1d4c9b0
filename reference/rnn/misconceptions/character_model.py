"""Wrong solutions of the character model and its training: the reference with one edit each, a name and a hint."""

from grader.misconceptions import Misconception

LSTM_FORWARD = "h, cell_cache = lstm_forward(embedded, h0, Wx, Wh, b)"
LSTM_BACKWARD = 'dembedded, _, grads["Wx"], grads["Wh"], grads["b"] = lstm_backward(dh, cell_cache)'
GUMBEL = "np.argmax(scores / temperature + rng.gumbel(size=scores.shape), axis=1)"
GREEDY = "current = np.argmax(scores, axis=1)\n"
SCALE = "The docstring gives a standard deviation for each array. Which numbers does it depend on?"
UPDATE = "model.params[name], configs[name] = adam(model.params[name], gradient, configs[name])"
BATCHES = "iterate_minibatches(words, words, batch_size, rng)"
NEXT_STATE = "Which state does the second step of sampling begin with?"

PAIRS = (
    Misconception(
        name="captions-not-shifted",
        part="inputs_and_targets",
        edits=(("words[:, :-1], words[:, 1:]", "words[:, :-1], words[:, :-1]"),),
        hint="Which word is to be guessed after START has been read?",
        affects=("train_char_model",),
    ),
    Misconception(
        name="targets-before-inputs",
        part="inputs_and_targets",
        edits=(("words[:, :-1], words[:, 1:]", "words[:, 1:], words[:, :-1]"),),
        hint="Which of the two is read and which is guessed? Look at what is guessed first.",
        affects=("train_char_model",),
    ),
    Misconception(
        name="mask-of-inputs-not-targets",
        part="inputs_and_targets",
        edits=(("y != null", "x != null"),),
        hint="Does a step count because of what it reads or of what it guesses? Look at the step that reads END.",
        affects=("train_char_model",),
    ),
    Misconception(
        name="mask-marks-padding",
        part="inputs_and_targets",
        edits=(("y != null", "y == null"),),
        hint="Does True mean that a step counts, or that it is left out?",
        affects=("train_char_model",),
    ),
    Misconception(
        name="null-word-is-always-zero",
        part="inputs_and_targets",
        edits=(("y != null", "y != 0"),),
        hint="Which of the arguments has no effect on the result?",
    ),
    Misconception(
        name="targets-keep-their-length",
        part="inputs_and_targets",
        edits=(
            ("x, y = words[:, :-1], words[:, 1:]", "x, y = words, np.roll(words, -1, axis=1)\n    y[:, -1] = null"),
        ),
        hint="After the last word of a row nothing follows that could be guessed. How many steps are left?",
    ),
)

LOSS = (
    Misconception(
        name="captioning-lstm-branch-unfinished",
        part="CharRNN",
        edits=(
            (LSTM_FORWARD, 'raise ValueError("cell_type lstm")'),
            ("h, c, _ = lstm_step_forward(embedded, h, c, Wx, Wh, b)", 'raise ValueError("cell_type lstm")'),
        ),
        hint="What does the model do when its cell type is lstm? Both kinds are asked for.",
        seen="[37]",
    ),
    Misconception(
        name="char-model-lstm-weights-too-narrow",
        part="CharRNN",
        edits=(('width = 4 * hidden_dim if cell_type == "lstm" else hidden_dim', "width = hidden_dim"),),
        hint="How many gates does an LSTM have, and how wide must the weights be that serve all of them?",
    ),
    Misconception(
        name="char-model-embedding-not-trained",
        part="CharRNN",
        edits=(
            (
                'grads["W_embed"] = word_embedding_backward(dembedded, embed_cache)',
                'grads["W_embed"] = np.zeros_like(self.params["W_embed"])',
            ),
        ),
        hint="Which of the six parameters never changes in training?",
    ),
    Misconception(
        name="char-model-gradient-missing",
        part="CharRNN",
        edits=(("        return loss, grads", '        del grads["b_vocab"]\n        return loss, grads'),),
        hint="Every parameter that is to be trained needs its gradient. Which name is missing?",
    ),
    Misconception(
        name="char-model-mask-ignored",
        part="CharRNN",
        edits=(("temporal_softmax_loss(scores, y, mask)", "temporal_softmax_loss(scores, y, np.ones_like(mask))"),),
        hint="Which of the arguments of the loss has no effect on it?",
    ),
    Misconception(
        name="char-model-guesses-what-it-reads",
        part="CharRNN",
        edits=(("temporal_softmax_loss(scores, y, mask)", "temporal_softmax_loss(scores, x, mask)"),),
        hint="Against which words are the scores judged?",
    ),
    Misconception(
        name="char-model-shifts-again",
        part="CharRNN",
        edits=(
            (
                "temporal_softmax_loss(scores, y, mask)",
                "temporal_softmax_loss(scores, np.roll(y, -1, axis=1), np.roll(mask, -1, axis=1))",
            ),
        ),
        hint="The targets are one step ahead of the inputs when they come in. How far ahead are they in your loss?",
    ),
    Misconception(
        name="char-model-loss-per-word",
        part="CharRNN",
        edits=(
            (
                "loss, dscores = temporal_softmax_loss(scores, y, mask)",
                "loss, dscores = temporal_softmax_loss(scores, y, mask)\n"
                "        loss, dscores = loss / mask.shape[1], dscores / mask.shape[1]",
            ),
        ),
        hint="The docstring says over what the loss is summed and averaged. By what is yours divided?",
    ),
    Misconception(
        name="char-model-embedding-too-small",
        part="CharRNN",
        edits=(("rng.standard_normal((vocab_size, embed_dim))", "rng.standard_normal((vocab_size, embed_dim)) / 100"),),
        hint=SCALE,
    ),
    Misconception(
        name="char-model-weights-not-scaled",
        part="CharRNN",
        edits=(
            ("width)) / math.sqrt(embed_dim)", "width))"),
            ("width)) / math.sqrt(hidden_dim)", "width))"),
            ("vocab_size)) / math.sqrt(hidden_dim)", "vocab_size))"),
        ),
        hint=SCALE,
    ),
    Misconception(
        name="char-model-variance-as-spread",
        part="CharRNN",
        edits=(
            ("width)) / math.sqrt(embed_dim)", "width)) / embed_dim"),
            ("width)) / math.sqrt(hidden_dim)", "width)) / hidden_dim"),
            ("vocab_size)) / math.sqrt(hidden_dim)", "vocab_size)) / hidden_dim"),
        ),
        hint=SCALE,
    ),
    Misconception(
        name="char-model-fixed-seed",
        part="CharRNN",
        edits=(("        # BEGIN SOLUTION\n        width", "        rng = np.random.default_rng(0)\n        width"),),
        hint="The generator is an argument. What do two models made with two generators have in common?",
    ),
    Misconception(
        name="char-model-biases-not-zero",
        part="CharRNN",
        edits=(
            ("np.zeros(width)", "rng.standard_normal(width)"),
            ("np.zeros(vocab_size)", "rng.standard_normal(vocab_size)"),
        ),
        hint="The biases of a new model are all the same number. Which one?",
    ),
)

SAMPLES = (
    Misconception(
        name="sample-hidden-state-not-carried",
        part="CharRNN",
        edits=(
            (
                "for t in range(max_length):\n",
                "for t in range(max_length):\n            h, c = np.zeros(h.shape), np.zeros(c.shape)\n",
            ),
        ),
        hint=NEXT_STATE,
        seen="[1]",
    ),
    Misconception(
        name="sample-cell-state-not-carried",
        part="CharRNN",
        edits=(
            (
                "h, c, _ = lstm_step_forward(embedded, h, c,",
                "h, _, _ = lstm_step_forward(embedded, h, np.zeros_like(c),",
            ),
        ),
        hint="An LSTM has two states. Do both reach the next step of sampling?",
    ),
    Misconception(
        name="sample-start-column-shift",
        part="CharRNN",
        edits=(
            (
                "words = np.zeros((N, max_length), dtype=np.int64)",
                "words = np.zeros((N, max_length + 1), dtype=np.int64)",
            ),
            ("words[:, t] = current", "words[:, t + 1] = current"),
            ("        return words\n", "        return words[:, :max_length]\n"),
        ),
        hint="Which word stands in the first column of the result, and which one was chosen first?",
        seen="[1]",
    ),
    Misconception(
        name="sample-argmax-over-batch",
        part="CharRNN",
        edits=((GREEDY, "current = np.resize(np.argmax(scores, axis=0), N)\n"),),
        hint="The likeliest word of each row is looked for. Over which axis do you look?",
    ),
    Misconception(
        name="sample-first-row-for-all",
        part="CharRNN",
        edits=(
            (GREEDY, "current = np.full(N, np.argmax(scores[0]))\n"),
            (GUMBEL, "np.full(N, np.argmax(scores[0] / temperature + rng.gumbel(size=scores.shape[1])))"),
        ),
        hint="Each row is a sequence of its own. Who chooses for the second one?",
    ),
    Misconception(
        name="temperature-multiplied",
        part="CharRNN",
        edits=(("scores / temperature +", "scores * temperature +"),),
        hint="Should a low temperature make the differences between the scores larger or smaller?",
    ),
    Misconception(
        name="temperature-ignored",
        part="CharRNN",
        edits=(("scores / temperature +", "scores +"),),
        hint="Which of the arguments has no effect on the words?",
    ),
    Misconception(
        name="temperature-on-probabilities",
        part="CharRNN",
        edits=(
            (
                "scores / temperature +",
                "np.exp(scores - scores.max(axis=1)[:, None]) / temperature +",
            ),
        ),
        hint="Does the temperature divide the scores or the probabilities?",
    ),
    Misconception(
        name="sample-always-greedy",
        part="CharRNN",
        edits=((GUMBEL, "np.argmax(scores / temperature, axis=1)"),),
        hint="At a temperature above zero, can every word be drawn?",
    ),
    Misconception(
        name="sample-uniform",
        part="CharRNN",
        edits=((GUMBEL, "rng.integers(scores.shape[1], size=N)"),),
        hint="Do the scores matter for what is drawn?",
    ),
    Misconception(
        name="sample-same-draw-for-all-rows",
        part="CharRNN",
        edits=(("rng.gumbel(size=scores.shape)", "rng.gumbel(size=scores.shape[1])"),),
        hint="Are two rows that begin alike always the same?",
    ),
    Misconception(
        name="sample-reads-start-again",
        part="CharRNN",
        edits=(("word_embedding_forward(current,", "word_embedding_forward(start,"),),
        hint="What does the model read in the second step?",
    ),
    Misconception(
        name="sample-greedy-word-read-but-another-returned",
        part="CharRNN",
        edits=(
            (
                "            words[:, t] = current\n",
                "            words[:, t] = current\n            current = np.argmax(scores, axis=1)\n",
            ),
        ),
        hint="Is the word that is drawn the one that is read next?",
    ),
    Misconception(
        name="sample-fixed-seed",
        part="CharRNN",
        edits=(("+ rng.gumbel(", "+ np.random.default_rng(t).gumbel("),),
        hint="Where do your random numbers come from, and where should they?",
    ),
)

TRAINING = (
    Misconception(
        name="char-training-adam-state-not-carried",
        part="train_char_model",
        edits=((UPDATE, UPDATE.replace("configs[name] = adam", "_ = adam")),),
        hint="Adam remembers. Where is what it returns besides the parameter?",
    ),
    Misconception(
        name="char-training-one-config-for-all",
        part="train_char_model",
        edits=(
            (
                UPDATE,
                "m = configs.setdefault('all', {'learning_rate': learning_rate})\n"
                "                config = {**configs[name], 't': m.get('t', 0)}\n"
                "                model.params[name], new = adam(model.params[name], gradient, config)\n"
                "                configs[name], m['t'] = new, new['t']",
            ),
        ),
        hint="Each parameter counts its own steps. How often does the count advance in one step of training?",
    ),
    Misconception(
        name="char-training-gradients-not-clipped",
        part="train_char_model",
        edits=(("in clipped.items()", "in grads.items()"),),
        hint="Which gradients does Adam get: those before or those after the clipping?",
    ),
    Misconception(
        name="char-training-plain-descent",
        part="train_char_model",
        edits=((UPDATE, "model.params[name] = model.params[name] - learning_rate * gradient"),),
        hint="Which rule for the step does the docstring ask for?",
    ),
    Misconception(
        name="char-training-default-learning-rate",
        part="train_char_model",
        edits=(('{"learning_rate": learning_rate}', "None"),),
        hint="Which of the arguments has no effect on the parameters?",
    ),
    Misconception(
        name="char-training-update-in-local-variable",
        part="train_char_model",
        edits=((UPDATE, UPDATE.replace("model.params[name], configs", "updated, configs")),),
        hint="Where do the new values go, and where does the model look for its parameters?",
    ),
    Misconception(
        name="char-training-uphill",
        part="train_char_model",
        edits=((UPDATE, UPDATE.replace("gradient,", "-gradient,")),),
        hint="The gradient points uphill. Which way is the loss to go?",
    ),
    Misconception(
        name="char-training-epoch-without-shuffle",
        part="train_char_model",
        edits=((BATCHES, "[(words[i : i + batch_size], 0) for i in range(0, len(words), batch_size)]"),),
        hint="In which order do the names come? Who uses rng?",
    ),
    Misconception(
        name="char-training-one-epoch-only",
        part="train_char_model",
        edits=(("\n    return losses", "\n        return losses"),),
        hint="At which point of the loops does the function return?",
    ),
    Misconception(
        name="char-training-loss-once-an-epoch",
        part="train_char_model",
        edits=(
            ("            losses.append(float(batch_loss))\n", ""),
            (UPDATE + "\n", UPDATE + "\n        losses.append(float(batch_loss))\n"),
        ),
        hint="Every step has a loss. Which loop does the line belong to that keeps it?",
    ),
)

MISCONCEPTIONS = (*PAIRS, *LOSS, *SAMPLES, *TRAINING)
