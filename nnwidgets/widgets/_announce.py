"""Telling observers in Python what changed, in the thread where they expect it."""

from __future__ import annotations

import math
import weakref
from typing import TYPE_CHECKING, Any

import numpy as np

from nnwidgets.widgets import _clock
from nnwidgets.widgets._live import Arrays, call_in_main_thread, in_main_thread, notify, observed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import traitlets
    from numpy.typing import NDArray

    from nnwidgets.core.parameters import Parameters
    from nnwidgets.widgets.network import Network

#: At most so many announcements a second while training runs.
RATE = 60.0
#: Seconds between two looks at what nobody observes: whoever comes hears what changed since.
UNHEARD = 1.0
#: What can be observed: arrays by name, what is compared as it is, and the data.
_PLAIN, _DATA = ("activation", "epoch", "loss", "accuracy"), ("X", "y")
NAMES = ("weights", *_PLAIN, *_DATA)


def named(flat: NDArray[Any], parameters: Parameters) -> Arrays:
    """Cut a flat vector into new arrays by parameter name."""
    arrays = Arrays()
    for name, shape in parameters.shapes.items():
        start = parameters.offsets[name]
        arrays[name] = flat[start : start + math.prod(shape)].reshape(shape).copy()
    return arrays


class Announcer:
    """Compares the network with what its observers last heard, and tells them the difference.

    What the main thread changes is announced at once, in that thread. What another thread
    changes (training in the background, a drag) is announced in the kernel's main thread as soon
    as that is free, at most sixty times a second, the last change always. Where no kernel runs, a
    background thread announces it. So does training in the foreground, at the same rate.

    Parameters
    ----------
    net
        Whose traits, and those of its views, are announced.
    """

    def __init__(self, net: Network) -> None:
        self._net = weakref.ref(net)
        self._throttle = _clock.Throttle(_clock.EVENTS, 1 / RATE, self._pass_on)
        self._unheard = _clock.Throttle(_clock.EVENTS, UNHEARD, self._from_a_thread)
        self._seen = self._read(net)

    def changed(self, kind: str) -> None:
        """Something happened to the run."""
        if kind == "epoch" or not in_main_thread():
            self._throttle.tick()
        else:
            self.announce()

    def announce(self) -> None:
        """Notify the observers of whatever is not as they last heard."""
        net = self._net()
        if net is None:
            return
        old, new = self._seen, self._read(net)
        self._seen = new
        owners = net._owners()

        def listeners(name: str) -> list[traitlets.HasTraits]:
            return [each for each in owners if each.has_trait(name) and observed(each, name)]

        for name, was, now in _differences(old, new, listeners):
            for owner in listeners(name):  # asked again: one may have stopped another's listening
                notify(owner, name, was, now)
        for value in net._linked():
            value.refresh()

    def _pass_on(self) -> None:
        """Announce; of what nobody observes only a note is made, now and then."""
        if not self._heard():
            self._unheard.touch()
        elif in_main_thread():
            self.announce()
        else:  # the thread that trains has other things to do
            _clock.EVENTS.call_at(_clock.EVENTS.now(), self._from_a_thread)

    def _heard(self) -> bool:
        net = self._net()
        if net is None:
            return False
        owners = net._owners()
        return bool(net._linked()) or any(observed(o, name) for o in owners for name in NAMES)

    def _from_a_thread(self) -> None:
        call_in_main_thread(self.announce)

    def _read(self, net: Network) -> dict[str, Any]:
        run = net.run
        scored = any(observed(net, name) for name in ("loss", "accuracy"))
        with run.problem.turn:
            return {
                "parameters": run.problem.parameters,  # an old vector is cut as it was then
                "weights": run.problem.parameters.read(),
                "activation": net.activation,
                "epoch": run.epoch,
                "data": run.problem.data,
                # Working out the loss takes a forward pass: only where somebody asked.
                "loss": run.latest.get().loss if scored else None,
                "accuracy": run.latest.get().accuracy if scored else None,
            }


def _differences(
    old: dict[str, Any], new: dict[str, Any], listeners: Callable[[str], object]
) -> Iterator[tuple[str, object, object]]:
    # Arrays by name are made for those who listen: without them, training pays for nothing.
    if listeners("weights") and not np.array_equal(old["weights"], new["weights"]):
        was, now = (named(state["weights"], state["parameters"]) for state in (old, new))
        yield "weights", was, now
    for name in _PLAIN:
        if old[name] != new[name]:
            yield name, old[name], new[name]
    if old["data"] is not new["data"]:
        for name in _DATA:
            was, now = getattr(old["data"], name), getattr(new["data"], name)
            if listeners(name) and not np.array_equal(was, now):
                yield name, was, now
