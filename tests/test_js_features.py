"""Formulas of the inputs before the first layer: the browser's passes against torch's autograd."""

import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.nn import functional as F

import nnwidgets as nnw
from nnwidgets.core.problem import Problem
from nnwidgets.widgets import _pack
from tests.js_process import Browser

CLOSE = 1e-9

# Written out once more: what each formula is.
FORMULAS = {
    "x1": lambda X: X[:, 0],
    "x2": lambda X: X[:, 1],
    "x1^2": lambda X: X[:, 0] ** 2,
    "x2^2": lambda X: X[:, 1] ** 2,
    "x1*x2": lambda X: X[:, 0] * X[:, 1],
    "sin(x1)": lambda X: torch.sin(X[:, 0]),
    "sin(x2)": lambda X: torch.sin(X[:, 1]),
    "cos(x1)": lambda X: torch.cos(X[:, 0]),
    "sin(2.5*x2)": lambda X: torch.sin(2.5 * X[:, 1]),
}


def test_the_layer_computes_its_formulas() -> None:
    X = torch.randn(7, 2, dtype=torch.float64)
    layer = nnw.InputFeatures(2, list(FORMULAS))
    wanted = torch.stack([formula(X) for formula in FORMULAS.values()], 1)
    torch.testing.assert_close(layer(X), wanted, rtol=0, atol=1e-15)
    assert layer.features == tuple(FORMULAS)
    assert not list(layer.parameters())


@given(
    features=st.lists(st.sampled_from(list(FORMULAS)), min_size=1, unique=True),
    hidden=st.lists(st.integers(1, 5), max_size=2),
    n=st.integers(1, 300),
    seed=st.integers(0, 1000),
)
@settings(max_examples=60)
def test_passes_forth_and_back_agree(browser: Browser, features, hidden, n, seed) -> None:
    generator = torch.Generator().manual_seed(seed)
    X = 4 * torch.rand(n, 2, generator=generator, dtype=torch.float64) - 2
    y = torch.randn(n, 1, generator=generator, dtype=torch.float64)
    model = nnw.mlp([2, *hidden, 1], features=features, seed=seed, dtype=torch.float64)
    spec = _pack.spec(Problem(model, X, y, loss="mse"), None)
    assert spec["kind"] == "stack"
    assert spec["inputs"] == 2

    linears = [module for module in model if isinstance(module, torch.nn.Linear)]
    a = torch.stack([FORMULAS[name](X) for name in features], 1)
    zs = []
    for linear in linears:
        z = F.linear(a, linear.weight, linear.bias)
        zs.append(z)
        a = torch.tanh(z)
    loss = F.mse_loss(zs[-1], y)
    parameters = list(model.parameters())
    gradients = torch.autograd.grad(loss, [*zs, *parameters])

    asked = {
        "spec": spec,
        "params": torch.cat([p.flatten() for p in parameters]).tolist(),
        "X": X.flatten().tolist(),
        "n": n,
        "y": y.flatten().tolist(),
        "k": 1,
    }
    forward = browser.ask("forward", **asked)
    for ours, theirs in zip(forward["z"], zs, strict=True):
        close(ours, theirs)
    close(forward["outputs"], zs[-1])
    back = browser.ask("backward", **asked)
    assert back["loss"] == pytest.approx(loss.item(), abs=CLOSE)
    for ours, theirs in zip(back["dz"], gradients[: len(zs)], strict=True):
        close(ours, theirs)
    close(back["gradient"], torch.cat([g.flatten() for g in gradients[len(zs) :]]))


def close(ours, theirs: torch.Tensor) -> None:
    got = torch.tensor(ours, dtype=torch.float64)
    torch.testing.assert_close(got, theirs.detach().flatten(), rtol=CLOSE, atol=CLOSE)


def test_what_the_page_is_told_of_them() -> None:
    X, y = nnw.datasets.quadrants(20)
    model = nnw.mlp([2, 3, 1], features=["x1", "x1*x2", "sin(2*x2)"])
    spec = _pack.spec(Problem(model, X, y, feature_names=["age", "x₂"]), None)
    assert spec["lift"] == {
        "names": ["age", "age·x₂", "sin 2x₂"],
        "terms": [["x", 0], ["*", 0, 1], ["sin", 1, 2.0]],
    }
    assert spec["layers"][0]["inputs"] == 3
    assert _pack.spec(Problem(nnw.mlp([2, 3, 1]), X, y), None)["lift"] is None


def test_bare_inputs_need_no_layer() -> None:
    assert len(nnw.mlp([2, 3, 1], features=["x1", "x2"])) == len(nnw.mlp([2, 3, 1]))
    assert len(nnw.mlp([2, 3, 1], features=["x2", "x1"])) == 4


@pytest.mark.parametrize(
    ("inputs", "features", "text"),
    [
        (2, ["x1", "tan(x1)"], r"features must be formulas such as .* got 'tan\(x1\)'"),
        (2, ["x3"], "'x3': there are inputs x1 to x2, no x3"),
        (2, ["x0"], "no x0"),
        (2, ["x1*x2", "x2 * x1"], r"features must not name one twice: 'x1\*x2'"),
        (2, [], r"features must be a sequence of formulas .* got \[\]"),
        (2, "x1", "features must be a sequence of formulas"),
        (2, [3], "got 3"),
        (0, ["x1"], "inputs must be an int of at least 1, got 0"),
    ],
)
def test_other_formulas_are_refused(inputs, features, text) -> None:
    with pytest.raises(ValueError, match=text):
        nnw.InputFeatures(inputs, features)


@pytest.mark.parametrize("written", ["x₁²", "x1²", "x1**2", "x1 ^ 2", "x1*x1"])
def test_a_square_may_be_written_in_several_ways(written) -> None:
    assert nnw.InputFeatures(1, [written]).features == ("x1^2",)


def test_units_and_layers_come_and_go_behind_them() -> None:
    X, y = nnw.datasets.ring(50)
    model = nnw.mlp([2, 3, 1], features=["x1^2", "x2^2"], seed=0)
    net = nnw.Network(model, X, y)
    outputs = net.run.problem.outputs_at(X)
    net.add_unit(0)
    net.remove_unit(0, 3)
    net.add_layer(0)
    net.remove_layer(0)
    net.activation = "relu"
    assert net.weights["1.weight"].shape == (3, 2)
    assert net.run.problem.outputs_at(X).shape == outputs.shape
    assert net.run.problem.stack.lift is model[0]
    assert repr(net).startswith("Network(2→2-3-1 relu")


def test_two_squares_make_a_disc_separable_without_a_hidden_layer() -> None:
    train, test = nnw.datasets.ring(300).split(0.3)
    net = nnw.Network(nnw.mlp([2, 1], features=["x1^2", "x2^2"], seed=0), train, test=test)
    nnw.Trainer(net, lr=0.1).fit(150, progress=False)
    assert net.evaluate("test").accuracy == 1
    w, b = net.weights["1.weight"][0], net.weights["1.bias"][0]
    radius = math.sqrt(-b / w.mean())  # its boundary is nearly a circle between disc and ring
    assert 0.5 < radius < 0.7


def test_what_python_computes_knows_them_too() -> None:
    X, y = nnw.datasets.quadrants(40)
    model = nnw.mlp([2, 3, 1], features=["x1", "x1*x2"], seed=0)
    net = nnw.Network(model, X, y)
    grid = nnw.loss_surface(net, axes=("1.weight[0,0]", "1.weight[1,1]"), resolution=4)
    with torch.no_grad():
        model[1].weight[0, 0], model[1].weight[1, 1] = float(grid.x[1]), float(grid.y[2])
        loss = F.binary_cross_entropy_with_logits(model(torch.tensor(X))[:, 0], torch.tensor(y))
    assert grid.z[2, 1] == pytest.approx(loss.item(), rel=1e-5)
    view = nnw.ForwardBackward(net, sample=2, lr=0.5, you_try=True)
    trace = nnw.trace(net, 2, optimizer=0.5)
    assert view.questions
    assert trace.gradients["1.weight"].shape == (3, 2)
    with pytest.raises(ValueError, match="LinearCollapse needs layers that read the inputs"):
        nnw.LinearCollapse(net)
    with pytest.raises(nnw.NotAffine, match="InputFeatures"):
        nnw.collapse(nnw.mlp([2, 1], "linear", features=["x1*x2"]))
    straight = nnw.collapse(nnw.mlp([2, 1], features=["x2"], seed=1))
    assert straight.W[0, 0] == 0
