"""What the browser says of units, against torch and NumPy."""

import numpy as np
import pytest
import torch

import nnwidgets as nnw
from nnwidgets.core.problem import Problem
from nnwidgets.widgets import _pack
from tests.js_process import Browser

#: What the fixture `browser` runs.
ENTRY = "units-cli"

LIMITS = {"slope": 0.05, "share": 0.9, "dead": 1.0}


def problem_of(sizes: list[int], activation: str, n: int = 200, seed: int = 0) -> Problem:
    rng = np.random.default_rng(seed)
    X = 2 * rng.normal(size=(n, sizes[0]))
    y = rng.integers(0, max(2, sizes[-1]), n)
    model = nnw.mlp(sizes, activation=activation, seed=seed).double()
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.mul_(2)
        model[0].bias[0] = -50 if activation == "relu" else 9  # the first unit is dead or saturated
    return Problem(model, X, y)


def layer_of(problem: Problem, index: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Z and a, each (n, units), by torch alone; z needs a gradient."""
    x = torch.tensor(problem.data.X).double()
    modules = list(problem.model)
    with torch.no_grad():
        for module in modules[: 2 * index]:
            x = module(x)
    z = modules[2 * index](x).detach().requires_grad_()
    return z, modules[2 * index + 1](z)


def ask(browser: Browser, problem: Problem, layer: int, sample: int = 7) -> dict:
    return browser.ask(
        "units",
        spec=_pack.spec(problem, None),
        params=problem.parameters.read().tolist(),
        X=problem.data.X.ravel().tolist(),
        y=problem.data.y.ravel().tolist(),
        n=len(problem.data.X),
        layer=layer,
        sample=sample,
        limits=LIMITS,
    )


@pytest.mark.parametrize("activation", ["relu", "tanh", "sigmoid", "elu", "gelu", "silu"])
@pytest.mark.parametrize("sizes", [[2, 2, 1], [5, 64, 7, 10]])
def test_statistics_agree_with_torch(browser: Browser, sizes: list[int], activation: str) -> None:
    problem = problem_of(sizes, activation)
    for layer in range(len(sizes) - 2):
        z, a = layer_of(problem, layer)
        slopes = torch.autograd.grad(a.sum(), z)[0]
        got = ask(browser, problem, layer)
        assert got["rows"] == list(range(200))
        np.testing.assert_allclose(got["mean"], a.mean(0).detach(), atol=1e-9)
        np.testing.assert_allclose(got["sd"], a.std(0, correction=0).detach(), atol=1e-9)
        np.testing.assert_allclose(got["min"], a.min(0).values.detach(), atol=1e-9)
        np.testing.assert_allclose(got["max"], a.max(0).values.detach(), atol=1e-9)
        np.testing.assert_allclose(got["on"], (z > 0).double().mean(0))
        np.testing.assert_allclose(got["a"], a[7].detach(), atol=1e-9)
        assert got["patterns"] == len(torch.unique(z > 0, dim=0))
        if activation == "relu":
            dead = (a == 0).all(0).tolist()
            assert got["verdicts"] == ["dead" if each else None for each in dead]
            assert layer > 0 or dead[0]
        else:
            flat = (slopes.abs() < 0.05).double().mean(0)
            np.testing.assert_allclose(got["flat"], flat)
            said = [each > 0.9 for each in flat.tolist()]
            assert got["verdicts"] == ["saturated" if each else None for each in said]


def test_histograms_agree_with_numpy(browser: Browser) -> None:
    problem = problem_of([3, 6, 4], "tanh")
    _, a = layer_of(problem, 0)
    got = ask(browser, problem, 0)
    counts = np.array(got["counts"]).reshape(6, 16, got["groups"])
    y = problem.data.y.ravel()
    for unit in range(6):
        for group in range(got["groups"]):
            values = a[:, unit].detach().numpy()[y == group]
            expected, _ = np.histogram(values, bins=16, range=(-1, 3))
            assert counts[unit, :, group].tolist() == expected.tolist()


def test_rows_are_bounded_where_all_would_take_too_long(browser: Browser) -> None:
    problem = problem_of([784, 64, 32, 10], "relu", n=2000)
    got = ask(browser, problem, 0, sample=1234)
    rows = np.array(got["rows"])
    assert 200 < len(rows) < 400
    assert (np.diff(rows) > 0).all()
    z, a = layer_of(problem, 0)
    np.testing.assert_allclose(got["mean"], a[rows].mean(0).detach(), atol=1e-9)
    np.testing.assert_allclose(got["a"], a[1234].detach(), atol=1e-9)  # among them or not
    assert got["patterns"] == len(torch.unique(z[rows] > 0, dim=0))
