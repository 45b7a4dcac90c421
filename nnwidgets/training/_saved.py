"""The state of a run: taken, and put back into a new one."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING

import torch

from nnwidgets.core.penalty import Penalty
from nnwidgets.core.state import NetworkState, StateError, TrainerSettings, weights
from nnwidgets.core.state.in_place import put, tried
from nnwidgets.core.state.restore import write
from nnwidgets.training._interrupts import Interrupts
from nnwidgets.training.optimizers import recipe
from nnwidgets.training.player import checked_speed
from nnwidgets.training.trainer import Trainer

if TYPE_CHECKING:
    import os

    from nnwidgets.training.run import Run


def state_of(run: Run, *, lang: str = "en", data: bool = True) -> NetworkState:
    """Take a run's state, between two steps of its training."""
    with run.problem.turn:
        return NetworkState.of(
            run.problem, epoch=run.epoch, trainer=_settings(run), lang=lang, data=data
        )


def check_trainer(state: NetworkState) -> None:
    """Raise `StateError` where the state's trainer could not be made."""
    settings = state.trainer
    if settings is None:
        return
    try:
        if settings.optimizer != "custom":
            recipe(settings.optimizer, settings.lr)
        if settings.speed is not None:
            checked_speed(settings.speed)
        Penalty(settings.l1, settings.l2)
    except (TypeError, ValueError) as error:
        raise StateError(f"state.trainer: {error}") from None


def load_weights(run: Run, path: str | os.PathLike[str]) -> None:
    """Write the weights and buffers of a safetensors file into a run's model.

    Raises
    ------
    StateError, OSError, ImportError
        See `nnwidgets.core.state.weights.read`; also for a number that is not finite.
    ValueError
        When a frozen entry would change. The model is as it was then.
    """
    problem = run.problem
    with problem.turn:
        revision, parameters = problem.revision, problem.parameters
        tensors = weights.read(problem.model, path)
        buffers = {name: tensors.pop(name) for name in list(tensors) if name in parameters.buffers}
        try:
            index, value = parameters.parse(tensors)
        except (TypeError, ValueError) as error:
            raise StateError(str(error)) from None
    run.write(index, value, revision=revision)
    with problem.turn, torch.no_grad():
        for name, buffer in problem.model.named_buffers():
            if name in buffers:
                buffer.copy_(buffers[name])
        run.touch()


def restore(run: Run, state: NetworkState) -> None:
    """Bring a new run, whose model is as at the state's start, to where the state is.

    Its history has two rows then: the start, and the epoch of now. A trainer is made with the
    state's settings, unless its optimizer was a function of the user's.
    """
    with run.problem.turn:
        run.problem.frozen[state.frozen] = True
        _go_on(run, state)
    _engage(run, state)
    run.notify("frozen")
    run.notify("epoch" if state.epoch else "parameters")


def load(run: Run, state: NetworkState) -> None:
    """Put a state into a run that is there already; training is paused for that.

    Raises
    ------
    StateError
        If it does not fit. Nothing has changed then, and training goes on.
    RuntimeError
        When a callback of the training asks for it, which cannot be paused then.
    """
    check_trainer(state)
    problem = run.problem
    with problem.turn:
        revision, ready = problem.revision, tried(problem, state)
    with Interrupts(), ExitStack() as stack:
        if (trainer := run.trainer) is not None:
            trainer.pause()
            run.seat.take(trainer, lambda: None)
            stack.callback(run.seat.leave)
        stack.enter_context(problem.turn)
        problem.check_revision(revision)
        put(problem, ready)
        run.history.start_over(problem.parameters.size)
        if trainer is not None:
            trainer.restart()
        run.begin_history()
        _go_on(run, state)
        run.replace_status(state="idle", message="", traceback="")
    _engage(run, state)
    for kind in ("structure", "data", "frozen", "epoch"):
        run.notify(kind)


def _go_on(run: Run, state: NetworkState) -> None:
    """From the state's start, which the history has as row 0, to its present."""
    write(run.problem.model, state.values, state.buffers)
    run.touch()
    if state.epoch:
        run.commit(state.epoch, run.measure())


def _engage(run: Run, state: NetworkState) -> None:
    settings = state.trainer
    if settings is not None and settings.optimizer != "custom":
        made_with = {name: v for name, v in vars(settings).items() if name != "speed"}
        Trainer(run, **made_with).speed = settings.speed


def _settings(run: Run) -> TrainerSettings | None:
    trainer = run.trainer
    if trainer is None:
        return None
    return TrainerSettings(
        optimizer=trainer._stepper.recipe.name,
        lr=trainer.lr,
        batch_size=trainer._stepper.batch_size,
        seed=trainer.seed,
        speed=trainer.speed,
        l1=trainer.l1,
        l2=trainer.l2,
    )
