"""The cases and their inputs: made once from a seed, kept in a file that every side reads."""
import numpy as np
from safetensors.numpy import load_file, save_file

TASKS, LENGTH, STEPS = 8, 200, 5
ROWS, DIMENSIONS = 10000, 128

# Parameters in the order in which every side numbers them.
SHAPES = {
    "embed": [(ROWS, DIMENSIONS), (DIMENSIONS, 1), (1,)],
    "cnn": [(230, 60, 3), (230,), (230, 5), (5,)],
    "mlp": [(1, 40), (40,), (40, 40), (40,), (40, 1), (1,)],
}
WHAT = {
    "unrolled": "the hypergradient of Adam's learning rate: Embedding(10000, 128), mean, Dense(1), 100 steps of 32 texts of 200 words, "
                "then the loss of 32 others",
    "implicit": "the hypergradient of one penalty a feature: logistic regression of 4,000 examples and 2,000 features at its solution, "
                "20 iterations of conjugate gradient",
    "lstm": "a bidirectional LSTM of 100 numbers a direction over 32 texts of 40 words of 100 numbers, forward and first backward",
    "crf": "a linear-chain CRF, the mean loss of 32 sentences of 40 tokens and 21 tags, and its gradient",
    "viterbi": "the best paths of the same",
    "embed": "Embedding(10000, 128), mean, Dense(1); 8 tasks of 10 + 10 texts of 200 words",
    "cnn": "frozen 60-number words, 230 filters of window 3, max-pool, Dense(5); 8 tasks of 5 + 25 texts of 40 words",
    "mlp": "1-40-40-1, ReLU; 25 sine waves of 10 + 10 points",
}
SUPPORT = {"embed": 10, "cnn": 5, "mlp": 10}
RATE = {"embed": 0.1, "cnn": 0.1, "mlp": 0.01}


def make(case):
    """Arrays by name: x, y, param0 ..., and the numbers support, steps and rate."""
    rng = np.random.default_rng(0)
    if case == "embed":  # rare words are rare
        x = np.minimum((rng.random((TASKS, 20, LENGTH)) ** 3 * ROWS).astype(np.int64), ROWS - 1)
        y = rng.integers(0, 2, (TASKS, 20)).astype(np.float32)
    elif case == "mlp":
        x = rng.uniform(-5, 5, (25, 20, 1)).astype(np.float32)
        amplitude, phase = rng.uniform(0.1, 5, (25, 1)), rng.uniform(0, np.pi, (25, 1))
        y = (amplitude * np.sin(x[..., 0] - phase)).astype(np.float32)
    else:  # 5 classes, one text each to learn from and five to answer
        x = rng.standard_normal((TASKS, 30, 40, 60)).astype(np.float32)
        y = np.tile(np.concatenate([np.arange(5), np.repeat(np.arange(5), 5)]), (TASKS, 1))
    arrays = {"x": x, "y": y}
    for i, shape in enumerate(SHAPES[case]):
        scale = 0.05 if len(shape) > 1 else 0
        arrays[f"param{i}"] = (rng.standard_normal(shape) * scale).astype(np.float32)
    for name, value in (("support", SUPPORT[case]), ("steps", STEPS), ("rate", RATE[case])):
        arrays[name] = np.array(value, np.float64)
    return arrays


def make_unrolled():
    """x [T + 1, N, L], y [T + 1, N], param0 ... of `embed`, and the learning rate: steps, then held-out texts."""
    rng = np.random.default_rng(2)
    x = np.minimum((rng.random((101, 32, LENGTH)) ** 3 * ROWS).astype(np.int64), ROWS - 1)
    arrays = {"x": x, "y": rng.integers(0, 2, (101, 32)).astype(np.float32), "rate": np.array(0.01, np.float64)}
    for i, shape in enumerate(SHAPES["embed"]):
        arrays[f"param{i}"] = (rng.standard_normal(shape) * (0.05 if len(shape) > 1 else 0)).astype(np.float32)
    return arrays


def make_implicit():
    """x [N, D], y [N], others like them, penalty [D] (logarithms), solution [D] (Newton's, in float64), iterations."""
    rng = np.random.default_rng(3)
    count, features = 4000, 2000
    truth = rng.standard_normal(features) * (rng.random(features) < 0.1)
    arrays = {"penalty": rng.uniform(-6, -3, features).astype(np.float32), "iterations": np.array(20)}
    for name in ("", "other_"):
        x = rng.standard_normal((count, features)).astype(np.float32) / np.float32(features**0.5)
        noisy = x @ truth * 5 + rng.standard_normal(count)
        arrays |= {name + "x": x, name + "y": (noisy > 0).astype(np.float32)}
    x, y = arrays["x"].astype(np.float64), arrays["y"]
    penalty, w = np.exp(arrays["penalty"].astype(np.float64)), np.zeros(features)
    for _ in range(12):
        p = 1 / (1 + np.exp(-x @ w))
        hessian = (x.T * (p * (1 - p))) @ x / count + np.diag(penalty)
        w -= np.linalg.solve(hessian, x.T @ (p - y) / count + penalty * w)
    return arrays | {"solution": w.astype(np.float32)}


def make_lstm():
    """x [N, L, K], towards [N, L, 2 h]: the gradient of the states; input [2, K, 4 h], recurrent [2, h, 4 h], gates [2, 4 h]."""
    rng = np.random.default_rng(4)
    texts, length, numbers, hidden = 32, 40, 100, 100
    shapes = {"x": (texts, length, numbers), "towards": (texts, length, 2 * hidden), "input": (2, numbers, 4 * hidden),
              "recurrent": (2, hidden, 4 * hidden), "gates": (2, 4 * hidden)}
    return {name: (rng.standard_normal(shape) * (1 if name in ("x", "towards") else 0.1)).astype(np.float32)
            for name, shape in shapes.items()}


def make_crf():
    """scores [N, L, C], tags [N, L], transitions [C, C], starts [C], ends [C]."""
    rng = np.random.default_rng(5)
    sentences, length, tags = 32, 40, 21
    shapes = {"scores": (sentences, length, tags), "transitions": (tags, tags), "starts": (tags,), "ends": (tags,)}
    arrays = {name: rng.standard_normal(shape).astype(np.float32) for name, shape in shapes.items()}
    return arrays | {"tags": rng.integers(0, tags, (sentences, length))}


def make_texts():
    """64 classes of 700 texts of 20 to 60 words, as FewRel has them: ids end to end, offsets, labels."""
    rng = np.random.default_rng(1)
    lengths = rng.integers(20, 61, 64 * 700)
    ids = np.minimum((rng.random(lengths.sum()) ** 3 * ROWS).astype(np.int64), ROWS - 1)
    return {"ids": ids, "offsets": np.concatenate([[0], np.cumsum(lengths)]), "labels": np.repeat(np.arange(64), 700)}


def make_pairs():
    """The same texts, and of each where its head and its tail begin and end: [texts, 4]."""
    arrays = make_texts()
    rng = np.random.default_rng(6)
    lengths = np.diff(arrays["offsets"])
    head, tail = (rng.random((2, len(lengths))) * [lengths // 2 - 2, lengths - lengths // 2 - 2]).astype(np.int64)
    tail += lengths // 2
    return arrays | {"pairs": np.stack([head, head + 2, tail, tail + 2], axis=1)}


def make_spans():
    """10,000 sentences of 10 to 40 words: ids end to end, offsets; and spans of 36 types, [S, 4]: sentence, begin, end, type."""
    rng = np.random.default_rng(7)
    lengths = rng.integers(10, 41, 10000)
    spans = []
    for sentence, length in enumerate(lengths):
        at, kind = 0, int(36 * rng.random() ** 2)  # some types are rare
        while (at := at + int(rng.integers(1, 9))) + 2 < length and len(spans) < 100000:
            if rng.random() < 0.4:  # neighbours are often of one type
                kind = int(36 * rng.random() ** 2)
            end = at + int(rng.integers(1, 3))
            spans.append((sentence, at, end, kind))
            at = end + int(rng.integers(3, 15))
    ids = np.minimum((rng.random(lengths.sum()) ** 3 * ROWS).astype(np.int64), ROWS - 1)
    return {"ids": ids, "offsets": np.concatenate([[0], np.cumsum(lengths)]), "spans": np.array(spans, np.int64)}


def write(arrays, path):
    save_file({name: np.array(value, order="C") for name, value in arrays.items()}, path)


def read(path):
    arrays = load_file(path)
    parameters = [arrays[f"param{i}"] for i in range(sum(name.startswith("param") for name in arrays))]
    return arrays, parameters
