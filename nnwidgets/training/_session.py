"""A stretch of training from its first batch to its orderly end, however it ends."""

from __future__ import annotations

import threading
import time
import traceback
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

import torch

from nnwidgets import words
from nnwidgets.training._engine import Diverged
from nnwidgets.training._interrupts import Interrupts
from nnwidgets.training._status import describe

if TYPE_CHECKING:
    from collections.abc import Callable

    from nnwidgets.training._status import State
    from nnwidgets.training._stepper import Stepper
    from nnwidgets.training.callbacks import Callbacks
    from nnwidgets.training.player import Player
    from nnwidgets.training.run import Run
    from nnwidgets.training.trainer import Trainer

Logs = dict[str, Any]

_FRAME = 1 / 60  # seconds between two signs of life from within an epoch


class Ending(NamedTuple):
    """How it came to an end."""

    state: State
    message: str
    traceback: str = ""
    error: BaseException | None = None

    @classmethod
    def diverged(cls, run: Run, why: Diverged) -> Ending:
        """Return the ending of a run whose parameters or loss were finite no longer."""
        message = words.Text(
            "training diverged after epoch {epoch}: {why}. "
            "The last finite weights are kept; {advice}",
            epoch=run.epoch,
            why=why.args[0],
            advice=_advice(run),
        )
        return cls("diverged", message)


def _advice(run: Run) -> str:
    if run.problem.parameters.first.dtype == torch.float16:
        return words.Text(
            "float16 ends at 65504 and at 6e-8, so that Adam soon divides by 0: "
            "model.bfloat16() or model.float() can be trained."
        )
    return words.Text("a lower learning rate may help.")


class Session:
    """Lets a stepper run, with callbacks, in whatever thread calls it.

    Parameters
    ----------
    trainer : Trainer
        What callbacks are given, and whose run is told.
    stepper, callbacks, player
        Its parts: who steps, who listens, who says when to stop.
    reason_to_stop : callable
        Takes an epoch's logs; see `stop_condition`.

    Attributes
    ----------
    left : float
        How many epochs (or batches) are still to come. May be changed while it runs.
    error : BaseException or None
        What ended it in the background, where nobody was there to hear of it.
    """

    def __init__(
        self,
        trainer: Trainer,
        stepper: Stepper,
        callbacks: Callbacks,
        player: Player,
        reason_to_stop: Callable[[Logs], str | None],
    ) -> None:
        self.left = 0.0
        self.error: BaseException | None = None
        self._trainer = trainer
        self._run = trainer.run
        self._stepper = stepper
        self._callbacks = callbacks
        self._player = player
        self._reason_to_stop = reason_to_stop
        self._thread: threading.Thread | None = None
        self._interrupts = Interrupts()
        self._playing = False
        self._told = 0.0

    @property
    def mine(self) -> bool:
        """Whether it is the calling thread that trains."""
        return self._thread is threading.current_thread()

    def run(
        self,
        unit: Literal["epoch", "batch"] = "epoch",
        *,
        playing: bool = False,
        report: Callable[[Logs], object] | None = None,
        interrupts: Interrupts | None = None,
    ) -> None:
        """Train until `left` is used up or something ends it, and leave the run's seat.

        Parameters
        ----------
        unit : {"epoch", "batch"}
            What `left` counts.
        playing : bool
            Whether to keep to the player's speed.
        report : callable, optional
            Given each epoch's logs.
        interrupts : Interrupts, optional
            The context that this is called in.

        Raises
        ------
        BaseException
            What a callback or the model raised, or a KeyboardInterrupt.
        """
        self._thread = threading.current_thread()
        self._playing = playing
        self._interrupts = interrupts or Interrupts()
        ending = Ending("idle", words.Text("interrupted"))
        try:
            ending = self._attempt(lambda: self._loop(unit, report))
            self._stepper.end()  # callbacks should find an ordinary model
            last = self._attempt(lambda: self._call("on_train_end", state=ending.state))
            if ending.error is None and last.error is not None:
                ending = last
        finally:
            self.close(ending)
        if ending.error is not None:
            raise ending.error

    def close(self, ending: Ending) -> None:
        """Put all in order after training, get up and tell everybody how it ended."""
        try:
            self._stepper.end()
            if self._stepper.batch or ending.state == "diverged":
                self._run.touch()  # the scores are those of the last epoch
        finally:
            self._thread = None
            self.error = ending.error if self._playing else None
            state, message, trace, _ = ending
            self._run.replace_status(state=state, message=message, traceback=trace)
            # Whoever waits goes on before anybody is told: a subscriber may be waiting for him.
            self._run.seat.leave()
            self._run.notify("status")

    def _attempt(self, work: Callable[[], str | None]) -> Ending:
        try:
            return Ending("idle", work() or "")
        except Diverged as why:
            return Ending.diverged(self._run, why)
        except Exception as error:  # noqa: BLE001  (raised again when all is put in order)
            return Ending("failed", describe(error), traceback.format_exc(), error)
        except BaseException as error:  # noqa: BLE001  (KeyboardInterrupt: likewise)
            return Ending("idle", words.Text("interrupted"), "", error)

    def _loop(self, unit: str, report: Callable[[Logs], object] | None) -> str | None:
        """Train; answer why it stopped early, if it did."""
        self._run.follow()
        self._stepper.begin()
        self._call("on_train_begin")
        while self.left > 0 and not self._player.stopping:
            self._one_batch()
            whole = self._stepper.epoch_done
            if unit == "batch" or whole:
                self.left -= 1
            if whole:
                logs = self._end_epoch()
                reason = self._after_epoch(logs, report)
                if reason is not None:
                    return words.Text(
                        "stopped after epoch {epoch}: {reason}",
                        epoch=logs["epoch"],
                        reason=reason,
                    )
                if self._playing:
                    self._player.rest()
            elif time.monotonic() - self._told > _FRAME:
                self._tell("parameters")
            self._interrupts.check()
        return None

    def _one_batch(self) -> None:
        if not self._stepper.batch:
            self._call("on_epoch_begin")
        loss = self._stepper.step()
        self._run.batches += 1
        if self._callbacks.wants("on_batch_end"):
            self._call("on_batch_end", batch=self._stepper.batch, loss=loss)

    def _end_epoch(self) -> Logs:
        logs: Logs = self._stepper.close_epoch()
        self._tell("epoch")
        return logs

    def _after_epoch(self, logs: Logs, report: Callable[[Logs], object] | None) -> str | None:
        """Call what users have to say of an epoch; answer why training should stop, if so."""
        with self._interrupts.allowed():
            self._callbacks.call("on_epoch_end", self._trainer, logs)
            if report is not None:
                report(logs)
            return self._reason_to_stop(logs)

    def _tell(self, kind: Literal["epoch", "parameters"]) -> None:
        self._told = time.monotonic()
        self._run.notify(kind)

    def _call(self, hook: str, **logs: Any) -> None:
        if self._callbacks.wants(hook):
            with self._interrupts.allowed():
                self._callbacks.call(hook, self._trainer, {"epoch": self._run.epoch, **logs})
