"""Going back to an epoch: what comes then is what came the first time, bit for bit."""

import threading
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

import nnwidgets as nnw
from nnwidgets.core.problem import Problem
from nnwidgets.training import _branch
from nnwidgets.training._checkpoints import Checkpoints
from nnwidgets.training.run import Run
from nnwidgets.training.trainer import Trainer

X, y = nnw.datasets.blobs4(n=50)


def run_of(model: nn.Module | None = None) -> Run:
    return Run(Problem(model or nnw.mlp([2, 3, 1], seed=1), X, y, loss="bce"))


def trained(epochs: int, **options: Any) -> Trainer:
    torch.manual_seed(5)
    trainer = Trainer(run_of(options.pop("model", None)), seed=3, **options)
    trainer.fit(epochs, progress=False)
    return trainer


def weights(trainer: Trainer) -> np.ndarray[Any, Any]:
    return trainer.run.problem.parameters.read()


@settings(max_examples=25, deadline=None)
@given(
    optimizer=st.sampled_from(["sgd", "momentum", "adam", "adamw", "rmsprop"]),
    batch_size=st.sampled_from([None, 7, 16]),
    first=st.integers(1, 14),
    back=st.integers(0, 14),
    more=st.integers(1, 8),
)
def test_a_branch_goes_on_as_a_run_that_never_went_past(
    optimizer: str, batch_size: int | None, first: int, back: int, more: int
) -> None:
    back = min(back, first)
    want = trained(back + more, optimizer=optimizer, batch_size=batch_size)
    trainer = trained(first, optimizer=optimizer, batch_size=batch_size)
    assert trainer.branch(back) == back
    trainer.fit(more, progress=False)
    np.testing.assert_array_equal(weights(trainer), weights(want))
    np.testing.assert_array_equal(trainer.history.loss, want.history.loss)
    np.testing.assert_array_equal(trainer.history.epochs, want.history.epochs)


def test_it_is_what_plain_torch_comes_to() -> None:
    """The oracle: a loop of torch alone, over the batches that the trainer documents."""
    model, order = nnw.mlp([2, 3, 1], seed=1), torch.Generator().manual_seed(3)
    optimizer = torch.optim.Adam(model.parameters(), lr=0.05)
    Xt, yt = (torch.as_tensor(each, dtype=torch.float32) for each in (X, y))
    for _ in range(20):
        for rows in torch.randperm(len(Xt), generator=order).split(16):
            optimizer.zero_grad()
            loss = nn.functional.binary_cross_entropy_with_logits(
                model(Xt[rows]).reshape(-1), yt[rows]
            )
            loss.backward()
            optimizer.step()
    trainer = trained(20)
    trainer.branch(10)
    trainer.fit(10, progress=False)
    want = torch.cat([p.detach().reshape(-1) for p in model.parameters()])
    np.testing.assert_allclose(weights(trainer), want.numpy(), rtol=0, atol=2e-6)


class Noisy(nn.Module):
    """Dropout and batch normalisation: random numbers and buffers."""

    def __init__(self) -> None:
        super().__init__()
        torch.manual_seed(0)
        self.layers = nn.Sequential(
            nn.Linear(2, 6), nn.BatchNorm1d(6), nn.Tanh(), nn.Dropout(0.4), nn.Linear(6, 1)
        )

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.layers(x)


@pytest.mark.parametrize("back", [0, 3, 9])
def test_random_numbers_and_buffers_go_back_as_well(back: int) -> None:
    want = trained(15, model=Noisy(), batch_size=25)
    trainer = trained(12, model=Noisy(), batch_size=25)
    trainer.branch(back)
    trainer.fit(15 - back, progress=False)
    np.testing.assert_array_equal(weights(trainer), weights(want))
    for mine, its in zip(
        trainer.run.problem.model.buffers(), want.run.problem.model.buffers(), strict=True
    ):
        torch.testing.assert_close(mine, its, rtol=0, atol=0)


@pytest.mark.parametrize(
    "factory",
    [
        lambda p: torch.optim.Adam(p, lr=0.03, amsgrad=True),
        lambda p: torch.optim.LBFGS(p, lr=0.2, max_iter=3),
        lambda p: torch.optim.SGD(p, lr=0.1, momentum=0.5, nesterov=True),
    ],
)
def test_an_optimizer_of_the_users_own_goes_back(factory: Callable[..., Any]) -> None:
    want = trained(9, optimizer=factory)
    trainer = trained(8, optimizer=factory)
    trainer.branch(5)
    trainer.fit(4, progress=False)
    np.testing.assert_array_equal(weights(trainer), weights(want))


def test_a_learning_rate_set_in_between_is_that_of_the_epoch() -> None:
    trainer = trained(6, batch_size=None)
    trainer.lr = 0.5
    trainer.l2 = 0.1
    trainer.fit(6, progress=False)
    trainer.branch(5)
    assert (trainer.lr, trainer.l2) == (0.05, 0.0)
    assert trainer.run.status.lr == 0.05
    trainer.fit(12, progress=False)
    trainer.branch(17)
    # Of both stretches: the rate changed at epoch 6, where a state was kept.
    again = trained(6, batch_size=None)
    again.lr = 0.5
    again.fit(6, progress=False)
    again.branch(9)
    assert again.lr == 0.5


def test_weights_set_by_hand_are_undone() -> None:
    trainer = trained(5)
    recorded = trainer.history.parameters(5)
    trainer.run.write([0, 1], [9.0, 9.0])
    trainer.fit(5, progress=False)
    later = trainer.history.parameters(8)
    assert trainer.branch(8) == 8  # after the hand: from the state that was kept after it
    np.testing.assert_array_equal(weights(trainer), later)
    assert trainer.branch(5) == 5
    np.testing.assert_array_equal(weights(trainer), recorded)


def test_the_future_that_was_is_kept_under_a_name() -> None:
    trainer = trained(8)
    losses = trainer.history.loss.copy()
    trainer.branch(3)
    assert len(trainer.history) == 4
    assert trainer.run.epoch == 3
    assert list(trainer.run.former) == ["before the branch at 3"]
    epoch, history = trainer.run.former["before the branch at 3"]
    assert epoch == 3
    np.testing.assert_array_equal(history.loss, losses)
    trainer.fit(2, progress=False)
    trainer.branch(3)
    assert list(trainer.run.former)[1] == "before the branch at 3 (2)"
    trainer.branch(3)  # where it is already: nothing is given up
    assert len(trainer.run.former) == 2
    for _ in range(12):
        trainer.fit(1, progress=False)
        trainer.branch(3)
    assert len(trainer.run.former) == _branch.MOST_FORMER
    trainer.reset()
    assert trainer.run.former == {}


@pytest.mark.parametrize("bad", [-1, 9, 2.5, "3", None, True])
def test_what_is_no_recorded_epoch_is_refused_and_nothing_changes(bad: Any) -> None:
    trainer = trained(8)
    before = weights(trainer)
    with pytest.raises((ValueError, TypeError), match="epoch must"):
        trainer.branch(bad)
    np.testing.assert_array_equal(weights(trainer), before)
    assert len(trainer.history) == 9
    trainer.fit(1, progress=False)  # nobody sits in its seat


def test_epochs_of_another_trainer_give_weights_and_say_that_the_optimizer_is_new() -> None:
    first = trained(6)
    second = Trainer(first.run, seed=3)
    second.fit(4, progress=False)
    with pytest.warns(RuntimeWarning, match="the optimizer starts anew"):
        assert second.branch(2) == 2
    np.testing.assert_array_equal(weights(second), first.history.parameters(2))
    assert not second._stepper.engine.optimizer.state


def test_a_loop_of_ones_own_gets_its_weights_back() -> None:
    run = run_of()
    for epoch in range(1, 4):
        run.write([0], [float(epoch)])
        run.record()
    branched = _branch.branch(run, 1)
    assert branched.epoch == 1
    assert "your own training loop" in branched.lacking
    assert run.problem.parameters.read()[0] == 1.0
    assert run.history[-1]["epoch"] == 1


def test_thinned_epochs_lead_to_the_nearest_that_is_kept() -> None:
    run = Run(Problem(nnw.mlp([2, 3, 1], seed=1), X, y, loss="bce"), history_bytes=13 * 4 * 8)
    trainer = Trainer(run, seed=3)
    trainer.fit(40, progress=False)
    kept = run.history.kept_epoch(21)
    assert kept != 21
    with pytest.warns(RuntimeWarning, match=f"branched at epoch {kept}, the nearest to 21"):
        assert trainer.branch(21) == kept
    want = trained(kept)
    np.testing.assert_array_equal(weights(trainer), weights(want))


def test_training_pauses_and_a_callback_is_told_that_it_cannot() -> None:
    trainer = trained(3)
    trainer.play()
    while trainer.run.epoch < 10:
        pass
    assert trainer.branch(4) == 4
    assert not trainer.playing
    errors: list[Exception] = []

    def on_epoch_end(its: Trainer, logs: Any) -> None:
        try:
            its.branch(1)
        except RuntimeError as error:
            errors.append(error)

    class Back:
        pass

    Back.on_epoch_end = staticmethod(on_epoch_end)  # type: ignore[attr-defined]
    other = Trainer(run_of(), callbacks=[Back()])
    other.fit(2, progress=False)
    assert len(errors) == 1 or all("training" in str(error) for error in errors)


def test_it_can_be_asked_for_from_another_thread() -> None:
    trainer = trained(20)
    want = trained(20)
    thread = threading.Thread(target=trainer.branch, args=(10,))
    thread.start()
    thread.join()
    trainer.fit(10, progress=False)
    np.testing.assert_array_equal(weights(trainer), weights(want))


@pytest.mark.parametrize("by", ["bytes", "number"])
def test_states_are_bounded_and_few_for_short_epochs(by: str) -> None:
    trainer = trained(100, batch_size=None)  # a step an epoch
    kept = trainer._stepper.checkpoints
    assert 5 <= len(kept) <= 8
    size = max(each.bytes for each in kept._kept)
    small = Checkpoints(most_bytes=40 * size) if by == "bytes" else Checkpoints(most=40)
    trainer._stepper.checkpoints = small
    trainer.fit(1500, progress=False)
    assert len(small) <= 41
    assert trainer.branch(777) == 777
    want = trained(777, batch_size=None)
    np.testing.assert_array_equal(weights(trainer), weights(want))
