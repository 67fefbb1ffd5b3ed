"""Episodes by the procedure that Few-NERD documents (its fewshotsampler.py and data_loader.py), written anew here: N types at random; the sentences whose
spans are all of these are looked for among all; of them one after the other is drawn at random and taken where it has a type of which there are too few
and makes none too frequent, until every type is there K times, for the support and then for the query; each sentence is looked up word by word, padded and
made tensors of its own: few_nerd_episodes.py INPUTS. Words are words, not pieces of them; its loader's worker processes are left out.
"""
import random
import sys
from collections import Counter

import numpy as np
import torch
from safetensors.numpy import load_file

from side import serve_episodes

WAYS, SHOTS, LENGTH = 5, 1, 100
torch.set_num_threads(1)
arrays = load_file(sys.argv[1])
words = [f"word{i}" for i in range(int(arrays["ids"].max()) + 1)]
word_ids = {word: i for i, word in enumerate(words)}
sentences = [[words[i] for i in arrays["ids"][begin:end]] for begin, end in zip(arrays["offsets"], arrays["offsets"][1:])]
tags = [["O"] * len(sentence) for sentence in sentences]
counts = [Counter() for _ in sentences]
for sentence, begin, end, kind in arrays["spans"]:
    counts[sentence][int(kind)] += 1
    tags[sentence][begin:end] = [int(kind)] * (end - begin)
kinds = sorted({kind for count in counts for kind in count})


def fits(count, types):
    return set(count).intersection(types) and not set(count).difference(types)


def filled(candidates, taken):
    found, places = Counter(), []
    while len(found) < WAYS or min(found.values()) < SHOTS:
        place = random.choice(candidates)
        if place in taken or place in places:
            continue
        count = counts[place]
        if all(count[kind] + found[kind] <= 2 * SHOTS for kind in count) and any(found[kind] < SHOTS for kind in count):
            found = Counter({kind: found[kind] + count[kind] for kind in set(found) | set(count) if found[kind] + count[kind] > 0})
            places.append(place)
    return places


def tensors(places, class_of):
    made = {"word": [], "mask": [], "label": []}
    for place in places:
        ids = [word_ids[word] for word in sentences[place]]
        mask = np.zeros(LENGTH, np.int32)
        mask[:len(ids)] = 1
        made["word"].append(torch.tensor(ids + [0] * (LENGTH - len(ids))).long())
        made["mask"].append(torch.tensor(mask).long())
        made["label"].append(torch.tensor([class_of[tag] for tag in tags[place]]).long())
    return {"word": torch.stack(made["word"]), "mask": torch.stack(made["mask"]), "label": made["label"]}


def episode():
    while True:
        types = random.sample(kinds, WAYS)
        candidates = [place for place, count in enumerate(counts) if fits(count, types)]
        if candidates:
            break
    support = filled(candidates, [])
    query = filled(candidates, support)
    class_of = {tag: i for i, tag in enumerate(["O"] + types)}
    return tensors(support, class_of), tensors(query, class_of)


serve_episodes(episode)
