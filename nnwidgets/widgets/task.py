"""``Task``: something to be done with a network, checked while it is done."""

from __future__ import annotations

import copy
import weakref
from typing import TYPE_CHECKING, Any

import traitlets

from nnwidgets import words
from nnwidgets.core.judge import Judge
from nnwidgets.widgets import _clock, _options
from nnwidgets.widgets._background import Background
from nnwidgets.widgets._clock import Throttle
from nnwidgets.widgets._go_back import go_back
from nnwidgets.widgets._goals import goals_of
from nnwidgets.widgets._guard import said
from nnwidgets.widgets._library import LibraryView
from nnwidgets.widgets._presets import names_of
from nnwidgets.widgets._task_arguments import run_of, start_of
from nnwidgets.widgets._verdict import Verdict
from nnwidgets.widgets._view import option

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from nnwidgets.core.goals import Reading
    from nnwidgets.widgets._feed import Payload
    from nnwidgets.widgets._goals import Checks
    from nnwidgets.widgets.network import Network

# Seconds between two looks at a network that moves.
_LOOK = 0.05
# What has not changed for so long has come to rest.
_REST = 0.6

_CHANGES = ("parameters", "epoch", "structure")


class Task(LibraryView):
    """A task for students: conditions that a network has to meet, all of them at once.

    The panel shows how far each is met, live, while weights are dragged or trained. The verdict
    is Python's: loss and accuracy are computed in float64, on the data as they were when the
    task was set, and nothing of it is taken from the page. :attr:`solved`, :attr:`attempts`,
    :attr:`weights` and :attr:`history` are there for grading.

    Parameters
    ----------
    net : Network
        As it is now, with its weights, data and units, it is the start.
    text : str
        What is to be done.
    accuracy : float, optional
        Least share of the samples that is classified rightly, above 0 and up to 1.
    loss : float, optional
        What the loss has to be below.
    max_units : int, optional
        Most hidden units, all layers together.
    by_hand : bool, default False
        Whether training is ruled out. Going back to the start makes up for having trained.
    check : callable, or dict of str to callable, optional
        Further conditions, by what they are called: functions of the network that return a bool,
        or a bool and a text. They may be called on any thread, some times a second.
    freeze : str or sequence of str
        Parameters that are held fixed, such as ``"2.weight"`` or ``"0.bias[1]"``.
    hide : str or sequence of str
        Controls that no view of the network shows, and that do not work from the page, while the
        task is open; those of :class:`DecisionLines`. With `freeze`, "freeze" is hidden always.
    hints : str or sequence of str
        Shown one after the other, when they are asked for.
    width : int, default 440
        In pixels.
    title : str, default "Task"

    Attributes
    ----------
    solved : bool
        Whether the network has met all conditions at once since the task was set.
    attempts : int
        In how many other states than the start it has come to rest: after a drag, a run of keys,
        some training. The first that solves it counts as well.
    weights : dict of str to ndarray, or None
        Copies of those that solved it first.
    history : list of dict
        Of each attempt "attempt", "time" (UTC, ISO 8601), "seconds" since the task was set,
        "epoch", "hints", "solved" and "readings", a text for each condition.
    hints_used : int

    Raises
    ------
    TypeError, ValueError
        For no condition at all, one out of its range or that the network does not have, names
        that are none, and a network that meets all conditions from the start.

    Notes
    -----
    A condition that the frozen parameters have the values of the start is added by itself: code
    can unfreeze what the page cannot.

    Examples
    --------
    >>> import nnwidgets as nnw
    >>> net = nnw.Network(nnw.mlp([2, 2, 1], seed=0), nnw.datasets.blobs4())
    >>> task = Task(net, "Separate the clouds with two lines.", accuracy=1, by_hand=True)
    >>> task.solved, task.attempts
    (False, 0)
    >>> net.set_weights([[[-3, 3], [3, -3]], [1.5, 1.5], [[2.6], [2.6]], [-2]], layout="keras")
    >>> task.solved, task.attempts, [entry["solved"] for entry in task.history]
    (True, 1, [True])
    """

    _bundle_name = "inside"
    _fed_by = ()
    _everywhere = True

    text = option(traitlets.Unicode())
    width = option(_options.Whole(440, 240, 4000))
    title = option(traitlets.Unicode())

    @traitlets.default("title")
    def _default_title(self) -> str:
        return words.t(self.net.lang, "Task")

    def __init__(
        self,
        net: Network,
        text: str = "",
        *,
        accuracy: float | None = None,
        loss: float | None = None,
        max_units: int | None = None,
        by_hand: bool = False,
        check: Checks | None = None,
        freeze: str | Sequence[str] = (),
        hide: str | Sequence[str] = (),
        hints: str | Sequence[str] = (),
        **options: Any,
    ) -> None:
        run = run_of(net)
        self._frozen = names_of("freeze", freeze)
        self._hints = names_of("hints", hints)
        judge = Judge(run.problem)
        goals = goals_of(
            run.problem,
            judge.score(),
            accuracy=accuracy,
            loss=loss,
            max_units=max_units,
            by_hand=by_hand,
            check=check,
            freeze=self._frozen,
        )
        self._start = start_of(net)
        self._verdict = Verdict(run, judge, goals, self._start, net)
        if self._verdict.met:
            raise ValueError("the network meets all conditions already: start from another state")
        self._looking = Throttle(_clock.EVENTS, _LOOK, _weakly(self, Task._look))
        self._resetting = Background(_weakly(self, Task._reset_aside), "task")
        self._moved, self._waiting = float("-inf"), False
        super().__init__(net, text=text, hide=hide, freeze=freeze, **options)

    # -- for grading ---------------------------------------------------------------------------

    @property
    def solved(self) -> bool:
        """Whether the network has met all conditions at once since the task was set."""
        self._verdict.settle()
        return self._verdict.attempts.weights is not None

    @property
    def attempts(self) -> int:
        """In how many states it has come to rest; the one that solves it counts at once."""
        self._verdict.settle()
        return self._verdict.attempts.count

    @property
    def weights(self) -> dict[str, NDArray[Any]] | None:
        """Copies of the weights that solved it first; None before."""
        self._verdict.settle()
        return copy.deepcopy(self._verdict.attempts.weights)

    @property
    def history(self) -> list[dict[str, Any]]:
        """What was tried, oldest first."""
        self._verdict.settle()
        return copy.deepcopy(self._verdict.attempts.history)

    @property
    def hints_used(self) -> int:
        """How many hints were asked for."""
        return self._verdict.attempts.hints

    @property
    def readings(self) -> list[Reading]:
        """How far each condition is met now."""
        self._verdict.settle()
        return list(self._verdict.readings)

    def reset(self) -> None:
        """Take the network back to the start: weights, units, data and epoch 0.

        What was solved, and the attempts, stay.

        Raises
        ------
        RuntimeError
            When a callback of the training calls it.
        """
        net, start = self.net, self._start
        if net.run.trainer is not None:
            net.run.trainer.pause()
        go_back(net, start)
        if self._frozen:
            net.freeze(*self._frozen)
        net.reset()

    # -- in the page ---------------------------------------------------------------------------

    def _payload(self) -> Payload:
        attempts, problem = self._verdict.attempts, self.net.run.problem
        return {
            "goals": [self._said(reading) for reading in self._verdict.readings],
            "solved": attempts.weights is not None,
            "attempts": attempts.count,
            "hints": list(self._hints[: attempts.hints]),
            "left": len(self._hints) - attempts.hints,
            "moved": not self._start.has(problem.data),
        }, []

    def _said(self, reading: Reading) -> dict[str, Any]:
        """Return a reading in the language of the page."""
        label, text = (words.say(self.net.lang, said) for said in (reading.label, reading.text))
        return {**reading.as_dict(), "label": label, "text": text}

    def _asked(self, content: dict[str, object]) -> bool:
        kind = content.get("type")
        if kind == "hint":
            attempts = self._verdict.attempts
            attempts.hints = min(len(self._hints), attempts.hints + 1)
            self._feed.offer()
        elif kind == "reset":
            # It waits for training to end, and so must not be waited for here.
            self._resetting.request()
        return kind in ("hint", "reset")

    def _reset_aside(self) -> None:
        try:
            self.reset()
        except Exception as error:  # noqa: BLE001  (told to the reader of the page)
            self._refuse(said(error))

    def _changed(self, kind: str) -> None:
        super()._changed(kind)
        if kind in _CHANGES:
            self._moved = _clock.EVENTS.now()
            self._verdict.changed()
            if kind == "epoch" and self.net.run.epoch == 0:
                self._verdict.look()  # back at the start: seen before anything else is done
            self._looking.touch()
        elif kind == "data":
            self._feed.offer()

    def _look(self) -> None:
        self._verdict.look()
        self._feed.offer()
        self._wait_for_rest()

    def _wait_for_rest(self) -> None:
        if not self._waiting:
            self._waiting = True
            _clock.EVENTS.call_at(_clock.EVENTS.now() + _REST, _weakly(self, Task._rested))

    def _rested(self) -> None:
        self._waiting = False
        if self._verdict.moving or _clock.EVENTS.now() < self._moved + _REST:
            self._wait_for_rest()
            return
        self._verdict.rest()
        self._feed.offer()


def _weakly(task: Task, method: Callable[[Task], None]) -> Callable[..., None]:
    """Return a call of a method of a task that does not keep it alive."""
    reference = weakref.ref(task)

    def call(*_: object) -> None:
        alive = reference()
        if alive is not None:
            method(alive)

    return call
