"""Train a network: to the end, in the background, or one step at a time."""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Literal

from nnwidgets.core.penalty import Penalty
from nnwidgets.training._branch import Branching
from nnwidgets.training._checks import count
from nnwidgets.training._code import code_of
from nnwidgets.training._interrupts import Interrupts
from nnwidgets.training._progress import Reporter
from nnwidgets.training._session import Session
from nnwidgets.training._settings import Settings
from nnwidgets.training._stepper import Stepper
from nnwidgets.training.callbacks import Callbacks, Stop, stop_condition
from nnwidgets.training.optimizers import Factory, recipe
from nnwidgets.training.player import Player
from nnwidgets.training.run import Run

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from nnwidgets.core.code import Code
    from nnwidgets.training._status import State
    from nnwidgets.training.history import History


class Trainer(Settings, Branching):
    """Trains a network and records every epoch in its history.

    The newest trainer of a network is the one its control bar drives. Only one can be at work at
    a time. Same seed, same calls, same weights, bit for bit; ``play`` for n epochs gives what
    ``fit`` gives. Weights set by hand, points moved and parameters frozen in the meantime count
    from the next batch on.

    The model is called in training mode for batches and in evaluation mode for the scores.

    Parameters
    ----------
    net : Network or Run
        What to train.
    optimizer : str or callable, default "adam"
        "sgd", "momentum" (0.9), "adam", "adamw", "rmsprop" with torch's defaults, or a function
        of the list of parameters that makes a ``torch.optim.Optimizer``.
    lr : float, optional
        Learning rate; default 0.05, and for a function whatever that sets.
    batch_size : int or None, default 16
        None takes all the data at once.
    seed : int, default 0
        Of the order of the samples and of what the model draws (dropout).
    callbacks : iterable
        See `Callback`.
    stop : callable or mapping, optional
        When to stop early, looked at after each epoch: a function of its logs that says True, or
        thresholds such as ``{"loss": 0.01, "accuracy": 1.0}`` which must all be reached.
    l1, l2 : float, default 0.0
        Regularisation: every batch is trained on its loss plus ``l1 · Σ|w| + l2/2 · Σw²`` over
        all weights. Biases, and other parameters of one dimension, are left alone. The gradient
        grows by ``l1 · sign(w) + l2 · w``, so that `l2` is the ``weight_decay`` of torch's SGD and
        Adam, but for the biases. Losses shown and recorded stay those of the data; `penalty` is
        what comes on top.

    Examples
    --------
    >>> trainer = nnw.Trainer(net, optimizer="adam", lr=0.05)  # doctest: +SKIP
    >>> trainer.fit(epochs=100)  # doctest: +SKIP
    >>> trainer.play()  # in the background  # doctest: +SKIP
    >>> trainer.lr = 0.01  # doctest: +SKIP
    """

    def __init__(
        self,
        net: Any,
        optimizer: str | Factory = "adam",
        lr: float | None = None,
        batch_size: int | None = 16,
        seed: int = 0,
        callbacks: Iterable[object] = (),
        stop: Stop | None = None,
        l1: float = 0.0,
        l2: float = 0.0,
    ) -> None:
        run = getattr(net, "run", net)
        if not isinstance(run, Run):
            raise TypeError(f"net must be a Network, got {type(net).__name__}")
        size = None if batch_size is None else count("batch_size", batch_size, least=1)
        listeners, reason_to_stop = Callbacks(callbacks), stop_condition(stop)
        made, penalty = recipe(optimizer, lr), Penalty(l1, l2)
        self.run: Run = run
        self.seed = count("seed", seed, most=2**64 - 1)
        self._stepper = Stepper(run, made, size, self.seed, penalty)
        self._player = Player()
        self._session = Session(self, self._stepper, listeners, self._player, reason_to_stop)
        self.listens = stop is not None or listeners.any  # to what becomes of each epoch
        run.trainer = self
        told = {"lr": self.lr, "batch_size": size, "speed": None, "l1": self.l1, "l2": self.l2}
        run.set_status(optimizer=self._stepper.engine.name, **told)

    def __repr__(self) -> str:
        return f"Trainer({self.run.status.optimizer}, lr={self.lr:g}, epoch {self.run.epoch})"

    @property
    def history(self) -> History:
        """Every epoch so far."""
        return self.run.history

    @property
    def last_step(self) -> NDArray[np.float64] | None:
        """What the last step added to the flat parameters, (size,); None before there was one."""
        return self._stepper.engine.last_step

    @property
    def playing(self) -> bool:
        """Whether this trainer is at work in the background."""
        return self.run.seat.look()[0] is self and self.run.status.state == "playing"

    # -- what people call --------------------------------------------------------------------

    def fit(
        self, epochs: int = 100, progress: bool | Callable[[dict[str, Any]], object] = True
    ) -> History:
        """Train and wait for it.

        Parameters
        ----------
        epochs : int, default 100
            How many more. Fewer are made where `stop` says so or somebody calls `pause`.
        progress : bool or callable, default True
            True writes a line of text that follows along; a function is called after each
            epoch with its logs and "epochs".

        Returns
        -------
        History

        Raises
        ------
        RuntimeError
            When the network is being trained already.
        Exception
            What a callback or the model raised. Network and trainer can be used further.
        KeyboardInterrupt
            After the batch that is under way, so that everything can be used further; a second
            one at once.

        Warns
        -----
        RuntimeWarning
            When training diverged: it has stopped, and the last finite weights are kept.
        """
        total = count("epochs", epochs)
        report = Reporter(progress, total)
        with Interrupts() as interrupts:
            self._begin("fitting", total)
            try:
                self._session.run(report=report.epoch, interrupts=interrupts)
            finally:
                report.close()
        if self.run.status.state == "diverged":
            warnings.warn(self.run.status.message, RuntimeWarning, stacklevel=2)
        return self.history

    def step(self, n: int = 1, unit: Literal["epoch", "batch"] = "epoch") -> None:
        """Train for `n` epochs or batches and wait for it; needs no event loop or thread.

        A whole epoch after single batches is what is left of the one they began.

        Raises
        ------
        RuntimeError
            When the network is being trained already.
        Exception
            What a callback or the model raised.
        """
        if unit not in ("epoch", "batch"):
            raise ValueError(f'unit must be "epoch" or "batch", got {unit!r}')
        left = count("n", n)
        with Interrupts() as interrupts:
            self._begin("idle", left)
            self._session.run(unit, interrupts=interrupts)

    def play(self, epochs: int | None = None) -> None:
        """Train in a background thread, for so many epochs or until `pause`.

        While it plays already, only the number of epochs still to come is changed.

        Raises
        ------
        RuntimeError
            When the network is being trained by `fit` or by another trainer.
        """
        left = math.inf if epochs is None else count("epochs", epochs)
        if self.playing:
            self._session.left = left
            return
        with Interrupts():  # whoever has sat down must get up again
            self._begin("playing", left)
            self._player.start(self._play)

    def pause(self) -> None:
        """Stop after the present batch, whoever trains this network, and wait for that.

        From within a callback, or from a thread that has the turn, it only asks.
        """
        active, rested = self.run.seat.look()
        if active is not None:
            active._player.stop()
            if not (active._session.mine or self.run.problem.turn.mine):
                rested.wait()

    def wait(self, timeout: float | None = None) -> bool:
        """Wait for `play` to end.

        Parameters
        ----------
        timeout : float, optional
            Seconds; default for ever.

        Returns
        -------
        bool
            False when time was up first.

        Raises
        ------
        Exception
            What a callback or the model raised while playing, once.
        """
        if self._session.mine:
            raise RuntimeError("wait() was called by a callback, which training waits for")
        _, rested = self.run.seat.look()
        in_time = rested.wait(timeout)
        error, self._session.error = self._session.error, None
        if error is not None:
            raise error
        return in_time

    def reset(self) -> None:
        """Pause and go back to the initial weights, epoch 0 and an empty history.

        What follows is what followed the first time: the optimizer has no memory and the order
        of the samples starts again. A learning rate set since stays.

        Raises
        ------
        RuntimeError
            When a callback calls it: training is still under way then.
        """
        self.pause()
        with Interrupts():
            self._begin("idle", 0)
            try:
                with self.run.problem.turn:
                    self.restart()
                    self.run.rewind()
            finally:
                self.run.seat.leave()
            self.run.notify("epoch")

    def code(self, epochs: int | None = None, start: Literal["initial", "now"] = "initial") -> Code:
        """Return the plain PyTorch script that does the same, without this package.

        It has the data, the model with its weights, the loss, the optimizer and its settings of
        now, and the same order of batches, and ends with the same weights. Weights that were
        moved by hand and settings that were others before are not in it, nor are callbacks.

        Parameters
        ----------
        epochs : int, optional
            Default: as many as were trained, or 100 before there were any.
        start : {"initial", "now"}
            From the weights that ``reset`` goes back to, or from those of now.

        Returns
        -------
        Code
            A str that a notebook shows as it is; ``code.save("train.py")`` writes it.

        Examples
        --------
        >>> trainer.code()  # doctest: +SKIP
        """
        return code_of(self.run, epochs, start)

    def restart(self) -> None:
        """Forget the optimizer's state and the place in the data: the model may be another now."""
        self._stepper.restart()
        if self._lr is not None:
            self._stepper.engine.lr = self._lr

    def _begin(self, state: State, left: float) -> None:
        def prepare() -> None:
            self._session.left = left
            self._player.ready()

        self.run.seat.take(self, prepare)
        self.run.set_status(state=state, message="", traceback="")

    def _play(self) -> None:
        # What it raises is told by the status and kept for wait().
        with suppress(BaseException):
            self._session.run(playing=True)
