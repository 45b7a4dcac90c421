"""Going back to an epoch, with all it takes to train on from there as it was trained then."""

from __future__ import annotations

import math
import time
import warnings
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any, NamedTuple, cast

import numpy as np

from nnwidgets import words
from nnwidgets.core.problem import Score
from nnwidgets.training._checks import count
from nnwidgets.training._interrupts import Interrupts

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from nnwidgets.training._checkpoints import Checkpoint
    from nnwidgets.training._stepper import Stepper
    from nnwidgets.training.history import History
    from nnwidgets.training.run import Run
    from nnwidgets.training.trainer import Trainer

#: Seconds that epochs between a checkpoint and the one that is wanted may take to train again.
PATIENCE = 5.0
#: That the parameters of a former run may take, and how many such runs are kept.
FORMER_BYTES = 8 * 2**20
MOST_FORMER = 8


class Former(NamedTuple):
    """A run that was left at `epoch`, as it was then."""

    epoch: int
    history: History


class Branched(NamedTuple):
    """Where a branch begins.

    Attributes
    ----------
    epoch : int
        The nearest to the one that was asked for that could be had.
    lacking : str
        What is not as it was then; empty where all of it is.
    """

    epoch: int
    lacking: str


def branch(run: Run, epoch: int, trainer: Trainer | None = None) -> Branched:
    """Go back to an epoch; what came after it is kept among ``run.former``.

    Parameters
    ----------
    run : Run
    epoch : int
        Where its parameters were thinned, the nearest that is kept.
    trainer : Trainer, optional
        Whose optimizer goes back; default the newest of the run, if there is one.

    Raises
    ------
    ValueError, TypeError
        For an epoch that is no integer or negative, or after the last.
    RuntimeError
        From within a callback: training is still under way then.
    """
    wanted = count("epoch", epoch)
    trainer = trainer or run.trainer
    if trainer is not None:
        trainer.pause()
    stepper = None if trainer is None else trainer._stepper
    with Interrupts(), ExitStack() as stack:
        if trainer is not None:
            trainer._begin("idle", 0)
            stack.callback(run.seat.leave)
        stack.enter_context(run.problem.turn)
        last = int(run.history.epochs[-1]) if len(run.history) else 0
        if wanted > last:
            raise ValueError(f"epoch must be recorded: from 0 to {last}; got {wanted}")
        branched = _go_back(run, run.history.kept_epoch(wanted), stepper)
    run.notify("branch")
    run.notify("epoch")
    names = () if trainer is None else ("lr", "l1", "l2")
    rates = {name: getattr(trainer, name) for name in names}
    run.set_status(message=_said(wanted, branched), **rates)
    return branched


def _said(wanted: int, branched: Branched) -> str:
    epoch, lacking = branched
    if epoch == wanted:
        return lacking
    said = words.Text(
        "branched at epoch {epoch}, the nearest to {wanted} that is kept",
        epoch=epoch,
        wanted=wanted,
    )
    return words.Text("{one}; besides, {other}", one=said, other=lacking) if lacking else said


def _go_back(run: Run, epoch: int, stepper: Stepper | None) -> Branched:
    values = run.history.parameters(epoch)
    former = run.history.excerpt(FORMER_BYTES)
    lacking: str = words.Text(
        "the optimizer of your own training loop is as it was: only the weights went back"
    )
    if stepper is not None:
        if not stepper.batch:
            stepper.mark()
        epoch, values, lacking = _restore(stepper, run, epoch, values)
    parameters = run.problem.parameters
    parameters.write(np.arange(parameters.size), values)
    if former.epochs[-1] > epoch:
        _keep(run, Former(epoch, former))
    run.history.go_back(epoch, values)
    run.epoch = epoch
    row = run.history[-1]
    loss, accuracy = row["loss"], row["accuracy"]
    run.tested = row["test_loss"], row["test_accuracy"]
    run.latest.set(Score(math.nan if loss is None else loss, accuracy), parameters.read())
    run.witnesses.call(epoch, parameters.read())
    return Branched(epoch, lacking)


def _restore(
    stepper: Stepper, run: Run, epoch: int, values: NDArray[Any]
) -> tuple[int, NDArray[Any], str]:
    """Bring a trainer back to an epoch, or near; answer where it is, the weights of then, and why.

    What lies between two checkpoints is trained again. That it comes out as it did then is seen
    by the weights: it does not where weights, data or the learning rate were changed meanwhile.
    """
    checkpoints, recorded = stepper.checkpoints, set(run.history.epochs.tolist())
    checkpoints.cut(max(recorded))
    before = checkpoints.before(epoch)
    if before is not None and _reach(stepper, run, before, epoch, values):
        checkpoints.cut(epoch)
        return epoch, values, ""
    near = None if before is None else checkpoints.nearest(epoch)
    if near is None or near.epoch not in recorded:
        stepper.restart()
        lacking = words.Text("the optimizer starts anew: nothing is known of its state then")
        return epoch, values, lacking
    stepper.return_to(near)
    checkpoints.cut(near.epoch)
    if run.history.kept_epoch(near.epoch) == near.epoch:
        return near.epoch, run.history.parameters(near.epoch), ""
    return near.epoch, run.problem.parameters.read(), ""


def _reach(stepper: Stepper, run: Run, start: Checkpoint, epoch: int, values: NDArray[Any]) -> bool:
    stepper.return_to(start)
    if start.epoch == epoch:
        return True
    trained = stepper.replay(epoch - start.epoch, time.monotonic() + PATIENCE)
    return trained and np.array_equal(run.problem.parameters.read(), values)


def _keep(run: Run, former: Former) -> None:
    """Under a name that is free; the oldest goes when there are many."""
    name = base = f"before the branch at {former.epoch}"
    number = 2
    while name in run.former:
        name, number = f"{base} ({number})", number + 1
    kept = {**run.former, name: former}
    run.former = dict(list(kept.items())[-MOST_FORMER:])


class Branching:
    """What a trainer can do with epochs that were."""

    run: Run
    _stepper: Stepper

    def branch(self, epoch: int) -> int:
        """Go back to a recorded epoch, to train on from there: pause, and undo all since.

        Weights, the model's buffers, the optimizer's state, its learning rate and the random
        numbers to come (the order of the samples, dropout) are those of that epoch. Training on
        gives what a run gives, bit for bit, that had never gone past it. Data and frozen
        parameters stay as they are now. The future that is given up is kept as a run of its own,
        which `Timeline` and `TrainingCurves` show.

        A state of the optimizer is kept every few steps, in at most 32 MiB; what lies between is
        trained again, for at most five seconds.

        Parameters
        ----------
        epoch : int
            From 0 to the last.

        Returns
        -------
        int
            Where it went: `epoch`, or the nearest whose state could be had.

        Raises
        ------
        ValueError, TypeError
            For an epoch that is no integer, negative or after the last.
        RuntimeError
            When a callback calls it: training is still under way then.

        Warns
        -----
        RuntimeWarning
            When it is another epoch, or the optimizer's state of then is not known.

        Examples
        --------
        >>> trainer.fit(20)  # doctest: +SKIP
        >>> trainer.branch(10)  # doctest: +SKIP
        10
        >>> trainer.lr = 0.5  # what if ...  # doctest: +SKIP
        >>> trainer.fit(10)  # doctest: +SKIP
        """
        return told(self.run, epoch, cast("Trainer", self))


def told(run: Run, epoch: int, trainer: Trainer | None = None) -> int:
    """Branch, and warn of what is not as it was; see `Branching.branch`."""
    branched = branch(run, epoch, trainer)
    if run.status.message:
        warnings.warn(run.status.message, RuntimeWarning, stacklevel=3)
    return branched.epoch
