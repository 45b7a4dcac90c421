"""Playing in the background. Every wait here ends early when all is well."""

import subprocess
import sys
import threading
import time

import numpy as np
import pytest
import torch
from torch import nn

from nnwidgets.core.problem import Problem
from nnwidgets.training.run import Run
from nnwidgets.training.trainer import Trainer
from tests.training.oracle import flat, make_run

LONG = 30.0  # seconds, after which something hangs


class Gate:
    """A callback that lets a test stand in the middle of training."""

    def __init__(self, at: int = 1) -> None:
        self._at = at
        self.reached, self.open = threading.Event(), threading.Event()

    def on_batch_end(self, trainer, logs):
        if logs["epoch"] * 4 + logs["batch"] == self._at:
            self.reached.set()
            assert self.open.wait(LONG)


@pytest.fixture
def playing():
    """A run that plays, after its first epochs."""
    run = make_run()
    begun = threading.Event()
    trainer = Trainer(run, callbacks=[lambda t, logs: logs["epoch"] > 2 and begun.set()])
    trainer.play()
    assert begun.wait(LONG)
    yield run, trainer
    trainer.pause()


def test_so_many_epochs_are_what_fit_makes_of_them():
    run, other = make_run(), make_run()
    trainer = Trainer(run)
    trainer.play(20)
    assert trainer.wait(LONG)
    assert not trainer.playing
    Trainer(other).fit(20, progress=False)
    assert np.array_equal(flat(run.problem.model), flat(other.problem.model))
    assert run.history.to_csv() == other.history.to_csv()


def test_play_pause_play_is_one_training():
    run, other = make_run(), make_run()
    gate = Gate(at=4 * 3 + 2)
    trainer = Trainer(run, callbacks=[gate])
    trainer.play()
    assert gate.reached.wait(LONG)
    assert trainer.playing
    threading.Timer(0.01, gate.open.set).start()
    trainer.pause()
    done = run.epoch * 4 + trainer._stepper.batch
    assert done == 4 * 3 + 2, "it stops after the batch it is at"
    trainer.step(8 * 4 - done, unit="batch")
    Trainer(other).fit(8, progress=False)
    assert np.array_equal(flat(run.problem.model), flat(other.problem.model))


def test_after_pause_nothing_moves(playing):
    run, trainer = playing
    trainer.pause()
    assert not trainer.playing
    assert run.status.state == "idle"
    before, epoch = flat(run.problem.model), run.epoch
    time.sleep(0.02)
    assert np.array_equal(flat(run.problem.model), before)
    assert run.epoch == epoch
    trainer.pause()  # once more does no harm


def test_pause_is_obeyed_between_slow_batches():
    class Slow(nn.Linear):
        def forward(self, x):
            if self.training:
                time.sleep(0.01)
            return super().forward(x)

    X = np.random.default_rng(0).normal(size=(2000, 2))
    run = Run(Problem(Slow(2, 1), X, X[:, :1] > 0))
    gate = threading.Event()

    class Begun:
        def on_batch_end(self, trainer, logs):
            gate.set()

    trainer = Trainer(run, batch_size=1, callbacks=[Begun()])
    trainer.play()  # an epoch would take 20 s
    assert gate.wait(LONG)
    took = []
    for _ in range(5):
        began = time.monotonic()
        trainer.pause()
        took.append(time.monotonic() - began)
        trainer.play()
    trainer.pause()
    assert np.median(took) < 0.05
    assert run.epoch == 0
    assert trainer._stepper.batch > 0


def test_weights_written_while_it_plays_count(playing):
    run, trainer = playing
    with run.problem.turn:
        run.write([16], [1000.0])
        read = run.problem.parameters.read()
    assert read[16] == 1000.0
    trainer.pause()
    assert run.problem.model[2].bias.item() > 900


def test_others_are_served_between_batches(playing):
    run, _trainer = playing
    waits = []
    for _ in range(50):
        began = time.perf_counter()
        with run.problem.turn:
            waits.append(time.perf_counter() - began)
        time.sleep(0.001)
    # Measured at 0.3 ms. A lock that is not fair, or a loop that keeps the interpreter, is
    # ten times off; a busy test machine is not.
    assert np.median(waits) < 0.02


def test_the_learning_rate_and_frozen_parameters_can_be_set_while_it_plays(playing):
    run, trainer = playing
    trainer.lr = 0.0
    run.freeze("0.bias")
    assert run.status.lr == 0.0
    with run.problem.turn:
        before = run.problem.parameters.read()
    epoch = run.epoch
    deadline = time.monotonic() + LONG
    while run.epoch < epoch + 2 and time.monotonic() < deadline:
        time.sleep(0.001)
    trainer.pause()
    assert np.array_equal(run.problem.parameters.read(), before)
    assert run.epoch >= epoch + 2


def test_only_one_can_train(playing):
    run, trainer = playing
    other = Trainer(run)
    for call in (lambda: trainer.fit(1), trainer.step):
        with pytest.raises(RuntimeError, match=r"this trainer.*pause\(\)"):
            call()
    for call in (other.fit, other.step, other.play):
        with pytest.raises(RuntimeError, match=r"another trainer.*pause\(\)"):
            call()
    assert trainer.playing
    other.pause()  # the control bar drives the newest: it must be able to stop the old one
    assert not trainer.playing
    other.step()


def test_play_while_it_plays_sets_how_many_are_to_come():
    run = make_run()
    gate = Gate()
    trainer = Trainer(run, callbacks=[gate])
    trainer.play()
    assert gate.reached.wait(LONG)
    trainer.play(3)
    gate.open.set()
    assert trainer.wait(LONG)
    assert run.epoch == 3


def test_reset_while_it_plays(playing):
    run, trainer = playing
    trainer.reset()
    assert not trainer.playing
    assert np.array_equal(run.problem.parameters.read(), run.problem.initial)
    assert (run.epoch, len(run.history)) == (0, 1)


def test_wait_gives_up_in_time(playing):
    _run, trainer = playing
    assert trainer.wait(0.01) is False
    assert trainer.playing


def test_pause_with_the_turn_in_hand_only_asks():
    run = make_run()
    gate = Gate()
    trainer = Trainer(run, callbacks=[gate])
    trainer.play()
    assert gate.reached.wait(LONG)
    with run.problem.turn:
        trainer.pause()  # waiting here would wait for ever: the player needs the turn to end
        gate.open.set()
    assert trainer.wait(LONG)
    assert run.epoch == 0


@pytest.mark.parametrize("speed", [1e-12, 1e-300, 5e-324])
def test_a_speed_of_one_epoch_in_ages_can_still_be_paused(speed):
    run = make_run()
    first = threading.Event()
    trainer = Trainer(run, callbacks=[lambda *_: first.set()])
    trainer.speed = speed
    trainer.play()
    assert first.wait(LONG)
    assert not trainer.wait(0.02)
    trainer.pause()
    assert (run.status.state, run.epoch) == ("idle", 1)


def test_speed_limits_epochs_a_second_and_can_be_lifted():
    run = make_run()
    trainer = Trainer(run)
    trainer.speed = 50
    assert run.status.speed == 50
    began = time.monotonic()
    trainer.play(6)
    assert trainer.wait(LONG)
    assert time.monotonic() - began >= 5 / 50
    trainer.speed = 1e-3
    trainer.play(20)
    trainer.speed = None  # whoever rests is woken
    assert trainer.wait(LONG)
    assert run.epoch == 26


def test_pause_wakes_a_trainer_that_rests():
    run = make_run()
    first = threading.Event()
    trainer = Trainer(run, callbacks=[lambda *_: first.set()])
    trainer.speed = 1e-3
    trainer.play()
    assert first.wait(LONG)
    began = time.monotonic()
    trainer.pause()
    assert time.monotonic() - began < LONG / 2
    assert run.epoch == 1


def test_play_and_pause_in_quick_succession_from_two_threads():
    run = make_run()
    trainer = Trainer(run)
    errors = []

    def pauses():
        for _ in range(50):
            trainer.pause()

    other = threading.Thread(target=pauses)
    other.start()
    for _ in range(50):
        try:
            trainer.play(1)
        except RuntimeError as error:  # it was just being paused
            errors.append(error)
    other.join(LONG)
    assert not other.is_alive()
    assert trainer.wait(LONG)
    assert run.history.epochs.tolist() == list(range(run.epoch + 1))


def test_fit_can_be_paused_from_another_thread():
    run = make_run()
    gate = Gate(at=4)
    trainer = Trainer(run, callbacks=[gate])

    def pause():
        assert gate.reached.wait(LONG)
        gate.open.set()
        trainer.pause()

    other = threading.Thread(target=pause)
    other.start()
    trainer.fit(10**6, progress=False)
    other.join(LONG)
    assert run.epoch < 10**6


def test_slow_epochs_give_signs_of_life():
    run = make_run()
    told = []
    run.subscribe(told.append)

    class Wait:
        def on_batch_end(self, trainer, logs):
            time.sleep(0.02)

    Trainer(run, callbacks=[Wait()]).step()
    assert told.count("parameters") >= 2


def test_a_script_that_ends_while_it_plays_ends_well():
    script = """
import torch
from nnwidgets.core.problem import Problem
from nnwidgets.training.run import Run
from nnwidgets.training.trainer import Trainer
run = Run(Problem(torch.nn.Linear(2, 1), torch.randn(40, 2), torch.randn(40, 1)))
Trainer(run).play()
print("done")
"""
    found = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, timeout=120, check=False
    )
    assert (found.returncode, found.stdout, found.stderr) == (0, "done\n", "")


def test_global_random_numbers_are_not_touched(playing):
    torch.manual_seed(1)
    a = [torch.rand(1).item() for _ in range(100)]
    torch.manual_seed(1)
    b = [torch.rand(1).item() for _ in range(100)]
    assert a == b
