"""The loss surface that an exported page computes, against nnw.loss_surface and numpy."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from torch import nn

import nnwidgets as nnw
from nnwidgets.core.landscape.directions import principal_directions
from nnwidgets.core.problem import Problem
from nnwidgets.widgets import _pack

ENTRY = "surface-cli"

HEADS = {
    "mse": (nn.Identity, 2, lambda n: torch.randn(n, 2)),
    "half_mse": (nn.Tanh, 1, lambda n: torch.randn(n, 1)),
    "bce": (nn.Sigmoid, 1, lambda n: torch.randint(2, (n, 1)).float()),
    "cross_entropy": (nn.Identity, 3, lambda n: torch.randint(3, (n,))),
}


@pytest.mark.parametrize("loss", list(HEADS))
@given(
    hidden=st.lists(st.integers(1, 6), min_size=1, max_size=2),
    activation=st.sampled_from(["tanh", "relu", "softplus"]),
    places=st.tuples(st.integers(0, 10**6), st.integers(0, 10**6)),
    dtype=st.sampled_from([torch.float32, torch.float64]),
    seed=st.integers(0, 2**31),
)
@settings(max_examples=10)
def test_every_cell_agrees(browser, loss, hidden, activation, places, dtype, seed) -> None:
    torch.manual_seed(seed)
    head, outputs, targets = HEADS[loss]
    stack = nnw.mlp([2, *hidden, outputs], activation, dtype=dtype)
    model = nn.Sequential(*stack, head())
    X, y = torch.randn(12, 2, dtype=dtype), targets(12)
    y = y.to(dtype) if y.is_floating_point() else y
    problem = Problem(model, X, y, loss=loss)
    size = problem.parameters.size
    first, second = (problem.parameters.reference(place % size) for place in places)
    assume(first != second)
    across, up = np.linspace(-2, 2, 5), np.linspace(-1.5, 3, 4)
    ranges = ((-2, 2), (-1.5, 3))
    grid = nnw.loss_surface(problem, axes=(first, second), ranges=ranges, resolution=(5, 4))
    answer = browser.ask(
        "grid",
        spec=_pack.spec(problem, None),
        params=problem.parameters.read().astype(float).tolist(),
        X=X.double().flatten().tolist(),
        y=y.double().flatten().tolist(),
        n=12,
        k=1 if y.ndim == 1 else y.shape[1],
        axes=[first, second],
        across=across.tolist(),
        up=up.tolist(),
    )
    close = 1e-4 if dtype == torch.float32 else 1e-9
    np.testing.assert_allclose(answer["z"], grid.z, rtol=close, atol=close)
    assert answer["names"] == [first, second]
    plane = grid.plane
    np.testing.assert_allclose(answer["origin"], plane.origin)
    np.testing.assert_allclose(answer["directions"], plane.directions)
    np.testing.assert_allclose(answer["centre"], plane.centre)
    np.testing.assert_allclose(answer["ranges"], plane.ranges)


@given(st.integers(3, 40), st.integers(2, 30), st.integers(0, 2**31))
@settings(max_examples=40)
def test_principal_directions_are_those_of_numpy(browser, rows, size, seed) -> None:
    generator = np.random.default_rng(seed)
    scale = 2.0 ** -np.arange(size)  # so that no two directions are as likely
    flats = generator.standard_normal((rows, size)) * scale
    answer = browser.ask("principal", flats=flats.tolist())
    directions, explained = principal_directions(flats)
    away = flats - flats[-1]
    values = np.linalg.svd(away, compute_uv=False)
    assume(values[1] < 0.99 * values[0])
    assume(len(values) < 3 or values[2] < 0.99 * values[1])
    np.testing.assert_allclose(answer["directions"], directions, atol=1e-6)
    np.testing.assert_allclose(answer["explained"], explained, atol=1e-9)


def test_vectors_on_a_line_span_no_plane(browser) -> None:
    flats = [[float(i), 2.0 * i, 0.0] for i in range(5)]
    assert browser.ask("principal", flats=flats) is None
