"""Episodes by learn2learn's documented procedure, its Cython files compiled: episodes.py INPUTS SOURCE."""
import importlib
import sys
import types

import numpy as np
import torch
from safetensors.numpy import load_file, save_file

from side import serve

path, root = sys.argv[1:3]
torch.set_num_threads(1)
for name in ("learn2learn", "learn2learn.data"):  # the package's own __init__ imports what no longer builds
    package = types.ModuleType(name)
    package.__path__ = [root + "/" + name.replace(".", "/")]
    sys.modules[name] = package
l2l = sys.modules["learn2learn"]
l2l.utils = importlib.import_module("learn2learn.utils")
l2l.data = sys.modules["learn2learn.data"]
meta_dataset = importlib.import_module("learn2learn.data.meta_dataset")
l2l.data.MetaDataset = meta_dataset.MetaDataset
task_dataset = importlib.import_module("learn2learn.data.task_dataset")
transforms = importlib.import_module("learn2learn.data.transforms")

arrays = load_file(path)
offsets, labels = arrays["offsets"], arrays["labels"]
lengths = np.diff(offsets)
# What a loader of texts gives: every text padded to the longest.
tokens = np.zeros((len(labels), lengths.max()), np.int64)
for i, (begin, end) in enumerate(zip(offsets, offsets[1:])):
    tokens[i, :end - begin] = arrays["ids"][begin:end]
tokens = torch.from_numpy(tokens)


class Texts(torch.utils.data.Dataset):
    def __len__(self):
        return len(labels)

    def __getitem__(self, i):
        return tokens[i], int(labels[i])


by_class = {int(label): np.flatnonzero(labels == label).tolist() for label in np.unique(labels)}
dataset = meta_dataset.MetaDataset(Texts(), labels_to_indices=by_class)
tasks = task_dataset.Taskset(dataset, task_transforms=[
    transforms.FusedNWaysKShots(dataset, n=5, k=20),
    transforms.LoadData(dataset),
    transforms.RemapLabels(dataset),
    transforms.ConsecutiveLabels(dataset),
])
last = None


def run():
    global last
    for _ in range(1000):
        x, y = tasks.sample()
        # Its tutorials split a task so: the first shots of each class adapt, the others answer.
        support = np.zeros(100, dtype=bool)
        support[(np.arange(5)[:, None] * 20 + np.arange(5)).ravel()] = True
        support = torch.from_numpy(support)
        last = x[support], y[support], x[~support], y[~support]


def write_result(file):
    save_file({"support": last[0].numpy(), "query": last[2].numpy()}, file)


serve(run, write_result)
