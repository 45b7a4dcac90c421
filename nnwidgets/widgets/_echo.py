"""What a slider in the page says by itself, told from what somebody does with it.

ipywidgets' sliders snap every value that they are given to their step, and send the snapped value
back as if a hand had moved them. Linked to a weight, such an echo would round the weight as soon
as the slider is shown, and fight the optimizer while training runs. What tells it from a hand's
doing is that it lies within half a step of something the slider was told a moment ago.
"""

from __future__ import annotations

import math
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import traitlets
from ipywidgets import FloatLogSlider, FloatSlider, IntSlider

from nnwidgets.widgets import _clock

if TYPE_CHECKING:
    from collections.abc import Callable

#: Seconds in which a page answers, also one that is busy drawing.
LATE = 1.5

# Number fields have a step as well, and leave alone what is typed into them.
_SNAPPING = (FloatSlider, FloatLogSlider, IntSlider)
_ROUNDING = 1e-6  # of a step: float32, and the percentages that the page counts in
_NO_STEP = 1e-9  # of the range, where there is no step


@dataclass
class _Told:
    """Where the slider was put, when, and what the page has answered."""

    place: float
    time: float
    echo: float | None = None


class Echoes:
    """Remembers what one linked slider was told, and knows the echo of it.

    Places are where the handle stands: the slider's value, or its exponent on a logarithmic one.

    Parameters
    ----------
    link
        A link of traitlets, with a slider at one end.
    end
        That end: the slider, and the name of the trait.
    transform
        The link's own, from the other end's value to the slider's.
    """

    def __init__(self, link: Any, end: tuple[Any, str], transform: Callable[[Any], Any]) -> None:
        self._link = link
        self._slider, self._trait = end
        self._transform = transform
        self._lock = threading.Lock()  # a page may be heard in a thread of its own
        self._told = [_Told(self._place(getattr(*end)), _now())]

    @property
    def speaking(self) -> bool:
        """Whether the page is setting the slider at this moment.

        ipywidgets marks that itself, so it holds in every thread (JupyterLab has messages handled
        beside a running cell) and never for what the user's own code assigns.
        """
        return self._trait in getattr(self._slider, "_property_lock", ())

    def tell(self, value: float) -> None:
        """The slider is about to be told this value, unless the link is busy taking its own."""
        if self._link.updating:
            return
        told = _Told(self._place(self._transform(value)), _now())
        with self._lock:
            self._told = [*self._recent(), told]

    def expects(self, value: float) -> bool:
        """Whether the slider would say this by itself."""
        place = self._place(self._transform(value))
        with self._lock:
            answered = [told for told in self._recent() if self._answers(place, told)]
            for told in answered:
                told.echo = place
        return bool(answered)

    def moved(self, value: float) -> None:
        """Somebody has moved the slider to this value, and may take it back to where it was.

        So what has been answered is forgotten, and what will not be: a page does not answer where
        there was nothing to snap. Answers that are still under way remain expected, and one more:
        a number typed beside the slider is snapped, too.
        """
        now = _Told(self._place(self._transform(value)), _now())
        with self._lock:
            awaited = [
                told for told in self._told if told.echo is None and not self._rests(told.place)
            ]
            self._told = [*awaited, now]

    def _recent(self) -> list[_Told]:
        """The newest word however old, as a slider may be shown late, and what is not too late."""
        since = _now() - LATE
        return [told for told in self._told[:-1] if told.time >= since] + self._told[-1:]

    def _answers(self, place: float, told: _Told) -> bool:
        # A second answer to the same word is the same; anything else is a hand's doing.
        if told.echo is not None:
            return abs(place - told.echo) <= self._slack
        snapped = self._rests(place) and not self._rests(told.place)
        return abs(place - told.place) <= (0.5 * self._step if snapped else 0.0) + self._slack

    def _place(self, value: Any) -> float:
        slider = self._slider
        if isinstance(slider, FloatLogSlider):
            value = math.log(value, slider.base) if value > 0 else slider.min
        elif isinstance(slider, IntSlider):
            value = int(value)  # as its trait does
        return float(min(max(value, slider.min), slider.max))

    def _rests(self, place: float) -> bool:
        """Whether a page leaves the handle there."""
        if not self._step or place >= float(self._slider.max):
            return True
        steps = (place - float(self._slider.min)) / self._step
        return abs(steps - round(steps)) <= _ROUNDING

    @property
    def _step(self) -> float:
        return float(self._slider.step or 0.0)

    @property
    def _slack(self) -> float:
        slider = self._slider
        return _ROUNDING * self._step or _NO_STEP * (slider.max - slider.min)


def echoes_of(handler: object, owner: traitlets.HasTraits) -> Echoes | None:
    """Return what listens for echoes at the other end of a link, if a slider is there.

    Parameters
    ----------
    handler
        What was given to ``owner.observe``; a link observes by a method of its own.
    owner
        This end of the link.
    """
    linked = getattr(handler, "__self__", None)
    if not isinstance(linked, traitlets.link | traitlets.dlink):
        return None
    link: Any = linked
    forth = link.source[0] is owner
    end = link.target if forth else link.source
    if not isinstance(end[0], _SNAPPING):
        return None
    return Echoes(link, end, link._transform if forth else link._transform_inv)


def _now() -> float:
    return _clock.EVENTS.now()
