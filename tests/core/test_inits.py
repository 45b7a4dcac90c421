"""Initial weights by name: their spread, their seed, and networks that start anew."""

import math

import numpy as np
import pytest
import torch
from torch import nn

import nnwidgets as nnw
from nnwidgets.core._inits import ALIASES, INITS, initialise


@pytest.mark.parametrize(
    ("init", "spread", "most"),
    [
        ("torch", 1 / math.sqrt(3 * 60), 1 / math.sqrt(60)),
        ("xavier", math.sqrt(2 / (60 + 40)), math.inf),
        ("xavier_uniform", math.sqrt(2 / (60 + 40)), math.sqrt(6 / (60 + 40))),
        ("kaiming", math.sqrt(2 / 60), math.inf),
        ("kaiming_uniform", math.sqrt(2 / 60), math.sqrt(6 / 60)),
        ("uniform", 1 / math.sqrt(12), 0.5),
        ("small", 0.01, math.inf),
        ("large", 1.0, math.inf),
        ("zeros", 0.0, 0.0),
    ],
)
def test_weights_spread_as_it_is_said(init, spread, most):
    model = nnw.mlp([60, 40, 1], init=init, seed=2)
    weight = model[0].weight.detach()
    assert weight.std().item() == pytest.approx(spread, rel=0.06)
    assert weight.abs().max().item() <= most + 1e-6
    assert bool(model[0].bias.any()) == (init == "torch")


def test_a_seed_gives_the_same_weights_and_leaves_torchs_generator_alone():
    before = torch.get_rng_state()
    for init in INITS:
        first, again = (nnw.mlp([3, 4, 1], init=init, seed=5) for _ in range(2))
        other = nnw.mlp([3, 4, 1], init=init, seed=6)
        assert torch.equal(first[0].weight, again[0].weight)
        assert torch.equal(first[0].weight, other[0].weight) == (init == "zeros")
    assert torch.equal(torch.get_rng_state(), before)
    assert not torch.equal(
        nnw.mlp([3, 4], init="he")[0].weight, nnw.mlp([3, 4], init="he")[0].weight
    )


@pytest.mark.parametrize(("alias", "name"), ALIASES.items())
def test_other_names_mean_the_same(alias, name):
    a, b = nnw.mlp([3, 4, 1], init=alias, seed=1), nnw.mlp([3, 4, 1], init=name, seed=1)
    assert torch.equal(a[2].weight, b[2].weight)


@pytest.mark.parametrize("init", INITS)
def test_a_network_gets_the_weights_that_mlp_gives_for_a_seed(init):
    X, y = nnw.datasets.quadrants(40)
    net = nnw.Network(nnw.mlp([2, 3, 1], init=init, seed=1), X, y)
    objects = list(net.run.problem.model.parameters())
    trainer = nnw.Trainer(net, lr=0.1)
    trainer.fit(3, progress=False)
    net.reinitialize(seed=9)
    wanted = nnw.mlp([2, 3, 1], init=init, seed=9).state_dict()
    for name, array in net.weights.items():
        np.testing.assert_array_equal(array, wanted[name].numpy())
    assert all(a is b for a, b in zip(net.run.problem.model.parameters(), objects, strict=True))
    assert (net.epoch, len(net.history)) == (0, 1)
    trainer.fit(2, progress=False)
    first = net.history.loss.copy()
    net.reset()  # the same weights again, and the same way from there
    np.testing.assert_array_equal(net.weights["0.weight"], wanted["0.weight"].numpy())
    trainer.fit(2, progress=False)
    np.testing.assert_array_equal(net.history.loss, first)


def test_frozen_weights_stay_and_another_way_to_draw_can_be_named():
    X, y = nnw.datasets.quadrants(40)
    net = nnw.Network(nnw.mlp([2, 3, 1], seed=1), X, y)
    before = net.weights["0.weight"][0, 1]
    net.freeze("0.weight[0,1]")
    net.reinitialize(seed=2, init="large")
    assert net.weights["0.weight"][0, 1] == before
    assert not net.weights["0.bias"].any()
    net.reinitialize()
    first = net.weights["2.weight"]
    net.reinitialize()
    assert (net.weights["2.weight"] != first).any()


def test_a_module_of_ones_own_draws_its_parameters_itself():
    class Own(nn.Module):
        def __init__(self):
            super().__init__()
            self.first, self.second = nn.Linear(2, 3), nn.Linear(3, 1)

        def forward(self, x):
            return self.second(torch.tanh(self.first(x)))

    X, y = nnw.datasets.quadrants(40)
    net = nnw.Network(Own(), X, y)
    net.reinitialize(seed=4)
    torch.manual_seed(4)
    wanted = Own()
    np.testing.assert_array_equal(net.weights["second.weight"], wanted.second.weight.detach())


def test_what_cannot_be_is_refused_and_nothing_changes():
    X, y = nnw.datasets.quadrants(40)
    net = nnw.Network(nnw.mlp([2, 3, 1], seed=1), X, y)
    before = net.weights
    with pytest.raises(ValueError, match=r"no initialisation 'xaver'.*'xavier'"):
        net.reinitialize(0, "xaver")
    with pytest.raises(ValueError, match="no initialisation 3"):
        nnw.mlp([2, 1], init=3)
    with pytest.raises(ValueError, match="seed must be an integer"):
        net.reinitialize(-1)
    trainer = nnw.Trainer(net)
    trainer.play()
    with pytest.raises(RuntimeError):
        net.reinitialize(0)
    trainer.pause()
    trainer.reset()
    np.testing.assert_array_equal(net.weights["0.weight"], before["0.weight"])

    class Bare(nn.Module):
        def __init__(self):
            super().__init__()
            self.w = nn.Parameter(torch.ones(1, 2))

        def forward(self, x):
            return x @ self.w.T

    with pytest.raises(ValueError, match="Bare has no module with reset_parameters"):
        initialise(Bare(), "torch")
