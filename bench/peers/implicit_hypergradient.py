"""The hypergradient of one penalty a feature at a logistic regression's solution: implicit_hypergradient.py PEER INPUTS THREADS.

PEER is `torchopt` or `jaxopt`, each by its own root differentiation and its conjugate gradient, or `exact`: NumPy in float64,
by as many iterations.
"""
import importlib.metadata
import sys

import numpy as np
from safetensors.numpy import load_file, save_file

from side import serve

peer, path, threads = sys.argv[1:4]
arrays = load_file(path)
iterations = int(arrays["iterations"])
found = None


def torchopt_run():
    import torch
    import torch.nn.functional as F
    import torchopt

    torch.set_num_threads(int(threads))
    x, y, other_x, other_y, penalty, solution = (
        torch.from_numpy(arrays[name]) for name in ("x", "y", "other_x", "other_y", "penalty", "solution"))
    penalty.requires_grad_()

    def inner_loss(w, penalty):
        return F.binary_cross_entropy_with_logits(x @ w, y) + torch.dot(penalty.exp(), w.square()) / 2

    solve = torchopt.linear_solve.solve_cg(rtol=0., atol=0., maxiter=iterations)

    @torchopt.diff.implicit.custom_root(torch.func.grad(inner_loss, argnums=0), argnums=1, solve=solve)
    def solved(start, penalty):
        return solution

    def run():
        loss = F.binary_cross_entropy_with_logits(other_x @ solved(solution, penalty), other_y)
        return torch.autograd.grad(loss, penalty)[0].numpy()

    return run, torchopt.__version__


def jaxopt_run():
    import jax
    import jax.numpy as jnp
    import jaxopt

    x, y, other_x, other_y, penalty, solution = (
        jnp.asarray(arrays[name]) for name in ("x", "y", "other_x", "other_y", "penalty", "solution"))

    def mean_loss(scores, y):
        return jnp.mean(jnp.maximum(scores, 0) - scores * y + jnp.log1p(jnp.exp(-jnp.abs(scores))))

    def inner_loss(w, penalty):
        return mean_loss(x @ w, y) + jnp.dot(jnp.exp(penalty), jnp.square(w)) / 2

    def solve(matvec, b):
        return jaxopt.linear_solve.solve_cg(matvec, b, maxiter=iterations, tol=0.)

    @jaxopt.implicit_diff.custom_root(jax.grad(inner_loss), solve=solve)
    def solved(start, penalty):
        return solution

    outer = jax.jit(jax.grad(lambda penalty: mean_loss(other_x @ solved(solution, penalty), other_y)))
    return lambda: np.asarray(jax.block_until_ready(outer(penalty))), importlib.metadata.version("jaxopt")


def exact_run():
    x, y, other_x, other_y, penalty, w = (
        arrays[name].astype(np.float64) for name in ("x", "y", "other_x", "other_y", "penalty", "solution"))

    def slope(x, y):
        return x.T @ (1 / (1 + np.exp(-x @ w)) - y) / len(y)

    def run():
        p = 1 / (1 + np.exp(-x @ w))
        curvature = p * (1 - p) / len(y)

        def times(v):
            return x.T @ (curvature * (x @ v)) + np.exp(penalty) * v

        v = slope(other_x, other_y)
        solution = np.zeros_like(v)
        residual, direction = v.copy(), v.copy()
        for _ in range(iterations):
            product = times(direction)
            size = residual @ residual
            step = size / (direction @ product)
            solution += step * direction
            residual = residual - step * product
            direction = residual + residual @ residual / size * direction
        return -np.exp(penalty) * w * solution

    return run, np.__version__


one_run, version = {"torchopt": torchopt_run, "jaxopt": jaxopt_run, "exact": exact_run}[peer]()


def run():
    global found
    found = one_run()


def write_result(file):
    save_file({"penalty": np.array(found, order="C")}, file)


serve(run, write_result, version=version)
