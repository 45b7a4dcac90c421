"""A page that shows an ipywidgets slider: what noUiSlider does there, and how late it is heard."""

from typing import Any

import ipywidgets

import nnwidgets as nnw
from tests.widgets.fakes import deliver

ENTRY = "0.weight[0,0]"
UNEVEN = 0.123456


def link_slider(net: nnw.Network, *, turned: bool = False, **options: Any) -> ipywidgets.Widget:
    slider = ipywidgets.FloatSlider(**{"min": -5, "max": 5, "step": 0.01, **options})
    ends = [(net.parameter(ENTRY), "value"), (slider, "value")]
    if turned:
        slider.value = ends[0][0].value
        ends.reverse()
    ipywidgets.link(*ends)
    return slider


def weight_of(net: nnw.Network) -> float:
    return float(net.weights["0.weight"][0, 0])


def put(net: nnw.Network, value: float) -> None:
    weights = net.weights["0.weight"]
    weights[0, 0] = value
    net.weights = {"0.weight": weights}


class SliderPage:
    """One slider in one page, with the messages under way in both directions.

    Parameters
    ----------
    slider
        What is shown.

    Attributes
    ----------
    value
        The model's value in the page: snapped wherever the slider is drawn.
    """

    def __init__(self, slider: ipywidgets.FloatSlider) -> None:
        self.slider = slider
        self._read = len(slider.comm.sent)
        self._pending: list[float] = []
        self.value = float(slider.value)
        self._draw(self.value)

    def read(self, most: int | None = None) -> None:
        """Take what the kernel has sent, oldest first, and answer as noUiSlider does."""
        sent = self.slider.comm.sent
        end = len(sent) if most is None else min(len(sent), self._read + most)
        for data, _ in sent[self._read : end]:
            if data["method"] == "update" and "value" in data["state"]:
                self.value = data["state"]["value"]
                self._draw(self.value)
        self._read = end

    def speak(self, most: int | None = None) -> None:
        """Have the kernel handle what the page has sent, oldest first."""
        end = len(self._pending) if most is None else most
        due, self._pending = self._pending[:end], self._pending[end:]
        for value in due:
            deliver(self.slider, {"method": "update", "state": {"value": value}})

    def turn(self) -> None:
        """Let everything under way arrive, until both sides are silent."""
        for _ in range(50):
            self.read()
            if not self._pending:
                return
            self.speak()
        raise AssertionError("page and kernel answer each other for ever")

    def drag(self, steps: int) -> float:
        """Move the handle by so many steps, as a hand does; returns where it then stands."""
        self._draw(self._snap(self.value) + steps * self.slider.step)
        return float(self.value)

    def type(self, value: float) -> None:
        """Put a number into the field beside the slider, which is not snapped at first."""
        self._say(value)
        self._draw(value)

    def _draw(self, value: float) -> None:
        self._say(self._snap(value))

    def _say(self, value: float) -> None:
        if value != self.value:  # as the slider's view asks before it sets its model
            self.value = value
            self._pending.append(value)

    def _snap(self, value: float) -> float:
        low, high, step = self.slider.min, self.slider.max, self.slider.step
        # In percent of the range, as noUiSlider counts: what comes out is off in the last digits.
        percent = (value - low) * 100 / (high - low)
        if percent >= 100:
            return float(high)
        size = 100 * step / (high - low)
        return float(low + min(round(percent / size) * size, 100.0) * (high - low) / 100)
