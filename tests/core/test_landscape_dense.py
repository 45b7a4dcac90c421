"""Dense layers' losses over a plane, against a plain float64 loop in numpy."""

import pickle
import tracemalloc
from unittest import mock

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from nnwidgets.core.landscape import _dense_pass
from nnwidgets.core.landscape._dense import DenseEvaluator
from nnwidgets.core.landscape._task import of_arrays
from nnwidgets.core.landscape.plane import Plane
from nnwidgets.core.parameters import Parameters
from nnwidgets.core.structure import mlp, read_stack
from tests.core import plain_loop

TOLERANCE = {torch.float32: 1e-6, torch.float64: 1e-12}


def evaluator(model, X, y, loss, plane, dtype=None):
    task = of_arrays(model, X, y, loss, dtype)
    stack = read_stack(task.model)
    assert stack is not None
    return DenseEvaluator(task, plane, stack)


def plane_of(model, directions):
    """Lay a plane whose axes are flat indices (named weights) or vectors."""
    origin = Parameters(model).read().astype(np.float64)
    vectors = np.zeros((2, origin.size))
    for vector, direction in zip(vectors, directions, strict=True):
        if np.ndim(direction) == 0:
            vector[direction], origin[direction] = 1, 0
        else:
            vector[:] = direction
    return Plane(origin, vectors, ("x", "y"), (0.0, 0.0))


def random_plane(model, seed=0, scale=0.5):
    size = Parameters(model).size
    return plane_of(model, np.random.default_rng(seed).normal(size=(2, size)) * scale)


def grid(nx, ny, low=-1.5, high=2.0):
    x, y = np.meshgrid(np.linspace(low, high, nx), np.linspace(low + 0.3, high, ny))
    return np.stack([x, y], -1).reshape(-1, 2)


def data(n, sizes, loss, seed=0):
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(n, sizes[0])).astype(np.float32)
    if loss == "cross_entropy":
        return X, rng.integers(0, sizes[-1], n)
    if loss == "bce":
        return X, rng.integers(0, 2, (n, sizes[-1])).astype(np.float32)
    return X, rng.normal(size=(n, sizes[-1])).astype(np.float32) + 2


def wanted(plane, points, sizes, activation, X, y, loss):
    def value(z):
        return plain_loop.LOSSES[loss](z, y)

    parts = (plane.origin, plane.directions, points, sizes, activation, X)
    return plain_loop.surface(*parts, value)


@st.composite
def cases(draw):
    loss = draw(st.sampled_from(["mse", "bce", "cross_entropy"]))
    hidden = draw(st.lists(st.integers(1, 9), max_size=3))
    outs = draw(st.integers(2, 4) if loss == "cross_entropy" else st.integers(1, 3))
    sizes = [draw(st.integers(1, 4)), *hidden, outs]
    model = mlp(sizes, draw(st.sampled_from(list(plain_loop.ACTIVATIONS))), seed=len(sizes))
    size = Parameters(model).size
    seeds = st.integers(0, 5).map(lambda seed: np.random.default_rng(seed).normal(size=size) / 2)
    axis = st.one_of(st.integers(0, size - 1), seeds)
    plane = plane_of(model, [draw(axis), draw(axis)])
    return model, sizes, loss, plane, draw(st.integers(1, 300))


def activation_of(model):
    names = {nn.Identity: "linear", nn.ReLU: "relu", nn.LeakyReLU: "leaky_relu", nn.ELU: "elu"}
    kind = type(model[1]) if len(model) > 1 else nn.Identity
    return names.get(kind, kind.__name__.lower())


@given(
    cases(), st.sampled_from([torch.float32, torch.float64]), st.sampled_from([1 << 10, 1 << 20])
)
@settings(max_examples=150)
def test_any_stack_and_plane_agree_with_a_plain_loop(case, dtype, budget):
    model, sizes, loss, plane, n = case
    X, y = data(n, sizes, loss)
    points = grid(7, 6)
    with mock.patch.object(_dense_pass, "_BYTES", budget):
        computed = evaluator(model, X, y, loss, plane, dtype).losses(points)
    expected = wanted(plane, points, sizes, activation_of(model), X, y, loss)
    np.testing.assert_allclose(computed, expected, rtol=TOLERANCE[dtype])


@pytest.mark.parametrize("dtype", TOLERANCE)
@pytest.mark.parametrize("sizes", [(1, 1, 1), (2, 2, 1), (2, 8, 8, 1)])
@pytest.mark.parametrize("axes", ["first and last", "first and first", "biases", "random"])
def test_the_networks_of_the_lessons(sizes, axes, dtype):
    model = mlp(list(sizes), seed=3)
    size = Parameters(model).size
    bias = sizes[0] * sizes[1]
    named = {
        "first and last": (0, size - 2),
        "first and first": (0, bias - 1),
        "biases": (bias, -1),
    }
    if axes == "random":
        plane = random_plane(model)
    elif len(set(named[axes])) == 1:  # 1-1-1 has one weight in its first layer
        plane = plane_of(model, (bias, 0))
    else:
        plane = plane_of(model, named[axes])
    X, y = data(400, sizes, "mse")
    points = grid(25, 23)
    computed = evaluator(model, X, y, "mse", plane, dtype).losses(points)
    expected = wanted(plane, points, sizes, "tanh", X, y, "mse")
    np.testing.assert_allclose(computed, expected, rtol=TOLERANCE[dtype])


@pytest.mark.parametrize("dtype", TOLERANCE)
def test_a_perfect_fit_keeps_its_digits(dtype):
    """Float32 has none left of a loss that is 1e-10 of the targets' squares: float64 is used."""
    model = mlp([2, 6, 1], seed=1)
    X, _ = data(300, (2, 6, 1), "mse")
    flat = Parameters(model).read().astype(np.float64)
    y = plain_loop.outputs(plain_loop.layers_of(flat, (2, 6, 1)), "tanh", X) + 100
    flat[-1] += 100
    Parameters(model).write([flat.size - 1], [flat[-1]])
    # Targets are rounded to the model's float32 before anything is computed.
    held = np.float32(y).astype(np.float64)
    for axes, centre in ((None, (0, 0)), ((0, flat.size - 2), (flat[0], flat[-2]))):
        plane = random_plane(model) if axes is None else plane_of(model, axes)
        points = grid(5, 5, -1e-3, 1e-3) + centre
        computed = evaluator(model, X, held, "mse", plane, dtype).losses(points)
        expected = wanted(plane, points, (2, 6, 1), "tanh", X, held, "mse")
        assert expected.min() < 1e-5
        rtol = 1e-6 if dtype == torch.float32 else 1e-9
        np.testing.assert_allclose(computed, expected, rtol=rtol)


def softmax_nll(z, y):
    return -np.log(plain_loop.softmax(z)[np.arange(len(z)), y]).mean()


HEADS = {
    ("sigmoid", "bce"): (nn.Sigmoid, 2, plain_loop.bce),
    ("sigmoid", "mse"): (nn.Sigmoid, 2, lambda z, y: plain_loop.mse(1 / (1 + np.exp(-z)), y)),
    ("softmax", "cross_entropy"): (lambda: nn.Softmax(1), 3, softmax_nll),
    ("log_softmax", "cross_entropy"): (lambda: nn.LogSoftmax(1), 3, softmax_nll),
    ("softmax", "mse"): (
        lambda: nn.Softmax(1),
        3,
        lambda z, y: plain_loop.mse(plain_loop.softmax(z), y),
    ),
}


@pytest.mark.parametrize("dtype", TOLERANCE)
@pytest.mark.parametrize(("head", "loss"), HEADS)
def test_heads(head, loss, dtype):
    module, outs, oracle = HEADS[head, loss]
    sizes = (2, 5, outs)
    model = nn.Sequential(*mlp(list(sizes), "silu", seed=0), module())
    X, y = data(150, sizes, loss)
    plane, points = random_plane(model), grid(8, 9)
    computed = evaluator(model, X, y, loss, plane, dtype).losses(points)
    parts = (plane.origin, plane.directions, points, sizes, "silu", X)
    expected = plain_loop.surface(*parts, lambda z: oracle(z, y))
    np.testing.assert_allclose(computed, expected, rtol=1e-6 if dtype == torch.float32 else 1e-11)


def test_soft_labels():
    model = mlp([2, 4, 1], seed=0)
    X, _ = data(50, (2, 4, 1), "bce")
    y = np.linspace(0, 1, 50, dtype=np.float32)
    plane, points = random_plane(model), grid(4, 4)
    computed = evaluator(model, X, y, "bce", plane).losses(points)
    expected = wanted(plane, points, (2, 4, 1), "tanh", X, y, "bce")
    np.testing.assert_allclose(computed, expected, rtol=1e-6)


def test_saturated_probabilities_are_bounded_as_torch_bounds_them():
    model = nn.Sequential(nn.Linear(1, 1), nn.Sigmoid())
    X = np.array([[-1.0], [1.0]], np.float32)
    y = np.array([1.0, 0.0], np.float32)
    plane = plane_of(model, (0, 1))
    computed = evaluator(model, X, y, "bce", plane).losses(np.array([[15.0, 0.0], [1000.0, 0.0]]))
    np.testing.assert_allclose(computed, [15 + np.log1p(np.exp(-15)), 100], rtol=1e-6)


def absolute(outputs, targets):
    return (outputs - targets).abs().mean()


def absolute_sum(outputs, targets):
    return (outputs - targets).abs().sum()


@pytest.mark.parametrize("dtype", TOLERANCE)
@pytest.mark.parametrize("budget", [1 << 10, 1 << 20])
@pytest.mark.parametrize(("loss", "times"), [(absolute, 1), (absolute_sum, 270)])
def test_a_callable_gets_all_outputs_at_once(loss, times, budget, dtype):
    sizes = (2, 5, 3)
    model = mlp(list(sizes), "relu", seed=0)
    X, y = data(90, sizes, "mse")
    plane, points = random_plane(model), grid(6, 5)
    with mock.patch.object(_dense_pass, "_BYTES", budget):
        computed = evaluator(model, X, y, loss, plane, dtype).losses(points)
    parts = (plane.origin, plane.directions, points, sizes, "relu", X)
    expected = plain_loop.surface(*parts, lambda z: np.abs(z - y).mean() * times)
    np.testing.assert_allclose(computed, expected, rtol=2e-6 if dtype == torch.float32 else 1e-12)


@pytest.mark.parametrize("dtype", TOLERANCE)
def test_infinite_and_undefined_losses_stay(dtype):
    """Weights of 1e20 overflow float32, not float64; of 1e120 their squares' squares do."""
    sizes = (2, 3, 1)
    model = mlp(list(sizes), "relu", seed=2)
    X, y = data(40, sizes, "mse")
    plane = random_plane(model)
    points = np.array([[1e20, 1.0], [0.5, 0.5], [1e120, 1e120], [np.inf, 0.0], [-1e12, 3.0]])
    computed = evaluator(model, X, y, "mse", plane, dtype).losses(points)
    expected = wanted(plane, points, sizes, "relu", X, y, "mse")
    assert np.isfinite(expected[[0, 1, 4]]).all()
    assert not np.isfinite(expected[[2, 3]]).any()
    np.testing.assert_array_equal(np.isfinite(computed), np.isfinite(expected))
    np.testing.assert_allclose(computed[[0, 1, 4]], expected[[0, 1, 4]], rtol=1e-6)
    assert np.isposinf(computed[2])


def test_x_goes_along_the_first_direction():
    model = nn.Sequential(nn.Linear(1, 1, bias=False), nn.Identity(), nn.Linear(1, 1, bias=False))
    plane = plane_of(model, (0, 1))
    computed = evaluator(model, [[1.0]], [0.0], "mse", plane).losses(np.array([[2.0, 3.0]]))
    assert computed == [36.0]
    first = plane_of(model, (0, np.array([0.0, 5.0])))
    computed = evaluator(model, [[1.0]], [0.0], "mse", first).losses(np.array([[2.0, 0.0]]))
    assert computed == pytest.approx([(2 * model[2].weight.item()) ** 2])


def test_a_line_and_unsorted_points():
    sizes = (2, 4, 4, 1)
    model = mlp(list(sizes), seed=5)
    X, y = data(60, sizes, "mse")
    points = np.random.default_rng(0).normal(size=(40, 2))
    points[20:, 1] = 0
    for directions in ((0, np.zeros(Parameters(model).size)), (30, 3), (3, 30)):
        plane = plane_of(model, directions)
        computed = evaluator(model, X, y, "mse", plane).losses(points)
        expected = wanted(plane, points, sizes, "tanh", X, y, "mse")
        np.testing.assert_allclose(computed, expected, rtol=1e-6)


def test_no_points_no_losses():
    model = mlp([1, 1], seed=0)
    assert evaluator(model, [[1.0]], [0.0], "mse", random_plane(model)).losses(
        np.empty((0, 2))
    ).shape == (0,)


def test_tied_layers():
    first, second = nn.Linear(3, 3), nn.Linear(3, 3)
    second.weight = first.weight
    model = nn.Sequential(first, nn.Tanh(), second)
    X, y = data(30, (3, 3), "mse")
    plane, points = random_plane(model), grid(5, 4)
    computed = evaluator(model, X, y, "mse", plane, torch.float64).losses(points)

    def cell(x, y_):
        flat = plane.point(x, y_)
        weight, biases = flat[:9].reshape(3, 3), flat[9:].reshape(2, 3)
        z = np.tanh(X.astype(np.float64) @ weight.T + biases[0]) @ weight.T + biases[1]
        return plain_loop.mse(z, y)

    np.testing.assert_allclose(computed, [cell(*point) for point in points], rtol=1e-12)


def test_it_travels_to_another_process():
    model = mlp([2, 3, 1], seed=0)
    X, y = data(20, (2, 3, 1), "bce")
    here = evaluator(model, X, y, "bce", random_plane(model))
    points = grid(4, 4)
    np.testing.assert_array_equal(
        pickle.loads(pickle.dumps(here)).losses(points), here.losses(points)
    )


def test_threads_and_model_are_left_as_they_were():
    model = mlp([2, 3, 1], seed=0)
    before = Parameters(model).read(), torch.get_num_threads(), torch.get_rng_state()
    computed = evaluator(model, *data(20, (2, 3, 1), "mse"), "mse", random_plane(model))
    assert 0 < computed.cost(100) < 10
    computed.losses(grid(3, 3))
    np.testing.assert_array_equal(Parameters(model).read(), before[0])
    assert torch.get_num_threads() == before[1]
    assert torch.equal(torch.get_rng_state(), before[2])


def test_pieces_stay_within_their_budget():
    """Numpy's own memory is what tracemalloc sees; torch's buffers are asked of the pass."""
    model = mlp([3, 200, 200, 2], seed=0)
    X, y = data(5000, (3, 200, 200, 2), "mse")
    computed = evaluator(model, X, y, "mse", random_plane(model))
    tracemalloc.start()
    computed.losses(grid(3, 3))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 8 << 20
    for each in (computed._exact, computed._fast):
        assert sum(b.numel() * b.element_size() for b in each.buffers()) <= 2 * _dense_pass._BYTES
