"""One compiled meta-step in JAX: with_jax.py CASE INPUTS."""
import sys

import jax
import jax.numpy as jnp
import numpy as np
from safetensors.numpy import save_file

import inputs
from side import serve

case, path = sys.argv[1:3]
arrays, initial = inputs.read(path)
x, y = jnp.asarray(arrays["x"]), jnp.asarray(arrays["y"])
initial = [jnp.asarray(value) for value in initial]
support, steps, rate = int(arrays["support"]), int(arrays["steps"]), float(arrays["rate"])


def forward(p, x):
    if case == "embed":
        return (p[0][x].mean(-2) @ p[1] + p[2])[..., 0]
    if case == "cnn":
        layout = ("NCH", "OIH", "NCH")
        answers = jax.lax.conv_general_dilated(jnp.swapaxes(x, -1, -2), p[0], (1,), "SAME", dimension_numbers=layout)
        return jax.nn.relu(answers + p[1][:, None]).max(-1) @ p[2] + p[3]
    h = jax.nn.relu(x @ p[0] + p[1])
    return (jax.nn.relu(h @ p[2] + p[3]) @ p[4] + p[5])[..., 0]


def loss(z, y):
    if case == "embed":
        return jnp.mean(jnp.maximum(z, 0) - z * y + jnp.log1p(jnp.exp(-jnp.abs(z))))
    if case == "cnn":
        return -jnp.mean(jnp.take_along_axis(jax.nn.log_softmax(z), y[:, None], 1))
    return jnp.mean((z - y) ** 2)


def one(p, x, y):
    def step(p, _):
        g = jax.grad(lambda p: loss(forward(p, x[:support]), y[:support]))(p)
        return [value - rate * slope for value, slope in zip(p, g)], None

    p, _ = jax.lax.scan(step, p, None, length=steps)
    return loss(forward(p, x[support:]), y[support:])


meta_gradient = jax.jit(jax.grad(lambda p: jax.vmap(lambda x, y: one(p, x, y))(x, y).mean()))
found = None


def run():
    global found
    found = jax.block_until_ready(meta_gradient(initial))


def write_result(file):
    save_file({f"param{i}": np.ascontiguousarray(value) for i, value in enumerate(found)}, file)


serve(run, write_result, version=jax.__version__)
