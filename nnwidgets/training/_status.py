"""What training is doing, and who wants to hear of changes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from nnwidgets.training._listeners import Listeners

State = Literal["idle", "playing", "fitting", "failed", "diverged"]
Kind = Literal["parameters", "epoch", "data", "structure", "status", "frozen", "branch"]
Subscriber = Callable[[Kind], object]


@dataclass(frozen=True)
class Status:
    """What training is doing, for people and for the control bar.

    Attributes
    ----------
    state : str
        "idle", "playing" (in the background), "fitting" (somebody waits for it), "failed" (a
        callback or the model raised) or "diverged".
    message, traceback : str
        Why it stopped, or what a subscriber of the run raised; empty when all is well.
    lr : float or None
        Learning rate; None before there is a trainer.
    speed : float or None
        Most epochs a second while playing; None for no limit.
    optimizer : str
        Its name; "" before there is a trainer.
    batch_size : int or None
        None before there is a trainer.
    l1, l2 : float
        Regularisation; see `Trainer`.
    """

    state: State = "idle"
    message: str = ""
    traceback: str = ""
    lr: float | None = None
    speed: float | None = None
    optimizer: str = ""
    batch_size: int | None = None
    l1: float = 0.0
    l2: float = 0.0


class Subscribers(Listeners[Subscriber]):
    """Functions to call with the kind of a change; safe from any thread."""

    def tell(self, kind: Kind) -> list[Exception]:
        """Call all of them; what one raises keeps nobody else from being called."""
        errors = []
        for function in self._functions:
            try:
                function(kind)
            except Exception as error:  # noqa: BLE001  (a view must not be able to end training)
                errors.append(error)
        return errors


def describe(error: BaseException) -> str:
    """Type and text of an error in one line."""
    text = str(error).strip()
    return f"{type(error).__name__}: {text}" if text else type(error).__name__
