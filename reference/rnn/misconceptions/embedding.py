"""Wrong solutions of word embeddings: the reference with a small edit each."""

from grader.misconceptions import Misconception

MISCONCEPTIONS = (
    Misconception(
        name="embedding-counted-from-one",
        part="word_embedding_forward",
        edits=(("W[x]", "W[x - 1]"),),
        hint="Words are numbered from 0 on. Which row does word 0 get from you?",
    ),
    Misconception(
        name="embedding-axes-flattened",
        part="word_embedding_forward",
        edits=(("W[x]", "W[x.ravel()]"),),
        hint="A batch of sequences goes in. Which axes has what comes out?",
    ),
    Misconception(
        name="embedding-columns-for-rows",
        part="word_embedding_forward",
        edits=(("W[x]", "np.moveaxis(W[:, x], 0, -1)"),),
        hint="W has one row a word. Which of its axes do you index by the word?",
        affects=("word_embedding_backward",),
    ),
    Misconception(
        name="embedding-repeat-index-overwritten",
        also=("embedding-added-once-per-word",),
        part="word_embedding_backward",
        edits=(("np.add.at(dW, x, dout)", "dW[x] += dout"),),
        hint="What becomes of the gradients of a word that occurs twice? Try your line of NumPy with an index twice.",
    ),
    Misconception(
        name="embedding-grad-wrong-shape",
        part="word_embedding_backward",
        edits=(("np.zeros(shape)", "np.zeros((np.max(x) + 1, shape[1]))"),),
        hint="dW has the shape of W. Which rows belong to words that do not occur?",
    ),
    Misconception(
        name="embedding-grad-per-place",
        part="word_embedding_backward",
        edits=(("return dW", "return dout"),),
        hint="The gradient belongs to the table, not to the places in the text. Which shape must it have?",
    ),
    Misconception(
        name="embedding-grad-averaged",
        part="word_embedding_backward",
        edits=(
            (
                "return dW",
                "return dW / np.maximum(np.bincount(np.ravel(x), minlength=shape[0]), 1)[:, None]",
            ),
        ),
        hint="A row that is read several times: do its effects on the loss add up, or are they averaged?",
    ),
)
