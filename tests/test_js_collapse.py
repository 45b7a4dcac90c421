"""Collapsed networks, local affine maps and linear regions in the browser, against torch."""

from collections.abc import Iterator

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import nn

import nnwidgets as nnw
from nnwidgets.core.problem import Problem
from nnwidgets.widgets import _pack
from tests.js_process import Browser, build

NAMES = ["tanh", "sigmoid", "relu", "leaky_relu", "elu", "gelu", "silu", "softplus"]


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    bundle = tmp_path_factory.mktemp("js") / "collapse-cli.mjs"
    build(bundle, "collapse-cli")
    browser = Browser(bundle)
    yield browser
    browser.close()


class Blend(nn.Module):
    """(1 - share) f(z) + share z."""

    def __init__(self, f: nn.Module, share: float) -> None:
        super().__init__()
        self.f, self.share = f, share

    def forward(self, z: torch.Tensor) -> torch.Tensor:
        return (1 - self.share) * self.f(z) + self.share * z


def problem_of(sizes: list[int], activation: str, seed: int) -> Problem:
    model = nnw.mlp(sizes, activation=activation, seed=seed).double()
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.mul_(2)
    X = np.random.default_rng(seed).normal(size=(8, sizes[0]))
    return Problem(model, X, np.zeros((8, sizes[-1])), loss="mse")


def blend(problem: Problem, shares: list[float]) -> nn.Sequential:
    """Return the model with every hidden activation blended, by torch alone."""
    modules = list(problem.model)
    for place, share in zip(range(1, len(modules), 2), shares, strict=False):
        modules[place] = Blend(modules[place], share)
    return nn.Sequential(*modules)


def ask(browser: Browser, kind: str, problem: Problem, alpha: object, **more: object) -> dict:
    return browser.ask(
        kind,
        spec=_pack.spec(problem, None),
        params=problem.parameters.read().tolist(),
        alpha=alpha,
        **more,
    )


@st.composite
def networks(draw: st.DrawFn, names: list[str] = NAMES, inputs: int = 4) -> Problem:
    hidden = draw(st.lists(st.integers(1, 6), min_size=1, max_size=3), label="hidden")
    sizes = [draw(st.integers(1, inputs)), *hidden, draw(st.integers(1, 3))]
    return problem_of(sizes, draw(st.sampled_from(names)), draw(st.integers(0, 2**20)))


def shares_of(data: st.DataObject, problem: Problem) -> list[float]:
    count = len(problem.model) // 2
    share = st.one_of(st.just(0.0), st.just(1.0), st.floats(0, 1))
    return data.draw(st.lists(share, min_size=count, max_size=count), label="shares")


@given(networks(), st.data())
def test_the_map_around_an_input_is_autograds_jacobian(
    browser: Browser, problem: Problem, data: st.DataObject
) -> None:
    shares = shares_of(data, problem)
    x = torch.tensor(problem.data.X[0])
    model = blend(problem, shares)
    answer = ask(browser, "affine", problem, shares, x=x.tolist())
    jacobian = torch.func.jacrev(model)(x)
    weight = torch.tensor(answer["tangent"]["weight"], dtype=torch.float64)
    torch.testing.assert_close(
        weight.reshape(jacobian.shape), jacobian.detach(), rtol=1e-9, atol=1e-9
    )
    bias = torch.tensor(answer["tangent"]["bias"], dtype=torch.float64)
    there = jacobian @ x + bias
    torch.testing.assert_close(there.detach(), model(x).detach(), rtol=1e-9, atol=1e-9)


@given(networks())
def test_a_network_made_linear_is_the_map_it_collapses_to(
    browser: Browser, problem: Problem
) -> None:
    answer = ask(browser, "affine", problem, 1, x=problem.data.X[0].tolist())
    linears = list(problem.model)[::2]
    X = torch.tensor(problem.data.X)
    for count, found in enumerate(answer["collapsed"], start=1):
        wanted = nn.Sequential(*linears[:count])(X).detach()
        weight = torch.tensor(found["weight"], dtype=torch.float64).reshape(-1, X.shape[1])
        bias = torch.tensor(found["bias"], dtype=torch.float64)
        torch.testing.assert_close(X @ weight.T + bias, wanted, rtol=1e-9, atol=1e-9)
    last = answer["collapsed"][-1]
    np.testing.assert_allclose(answer["tangent"]["weight"], last["weight"], rtol=1e-9, atol=1e-9)
    np.testing.assert_allclose(answer["tangent"]["bias"], last["bias"], rtol=1e-9, atol=1e-9)


def test_the_chain_of_the_article_collapses_to_its_product(browser: Browser) -> None:
    betas, biases = np.random.default_rng(5).uniform(-3, 3, (2, 5))
    linears = []
    for beta, bias in zip(betas, biases, strict=True):
        linear = nn.Linear(1, 1).double()
        nn.init.constant_(linear.weight, beta)
        nn.init.constant_(linear.bias, bias)
        linears += [linear, nn.Tanh()]
    problem = Problem(nn.Sequential(*linears[:-1]), [[0.0], [1.0]], [0.0, 1.0], loss="mse")
    last = ask(browser, "affine", problem, 1, x=[0.0])["collapsed"][-1]
    intercept = 0.0
    for beta, bias in zip(betas, biases, strict=True):
        intercept = beta * intercept + bias
    assert last["weight"] == pytest.approx([np.prod(betas)], rel=1e-12)
    assert last["bias"] == pytest.approx([intercept], rel=1e-12)


EXTENT = [-2.0, 2.5, -1.5, 3.0]


def patterns(model: nn.Sequential, X: torch.Tensor, shares: list[float]) -> torch.Tensor:
    """Which units are on, (n, all units whose kink is left), by torch alone."""
    signs, x = [], X
    with torch.no_grad():
        for index, module in enumerate(model):
            x = module(x)
            if index % 2 == 0 and index < len(model) - 1 and shares[index // 2] < 1:
                signs.append(x > 0)
    return torch.cat(signs, dim=1) if signs else torch.ones(len(X), 1)


def area(corners: list[list[float]]) -> float:
    x, y = np.array(corners).T
    return 0.5 * abs(x @ np.roll(y, -1) - y @ np.roll(x, -1))


def regions(browser: Browser, problem: Problem, shares: list[float], fixed: list[float]) -> dict:
    axes = [0, 1] if problem.inputs > 1 else [0]
    return ask(browser, "regions", problem, shares, axes=axes, fixed=fixed, extent=EXTENT)


@given(networks(names=["relu", "leaky_relu"]), st.data())
def test_linear_regions_are_those_in_which_the_same_units_are_on(
    browser: Browser, problem: Problem, data: st.DataObject
) -> None:
    shares = shares_of(data, problem)
    fixed = problem.data.X[1].tolist()
    found = regions(browser, problem, shares, fixed)
    assert found["complete"]
    whole = (EXTENT[1] - EXTENT[0]) * (EXTENT[3] - EXTENT[2])
    assert sum(map(area, found["corners"])) == pytest.approx(whole, rel=1e-9)

    def rows(points: np.ndarray) -> torch.Tensor:
        X = np.tile(fixed, (len(points), 1))
        X[:, : min(2, problem.inputs)] = points[:, : min(2, problem.inputs)]
        return torch.tensor(X)

    # A pattern's region is convex: as many regions as patterns, and no pattern is missed.
    kept = [corners for corners in found["corners"] if area(corners) > 1e-9 * whole]
    model = blend(problem, shares)
    inside = patterns(model, rows(np.array([np.mean(corners, axis=0) for corners in kept])), shares)
    assert len(inside.unique(dim=0)) == len(kept)
    grid = np.stack(
        np.meshgrid(np.linspace(*EXTENT[:2], 41), np.linspace(*EXTENT[2:], 43)), axis=-1
    ).reshape(-1, 2)
    everywhere = patterns(model, rows(grid + 1e-7), shares)
    together = torch.cat([inside, everywhere]).unique(dim=0)
    # Of slivers, a grid's point may lie in one that rounding decides about.
    assert len(together) <= len(found["corners"]) + 1


def test_one_layer_parts_a_plane_as_its_lines_do(browser: Browser) -> None:
    """Three lines in general position, all crossings in sight: 1 + 3 + 3 regions."""
    model = nn.Sequential(nn.Linear(2, 3), nn.ReLU(), nn.Linear(3, 1)).double()
    with torch.no_grad():
        model[0].weight.copy_(torch.tensor([[1.0, 0.1], [0.1, 1.0], [1.0, 1.0]]))
        model[0].bias.copy_(torch.tensor([0.0, 0.0, -0.8]))
    problem = Problem(model, [[0.0, 0.0]], [[0.0]], loss="mse")
    assert len(regions(browser, problem, [0.0], [0.0, 0.0])["corners"]) == 7
    assert len(regions(browser, problem, [1.0], [0.0, 0.0])["corners"]) == 1


def test_a_smooth_network_has_no_linear_regions_until_it_is_linear(browser: Browser) -> None:
    problem = problem_of([2, 3, 1], "tanh", 0)
    assert regions(browser, problem, [0.5], [0.0, 0.0]) is None
    assert len(regions(browser, problem, [1.0], [0.0, 0.0])["corners"]) == 1


def test_more_regions_than_there_is_time_for_are_not_all_counted(browser: Browser) -> None:
    problem = problem_of([2, 64, 64, 1], "relu", 1)
    found = regions(browser, problem, [0.0, 0.0], [0.0, 0.0])
    assert not found["complete"]
    assert len(found["corners"]) <= 2000


@given(st.integers(1, 12), st.integers(2, 12), st.integers(1, 3), st.integers(0, 999))
def test_what_no_plane_explains_is_what_least_squares_leaves(
    browser: Browser, ny: int, nx: int, k: int, seed: int
) -> None:
    rng = np.random.default_rng(seed)
    values = rng.normal(size=(ny * nx, k))
    labels = rng.integers(0, 2, ny * nx)
    answer = browser.ask(
        "grid", values=values.ravel().tolist(), labels=labels.tolist(), size=[nx, ny], k=k
    )
    y, x = np.mgrid[:ny, :nx].reshape(2, -1)
    design = np.stack([np.ones_like(x), x, y], axis=1).astype(float)
    fitted = design @ np.linalg.lstsq(design, values, rcond=None)[0]
    total = ((values - values.mean(axis=0)) ** 2).sum()
    assert answer["bend"] == pytest.approx(((values - fitted) ** 2).sum() / total, abs=1e-9)
    assert answer["areas"] == components(labels.reshape(ny, nx))


def components(labels: np.ndarray) -> int:
    """Count connected areas by spreading the largest number in each."""
    names = np.arange(labels.size).reshape(labels.shape)
    while True:
        before = names.copy()
        for axis in (0, 1):
            for step in (1, -1):
                moved, their = np.roll(names, step, axis), np.roll(labels, step, axis)
                edge = np.zeros(labels.shape, bool)
                place = [slice(None)] * 2
                place[axis] = slice(0, 1) if step == 1 else slice(-1, None)
                edge[tuple(place)] = True
                same = (their == labels) & ~edge
                names = np.where(same, np.maximum(names, moved), names)
        if (names == before).all():
            return len(np.unique(names))
