"""The Python half of a network made linear: what it takes, what it says, what it refuses."""

from typing import Any

import numpy as np
import pytest
import torch
import traitlets
from hypothesis import given
from hypothesis import strategies as st
from torch import nn

import nnwidgets as nnw
from tests.widgets.fakes import deliver


def network(*sizes: int, activation: str = "tanh", seed: int = 0) -> nnw.Network:
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(12, sizes[0]))
    y = rng.normal(size=(12, sizes[-1]))
    return nnw.Network(nnw.mlp(list(sizes), activation, seed=seed).double(), X, y, loss="mse")


class TestWhatIsLeft:
    @given(st.lists(st.integers(1, 9), min_size=2, max_size=6), st.integers(0, 2**16))
    def test_is_the_model_without_its_activations(self, sizes: list[int], seed: int) -> None:
        net = network(*sizes, seed=seed)
        view = nnw.LinearCollapse(net)
        linears = nn.Sequential(*list(net.run.problem.model)[::2])
        X = torch.tensor(net.X)
        wanted = linears(X).detach().numpy()
        np.testing.assert_allclose(net.X @ view.W.T + view.b, wanted, rtol=1e-10, atol=1e-10)
        jacobian = torch.func.jacrev(linears)(X[0]).detach().numpy()
        np.testing.assert_allclose(view.W, jacobian, rtol=1e-10, atol=1e-10)

    def test_follows_the_weights(self) -> None:
        net = network(1, 1, 1)
        view = nnw.LinearCollapse(net)
        net.weights = {"0.weight": [[2.0]], "0.bias": [1], "2.weight": [[-3]], "2.bias": [0.5]}
        assert (view.W.item(), view.b.item()) == (-6, -2.5)

    def test_needs_no_biases(self) -> None:
        model = nn.Sequential(nn.Linear(2, 3, bias=False), nn.ReLU(), nn.Linear(3, 1, bias=False))
        view = nnw.LinearCollapse(nnw.Network(model, np.eye(2), [0.0, 1.0], loss="mse"))
        assert view.b.tolist() == [0]


class TestAlpha:
    def test_is_one_number_or_one_for_each_hidden_layer(self) -> None:
        view = nnw.LinearCollapse(network(2, 4, 3, 1), alpha=0.25)
        assert view.alpha == 0.25
        view.alpha = [0, 1]
        assert view.alpha == (0, 1)
        view.alpha = np.float32(1)
        assert view.alpha == 1

    @pytest.mark.parametrize(
        "value", [-0.1, 1.5, "half", True, None, float("nan"), [0.5, 2], [0.1], [0.1] * 3]
    )
    def test_is_nothing_else(self, value: Any) -> None:
        view = nnw.LinearCollapse(network(2, 4, 3, 1), alpha=0.5)
        with pytest.raises(traitlets.TraitError, match="alpha"):
            view.alpha = value
        assert view.alpha == 0.5

    def test_comes_from_the_page(self) -> None:
        view = nnw.LinearCollapse(network(2, 4, 3, 1))
        heard: list[Any] = []
        view.observe(lambda change: heard.append(change["new"]), names="alpha")
        for value in (0.5, [0.5, 1], [0.5], "all"):
            content = {"type": "option", "name": "alpha", "value": value}
            deliver(view, {"method": "custom", "content": content})
        assert heard == [0.5, (0.5, 1)]

    def test_has_as_many_numbers_as_there_are_layers_now(self) -> None:
        net = network(2, 4, 3, 1)
        view = nnw.LinearCollapse(net, alpha=[0.5, 1])
        net.add_layer(after=1)
        assert view.alpha == (0.5, 1, 0)
        net.remove_layer(0)
        assert view.alpha == (0.5, 1)

    def test_changes_no_model(self) -> None:
        net = network(2, 4, 1)
        before = net.run.problem.model(torch.tensor(net.X)).detach()
        nnw.LinearCollapse(net, alpha=1)
        assert net.activation == "tanh"
        assert torch.equal(net.run.problem.model(torch.tensor(net.X)), before)


class TestWhatIsShown:
    def test_is_a_plane_of_two_features_or_one_axis(self) -> None:
        assert nnw.LinearCollapse(network(3, 2, 1)).axes == (0, 1)
        assert nnw.LinearCollapse(network(3, 2, 1), axes=["x₃", 0]).axes == (2, 0)
        assert nnw.LinearCollapse(network(1, 2, 1)).axes == (0,)

    def test_lies_where_it_is_told(self) -> None:
        view = nnw.LinearCollapse(network(3, 2, 1), fixed=[0, 0, 1])
        assert view.fixed == (0, 0, 1)
        with pytest.raises(traitlets.TraitError, match="3 numbers"):
            view.fixed = [0, 1]

    def test_may_be_one_layer(self) -> None:
        assert nnw.LinearCollapse(network(2, 1)).W.shape == (1, 2)


class Skip(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.layer = nn.Linear(2, 2)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return (x + torch.tanh(self.layer(x))).sum(dim=1, keepdim=True)


def test_other_models_are_refused_with_what_can_show_them() -> None:
    net = nnw.Network(Skip(), np.eye(2), [0.0, 1.0], loss="mse")
    with pytest.raises(ValueError, match=r"another kind of model.*DecisionLines"):
        nnw.LinearCollapse(net)
