"""``XorSurface``: three networks from one seed, trained in step."""

from __future__ import annotations

import numpy as np
import pytest
import torch

import nnwidgets as nnw
from nnwidgets.training.in_step import PATIENCE, stalled

X = torch.tensor([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
Y = torch.tensor([[0.0], [1.0], [1.0], [0.0]])


def by_plain_torch(activation: str, seed: int, steps: int) -> torch.nn.Module:
    """Train as the article does: Adam 0.01 on the whole table, until below 1e-5."""
    model = nnw.mlp([2, 4, 1], activation, seed=seed)
    adam = torch.optim.Adam(model.parameters(), lr=0.01)
    for _ in range(steps):
        loss = ((model(X) - Y) ** 2).mean()
        if loss.item() < 1e-5:
            break
        adam.zero_grad()
        loss.backward()
        adam.step()
    return model


def test_linear_stays_at_a_quarter_and_the_others_learn_the_table() -> None:
    xor = nnw.XorSurface()
    assert xor.networks["linear"].weights == xor.networks["relu"].weights
    xor.fit()
    for name in ("sigmoid", "relu"):
        assert xor.losses[name] < 1e-5
        outputs = xor.networks[name].run.problem.outputs_at(X).ravel()
        assert outputs == pytest.approx([0, 1, 1, 0], abs=0.01)
        wanted = by_plain_torch(name, 4, xor.networks[name].epoch)
        torch.testing.assert_close(
            torch.as_tensor(outputs), wanted(X).detach().ravel(), atol=1e-4, rtol=0
        )
    assert xor.losses["linear"] == pytest.approx(0.25, abs=1e-6)
    outputs = xor.networks["linear"].run.problem.outputs_at(X).ravel()
    assert outputs == pytest.approx([0.5] * 4, abs=1e-3)
    epochs = {name: net.epoch for name, net in xor.networks.items()}
    assert epochs["relu"] < epochs["sigmoid"] <= epochs["linear"] < 1000


def test_from_an_unlucky_seed_the_relu_network_is_as_linear_as_the_first() -> None:
    xor = nnw.XorSurface(seed=6)
    xor.fit()
    assert xor.losses["relu"] == pytest.approx(0.25, abs=1e-4)
    assert xor.losses["sigmoid"] < 1e-5
    z = xor.networks["relu"].run.problem.model[0](X)
    dead, always = (z <= 0).all(0), (z > 0).all(0)
    assert (dead.sum().item(), always.sum().item()) == (2, 2)


def test_one_control_steps_and_resets_them_all() -> None:
    xor = nnw.XorSurface(activations=["tanh", "relu"], hidden=3)
    first = {name: net.weights for name, net in xor.networks.items()}
    xor.trainer.step(5)
    assert [net.epoch for net in xor.networks.values()] == [5, 5]
    xor.play()
    xor.pause()
    epochs = {net.epoch for net in xor.networks.values()}
    assert len(epochs) == 1
    xor.reset()
    assert [net.epoch for net in xor.networks.values()] == [0, 0]
    assert {name: net.weights for name, net in xor.networks.items()} == first


def test_it_ends_after_its_steps() -> None:
    xor = nnw.XorSurface(steps=7)
    xor.fit()
    xor.fit()
    assert [net.epoch for net in xor.networks.values()] == [7, 7, 7]


def test_turning_one_turns_all_and_only_the_first_takes_training_keys() -> None:
    xor = nnw.XorSurface()
    xor.surfaces["sigmoid"].eye = (1, 1, 1)
    assert {view.eye for view in xor.surfaces.values()} == {(1.0, 1.0, 1.0)}
    assert [view._led for view in xor.surfaces.values()] == [False, True, True]


@pytest.mark.parametrize("bad", [[], ["relu", "relu"]])
def test_activations_must_differ(bad: list[str]) -> None:
    with pytest.raises(ValueError, match="all of them different"):
        nnw.XorSurface(activations=bad)


def test_a_loss_has_stalled_when_it_has_not_fallen_for_long() -> None:
    falling = [1 / (epoch + 1) for epoch in range(PATIENCE + 50)]
    flat = [*falling[:100], *([falling[99]] * (PATIENCE + 1))]
    assert not stalled(np.array(falling))
    assert stalled(np.array(flat))
    assert not stalled(np.array(flat[: PATIENCE + 50]))
    assert not stalled(np.array([0.25] * PATIENCE))
