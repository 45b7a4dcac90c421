import numpy as np
import pytest
import torch
from torch import nn

from nnwidgets.core.problem import Problem
from nnwidgets.training.run import Run
from nnwidgets.training.trainer import Trainer
from tests.training.oracle import data, make_run, network


def heard(run: Run) -> list[str]:
    kinds: list[str] = []
    run.subscribe(kinds.append)
    return kinds


def loss_of(model: nn.Module) -> float:
    X, y = data()
    return nn.functional.binary_cross_entropy_with_logits(model(X), y).item()


def test_the_initial_state_is_row_0():
    run = make_run()
    assert run.history.epochs.tolist() == [0]
    assert np.array_equal(run.history.parameters(0), run.problem.initial)
    assert run.history.loss[0] == pytest.approx(loss_of(run.problem.model), abs=1e-6)


@pytest.mark.parametrize(
    ("change", "kinds"),
    [
        (lambda run: run.write([0], [1.0]), ["parameters"]),
        (lambda run: run.record(), ["epoch"]),
        (lambda run: run.set_activation("relu"), ["structure"]),
        (lambda run: run.replace_data(run.problem.data.delete(0)), ["data"]),
        (lambda run: run.freeze("0.bias"), ["frozen"]),
        (lambda run: run.unfreeze("0.bias"), ["frozen"]),
        (lambda run: run.reset(), ["epoch"]),
        (lambda run: run.set_status(lr=0.5), ["status"]),
        (lambda run: run.set_status(), []),
    ],
)
def test_changes_are_told(change, kinds):
    run = make_run()
    told = heard(run)
    change(run)
    assert told == kinds


def test_training_tells_of_its_beginning_its_epochs_and_its_end():
    run = make_run()
    trainer = Trainer(run)
    told = heard(run)
    trainer.fit(2, progress=False)
    assert told[0] == told[-1] == "status"
    assert told.count("epoch") == 2


def test_whoever_hears_of_the_end_may_begin_anew():
    run = make_run()
    trainer = Trainer(run)
    states: list[tuple[str, bool]] = []

    def look(kind):
        if kind == "status":
            states.append((run.status.state, run.seat.look()[0] is None))

    run.subscribe(look)
    trainer.fit(1, progress=False)
    assert states == [("fitting", False), ("idle", True)]


def test_nobody_is_told_with_the_turn_in_hand():
    run = make_run()
    trainer = Trainer(run)
    mine: list[bool] = []
    run.subscribe(lambda kind: mine.append(run.problem.turn.mine))
    trainer.fit(1, progress=False)
    trainer.reset()
    run.write([0], [1.0])
    run.set_activation("relu")
    run.record()
    assert len(mine) >= 6
    assert not any(mine)


def test_who_has_unsubscribed_hears_nothing():
    run = make_run()
    kinds: list[str] = []
    other: list[str] = []  # equal to the first, and not the same
    stop = run.subscribe(kinds.append)
    run.subscribe(other.append)
    stop()
    stop()
    run.record()
    assert (kinds, other) == ([], ["epoch"])


def test_a_subscriber_that_raises_stops_nobody():
    run = make_run()

    def broken(kind):
        raise ZeroDivisionError("in a view")

    run.subscribe(broken)
    told = heard(run)
    Trainer(run).fit(2, progress=False)
    assert run.epoch == 2
    assert told.count("epoch") == 2
    run.record()
    assert run.status.message == "a subscriber failed: ZeroDivisionError: in a view"
    assert "in broken" in run.status.traceback
    assert told[-1] == "status"


# -- record --------------------------------------------------------------------------------------


def test_a_loop_of_ones_own_is_recorded():
    run = make_run()
    model = run.problem.model
    for epoch in range(1, 4):
        with torch.no_grad():
            model[2].bias.fill_(epoch)
        run.record(epoch=epoch, loss=epoch / 10, margin=epoch * 2)
    history = run.history
    assert run.epoch == 3
    assert (run.loss, history.loss[2]) == (0.3, 0.2)
    assert history["margin"][1:].tolist() == [2, 4, 6]
    assert [history.parameters(epoch)[-1] for epoch in (1, 2, 3)] == [1, 2, 3]
    X, y = data()
    right = ((model(X) > 0) == (y > 0)).double().mean()
    assert run.accuracy == history.accuracy[3] == right


def test_what_is_not_given_is_evaluated_and_the_epoch_is_the_next():
    X, y = data()
    model = network()
    run = Run(Problem(model, X, y, test=(X[:5], y[:5])))
    with torch.no_grad():
        model[2].bias.fill_(0.5)
    run.record()
    assert run.epoch == 1
    assert run.loss == pytest.approx(loss_of(model), abs=1e-6)
    outputs = model(X[:5])
    loss = nn.functional.binary_cross_entropy_with_logits(outputs, y[:5]).item()
    assert run.history.test_loss[1] == pytest.approx(loss, abs=1e-6)
    run.record(test_loss=0.125)
    assert run.history.test_loss[2] == 0.125


def test_a_loop_run_again_begins_again():
    run = make_run()
    for epoch in [*range(5), *range(3)]:
        run.record(epoch=epoch, loss=torch.tensor(float(epoch), requires_grad=True))
    assert run.history.epochs.tolist() == [0, 1, 2]
    assert run.epoch == 2


@pytest.mark.parametrize(
    ("given", "error", "words"),
    [
        ({"epoch": -1}, ValueError, "epoch.*-1"),
        ({"epoch": 1.5}, ValueError, "epoch.*1.5"),
        ({"epoch": True}, ValueError, "epoch.*True"),
        ({"epoch": 10**30}, ValueError, "epoch must be .* at most"),
        ({"loss": "0.1"}, TypeError, "loss must be a number, got '0.1'"),
        ({"loss": "low"}, TypeError, "loss.*'low'"),
        ({"loss": torch.ones(2)}, TypeError, "loss"),
        ({"f1": None}, TypeError, "f1.*None"),
    ],
)
def test_bad_records_are_refused_and_change_nothing(given, error, words):
    run = make_run()
    told = heard(run)
    with pytest.raises(error, match=words):
        run.record(**given)
    assert (len(run.history), run.epoch, told) == (1, 0, [])


# -- writing -------------------------------------------------------------------------------------


def test_a_write_reaches_the_module_and_the_loss_is_of_now():
    run = make_run()
    run.write([0, 16], [2.0, -3.0])
    model = run.problem.model
    assert model[0].weight[0, 0].item() == 2.0
    assert model[2].bias.item() == -3.0
    assert run.loss == pytest.approx(loss_of(model), abs=1e-6)
    assert run.history.loss[0] != run.loss


def test_a_frozen_entry_cannot_be_moved_but_may_be_given_its_own_value():
    run = make_run()
    run.freeze("0.weight[0,1]")
    before = run.problem.parameters.read()
    told = heard(run)
    with pytest.raises(ValueError, match=r"frozen.*by browser: 0\.weight\[0,1\]"):
        run.write([0, 1], [5.0, 5.0], by="browser")
    assert np.array_equal(run.problem.parameters.read(), before)
    assert told == []
    run.write([0, 1], [5.0, float(before[1])])
    assert run.problem.parameters.read()[0] == 5.0


def test_other_data_and_another_activation_change_the_loss():
    run = make_run()
    first = run.loss
    run.set_activation("relu")
    second = run.loss
    run.replace_data(run.problem.data.delete(0).delete(0))
    third = run.loss
    assert len({first, second, third}) == 3
    assert run.problem.stack.layers[0].activation["name"] == "relu"


def test_an_unknown_activation_changes_nothing():
    run = make_run()
    told = heard(run)
    with pytest.raises(ValueError, match="leaky_relu"):
        run.set_activation("rulu")
    assert told == []


def test_reset_without_and_with_a_trainer():
    run = make_run()
    run.write([0], [9.0])
    run.record()
    run.reset()
    assert np.array_equal(run.problem.parameters.read(), run.problem.initial)
    assert (run.epoch, len(run.history)) == (0, 1)
    Trainer(run).fit(2, progress=False)
    first = run.history.loss.tolist()
    run.reset()
    run.trainer.fit(2, progress=False)
    assert run.history.loss.tolist() == first


# -- one seat ------------------------------------------------------------------------------------


def test_the_newest_trainer_is_the_one_that_is_driven():
    run = make_run()
    first = Trainer(run, "sgd")
    assert run.trainer is first
    second = Trainer(run, "adam", lr=0.125, batch_size=8)
    assert run.trainer is second
    status = run.status
    assert (status.optimizer, status.lr, status.batch_size) == ("adam", 0.125, 8)
    first.step()  # the older one still works
    second.step()
    assert run.epoch == 2


def test_a_callback_cannot_train_wait_or_reset():
    run = make_run()
    errors = []

    def nested(trainer, logs):
        for call in (trainer.step, trainer.reset, trainer.wait, Trainer(run).step):
            try:
                call()
            except RuntimeError as error:
                errors.append(str(error))

    Trainer(run, callbacks=[nested]).fit(1, progress=False)
    assert len(errors) == 4
    assert "this trainer is training" in errors[0]
    assert "another trainer is training" in errors[3]


# -- what the user's own code does to the model --------------------------------------------------


def test_the_loss_is_of_the_parameters_that_somebody_loaded():
    run = make_run()
    model = run.problem.model
    before = run.loss
    model.load_state_dict({name: value + 1 for name, value in model.state_dict().items()})
    assert run.loss == pytest.approx(loss_of(model), abs=1e-6)
    assert run.loss != before


def test_a_given_loss_stands_until_the_parameters_move():
    run = make_run()
    run.record(loss=0.125)
    assert run.loss == 0.125
    with torch.no_grad():
        run.problem.model[0].bias += 1
    assert run.loss == pytest.approx(loss_of(run.problem.model), abs=1e-6)


@pytest.mark.parametrize("look", [Run.record, lambda run: Trainer(run).step()])
def test_an_activation_swapped_by_hand_is_taken_up(look):
    run = make_run()
    told = heard(run)
    run.problem.model[1] = nn.ReLU()
    look(run)
    assert told.count("structure") == 1
    assert run.problem.stack.layers[0].activation == {"name": "relu"}
    assert run.history.loss[1] == pytest.approx(loss_of(run.problem.model), abs=1e-6)
    look(run)
    assert told.count("structure") == 1


@pytest.mark.parametrize("use", [Run.record, lambda run: Trainer(run).fit(1, progress=False)])
def test_a_model_that_has_grown_is_refused_before_anything_moves(use):
    run = make_run()
    model = run.problem.model
    model.append(nn.Linear(1, 1))
    before = {name: value.clone() for name, value in model.state_dict().items()}
    with pytest.raises(ValueError, match="wrap the changed model anew"):
        use(run)
    assert all(torch.equal(value, before[name]) for name, value in model.state_dict().items())
    assert (run.epoch, len(run.history)) == (0, 1)
