"""A linear-chain conditional random field over sentences of one length: crf.py PEER CASE INPUTS THREADS.

CASE is `crf`, the mean loss and its gradient, or `viterbi`, the best paths. PEER is `pytorch-crf`, or `exact`: the same in float64.
"""
import sys

import torch
from safetensors.torch import load_file, save_file
from torchcrf import CRF

from side import serve

peer, case, path, threads = sys.argv[1:5]
torch.set_num_threads(int(threads))
dtype = torch.float64 if peer == "exact" else torch.float32
arrays = {name: value if name == "tags" else value.to(dtype) for name, value in load_file(path).items()}
scores, tags = arrays["scores"].requires_grad_(case == "crf"), arrays["tags"]
chain = CRF(scores.shape[2], batch_first=True).to(dtype)
with torch.no_grad():
    for name in ("transitions", "start_transitions", "end_transitions"):
        getattr(chain, name).copy_(arrays[name.replace("_transitions", "s")])
learned = {"scores": scores, "transitions": chain.transitions, "starts": chain.start_transitions, "ends": chain.end_transitions}
found = None


def run():
    global found
    if case == "viterbi":
        found = chain.decode(scores)
    else:
        found = torch.autograd.grad(-chain(scores, tags, reduction="mean"), list(learned.values()))


def write_result(file):
    if case == "viterbi":
        save_file({"tags": torch.tensor(found).flatten().to(torch.float32)}, file)
    else:
        save_file({name: value.contiguous() for name, value in zip(learned, found)}, file)


serve(run, write_result, version=torch.__version__)
