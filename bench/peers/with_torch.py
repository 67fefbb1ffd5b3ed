"""One meta-step in PyTorch, as a user of each library writes it: with_torch.py PEER CASE INPUTS THREADS SOURCE.

The peer `exact` is PyTorch alone in float64: the gradient that every side's is measured against.
"""
import importlib
import sys
import types

import torch
import torch.nn as nn
import torch.nn.functional as F
from safetensors.torch import save_file
from torch.func import grad, vmap

import inputs
from side import serve

peer, case, path, threads = sys.argv[1:5]
torch.set_num_threads(int(threads))
arrays, initial = inputs.read(path)
x, y = torch.from_numpy(arrays["x"]), torch.from_numpy(arrays["y"])
initial = [torch.from_numpy(value) for value in initial]
if peer == "exact":
    x, y = (value.double() if value.is_floating_point() else value for value in (x, y))
    initial = [value.double() for value in initial]
support, steps, rate = int(arrays["support"]), int(arrays["steps"]), float(arrays["rate"])
tasks = x.shape[0]


def forward(p, x):
    if case == "embed":
        return (F.embedding(x, p[0]).mean(-2) @ p[1] + p[2]).squeeze(-1)
    if case == "cnn":
        answers = F.conv1d(x.transpose(-1, -2), p[0], p[1], padding=1)
        return torch.relu(answers).amax(-1) @ p[2] + p[3]
    h = torch.relu(x @ p[0] + p[1])
    return (torch.relu(h @ p[2] + p[3]) @ p[4] + p[5]).squeeze(-1)


loss = {"embed": F.binary_cross_entropy_with_logits, "cnn": F.cross_entropy, "mlp": F.mse_loss}[case]


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.p = nn.ParameterList([nn.Parameter(value.clone()) for value in initial])

    def forward(self, x):
        return forward(list(self.p), x)


def support_loss(model, task):
    return loss(model(x[task, :support]), y[task, :support])


def query_loss(model, task):
    return loss(model(x[task, support:]), y[task, support:]) / tasks


def learn2learn_step(net):
    maml = peer_library.MAML(net, lr=rate, first_order=False)
    for task in range(tasks):
        learner = maml.clone()
        for _ in range(steps):
            learner.adapt(support_loss(learner, task))
        query_loss(learner, task).backward()


def higher_step(net):
    inner = torch.optim.SGD(net.parameters(), lr=rate)
    for task in range(tasks):
        with peer_library.innerloop_ctx(net, inner, copy_initial_weights=False) as (fast, optimiser):
            for _ in range(steps):
                optimiser.step(support_loss(fast, task))
            query_loss(fast, task).backward()


def torchopt_step(net):
    inner = peer_library.MetaSGD(net, lr=rate)
    start = peer_library.extract_state_dict(net, by="reference")
    inner_start = peer_library.extract_state_dict(inner)
    for task in range(tasks):
        for _ in range(steps):
            inner.step(support_loss(net, task))
        query_loss(net, task).backward()
        peer_library.recover_state_dict(net, start)
        peer_library.recover_state_dict(inner, inner_start)


def func_step(net):
    def one(p, x, y):
        start = p
        for _ in range(steps):
            g = grad(lambda p: loss(forward(p, x[:support]), y[:support]))(p)
            p = [value - rate * slope for value, slope in zip(p, g)]
        return loss(forward(p, x[support:]), y[support:])

    start = [value.detach() for value in net.p]
    found = grad(lambda p: vmap(lambda x, y: one(p, x, y))(x, y).mean())(start)
    for parameter, slope in zip(net.p, found):
        parameter.grad = slope


def exact_step(net):
    for task in range(tasks):
        p = list(net.p)
        for _ in range(steps):
            g = torch.autograd.grad(loss(forward(p, x[task, :support]), y[task, :support]), p, create_graph=True)
            p = [value - rate * slope for value, slope in zip(p, g)]
        (loss(forward(p, x[task, support:]), y[task, support:]) / tasks).backward()


def learn2learn_library():
    """MAML out of the unpacked source: the package's own __init__ imports what no longer builds."""
    root = sys.argv[5]
    for name in ("learn2learn", "learn2learn.algorithms"):
        package = types.ModuleType(name)
        package.__path__ = [root + "/" + name.replace(".", "/")]
        sys.modules[name] = package
    utils = importlib.import_module("learn2learn.utils")
    for name in ("clone_module", "update_module", "clone_parameters"):
        setattr(sys.modules["learn2learn"], name, getattr(utils, name))
    return importlib.import_module("learn2learn.algorithms.maml")


step = {"exact": exact_step, "learn2learn": learn2learn_step, "higher": higher_step, "torchopt": torchopt_step,
        "func": func_step}[peer]
if peer == "learn2learn":
    peer_library = learn2learn_library()
elif peer not in ("func", "exact"):
    peer_library = importlib.import_module(peer)
net = Net()


def run():
    net.zero_grad(set_to_none=True)
    step(net)


def write_result(file):
    save_file({f"param{i}": parameter.grad.contiguous() for i, parameter in enumerate(net.p)}, file)


version = torch.__version__ if peer in ("func", "exact") else getattr(peer_library, "__version__", "0.2.0")
serve(run, write_result, version=version)
