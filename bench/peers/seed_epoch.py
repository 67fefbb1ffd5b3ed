"""An epoch of the seed model in PyTorch: seed_epoch.py torch-adam|torch-sparse-adam INPUTS THREADS."""
import sys

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F
from safetensors.numpy import load_file, save_file

from side import serve

kind, path, threads = sys.argv[1:4]
sparse = kind == "torch-sparse-adam"
torch.set_num_threads(int(threads))
arrays = load_file(path)
ids, offsets = torch.from_numpy(arrays["ids"].astype(np.int64)), torch.from_numpy(arrays["offsets"])
labels = torch.from_numpy(arrays["labels"].astype(np.float32))
rows = int(ids.max()) + 1
lengths = offsets.diff()


class Seed(nn.Module):
    """The embedding is summed by EmbeddingBag: texts end to end need no padding, which is what PyTorch does fastest."""

    def __init__(self):
        super().__init__()
        self.embedding = nn.EmbeddingBag(rows, 128, mode="mean", sparse=sparse)
        self.output = nn.Linear(128, 1)
        nn.init.uniform_(self.embedding.weight, -0.05, 0.05)

    def forward(self, words, starts):
        return self.output(self.embedding(words, starts)).squeeze(-1)


model = None


def run():
    global model
    model = Seed()
    if sparse:
        optimisers = [torch.optim.SparseAdam(model.embedding.parameters(), lr=0.005),
                      torch.optim.Adam(model.output.parameters(), lr=0.005)]
    else:
        optimisers = [torch.optim.Adam(model.parameters(), lr=0.005)]
    order = torch.randperm(len(labels))
    for begin in range(0, len(labels), 32):
        batch = order[begin:begin + 32]
        length = lengths[batch]
        starts = torch.cumsum(length, 0) - length
        places = torch.arange(int(length.sum())) + torch.repeat_interleave(offsets[batch] - starts, length)
        for optimiser in optimisers:
            optimiser.zero_grad(set_to_none=True)
        F.binary_cross_entropy_with_logits(model(ids[places], starts), labels[batch]).backward()
        for optimiser in optimisers:
            optimiser.step()


def write_result(file):
    with torch.no_grad():
        right = []
        for text in [*range(1000), *range(len(labels) - 1000, len(labels))]:
            z = model(ids[offsets[text]:offsets[text + 1]], torch.zeros(1, dtype=torch.int64))
            right.append(float((z > 0) == (labels[text] > 0.5)))
    save_file({"accuracy": np.array(np.mean(right))}, file)


serve(run, write_result)
