"""The hypergradient of Adam's learning rate through all steps: unrolled_hypergradient.py PEER INPUTS THREADS.

PEER is `higher` or `torchopt`, each as its users write it, or `exact`: PyTorch alone, in float64.
"""
import importlib
import sys

import torch
import torch.nn as nn
import torch.nn.functional as F
from safetensors.torch import save_file

import inputs
from side import serve

peer, path, threads = sys.argv[1:4]
torch.set_num_threads(int(threads))
arrays, initial = inputs.read(path)
x, y = torch.from_numpy(arrays["x"]), torch.from_numpy(arrays["y"])
dtype = torch.float64 if peer == "exact" else torch.float32
initial = [torch.from_numpy(value).to(dtype) for value in initial]
y = y.to(dtype)
steps = len(x) - 1
rate = torch.tensor(float(arrays["rate"]), dtype=dtype, requires_grad=True)


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.p = nn.ParameterList([nn.Parameter(value.clone()) for value in initial])

    def forward(self, x):
        return score(list(self.p), x)


def score(p, x):
    return (F.embedding(x, p[0]).mean(-2) @ p[1] + p[2]).squeeze(-1)


def loss(scores, step):
    return F.binary_cross_entropy_with_logits(scores, y[step])


def higher_run():
    net = Net()
    inner = torch.optim.Adam(net.parameters(), lr=0.01)
    with library.innerloop_ctx(net, inner, override={"lr": [rate]}) as (fast, optimiser):
        for step in range(steps):
            optimiser.step(loss(fast(x[step]), step))
        return torch.autograd.grad(loss(fast(x[steps]), steps), rate)[0]


def torchopt_run():
    net = Net()
    # Rows without a gradient need eps_root: the root's derivative at zero is infinite.
    inner = library.MetaAdam(net, lr=lambda count: rate, eps_root=1e-24)
    for step in range(steps):
        inner.step(loss(net(x[step]), step))
    return torch.autograd.grad(loss(net(x[steps]), steps), rate)[0]


def exact_run():
    p = [value.clone().requires_grad_() for value in initial]
    first, second = [torch.zeros_like(v) for v in p], [torch.zeros_like(v) for v in p]
    for step in range(steps):
        g = torch.autograd.grad(loss(score(p, x[step]), step), p, create_graph=True)
        first = [.9 * m + .1 * v for m, v in zip(first, g)]
        second = [.999 * s + .001 * v * v for s, v in zip(second, g)]
        for i, (m, s) in enumerate(zip(first, second)):
            root = torch.where(s > 0, s, torch.ones_like(s)).sqrt() * (s > 0)
            move = m / (1 - .9 ** (step + 1)) / (root / (1 - .999 ** (step + 1)) ** .5 + 1e-8)
            p[i] = p[i] - rate * move
    return torch.autograd.grad(loss(score(p, x[steps]), steps), rate)[0]


library = None if peer == "exact" else importlib.import_module(peer)
one_run = {"higher": higher_run, "torchopt": torchopt_run, "exact": exact_run}[peer]
found = None


def run():
    global found
    found = one_run()


def write_result(file):
    save_file({"learning_rate": found.detach().reshape(1).contiguous()}, file)


serve(run, write_result, version=getattr(library, "__version__", torch.__version__))
