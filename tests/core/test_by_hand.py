"""The results of a pass worked by hand, against hand formulas and torch's autograd on the model."""

import numpy as np
import pytest
import torch
from torch import nn

import nnwidgets as nnw
from nnwidgets.core import by_hand


def problem(model, X, y, loss):
    return nnw.Problem(model, X, y, loss=loss)


def article():
    model = nn.Sequential(nn.Linear(2, 1), nn.Sigmoid()).double()
    with torch.no_grad():
        model[0].weight[:] = torch.tensor([[0.3, 0.7]])
        model[0].bias[:] = -0.2
    return problem(model, [[0.5, 0.1]], [[0.8]], "half_mse")


def test_the_articles_example_by_hand():
    found = by_hand.results(article(), [0], 0, rate=0.5)
    w, x, b, t = np.array([0.3, 0.7]), np.array([0.5, 0.1]), -0.2, 0.8
    z = w @ x + b
    y = 1 / (1 + np.exp(-z))
    delta = (y - t) * y * (1 - y)
    hand = {"z1": z, "y": y, "loss": (y - t) ** 2 / 2, "delta1": delta, "db1": delta}
    for name, value in hand.items():
        assert found[name] == pytest.approx(value, rel=1e-6), name
    np.testing.assert_allclose(found["dW1"][0], delta * x, rtol=1e-6)
    np.testing.assert_allclose(found["W1"][0], w - 0.5 * delta * x, rtol=1e-6)
    assert found["loss"][0] == pytest.approx(0.043512, abs=1e-6)
    assert found["delta1"][0] == pytest.approx(-0.0737427, abs=1e-6)


HEADS = [
    ("bce", [], 1),
    ("bce", [nn.Sigmoid()], 1),
    ("cross_entropy", [], 3),
    ("cross_entropy", [nn.Softmax(1)], 3),
    ("cross_entropy", [nn.LogSoftmax(1)], 3),
    ("mse", [], 2),
    ("mse", [nn.Sigmoid()], 2),
    ("half_mse", [nn.Softmax(1)], 2),
]


@pytest.mark.parametrize(("loss", "end", "outputs"), HEADS)
@pytest.mark.parametrize("activation", ["tanh", "relu", "gelu", "linear"])
def test_gradients_are_those_of_the_model(loss, end, outputs, activation):
    model = nn.Sequential(*nnw.mlp([3, 4, outputs], activation, seed=1), *end).double()
    rng = np.random.default_rng(0)
    X = rng.normal(size=(6, 3))
    y = {"bce": rng.integers(0, 2, 6), "cross_entropy": rng.integers(0, 3, 6)}.get(
        loss, rng.random((6, outputs))
    )
    made = problem(model, X, y, loss)
    rows, shown = [1, 2, 5], 2

    found = by_hand.results(made, rows, shown, rate=0.1)

    sums = []
    hooks = [
        module.register_forward_hook(lambda _m, _i, out: sums.append(out) or out.retain_grad())
        for module in (model[0], model[2 if activation != "linear" else -1 - len(end)])
    ]
    value = made.loss(model(made.Xt[rows]), made.yt[rows])
    value.backward()
    for hook in hooks:
        hook.remove()
    assert found["loss"][0] == pytest.approx(value.item(), rel=1e-9)
    for number, z in enumerate(sums, start=1):
        np.testing.assert_allclose(found[f"z{number}"], z[shown].detach(), rtol=1e-9)
        np.testing.assert_allclose(found[f"delta{number}"], 3 * z.grad[shown], atol=1e-12)
    parameters = list(model.parameters())
    for name, parameter in zip(("dW1", "db1", "dW2", "db2"), parameters, strict=True):
        np.testing.assert_allclose(found[name], parameter.grad, atol=1e-12)
        moved = (parameter - 0.1 * parameter.grad).detach()
        np.testing.assert_allclose(found[name[1:]], moved, atol=1e-12)
    assert all(parameter.requires_grad for parameter in parameters)


def test_every_step_has_a_result_of_its_shape():
    made = problem(nnw.mlp([3, 8, 2], bias=False), np.eye(3), [[1, 0]] * 3, "mse")
    found = by_hand.results(made, [0], 0, 0.1)
    steps = by_hand.steps(made.stack, "mse")
    ids = " ".join(step.id for step in steps)
    assert ids == "z1 a1 z2 loss delta2 dW2 delta1 dW1 W1 W2"
    for step in steps:
        assert found[step.id].size == step.rows * step.columns
        for entry in step.entries:
            found[step.id][entry]


def test_what_is_frozen_stays():
    made = article()
    made.freeze("0.weight[0,1]")
    found = by_hand.results(made, [0], 0, rate=0.5)
    assert found["W1"][0, 1] == pytest.approx(0.7)
    assert found["W1"][0, 0] != pytest.approx(0.3)


def test_asked_are_all_of_a_small_result_and_a_few_of_a_large_one():
    assert by_hand.Step("z1", 4).entries == [(0,), (1,), (2,), (3,)]
    assert by_hand.Step("z1", 5).entries == [(0,)]
    assert by_hand.Step("dW1", 1, 2).entries == [(0, 0), (0, 1)]
    assert by_hand.Step("W1", 64, 64).entries == [(0, 0), (0, 1), (0, 2), (0, 3)]
    assert by_hand.Step("loss", 1).entries == [(0,)]


@pytest.mark.parametrize(
    ("given", "expected", "right"),
    [(0.0738, 0.0737, True), (0.08, 0.0737, False), (0, 5e-7, True), (0, 1e-3, False)],
)
def test_right_is_near_enough(given, expected, right):
    assert by_hand.is_right(given, expected, 0.01) is right
    assert not by_hand.is_right(float("nan"), expected, 0.01)
