"""Your own code, called while training runs."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from functools import reduce
from numbers import Real
from typing import TYPE_CHECKING, Any

from nnwidgets import words

if TYPE_CHECKING:
    from nnwidgets.training.trainer import Trainer

Logs = Mapping[str, Any]

HOOKS = ("on_train_begin", "on_epoch_begin", "on_batch_end", "on_epoch_end", "on_train_end")

_AT_LEAST = ("accuracy", "test_accuracy")
_AT_MOST = ("loss", "test_loss")


class Callback:
    """Hooks that do nothing: derive from this and write those you need.

    Deriving is a convenience: any object with at least one of these methods will do, and so
    will a plain function, which is called as ``function(trainer, logs)`` at each epoch's end.

    Hooks run in the thread that trains: the caller's own for ``fit`` and ``step``, a background
    thread for ``play``. Training waits for them, and no lock is held, so they may read and write
    the network, change ``trainer.lr`` and call ``trainer.pause()``. One that raises stops
    training: the state becomes "failed", the traceback is shown by the widgets, and ``fit``
    and ``step`` raise it again.

    `logs` is a fresh dict of plain numbers. It holds "epoch", the number of epochs completed,
    and what each hook adds to that.

    Examples
    --------
    >>> class Halve(Callback):
    ...     def on_epoch_end(self, trainer, logs):
    ...         if logs["epoch"] % 50 == 0:
    ...             trainer.lr /= 2
    """

    def on_train_begin(self, trainer: Trainer, logs: Logs) -> None:
        """A call of fit, play or step begins."""

    def on_epoch_begin(self, trainer: Trainer, logs: Logs) -> None:
        """The first batch of an epoch comes next."""

    def on_batch_end(self, trainer: Trainer, logs: Logs) -> None:
        """The optimizer made a step. Adds "batch" (from 1) and "loss", that batch's."""

    def on_epoch_end(self, trainer: Trainer, logs: Logs) -> None:
        """An epoch is recorded. Adds its "loss" and, where there are such, the other scores.

        Those are "accuracy", "test_loss" and "test_accuracy", all on the full data.
        """

    def on_train_end(self, trainer: Trainer, logs: Logs) -> None:
        """Training stops, for whatever reason; "state" says what comes next.

        It is "idle", or "diverged" or "failed". Called once for each on_train_begin.
        """


class Callbacks:
    """Several callbacks as one.

    Parameters
    ----------
    callbacks : iterable
        Objects with at least one of `HOOKS`, or functions of (trainer, logs).

    Raises
    ------
    TypeError
        For anything else, naming what came.
    """

    def __init__(self, callbacks: Iterable[object]) -> None:
        if callable(callbacks) or any(hasattr(callbacks, name) for name in HOOKS):
            raise TypeError(f"callbacks must be a list of callbacks, got one: {callbacks!r}")
        if not isinstance(callbacks, Iterable):
            raise TypeError(f"callbacks must be a list of callbacks, got {callbacks!r}")
        listed = list(callbacks)
        self._hooks: dict[str, list[Callable[[Trainer, Logs], object]]] = {n: [] for n in HOOKS}
        for position, callback in enumerate(listed):
            self._add(callback, position)

    @property
    def any(self) -> bool:
        """Whether there is one."""
        return any(self._hooks.values())

    def _add(self, callback: object, position: int) -> None:
        if isinstance(callback, type):
            raise TypeError(
                f"callbacks[{position}] is the class {callback.__name__}; "
                f"pass an object of it: {callback.__name__}()"
            )
        found = {name: getattr(callback, name) for name in HOOKS if hasattr(callback, name)}
        if not found and callable(callback):
            found = {"on_epoch_end": callback}
        if not found:
            raise TypeError(
                f"callbacks[{position}] must be a function of (trainer, logs) or have one of the "
                f"methods {', '.join(HOOKS)}; got {callback!r}"
            )
        for name, hook in found.items():
            if not _does_nothing(hook):
                self._hooks[name].append(hook)

    def wants(self, name: str) -> bool:
        """Whether anybody listens to the hook of that name."""
        return bool(self._hooks[name])

    def call(self, name: str, trainer: Trainer, logs: dict[str, Any]) -> None:
        """Call the hook of that name on each, in order, each with its own copy of `logs`."""
        for hook in self._hooks[name]:
            hook(trainer, dict(logs))


def _does_nothing(hook: object) -> bool:
    """Whether `hook` is inherited from `Callback` as it is."""
    function = getattr(hook, "__func__", None)
    return function is not None and function is getattr(Callback, function.__name__, None)


Stop = Callable[[dict[str, Any]], bool] | Mapping[str, float]


def stop_condition(stop: Stop | None) -> Callable[[dict[str, Any]], str | None]:
    """Make a function that says why training should stop after an epoch, or None.

    Parameters
    ----------
    stop : callable, mapping or None
        A function of the epoch's logs that is true when training should stop; or thresholds
        that must all be reached: ``{"loss": 0.01}`` means at most 0.01, ``{"accuracy": 0.99}``
        at least 0.99.

    Raises
    ------
    TypeError, ValueError
        For anything else, for no threshold at all, or for one of an unknown name or not a number.
    """
    if stop is None:
        return lambda logs: None
    if callable(stop):
        return lambda logs: "the stop condition is met" if stop(dict(logs)) else None
    if not isinstance(stop, Mapping):
        raise TypeError(
            f'stop must be a function of logs or thresholds like {{"loss": 0.01}}, got {stop!r}'
        )
    goals = _checked_goals(stop)
    return lambda logs: _reached(goals, logs)


def _checked_goals(stop: Mapping[str, float]) -> dict[str, float]:
    known = (*_AT_MOST, *_AT_LEAST)
    if not stop:
        raise ValueError(f"stop has no threshold; name one of {', '.join(known)}")
    for name, goal in stop.items():
        if name not in known:
            raise ValueError(f"stop knows {', '.join(known)}; got {name!r}")
        if not _is_number(goal):
            raise ValueError(f"stop[{name!r}] must be a number, got {goal!r}")
    return {name: float(goal) for name, goal in stop.items()}


def _is_number(value: Any) -> bool:
    if isinstance(value, bool):
        return False
    return isinstance(value, Real) and not math.isnan(value)


def _reached(goals: dict[str, float], logs: dict[str, Any]) -> str | None:
    for name, goal in goals.items():
        value = logs.get(name)
        if value is None or not (value >= goal if name in _AT_LEAST else value <= goal):
            return None
    reached = [
        words.Text("{name} has reached {goal}", name=words.Text(name), goal=f"{goal:g}")
        for name, goal in goals.items()
    ]
    return reduce(lambda one, other: words.Text("{one} and {other}", one=one, other=other), reached)
