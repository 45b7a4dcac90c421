import pytest

from nnwidgets.training.callbacks import HOOKS, Callback, Callbacks, stop_condition
from nnwidgets.training.trainer import Trainer
from tests.training.oracle import make_run


class Diary(Callback):
    """Writes down what it is told."""

    def __init__(self) -> None:
        self.told: list[tuple[str, dict]] = []

    def on_train_begin(self, trainer, logs):
        self.told.append(("train begins", logs))

    def on_epoch_begin(self, trainer, logs):
        self.told.append(("epoch begins", logs))

    def on_batch_end(self, trainer, logs):
        self.told.append(("batch ends", logs))

    def on_epoch_end(self, trainer, logs):
        self.told.append(("epoch ends", logs))

    def on_train_end(self, trainer, logs):
        self.told.append(("train ends", logs))

    @property
    def order(self) -> list[str]:
        return [what for what, _ in self.told]


EPOCH = ["epoch begins", *["batch ends"] * 4, "epoch ends"]


def test_hooks_come_in_order():
    diary = Diary()
    Trainer(make_run(), callbacks=[diary]).fit(2, progress=False)
    assert diary.order == ["train begins", *EPOCH, *EPOCH, "train ends"]
    logs = dict(enumerate(logs for _, logs in diary.told))
    assert [logs[i]["epoch"] for i in (0, 1, 2, 6, 7, 13)] == [0, 0, 0, 1, 1, 2]
    assert [logs[i]["batch"] for i in range(2, 6)] == [1, 2, 3, 4]
    assert logs[6]["loss"] > 0
    assert 0 <= logs[6]["accuracy"] <= 1
    assert logs[13] == {"epoch": 2, "state": "idle"}


def test_single_batches_call_each_hook_when_its_time_comes():
    diary = Diary()
    trainer = Trainer(make_run(), callbacks=[diary])
    trainer.step(3, unit="batch")
    assert diary.order == ["train begins", "epoch begins", *["batch ends"] * 3, "train ends"]
    diary.told.clear()
    trainer.step(1, unit="batch")
    assert diary.order == ["train begins", "batch ends", "epoch ends", "train ends"]


def test_the_epoch_is_recorded_before_its_end_is_told():
    seen = []
    trainer = Trainer(
        make_run(), callbacks=[lambda t, logs: seen.append(t.history.loss[-1] == logs["loss"])]
    )
    trainer.fit(2, progress=False)
    assert seen == [True, True]


def test_any_object_with_a_hook_will_do_and_logs_are_its_own():
    class Duck:
        def on_epoch_end(self, trainer, logs):
            logs.clear()

    seen = []
    trainer = Trainer(make_run(), callbacks=[Duck(), lambda t, logs: seen.append(logs["epoch"])])
    trainer.fit(2, progress=False)
    assert seen == [1, 2]


def test_an_object_with_hooks_that_can_be_called_is_not_called():
    class Both:
        def on_train_end(self, trainer, logs):
            self.ended = True

        def __call__(self, trainer, logs):
            raise AssertionError

    both = Both()
    Trainer(make_run(), callbacks=[both]).step()
    assert both.ended


def test_a_callback_can_pause_and_change_the_learning_rate():
    def control(trainer, logs):
        trainer.lr = 0.5
        if logs["epoch"] == 2:
            trainer.pause()

    run = make_run()
    trainer = Trainer(run, callbacks=[control])
    trainer.fit(10, progress=False)
    assert (run.epoch, trainer.lr) == (2, 0.5)


def test_a_callback_may_write_weights():
    def clamp(trainer, logs):
        trainer.run.write([0], [0.25])

    run = make_run()
    Trainer(run, callbacks=[clamp]).fit(2, progress=False)
    assert run.problem.model[0].weight[0, 0].item() == 0.25


@pytest.mark.parametrize("hook", HOOKS)
def test_one_that_raises_stops_training_and_fit_raises_it_again(hook):
    class Broken:
        told = 0

    def fail(trainer, logs):
        Broken.told += 1
        if Broken.told == 1:
            raise ZeroDivisionError("of mine")

    broken, diary, run = Broken(), Diary(), make_run()
    setattr(broken, hook, fail)
    trainer = Trainer(run, callbacks=[broken, diary])
    with pytest.raises(ZeroDivisionError, match="of mine"):
        trainer.fit(5, progress=False)
    assert run.status.state == "failed"
    assert run.status.message == "ZeroDivisionError: of mine"
    assert "in fail" in run.status.traceback
    if hook != "on_train_end":
        assert diary.told[-1] == ("train ends", {"epoch": run.epoch, "state": "failed"})

    epoch = run.epoch
    trainer.fit(2, progress=False)
    # What a hook on the last batch kept from being recorded is recorded first.
    assert run.epoch in (epoch + 2, epoch + 3)
    assert run.status.state == "idle"
    assert run.status.traceback == ""


def test_one_that_raises_in_the_background_is_told_by_the_status_and_by_wait():
    def fail(trainer, logs):
        if logs["epoch"] == 2:
            raise ZeroDivisionError("of mine")

    run = make_run()
    trainer = Trainer(run, callbacks=[fail])
    trainer.play()
    with pytest.raises(ZeroDivisionError, match="of mine"):
        trainer.wait(30)
    assert (run.status.state, run.epoch) == ("failed", 2)
    assert "in fail" in run.status.traceback
    assert trainer.wait(30), "it is raised once"
    trainer.play(1)
    assert trainer.wait(30)
    assert (run.status.state, run.epoch) == ("idle", 3)


@pytest.mark.parametrize(
    ("callbacks", "words"),
    [
        ([Diary], r"callbacks\[0\] is the class Diary.*Diary\(\)"),
        ([print, object()], r"callbacks\[1\].*on_epoch_end"),
        (print, "must be a list"),
        (Diary(), "must be a list"),
    ],
)
def test_what_is_no_callback_is_refused(callbacks, words):
    with pytest.raises(TypeError, match=words):
        Callbacks(callbacks)


def test_hooks_that_are_not_overridden_are_not_called():
    assert not any(Callbacks([Callback()]).wants(hook) for hook in HOOKS)
    assert Callbacks([Diary()]).wants("on_batch_end")


@pytest.mark.parametrize(
    ("stop", "logs", "stops"),
    [
        (None, {"loss": 0.0}, False),
        ({"loss": 0.5}, {"loss": 0.5}, True),
        ({"loss": 0.5}, {"loss": 0.51}, False),
        ({"accuracy": 0.9}, {"accuracy": 0.9}, True),
        ({"accuracy": 0.9}, {"accuracy": 0.89}, False),
        ({"accuracy": 0.9}, {}, False),
        ({"test_loss": 1, "test_accuracy": 1}, {"test_loss": 0, "test_accuracy": 1}, True),
        (lambda logs: logs["loss"] > 3, {"loss": 4}, True),
        (lambda logs: None, {}, False),
    ],
)
def test_stop_conditions(stop, logs, stops):
    assert (stop_condition(stop)(logs) is not None) == stops


@pytest.mark.parametrize(
    ("stop", "error"),
    [
        (0.5, TypeError),
        ({}, ValueError),
        ({"los": 1}, ValueError),
        ({"loss": "low"}, ValueError),
        ({"loss": True}, ValueError),
        ({"loss": float("nan")}, ValueError),
    ],
)
def test_bad_stop_conditions(stop, error):
    with pytest.raises(error, match="stop"):
        stop_condition(stop)
