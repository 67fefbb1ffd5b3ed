"""Episodes by the procedure that FewRel's toolkit documents (its data_loader.py and the tokenize() of its convolutional encoder), written anew here: for
each episode N classes at random, of each K + Q sentences at random, each looked up word by word, padded, given its distances to head and tail and a mask, and
made a tensor of its own; then all are stacked: fewrel_episodes.py INPUTS. Its loader's worker processes are left out: one process beside one thread of ours.
"""
import random
import sys

import numpy as np
import torch
from safetensors.numpy import load_file

from side import serve_episodes

WAYS, SHOTS, QUERIES, LENGTH = 5, 5, 5, 128  # the toolkit's lengths
torch.set_num_threads(1)
arrays = load_file(sys.argv[1])
words = [f"word{i}" for i in range(int(arrays["ids"].max()) + 1)]
word_ids = {word: i for i, word in enumerate(words)} | {"[UNK]": len(words), "[PAD]": len(words) + 1}
classes = {}
for i, label in enumerate(arrays["labels"]):
    begin, end = arrays["offsets"][i:i + 2]
    classes.setdefault(int(label), []).append(([words[j] for j in arrays["ids"][begin:end]], int(arrays["pairs"][i][0]), int(arrays["pairs"][i][2])))
names = list(classes)
NAMES = ("word", "distance to head", "distance to tail", "mask")


def tensors(sentence):
    tokens, head, tail = sentence
    ids = [word_ids.get(token.lower(), word_ids["[UNK]"]) for token in tokens]
    mask = np.zeros(LENGTH, np.int32)
    mask[:min(len(ids), LENGTH)] = 1
    ids = (ids + [word_ids["[PAD]"]] * (LENGTH - len(ids)))[:LENGTH]
    distances = np.zeros((2, LENGTH), np.int32)
    for i in range(LENGTH):
        distances[0, i] = i - min(LENGTH, head) + LENGTH
        distances[1, i] = i - min(LENGTH, tail) + LENGTH
    return [torch.tensor(values).long() for values in (ids, distances[0], distances[1], mask)]


def episode():
    support, query, labels = [], [], []
    for place, name in enumerate(random.sample(names, WAYS)):
        chosen = np.random.choice(list(range(len(classes[name]))), SHOTS + QUERIES, False)
        for i, index in enumerate(chosen):
            (support if i < SHOTS else query).append(tensors(classes[name][index]))
        labels += [place] * QUERIES
    stacked = [{name: torch.stack([one[i] for one in part]) for i, name in enumerate(NAMES)} for part in (support, query)]
    return stacked[0], stacked[1], torch.tensor(labels)


serve_episodes(episode)
