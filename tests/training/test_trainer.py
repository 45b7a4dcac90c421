import warnings

import numpy as np
import pytest
import torch
from torch import nn

from nnwidgets.core.problem import Problem
from nnwidgets.training.run import Run
from nnwidgets.training.trainer import Trainer
from tests.training.oracle import N, data, flat, make_run, network

BATCHES = 4  # of 16 rows, the last of 2


def quiet(run: Run, epochs: int, **options: object) -> np.ndarray:
    Trainer(run, **options).fit(epochs, progress=False)
    return flat(run.problem.model)


# -- the same again ------------------------------------------------------------------------------


def test_same_seed_same_calls_same_weights():
    assert np.array_equal(quiet(make_run(), 10), quiet(make_run(), 10))
    assert not np.array_equal(quiet(make_run(), 10), quiet(make_run(), 10, seed=1))


@pytest.mark.parametrize("optimizer", ["sgd", "adam", torch.optim.Adagrad])
def test_however_it_is_cut_up_it_is_the_same_training(optimizer):
    whole = quiet(make_run(), 6, optimizer=optimizer)
    run = make_run()
    trainer = Trainer(run, optimizer)
    trainer.step()
    trainer.step(2, unit="batch")
    assert run.epoch == 1
    trainer.step(1, unit="epoch")  # what is left of it
    assert run.epoch == 2
    trainer.play(1)
    assert trainer.wait(30)
    trainer.fit(2, progress=False)
    trainer.step(BATCHES, unit="batch")
    assert run.epoch == 6
    assert run.history.epochs.tolist() == list(range(7))
    assert np.array_equal(flat(run.problem.model), whole)


@pytest.mark.parametrize("optimizer", ["momentum", "adam", torch.optim.Adagrad])
def test_reset_goes_back_to_the_beginning_of_everything(optimizer):
    model = nn.Sequential(nn.Linear(2, 4), nn.BatchNorm1d(4), nn.Dropout(0.2), nn.Linear(4, 1))
    run = make_run(model)
    before = {name: value.clone() for name, value in model.state_dict().items()}
    trainer = Trainer(run, optimizer)
    trainer.fit(3, progress=False)
    trainer.step(1, unit="batch")
    first = run.history.to_csv()
    trainer.reset()
    for name, value in model.state_dict().items():
        assert torch.equal(value, before[name]), name
    assert (run.epoch, len(run.history), trainer.playing) == (0, 1, False)
    trainer.fit(3, progress=False)
    assert run.history.to_csv() == first


def test_reset_keeps_a_learning_rate_set_by_hand():
    trainer = Trainer(make_run(), lambda parameters: torch.optim.SGD(parameters, lr=0.5))
    assert trainer.lr == 0.5
    trainer.lr = 0.125
    trainer.reset()
    assert trainer.lr == 0.125
    assert trainer._stepper.engine.optimizer.param_groups[0]["lr"] == 0.125


def test_the_learning_rate_counts_from_the_next_batch_on():
    run = make_run()
    trainer = Trainer(run, "sgd", lr=0.5)
    trainer.step(unit="batch")
    before = flat(run.problem.model)
    trainer.lr = 0.0
    trainer.step(2)
    assert np.array_equal(flat(run.problem.model), before)
    assert run.status.lr == 0.0


def test_the_background_leaves_middling_steps_to_one_thread() -> None:
    """A pool of its own is slower there than no pool; in the main thread it pays earlier."""
    threads = torch.get_num_threads()
    torch.set_num_threads(2)
    try:
        X, y = torch.zeros(128, 784), torch.zeros(128, dtype=torch.int64)
        model = nn.Sequential(nn.Linear(784, 64), nn.Tanh(), nn.Linear(64, 10))
        run = Run(Problem(model, X, y))
        seen: list[int] = []
        watch = [lambda *_: seen.append(torch.get_num_threads())]
        trainer = Trainer(run, batch_size=64, callbacks=watch)
        trainer.fit(1, progress=False)
        assert set(seen) == {2}
        seen.clear()
        trainer.play(1)
        trainer.wait()
        assert set(seen) == {1}
    finally:
        torch.set_num_threads(threads)


def test_threads_and_modes_are_as_the_user_left_them():
    threads = torch.get_num_threads()
    torch.set_num_threads(2)
    seen = []
    try:
        run = make_run()
        Trainer(run, callbacks=[lambda *_: seen.append(torch.get_num_threads())]).step()
        assert seen == [1]
        assert torch.get_num_threads() == 2
    finally:
        torch.set_num_threads(threads)


# -- what changes in the meantime ----------------------------------------------------------------


def test_points_added_and_deleted_in_the_middle_of_an_epoch():
    run = make_run()
    trainer = Trainer(run)
    trainer.step(2, unit="batch")
    for _ in range(20):
        run.replace_data(run.problem.data.delete(0))
    trainer.step(unit="batch")  # of 30 rows there are two batches; the last is done anew
    assert run.epoch == 1
    run.replace_data(run.problem.data.add([0.5, 0.5], [1.0]))
    trainer.step(2)
    assert run.epoch == 3


def test_a_moved_point_is_trained_on_at_once():
    X, y = torch.zeros(4, 2), torch.zeros(4, 1)
    model = nn.Linear(2, 1, bias=False)
    nn.init.zeros_(model.weight)
    run = Run(Problem(model, X, y, loss="mse"))
    trainer = Trainer(run, "sgd", lr=1.0, batch_size=2)
    trainer.step(unit="batch")
    for row in range(4):
        run.replace_data(run.problem.data.move(row, [1.0, 0.0]).label(row, [1.0]))
    trainer.step(unit="batch")
    assert model.weight.tolist() == [[2.0, 0.0]]  # w - lr d/dw (w - 1)² = 0 + 2


def test_a_point_moved_while_it_trains_counts_from_the_next_batch_on():
    model = nn.Linear(1, 1, bias=False)
    nn.init.zeros_(model.weight)
    run = Run(Problem(model, torch.zeros(3, 1), torch.ones(3, 1), loss="mse"))
    seen = []

    class Move:
        def on_batch_end(self, trainer, logs):
            seen.append(logs["loss"])
            data = run.problem.data
            for row in range(3):
                data = data.label(row, [logs["batch"] + 1.0])
            run.replace_data(data)

    Trainer(run, "sgd", batch_size=1, callbacks=[Move()]).fit(1, progress=False)
    assert seen == [1.0, 4.0, 9.0]  # X is zero: the loss is y²


def test_frozen_and_held_parameters_keep_their_values():
    run = make_run()
    run.freeze("0.weight[1,0]", "2.bias")
    run.problem.held[0] = True
    before = run.problem.parameters.read()
    pinned = run.problem.frozen | run.problem.held
    trainer = Trainer(run, "momentum", lr=0.1)
    trainer.fit(3, progress=False)
    assert np.array_equal(run.problem.parameters.read() != before, ~pinned)
    run.unfreeze("2.bias")
    trainer.fit(1, progress=False)
    assert run.problem.model[2].bias.item() != before[-1]


def test_the_activation_can_be_swapped_and_requires_grad_changed_in_between():
    run = make_run()
    trainer = Trainer(run)
    trainer.fit(2, progress=False)
    run.set_activation("relu")
    first = run.problem.model[0]
    first.weight.requires_grad_(False)
    before = first.weight.clone()
    trainer.fit(2, progress=False)
    assert torch.equal(first.weight, before)
    first.weight.requires_grad_(True)
    trainer.fit(2, progress=False)
    assert not torch.equal(first.weight, before)


def test_parameters_that_were_replaced_are_taken_up():
    run = make_run()
    trainer = Trainer(run, lr=0.125)
    trainer.fit(1, progress=False)
    state = {name: torch.ones_like(value) for name, value in run.problem.model.state_dict().items()}
    run.problem.model.load_state_dict(state, assign=True)
    trainer.lr = 0.25
    trainer.fit(1, progress=False)
    assert trainer.lr == 0.25
    assert np.all(flat(run.problem.model) != 1)


def test_callbacks_find_an_ordinary_model_at_the_end():
    run = make_run()
    addresses = [p.data_ptr() for p in run.problem.model.parameters()]
    seen = []

    class Look:
        def on_train_end(self, trainer, logs):
            seen.extend(p.data_ptr() for p in run.problem.model.parameters())

    Trainer(run, callbacks=[Look()]).step()
    assert seen == addresses


def test_a_model_that_draws_nothing_leaves_the_global_generator_to_others():
    run = make_run()
    calls = []

    def meanwhile(outputs, targets):
        calls.append(1)
        if len(calls) == 8:  # what another cell may do at any moment
            torch.manual_seed(77)
        return nn.functional.binary_cross_entropy_with_logits(outputs, targets)

    run = Run(Problem(run.problem.model, *data(), loss=meanwhile))
    Trainer(run).fit(5, progress=False)
    drawn = torch.rand(3)
    torch.manual_seed(77)
    assert torch.equal(torch.rand(3), drawn)


# -- how it ends ---------------------------------------------------------------------------------


def test_it_stops_when_the_condition_is_met():
    run = make_run()
    Trainer(run, stop=lambda logs: logs["epoch"] == 3).fit(10, progress=False)
    assert run.epoch == 3
    assert "after epoch 3" in run.status.message
    assert run.status.state == "idle"


def test_thresholds_must_all_be_reached():
    run = make_run(n=200)
    history = Trainer(run, stop={"loss": 0.66, "accuracy": 0.6}).fit(200, progress=False)
    reached = (history.loss <= 0.66) & (history.accuracy >= 0.6)
    assert len(history) < 201
    assert reached[1:].tolist() == [False] * (len(history) - 2) + [True]
    assert "loss has reached 0.66 and accuracy has reached 0.6" in run.status.message


class Explosive(nn.Module):
    """A model whose loss becomes NaN when its weight has passed 1."""

    def __init__(self) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.zeros(1))
        self.register_buffer("seen", torch.zeros(1))

    def forward(self, x):
        out = x[:, :1] * 0 + self.weight
        if self.training:
            self.seen.add_(out.detach().mean() + torch.where(self.weight > 1, torch.nan, 0)[0])
        return torch.where(self.weight > 1, torch.nan, 1.0) * out


def explosive_run() -> Run:
    return Run(Problem(Explosive(), np.zeros((4, 1)), np.full(4, 9.0), loss="mse"))


@pytest.mark.parametrize("batch_size", [None, 1], ids=["seen by the score", "seen by a batch"])
def test_diverged_training_keeps_the_last_finite_weights_and_can_go_on(batch_size):
    run = explosive_run()
    trainer = Trainer(
        run, "momentum", lr=0.02 if batch_size is None else 0.004, batch_size=batch_size
    )
    with pytest.warns(RuntimeWarning, match=r"diverged after epoch \d.*loss.*nan"):
        trainer.fit(50, progress=False)
    model = run.problem.model
    assert run.status.state == "diverged"
    assert "learning rate" in run.status.message
    assert 0 < model.weight.item() <= 1
    assert torch.isfinite(model.seen).all()
    assert np.isfinite(run.history.loss).all()
    assert np.isfinite(run.loss)
    assert run.history.parameters(run.epoch) <= model.weight.item()

    kept = model.weight.item()
    trainer.lr = 1e-4
    trainer.step()
    assert run.status.state == "idle"
    assert kept < model.weight.item() < 1


def test_diverging_by_step_and_in_the_background_is_told_by_the_status():
    run = explosive_run()
    trainer = Trainer(run, "sgd", lr=0.5)
    trainer.step(2)
    assert run.status.state == "diverged"
    trainer.play()
    assert trainer.wait(30)
    assert run.status.state == "diverged"


def test_a_keyboard_interrupt_leaves_all_usable():
    run = make_run()
    addresses = [p.data_ptr() for p in run.problem.model.parameters()]
    calls = []

    def interrupt(outputs, targets):
        calls.append(1)
        if len(calls) == 12:
            raise KeyboardInterrupt
        return nn.functional.binary_cross_entropy_with_logits(outputs, targets)

    run = Run(Problem(run.problem.model, *data(), loss=interrupt))
    trainer = Trainer(run)
    with pytest.raises(KeyboardInterrupt):
        trainer.fit(100, progress=False)
    assert (run.status.state, run.status.message) == ("idle", "interrupted")
    assert [p.data_ptr() for p in run.problem.model.parameters()] == addresses
    assert not run.problem.turn.mine
    epoch = run.epoch
    trainer.fit(2, progress=False)
    assert run.epoch == epoch + 2


def test_an_interrupt_between_the_last_batch_and_the_record_loses_no_epoch():
    run = make_run()
    trainer = Trainer(run)
    trainer._stepper.begin()
    for _ in range(BATCHES):
        trainer._stepper.step()
    trainer._stepper.end()
    trainer.step(unit="batch")
    assert run.epoch == 1
    assert np.array_equal(run.history.parameters(1), quiet(make_run(), 1).astype(np.float32))


# -- the scores of now ---------------------------------------------------------------------------


def test_after_single_batches_the_loss_is_of_the_weights_of_now():
    run = make_run()
    Trainer(run).step(1, unit="batch")
    X, y = data()
    loss = nn.functional.binary_cross_entropy_with_logits(run.problem.model(X), y).item()
    assert run.loss == pytest.approx(loss, abs=1e-6)
    assert run.loss != run.history.loss[-1]


# -- progress ------------------------------------------------------------------------------------


def test_progress_ends_in_one_line_of_text(capsys):
    Trainer(make_run()).fit(3)
    out = capsys.readouterr().out
    assert out.startswith("epoch 3/3 ")
    assert "loss 0." in out
    assert "accuracy " in out
    assert out.count("\n") == 1


def test_progress_off_writes_nothing(capsys):
    Trainer(make_run()).fit(3, progress=False)
    assert capsys.readouterr().out == ""


def test_progress_can_be_a_function():
    seen = []
    Trainer(make_run()).fit(2, progress=seen.append)
    assert [(logs["epoch"], logs["epochs"]) for logs in seen] == [(1, 2), (2, 2)]
    assert {"loss", "accuracy"} <= seen[0].keys()


def test_no_epochs_is_no_error(capsys):
    run = make_run()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        Trainer(run).fit(0)
    assert run.epoch == 0


# -- bad input -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("options", "error", "words"),
    [
        ({"optimizer": "adamm"}, ValueError, "rmsprop.*'adamm'"),
        ({"optimizer": 3}, TypeError, "optimizer.*3"),
        ({"optimizer": torch.optim.Adam([torch.ones(1)])}, TypeError, "lambda params"),
        ({"optimizer": lambda parameters: None}, TypeError, "Optimizer.*None"),
        ({"lr": -1}, ValueError, "lr.*-1"),
        ({"lr": float("nan")}, ValueError, "lr.*nan"),
        ({"lr": "fast"}, TypeError, "lr.*fast"),
        ({"lr": "0.1"}, TypeError, "lr must be a number, got '0.1'"),
        ({"lr": True}, TypeError, "lr.*True"),
        ({"lr": 10**400}, ValueError, "lr must be a number that a float can hold"),
        ({"batch_size": 0}, ValueError, "batch_size.*0"),
        ({"batch_size": 2.5}, ValueError, "batch_size.*2.5"),
        ({"seed": "x"}, ValueError, "seed.*x"),
        ({"seed": 2**64}, ValueError, f"seed must be .* at most {2**64 - 1}"),
        ({"callbacks": [3]}, TypeError, r"callbacks\[0\].*3"),
        ({"callbacks": None}, TypeError, "callbacks must be a list of callbacks, got None"),
        (
            {"optimizer": lambda _: torch.optim.SGD(nn.Linear(1, 1).parameters())},
            ValueError,
            "optimizer factory must use the parameters it is given",
        ),
        ({"stop": {"los": 1}}, ValueError, "stop.*'los'"),
    ],
)
def test_bad_arguments_are_named_and_change_nothing(options, error, words):
    run = make_run()
    with pytest.raises(error, match=words):
        Trainer(run, **options)
    assert run.trainer is None


def test_a_factory_may_train_more_than_the_model_and_less():
    extra = nn.Parameter(torch.zeros(()))
    run = make_run()
    Trainer(run, lambda p: torch.optim.SGD([p[0], extra], lr=0.1)).step()
    moved = run.history.parameters(1) != run.history.parameters(0)
    first = run.problem.parameters.index(run.problem.parameters.names[0])
    assert np.array_equal(np.flatnonzero(moved), first)


def test_seeds_of_64_bits_will_do():
    Trainer(make_run(), seed=2**64 - 1).step()


def test_a_model_is_not_a_network():
    with pytest.raises(TypeError, match="net must be a Network, got Sequential"):
        Trainer(network())


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda t: t.fit(-1), "epochs.*-1"),
        (lambda t: t.fit(True), "epochs.*True"),
        (lambda t: t.play(1.5), "epochs.*1.5"),
        (lambda t: t.step(1, unit="row"), "unit.*'row'"),
        (lambda t: t.step(-2), "n must.*-2"),
        (lambda t: t.fit(10**30), "epochs must be .* at most"),
        (lambda t: setattr(t, "speed", 0), "speed.*0"),
        (lambda t: setattr(t, "speed", True), "speed.*True"),
        (lambda t: setattr(t, "speed", 10**400), "speed must be a number that a float can hold"),
        (lambda t: setattr(t, "lr", float("inf")), "lr.*inf"),
    ],
)
def test_bad_calls_are_refused(call, words):
    trainer = Trainer(make_run())
    with pytest.raises(ValueError, match=words):
        call(trainer)
    assert trainer.run.status.state == "idle"
    trainer.step()


def test_all_rows_at_once_and_more_than_all():
    assert np.array_equal(quiet(make_run(), 2, batch_size=None), quiet(make_run(), 2, batch_size=N))
    assert np.array_equal(
        quiet(make_run(), 2, batch_size=None), quiet(make_run(), 2, batch_size=10 * N)
    )


def test_half_precision_that_adam_cannot_train_is_told_as_what_it_is():
    X = torch.randn(20, 2, generator=torch.Generator().manual_seed(0))
    model = nn.Sequential(nn.Linear(2, 4), nn.Tanh(), nn.Linear(4, 1)).half()
    trainer = Trainer(Run(Problem(model, X, (X[:, 0] > 0).float())), "adam")
    with pytest.warns(RuntimeWarning, match=r"float16 ends at 65504 .* model\.bfloat16\(\) or"):
        trainer.fit(3, progress=False)
    assert all(torch.isfinite(p).all() for p in model.parameters())
