"""L1 and L2 in a Trainer against a loop of plain torch with the penalty written into its loss."""

import copy
import math
import warnings

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn import functional as F

import nnwidgets as nnw
from nnwidgets.core.penalty import Penalty
from nnwidgets.core.problem import Problem
from nnwidgets.training._together import fit_together
from nnwidgets.training.run import Run
from nnwidgets.training.trainer import Trainer
from tests.training.oracle import (
    BATCH,
    LR,
    OPTIMIZERS,
    SEED,
    Permutations,
    data,
    flat,
    make_run,
    network,
)

L1, L2 = 0.03, 0.2


def penalty(model: nn.Module) -> torch.Tensor:
    weights = [p for name, p in model.named_parameters() if name.endswith("weight")]
    return sum(L1 * w.abs().sum() + L2 * (w**2).sum() / 2 for w in weights)


def by_hand(model: nn.Module, optimizer: torch.optim.Optimizer, epochs: int) -> None:
    X, y = (part.double() for part in data())
    order = Permutations(len(X), SEED)
    for _ in range(epochs):
        for rows in torch.tensor(list(order)).split(BATCH):

            def closure(rows=rows):
                optimizer.zero_grad()
                logits = model(X[rows])
                loss = F.binary_cross_entropy_with_logits(logits, y[rows]) + penalty(model)
                loss.backward()
                return loss

            optimizer.step(closure)


def trained(model: nn.Module, optimizer, epochs: int = 20, **options) -> Trainer:
    X, y = data()
    trainer = Trainer(
        Run(Problem(model, X.double(), y.double())),
        optimizer,
        batch_size=BATCH,
        seed=SEED,
        **options,
    )
    trainer.fit(epochs, progress=False)
    return trainer


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_named_optimizers_minimise_the_loss_with_the_penalty_in_it(name):
    model, plain = network().double(), network().double()
    twin = copy.deepcopy(model)
    trainer = trained(model, name, lr=LR, l1=L1, l2=L2)
    by_hand(twin, OPTIMIZERS[name](twin.parameters()), 20)
    np.testing.assert_allclose(flat(model), flat(twin), atol=1e-12, rtol=0)
    assert trainer._stepper.engine._flat is not None, "it should have been the quick way"
    trained(plain, name, lr=LR)
    assert np.abs(flat(plain) - flat(model)).max() > 0.01


def test_an_optimizer_of_ones_own_that_compares_losses():
    model = network().double()
    twin = copy.deepcopy(model)

    def make(parameters):
        return torch.optim.LBFGS(parameters, lr=0.5, max_iter=4, line_search_fn="strong_wolfe")

    trained(model, make, 3, l1=L1, l2=L2)
    by_hand(twin, make(twin.parameters()), 3)
    np.testing.assert_allclose(flat(model), flat(twin), atol=1e-9, rtol=0)


def test_l2_is_the_weight_decay_of_torchs_sgd_but_for_biases():
    model = network().double()
    twin = copy.deepcopy(model)
    trained(model, "sgd", lr=LR, l2=L2)
    named = list(twin.named_parameters())
    groups = [
        {"params": [p for n, p in named if n.endswith("weight")], "weight_decay": L2},
        {"params": [p for n, p in named if n.endswith("bias")]},
    ]
    optimizer, X, y = torch.optim.SGD(groups, lr=LR), *(part.double() for part in data())
    order = Permutations(len(X), SEED)
    for _ in range(20):
        for rows in torch.tensor(list(order)).split(BATCH):
            optimizer.zero_grad()
            F.binary_cross_entropy_with_logits(twin(X[rows]), y[rows]).backward()
            optimizer.step()
    np.testing.assert_allclose(flat(model), flat(twin), atol=1e-12, rtol=0)


def test_a_weight_that_the_loss_does_not_depend_on_decays_as_well():
    class Idle(nn.Module):
        def __init__(self):
            super().__init__()
            self.used, self.idle = nn.Linear(2, 1), nn.Linear(2, 1)

        def forward(self, x):
            return self.used(x)

    model = Idle().double()
    before, bias = model.idle.weight.detach().clone(), model.idle.bias.detach().clone()
    trained(model, "sgd", 1, lr=0.1, l2=0.5)
    steps = math.ceil(50 / BATCH)
    torch.testing.assert_close(model.idle.weight.detach(), before * (1 - 0.1 * 0.5) ** steps)
    assert torch.equal(model.idle.bias, bias)


def test_the_shown_loss_stays_that_of_the_data_and_the_penalty_is_there_too():
    model = network().double()
    trainer = trained(model, "sgd", 2, lr=LR, l1=L1, l2=L2)
    X, y = (part.double() for part in data())
    loss = F.binary_cross_entropy_with_logits(model(X), y).item()
    assert trainer.history.loss[-1] == pytest.approx(loss, abs=1e-12)
    assert trainer.penalty == pytest.approx(penalty(model).item(), abs=1e-12)


def test_it_is_turned_while_training_goes_on_and_outlives_a_reset():
    model = network().double()
    trainer = trained(model, "sgd", 1, lr=LR)
    trainer.l1, trainer.l2 = L1, L2
    trainer.reset()
    twin = network().double()
    trainer.fit(3, progress=False)
    by_hand(twin, torch.optim.SGD(twin.parameters(), lr=LR), 3)
    np.testing.assert_allclose(flat(model), flat(twin), atol=1e-12, rtol=0)
    assert (trainer.run.status.l1, trainer.run.status.l2) == (L1, L2)


def test_what_is_frozen_does_not_decay():
    X, y = data()
    run = Run(Problem(network(), X, y))
    run.freeze("0.weight[0,0]")
    before = run.problem.parameters.read()
    Trainer(run, "sgd", l2=1.0).fit(2, progress=False)
    after = run.problem.parameters.read()
    assert after[0] == before[0]
    assert after[1] != before[1]


def test_a_trace_shows_the_step_that_the_trainer_would_make():
    X, y = data()
    model = network()
    run = Run(Problem(model, X, y))
    trainer = Trainer(run, "sgd", lr=0.1, l1=L1, l2=L2)
    t = nnw.trace(model, X[:1], y[:1], loss="bce", optimizer=trainer)
    weight = model[0].weight.detach().numpy()
    pull = L1 * np.sign(weight) + L2 * weight
    np.testing.assert_allclose(
        t.updates["0.weight"], -0.1 * (t.gradients["0.weight"] + pull), atol=1e-7
    )
    np.testing.assert_allclose(t.updates["0.bias"], -0.1 * t.gradients["0.bias"], atol=1e-7)


@pytest.mark.parametrize("name", ["l1", "l2"])
def test_bad_rates_are_named(name):
    run = Run(Problem(network(), *data()))
    for wrong, error in (
        (-1, ValueError),
        (math.nan, ValueError),
        ("much", TypeError),
        (True, TypeError),
    ):
        with pytest.raises(error, match=name):
            Trainer(run, **{name: wrong})
        with pytest.raises(error, match=name):
            setattr(Trainer(run), name, wrong)


def test_without_weights_there_is_no_penalty():
    assert Penalty(1.0, 1.0).value([nn.Parameter(torch.ones(3))]) == 0.0


def test_networks_trained_together_each_have_their_own() -> None:
    X, y = data()

    def trainers() -> list[Trainer]:
        return [
            Trainer(
                Run(Problem(nnw.mlp([2, 3, 1], seed=1, dtype=torch.float64), X, y)), "sgd", l2=l2
            )
            for l2 in (0.0, 0.5)
        ]

    together, alone = trainers(), trainers()
    fit_together(together, 4, progress=False)
    for one, other in zip(alone, together, strict=True):
        one.fit(4, progress=False)
        ours, theirs = (each.run.problem.parameters.read() for each in (other, one))
        np.testing.assert_allclose(ours, theirs, atol=1e-12, rtol=0)


@pytest.mark.parametrize("name", ["lr", "l1", "l2"])
def test_what_float32_cannot_hold_is_refused_and_the_most_of_it_trains(name):
    with pytest.raises(ValueError, match=f"{name} must be at most 1e\\+38, got 1e\\+308"):
        Trainer(make_run(), "sgd", **{name: 1e308})
    trainer = Trainer(make_run(), "sgd", **{name: 1e38})
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # it may diverge, but torch does not refuse
        trainer.fit(3, progress=False)
