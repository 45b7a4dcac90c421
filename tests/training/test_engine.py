"""The flat tensor behind the named optimizers is not to be noticed."""

import numpy as np
import pytest
import torch
from torch import nn

from nnwidgets.core.problem import Problem
from nnwidgets.training import _backward
from nnwidgets.training._engine import Diverged, Engine
from nnwidgets.training._flat import Flat, fits
from nnwidgets.training.optimizers import recipe
from nnwidgets.training.run import Run
from nnwidgets.training.trainer import Trainer
from tests.training.oracle import BATCH, LR, OPTIMIZERS, SEED, data, flat, loop, make_run, network


def engine(model: nn.Module, name: str = "sgd", lr: float = 1.0) -> Engine:
    return Engine(model, recipe(name, lr))


def test_parameters_and_their_storages_are_the_same_afterwards():
    run = make_run()
    model = run.problem.model
    objects = list(model.parameters())
    aliases = [p.data for p in objects]
    addresses = [p.data_ptr() for p in objects]
    Trainer(run).fit(2, progress=False)
    assert all(a is b for a, b in zip(model.parameters(), objects, strict=True))
    assert [p.data_ptr() for p in objects] == addresses
    for alias, p in zip(aliases, objects, strict=True):
        assert torch.equal(alias, p)
        assert p.grad.shape == p.shape


def test_a_transposed_parameter_keeps_its_layout():
    model = nn.Linear(3, 2, bias=False)
    model.weight.data = torch.randn(3, 2).t()
    before = model.weight.detach().clone()
    at_work = engine(model)
    at_work.bind()
    at_work.step(lambda: model(torch.eye(3)).sum(), None)
    at_work.release()
    assert model.weight.stride() == (1, 2)
    assert torch.equal(model.weight, before - 1)


def test_while_it_trains_the_parameters_are_what_others_see_and_set():
    run = make_run()
    model = run.problem.model
    seen = []

    def meddle(trainer, logs):
        seen.append((run.problem.parameters.read(), flat(model)))
        with torch.no_grad():
            model[2].bias.fill_(100.0)  # any torch code of the user's

    Trainer(run, "sgd", lr=1e-9, callbacks=[meddle]).fit(2, progress=False)
    for read, true in seen:
        assert np.array_equal(read, true)
    assert model[2].bias.item() == pytest.approx(100.0, abs=1e-3)


def test_data_assigned_in_the_middle_is_taken_up():
    model = nn.Linear(1, 1, bias=False)
    at_work = engine(model)
    at_work.bind()
    given = torch.full((1, 1), 5.0)
    model.weight.data = given
    at_work.step(lambda: 2 * model.weight.sum(), None)
    at_work.release()
    assert model.weight.data_ptr() == given.data_ptr()
    assert model.weight.item() == 3.0


def test_gradients_set_to_none_in_the_middle_do_no_harm():
    model = network()
    at_work = engine(model)
    at_work.bind()
    model.zero_grad()
    before = flat(model)
    at_work.step(lambda: sum(p.sum() for p in model.parameters()), None)
    assert np.allclose(flat(model), before - 1)


@pytest.mark.parametrize("name", ["momentum", "adam", "rmsprop"])
def test_the_optimizer_goes_on_after_a_pause_and_when_it_leaves_the_flat_tensor(name):
    run, twin = make_run(), network()
    model = run.problem.model
    trainer = Trainer(run, name, LR, BATCH, SEED)
    trainer.fit(5, progress=False)
    trainer.fit(5, progress=False)
    whole = flat(model)
    model[0].weight.requires_grad_(False)  # now each parameter has to be stepped by itself
    trainer.fit(5, progress=False)
    assert trainer._stepper.engine._flat is None

    optimizer = OPTIMIZERS[name](twin.parameters())
    _freeze_after(optimizer, 10 * 4, twin[0].weight)
    loop(twin, optimizer, 15)
    np.testing.assert_allclose(flat(model), flat(twin), atol=1e-6, rtol=0)
    assert np.abs(flat(model) - whole).max() > 1e-3


def _freeze_after(optimizer, steps, parameter):
    """Have `parameter` no longer trained after so many steps."""
    made = []

    def hook(*_):
        made.append(1)
        if len(made) == steps:
            parameter.requires_grad_(False)

    optimizer.register_step_post_hook(hook)


def test_parameters_that_share_memory_are_not_flattened():
    model = nn.Sequential(nn.Linear(2, 2, bias=False), nn.Linear(2, 2, bias=False))
    assert fits(list(model.parameters()))
    model[1].weight.data = model[0].weight.data
    assert not fits(list(model.parameters()))
    at_work = engine(model)
    at_work.bind()
    at_work.step(lambda: model[0].weight.sum() + 0 * model[1].weight.sum(), None)
    at_work.release()
    assert model[1].weight.data_ptr() == model[0].weight.data_ptr()


@pytest.mark.parametrize(
    "change",
    [
        lambda m: m[0].weight.requires_grad_(False),
        lambda m: m[2].double(),
    ],
    ids=["not trained", "another dtype"],
)
def test_parameters_that_differ_are_not_flattened(change):
    model = network()
    change(model)
    assert not fits(list(model.parameters()))


def test_release_is_harmless_twice_and_half_way():
    model = network()
    before = flat(model)
    whole = Flat(list(model.parameters()))
    whole.release()
    whole.bind()
    whole.release()
    whole.release()
    assert np.array_equal(flat(model), before)


@pytest.mark.parametrize("name", ["adam", "custom"])
def test_pinned_entries_keep_their_value_exactly(name):
    model = network()
    made = recipe(name if name == "adam" else lambda p: torch.optim.Adam(p, lr=0.1), 0.1)
    at_work = Engine(model, made)
    before = flat(model)
    pinned = np.arange(len(before)) % 3 == 0
    at_work.bind()
    for _ in range(5):
        at_work.step(lambda: sum((p - 7).square().sum() for p in model.parameters()), pinned)
    at_work.release()
    moved = flat(model) != before
    assert np.array_equal(moved, ~pinned)


@pytest.mark.parametrize("name", ["adam", "custom"])
def test_a_step_into_infinity_is_taken_back(name):
    model = nn.Linear(1, 1, bias=False)
    nn.init.constant_(model.weight, 2.0)
    # Finite loss, infinite gradient: the square root's at zero.
    made = recipe(name if name == "adam" else lambda p: torch.optim.SGD(p, lr=0.1), 0.1)
    at_work = Engine(model, made)
    at_work.bind()
    with pytest.raises(Diverged, match="parameter"):
        at_work.step(lambda: (model.weight - 2).abs().sqrt().sum(), None)
    at_work.restore()
    assert model.weight.item() == 2.0
    at_work.step(model.weight.sum, None)  # the optimizer has forgotten it
    at_work.release()
    assert model.weight.item() == pytest.approx(1.9)


def test_backward_is_torchs():
    x = torch.tensor(2.0, requires_grad=True, dtype=torch.float64)
    y = torch.tensor(3.0, requires_grad=True)
    _backward.backward(x.square() * x)
    _backward.backward(y.square())
    assert (x.grad.item(), y.grad.item()) == (12.0, 6.0)


def test_without_the_engines_door_backward_goes_through_torchs(monkeypatch):
    monkeypatch.setattr(_backward, "_engine", None)
    assert _backward._choose() is _backward._through_python


class Detached(nn.Linear):
    def forward(self, x):
        return super().forward(x).detach()


@pytest.mark.parametrize(
    ("model", "words"),
    [
        (nn.Linear(2, 1).requires_grad_(False), "requires_grad=False"),
        (Detached(2, 1), r"detach\(\)"),
    ],
    ids=["nothing to train", "detached"],
)
def test_a_loss_without_gradients_says_why(model, words):
    run = make_run(model)
    with pytest.raises(RuntimeError, match=words):
        Trainer(run).fit(1, progress=False)
    assert run.status.state == "failed"


def test_training_inside_no_grad_says_so():
    with torch.no_grad(), pytest.raises(RuntimeError, match="no_grad"):
        Trainer(make_run()).fit(1, progress=False)


def test_somebody_elses_step_in_the_middle_of_ours_is_explained():
    run = make_run()
    optimizer = torch.optim.SGD(run.problem.model.parameters(), lr=0.1)
    loss = run.problem.loss

    def interfered(outputs, targets):
        for p in run.problem.model.parameters():
            p.grad = torch.ones_like(p)
        optimizer.step()
        return loss(outputs, targets)

    run = Run(Problem(run.problem.model, *data(), loss=interfered))
    with pytest.raises(RuntimeError, match="inplace") as caught:
        Trainer(run).fit(1, progress=False)
    assert "pause() the trainer" in caught.value.__notes__[0]
    assert "pause() the trainer" in run.status.traceback


@pytest.mark.parametrize("name", sorted(OPTIMIZERS))
def test_a_model_made_double_in_the_middle_goes_on(name):
    single, double = make_run(), make_run()
    for run in (single, double):
        trainer = Trainer(run, name, lr=LR)
        trainer.step(6, unit="batch")
        if run is double:
            run.problem.model.double()
        trainer.step(6, unit="batch")
    assert {p.dtype for p in double.problem.model.parameters()} == {torch.float64}
    there = flat(double.problem.model)
    np.testing.assert_allclose(there, flat(single.problem.model), rtol=1e-3, atol=1e-5)
