"""A bidirectional LSTM over texts of one length, forward and first backward: lstm.py PEER INPUTS THREADS.

PEER is `torch-lstm`, PyTorch's own `nn.LSTM`, or `exact`: the same in float64.
"""
import sys

import torch
from safetensors.torch import load_file, save_file

from side import serve

peer, path, threads = sys.argv[1:4]
torch.set_num_threads(int(threads))
dtype = torch.float64 if peer == "exact" else torch.float32
arrays = {name: value.to(dtype) for name, value in load_file(path).items()}
x, towards = arrays["x"].requires_grad_(), arrays["towards"]
numbers, hidden = x.shape[2], arrays["recurrent"].shape[1]
net = torch.nn.LSTM(numbers, hidden, batch_first=True, bidirectional=True, dtype=dtype)
with torch.no_grad():
    for direction, suffix in enumerate(["", "_reverse"]):
        getattr(net, f"weight_ih_l0{suffix}").copy_(arrays["input"][direction].T)
        getattr(net, f"weight_hh_l0{suffix}").copy_(arrays["recurrent"][direction].T)
        getattr(net, f"bias_ih_l0{suffix}").copy_(arrays["gates"][direction])
        getattr(net, f"bias_hh_l0{suffix}").zero_().requires_grad_(False)
learned = [x] + [getattr(net, f"{name}_l0{suffix}") for name in ("weight_ih", "weight_hh", "bias_ih") for suffix in ("", "_reverse")]
found = None


def run():
    global found
    states, _ = net(x)
    found = torch.autograd.grad(states, learned, towards)


def write_result(file):
    of_x, *rest = found
    save_file({"x": of_x.contiguous(), "input": torch.stack([rest[0].T, rest[1].T]).contiguous(),
               "recurrent": torch.stack([rest[2].T, rest[3].T]).contiguous(), "gates": torch.stack(rest[4:]).contiguous()}, file)


serve(run, write_result, version=torch.__version__)
