"""One weight as an object with a trait, so that any ipywidget can drive it."""

from __future__ import annotations

import math
import numbers
from typing import TYPE_CHECKING

import numpy as np
import traitlets

from nnwidgets.widgets._live import Live, notify

if TYPE_CHECKING:
    from nnwidgets.widgets.network import Network


class ParameterValue(traitlets.HasTraits):
    """One entry of one parameter. Made by :meth:`Network.parameter`.

    Attributes
    ----------
    value : float
        The entry's value, read from the module each time and rounded to its dtype. Assigning
        writes into the module; observers hear of every change, whoever made it.
    reference : str
        The entry's name, such as ``"0.weight[0,1]"``.

    Examples
    --------
    >>> slider = ipywidgets.FloatSlider(min=-3, max=3)  # doctest: +SKIP
    >>> ipywidgets.link((net.parameter("0.bias[0]"), "value"), (slider, "value"))  # doctest: +SKIP
    """

    value = Live(
        lambda self: self._get(), lambda self, value: self._set(value), help="The entry's value."
    )

    def __init__(self, net: Network, reference: str, index: int) -> None:
        super().__init__()
        self._net = net
        self._index = index
        self._seen = self._get()
        self.reference = reference

    def __repr__(self) -> str:
        return f"ParameterValue({self.reference!r}, value={self.value:.6g})"

    def refresh(self) -> None:
        """Tell the observers if the value is not what they last heard."""
        old, self._seen = self._seen, self._get()
        if old != self._seen:
            notify(self, "value", old, self._seen)

    def _get(self) -> float:
        problem = self._net.run.problem
        with problem.turn:
            return float(problem.parameters.read()[self._index])

    def _set(self, value: object) -> None:
        if isinstance(value, bool | np.bool_) or not isinstance(value, numbers.Real):
            raise traitlets.TraitError(
                f"{self.reference} must be a number, got {type(value).__name__}"
            )
        dtype = self._net.run.problem.parameters.dtype
        with np.errstate(over="ignore"):
            rounded = float(dtype.type(value))
        if not math.isfinite(rounded):
            raise traitlets.TraitError(f"{self.reference} must be a finite {dtype}, got {value}")
        # An equal value ends the round that a two-way link makes.
        if rounded != self._get():
            self._net.run.write(np.array([self._index]), np.array([rounded], dtype))
        self.refresh()
