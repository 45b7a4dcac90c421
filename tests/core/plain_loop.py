"""A loss surface computed cell after cell in numpy's float64, as an oracle."""

import itertools
import math

import numpy as np

ERF = np.vectorize(math.erf)

ACTIVATIONS = {
    "linear": lambda z: z,
    "tanh": np.tanh,
    "sigmoid": lambda z: 1 / (1 + np.exp(-z)),
    "relu": lambda z: np.maximum(z, 0),
    "leaky_relu": lambda z: np.where(z > 0, z, 0.01 * z),
    "elu": lambda z: np.where(z > 0, z, np.exp(np.minimum(z, 0)) - 1),
    "gelu": lambda z: z / 2 * (1 + ERF(z / math.sqrt(2))),
    "silu": lambda z: z / (1 + np.exp(-z)),
    # torch's module is z itself past 20, which is all but the same to nine digits.
    "softplus": lambda z: np.where(z > 20, z, np.logaddexp(0, z)),
    "sine": np.sin,
}


def softmax(z):
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def mse(z, y):
    return ((z - y.reshape(z.shape)) ** 2).mean()


def bce(z, y):
    y = y.reshape(z.shape)
    return (y * np.logaddexp(0, -z) + (1 - y) * np.logaddexp(0, z)).mean()


def cross_entropy(z, y):
    rows = np.arange(len(z))
    others = z - z[rows, y][:, None]
    others[rows, y] = -np.inf
    return np.logaddexp(0, np.logaddexp.reduce(others, axis=1)).mean()


LOSSES = {"mse": mse, "bce": bce, "cross_entropy": cross_entropy}


def outputs(layers, activation, X):
    """Return the last layer's values; ``layers`` are pairs of weight and bias."""
    h = X.astype(np.float64)
    for i, (weight, bias) in enumerate(layers):
        h = h @ weight.T + bias
        if i < len(layers) - 1:
            h = ACTIVATIONS[activation](h)
    return h


def layers_of(flat, sizes):
    """Cut a flat vector into weights and biases, in the order of named_parameters()."""
    layers, start = [], 0
    for ins, outs in itertools.pairwise(sizes):
        weight = flat[start : start + ins * outs].reshape(outs, ins)
        start += ins * outs
        layers.append((weight, flat[start : start + outs]))
        start += outs
    assert start == len(flat)
    return layers


def surface(origin, directions, points, sizes, activation, X, loss):
    """Return ``loss(z)`` of the last layer's values at each of ``points``."""
    cells = []
    with np.errstate(all="ignore"):
        for x, y in points:
            flat = origin + x * directions[0] + y * directions[1]
            cells.append(loss(outputs(layers_of(flat, sizes), activation, X)))
    return np.array(cells)
