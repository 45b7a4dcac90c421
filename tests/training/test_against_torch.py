"""A Trainer computes what a plain torch loop computes."""

import copy

import numpy as np
import pytest
import torch
from torch import nn

from nnwidgets.core.problem import Problem
from nnwidgets.training.run import Run
from nnwidgets.training.trainer import Trainer
from tests.training.oracle import BATCH, LR, OPTIMIZERS, SEED, data, flat, loop, make_run, network

EPOCHS = 50


class Branches(nn.Module):
    """Uses one layer always, one now and then, and one never."""

    def __init__(self) -> None:
        super().__init__()
        self.always, self.sometimes, self.never = nn.Linear(2, 1), nn.Linear(2, 1), nn.Linear(2, 1)
        self.calls = 0

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        if self.training:
            self.calls += 1
        extra = self.sometimes(x) if self.calls % 3 == 1 else 0.0
        return self.always(x) + extra


def compare(model, optimizer, oracle, *, epochs=EPOCHS, tolerance=1e-6, **options):
    """Train a copy with torch and the model with a Trainer; compare all weights."""
    twin = copy.deepcopy(model)
    trainer = Trainer(make_run(model), optimizer, batch_size=BATCH, seed=SEED, **options)
    trainer.fit(epochs, progress=False)
    loop(twin, oracle(twin.parameters()), epochs)
    start = flat(network())
    assert flat(model).shape != start.shape or np.abs(flat(model) - start).max() > 0.05
    np.testing.assert_allclose(flat(model), flat(twin), atol=tolerance, rtol=0)
    return trainer


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_named_optimizers(name):
    trainer = compare(network(), name, OPTIMIZERS[name], lr=LR)
    assert trainer._stepper.engine._flat is not None, "it should have been the quick way"


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_named_optimizers_in_double_precision(name):
    X, y = data()
    model = network().double()
    twin = copy.deepcopy(model)
    trainer = Trainer(Run(Problem(model, X.double(), y.double())), name, LR, BATCH, SEED)
    trainer.fit(20, progress=False)
    loop(twin, OPTIMIZERS[name](twin.parameters()), 20, dtype=torch.float64)
    np.testing.assert_allclose(flat(model), flat(twin), atol=1e-13, rtol=0)


def test_a_factory_is_used_as_it_is():
    def factory(parameters):
        return torch.optim.NAdam(parameters, lr=0.01, weight_decay=0.1)

    assert compare(network(), factory, factory).run.status.optimizer == "NAdam"


def test_lr_overrides_what_a_factory_sets():
    compare(
        network(),
        lambda parameters: torch.optim.SGD(parameters, lr=9.0, momentum=0.5),
        lambda parameters: torch.optim.SGD(parameters, lr=LR, momentum=0.5),
        lr=LR,
    )


def test_an_optimizer_that_evaluates_several_times_a_step():
    model = network()
    twin = copy.deepcopy(model)
    trainer = Trainer(
        make_run(model), lambda p: torch.optim.LBFGS(p, lr=0.3), batch_size=None, seed=SEED
    )
    trainer.fit(5, progress=False)

    X, y = data()
    optimizer = torch.optim.LBFGS(twin.parameters(), lr=0.3)
    order = torch.Generator().manual_seed(SEED)
    for _ in range(5):
        rows = torch.randperm(len(X), generator=order)

        def closure(rows=rows):
            optimizer.zero_grad()
            loss = nn.functional.binary_cross_entropy_with_logits(twin(X[rows]), y[rows])
            loss.backward()
            return loss

        optimizer.step(closure)
    np.testing.assert_allclose(flat(model), flat(twin), atol=1e-6, rtol=0)
    assert trainer.history.loss[-1] < 0.8 * trainer.history.loss[0]


@pytest.mark.parametrize("name", ["sgd", "momentum", "adam", "adamw"])
def test_parameters_that_get_no_gradient_or_only_sometimes(name):
    torch.manual_seed(1)
    compare(Branches(), name, OPTIMIZERS[name], lr=LR, epochs=20)


def test_a_parameter_that_is_not_to_be_trained():
    model = network()
    model[0].weight.requires_grad_(False)
    before = model[0].weight.clone()
    compare(model, "adamw", OPTIMIZERS["adamw"], lr=LR)
    assert torch.equal(model[0].weight, before)


def test_dropout_draws_what_the_seed_says_and_disturbs_nobody():
    def make():
        torch.manual_seed(5)
        return nn.Sequential(nn.Linear(2, 8), nn.ReLU(), nn.Dropout(0.4), nn.Linear(8, 1))

    model, twin = make(), make()
    trainer = Trainer(make_run(model), "adam", LR, BATCH, SEED)
    torch.manual_seed(123)
    trainer.fit(5, progress=False)
    drawn = torch.rand(3)
    trainer.fit(15, progress=False)

    torch.manual_seed(123)
    assert torch.equal(torch.rand(3), drawn)
    torch.manual_seed(SEED)
    loop(twin, OPTIMIZERS["adam"](twin.parameters()), 20)
    np.testing.assert_allclose(flat(model), flat(twin), atol=1e-6, rtol=0)


def test_batch_norm_is_trained_in_training_mode_and_scored_in_evaluation_mode():
    def make():
        torch.manual_seed(5)
        return nn.Sequential(nn.Linear(2, 4), nn.BatchNorm1d(4), nn.Tanh(), nn.Linear(4, 1))

    model, twin = make(), make()
    model.eval()
    trainer = Trainer(make_run(model), "sgd", LR, BATCH, SEED)
    trainer.fit(20, progress=False)
    loop(twin, OPTIMIZERS["sgd"](twin.parameters()), 20)
    np.testing.assert_allclose(flat(model), flat(twin), atol=1e-6, rtol=0)
    np.testing.assert_allclose(model[1].running_mean, twin[1].running_mean, atol=1e-6)

    X, y = data()
    with torch.no_grad():
        loss = nn.functional.binary_cross_entropy_with_logits(twin.eval()(X), y)
    assert trainer.history.loss[-1] == pytest.approx(loss.item(), abs=1e-6)


def test_the_history_is_the_loss_on_all_data_after_each_epoch():
    model = network()
    twin = copy.deepcopy(model)
    X, y = data()
    history = Trainer(make_run(model), "adam", LR, BATCH, SEED).fit(3, progress=False)

    optimizer = OPTIMIZERS["adam"](twin.parameters())
    # One loop of three epochs: its order is drawn from one generator, so it is not begun anew.
    seen = []

    def look(outputs, targets):
        seen.append(flat(twin))
        return nn.functional.binary_cross_entropy_with_logits(outputs, targets)

    loop(twin, optimizer, 3, loss=look)
    after = [*seen[::4], flat(twin)]  # four batches an epoch
    assert history.epochs.tolist() == [0, 1, 2, 3]
    for epoch in range(4):
        np.testing.assert_allclose(history.parameters(epoch), after[epoch], atol=1e-6)
        judge = network()
        nn.utils.vector_to_parameters(torch.tensor(after[epoch]).float(), judge.parameters())
        outputs = judge(X).detach()
        loss = nn.functional.binary_cross_entropy_with_logits(outputs, y).item()
        assert history.loss[epoch] == pytest.approx(loss, abs=1e-6)
        right = ((outputs > 0) == (y > 0.5)).float().mean().item()
        assert history.accuracy[epoch] == pytest.approx(right)


def test_test_data_are_scored_as_well():
    X, y = data()
    model = network()
    run = Run(Problem(model, X, y, test=(X[:10], y[:10])))
    history = Trainer(run).fit(2, progress=False)
    outputs = model(X[:10]).detach()
    loss = nn.functional.binary_cross_entropy_with_logits(outputs, y[:10]).item()
    assert history.test_loss[-1] == pytest.approx(loss, abs=1e-6)
    assert history.test_accuracy[-1] == ((outputs > 0) == (y[:10] > 0)).double().mean()
