"""Several networks trained in step: one trainer leads, the others follow it epoch by epoch."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from nnwidgets.training.run import Run
    from nnwidgets.training.trainer import Trainer

#: Epochs within which a loss has to fall by LEAST, or it has stalled.
PATIENCE = 200
LEAST = 1e-6


class InStep:
    """A callback that has other trainers train an epoch with each of the one it is given to.

    A follower rests once it is settled: when it has reached the goal, has stalled or diverged.
    When the leader is reset, so are they; call :meth:`follow_resets` once for that.

    Parameters
    ----------
    followers : sequence of Trainer
        Of other networks than the leader's.
    goal : float
        A loss below which a network has learned what there was to learn.
    most : int
        Epochs after which all training ends.

    Examples
    --------
    >>> group = InStep([second, third], goal=1e-5, most=1000)  # doctest: +SKIP
    >>> leader = Trainer(net, callbacks=[group], stop=group.all_settled)  # doctest: +SKIP
    >>> group.follow_resets(leader)  # doctest: +SKIP
    """

    def __init__(self, followers: Sequence[Trainer], goal: float, most: int) -> None:
        self._followers = list(followers)
        self._goal, self._most = goal, most
        self._leader: Trainer | None = None

    def follow_resets(self, leader: Trainer) -> None:
        """Have the followers go back to their start whenever the leader does."""
        self._leader = leader

        def changed(kind: str) -> None:
            if kind == "epoch" and leader.run.epoch == 0:
                for follower in self._followers:
                    follower.reset()

        leader.run.subscribe(changed)

    def on_epoch_end(self, trainer: Trainer, _logs: Mapping[str, object]) -> None:
        """Train those that are not settled yet for one epoch, too."""
        for follower in self._followers:
            if follower.run.epoch < trainer.run.epoch and not self.settled(follower.run):
                follower.step()

    def settled(self, run: Run) -> bool:
        """Whether a network has reached the goal, or goes nowhere any more."""
        if run.status.state in ("diverged", "failed"):
            return True
        losses = run.history.loss
        return bool(losses[-1] < self._goal) or stalled(losses)

    def all_settled(self, logs: Mapping[str, object]) -> bool:
        """Whether there is nothing left to train: what the leader's ``stop`` asks."""
        epoch = logs["epoch"]
        assert isinstance(epoch, int)
        runs = [trainer.run for trainer in (self._leader, *self._followers) if trainer is not None]
        return epoch >= self._most or all(self.settled(run) for run in runs)


def stalled(losses: np.ndarray) -> bool:
    """Whether the best loss of the last PATIENCE epochs is hardly below that of all before."""
    if len(losses) <= PATIENCE:
        return False
    return bool(np.min(losses[:-PATIENCE]) - np.min(losses[-PATIENCE:]) < LEAST)
