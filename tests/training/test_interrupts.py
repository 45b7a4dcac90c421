"""Ctrl-C at the worst of times: what is left can be used further."""

import os
import signal
import threading
import time

import numpy as np
import pytest
import torch
from torch import nn

from nnwidgets.training._interrupts import Interrupts
from nnwidgets.training.callbacks import Callback
from nnwidgets.training.trainer import Trainer
from tests.training.oracle import flat, make_run


def press_ctrl_c() -> None:
    signal.raise_signal(signal.SIGINT)


class Interrupted(torch.optim.SGD):
    """Ctrl-C comes in its third step, where torch.no_grad() is just about to be left."""

    steps = 0

    def step(self, closure=None):
        super().step()
        self.steps += 1
        if self.steps == 3:
            torch.set_grad_enabled(False)
            press_ctrl_c()
            torch.set_grad_enabled(True)


def test_an_interrupt_waits_for_the_batch_to_end():
    run = make_run()
    trainer = Trainer(run, lambda p: Interrupted(p, lr=0.1))
    with pytest.raises(KeyboardInterrupt):
        trainer.fit(100, progress=False)
    assert torch.is_grad_enabled()
    assert trainer._stepper.batch == 3
    assert (run.status.state, run.status.message) == ("idle", "interrupted")
    trainer.fit(2, progress=False)
    assert run.epoch == 2
    whole = make_run()
    Trainer(whole, lambda p: torch.optim.SGD(p, lr=0.1)).fit(2, progress=False)
    assert np.array_equal(flat(run.problem.model), flat(whole.problem.model))


def test_ctrl_c_at_any_moment_leaves_everything_in_order():
    model = nn.Sequential(nn.Linear(2, 4), nn.BatchNorm1d(4), nn.Dropout(0.2), nn.Linear(4, 1))
    run = make_run(model)
    timers: list[threading.Timer] = []
    moments = iter(np.linspace(0.001, 0.02, 25))

    class SetTimer(Callback):
        def on_train_begin(self, trainer, logs):
            timers.append(threading.Timer(next(moments), os.kill, (os.getpid(), signal.SIGINT)))
            timers[-1].start()

    trainer = Trainer(run, callbacks=[SetTimer()])
    before = signal.getsignal(signal.SIGINT)
    for _ in range(25):
        with pytest.raises(KeyboardInterrupt):
            trainer.fit(10**9, progress=False)
        timers[-1].join()
        assert torch.is_grad_enabled()
        assert all(module.training for module in model.modules())
        assert (run.status.state, run.status.message) == ("idle", "interrupted")
        assert signal.getsignal(signal.SIGINT) is before
        assert run.epoch == len(run.history) - 1


def test_a_callback_is_interrupted_at_once():
    def dawdle(trainer, logs):
        press_ctrl_c()
        reached.append(logs["epoch"])

    reached: list[int] = []
    run = make_run()
    with pytest.raises(KeyboardInterrupt):
        Trainer(run, callbacks=[dawdle]).fit(3, progress=False)
    assert (reached, run.epoch) == ([], 1)


def test_a_second_ctrl_c_ends_a_model_that_hangs():
    def hang(module, args):
        if calls.append(1) or len(calls) > 5:
            press_ctrl_c()
            press_ctrl_c()
            time.sleep(60)

    calls: list[int] = []
    run = make_run()
    trainer = Trainer(run)
    handle = run.problem.model.register_forward_pre_hook(hang)
    began = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        trainer.fit(100, progress=False)
    assert time.monotonic() - began < 30
    handle.remove()
    trainer.step()
    assert run.status.state == "idle"


def test_single_steps_are_guarded_too():
    run = make_run()
    trainer = Trainer(run, lambda p: Interrupted(p, lr=0.1))
    with pytest.raises(KeyboardInterrupt):
        trainer.step(3, unit="batch")
    assert torch.is_grad_enabled()
    assert trainer._stepper.batch == 3


def test_what_comes_at_the_very_end_is_not_lost():
    with pytest.raises(KeyboardInterrupt), Interrupts():
        press_ctrl_c()


def test_a_handler_of_the_users_own_is_asked_instead():
    heard: list[int] = []
    before = signal.signal(signal.SIGINT, lambda number, frame: heard.append(number))
    try:
        run = make_run()
        Trainer(run, lambda p: Interrupted(p, lr=0.1)).fit(2, progress=False)
    finally:
        signal.signal(signal.SIGINT, before)
    assert heard == [signal.SIGINT]
    assert run.epoch == 2


def test_ignored_interrupts_stay_ignored_and_other_threads_leave_signals_alone():
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        with Interrupts():
            assert signal.getsignal(signal.SIGINT) == signal.SIG_IGN
    finally:
        signal.signal(signal.SIGINT, before)
    run = make_run()
    thread = threading.Thread(target=lambda: Trainer(run).fit(2, progress=False))
    thread.start()
    thread.join(30)
    assert run.epoch == 2
