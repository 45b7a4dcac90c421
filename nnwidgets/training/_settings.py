"""What of a trainer can be turned at any time, also while training runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nnwidgets.core.penalty import checked_rate
from nnwidgets.training.optimizers import checked_lr
from nnwidgets.training.player import checked_speed

if TYPE_CHECKING:
    from torch.optim import Optimizer

    from nnwidgets.training._stepper import Stepper
    from nnwidgets.training.player import Player
    from nnwidgets.training.run import Run


class Settings:
    """The learning rate, regularisation and speed of a `Trainer`; its base class."""

    run: Run
    _stepper: Stepper
    _player: Player
    _lr: float | None = None  # set by hand: outlives a reset

    @property
    def lr(self) -> float:
        """Learning rate. Set it at any time, also while training runs."""
        return self._stepper.engine.lr

    @lr.setter
    def lr(self, lr: float) -> None:
        self._lr = checked_lr(lr)
        with self.run.problem.turn:
            self._stepper.engine.lr = self._lr
        self.run.set_status(lr=self._lr)

    @property
    def l1(self) -> float:
        """How much of Σ|w| is added to the loss. Set it at any time; it outlives a reset."""
        return self._stepper.penalty.l1

    @l1.setter
    def l1(self, l1: float) -> None:
        rate = checked_rate("l1", l1)
        with self.run.problem.turn:
            self._stepper.penalty.l1 = rate
        self.run.set_status(l1=rate)

    @property
    def l2(self) -> float:
        """How much of ½Σw² is added to the loss. Set it at any time; it outlives a reset."""
        return self._stepper.penalty.l2

    @l2.setter
    def l2(self, l2: float) -> None:
        rate = checked_rate("l2", l2)
        with self.run.problem.turn:
            self._stepper.penalty.l2 = rate
        self.run.set_status(l2=rate)

    @property
    def penalty(self) -> float:
        """What regularisation adds to the loss at the weights of now: l1 · Σ|w| + l2/2 · Σw²."""
        with self.run.problem.turn:
            return self._stepper.penalty.value(self.run.problem.model.parameters())

    @property
    def optimizer(self) -> Optimizer:
        """A torch optimizer of the model's parameters, with the learning rate and state of now.

        To look at, as :func:`nnwidgets.trace` does: of a named one it is a copy.
        """
        with self.run.problem.turn:
            return self._stepper.engine.spread()

    @property
    def speed(self) -> float | None:
        """Most epochs a second while playing; None (the default) is as fast as it can."""
        return self._player.speed

    @speed.setter
    def speed(self, speed: float | None) -> None:
        self._player.speed = None if speed is None else checked_speed(speed)
        self.run.set_status(speed=self._player.speed)
