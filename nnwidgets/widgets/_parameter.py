"""One weight as an object with a trait, so that any ipywidget can drive it."""

from __future__ import annotations

import math
import numbers
import weakref
from typing import TYPE_CHECKING, Any

import numpy as np
import traitlets

from nnwidgets.widgets._echo import Echoes, echoes_of
from nnwidgets.widgets._live import Live, notify

if TYPE_CHECKING:
    from collections.abc import Callable

    from nnwidgets.core.parameters import Parameters
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

    Notes
    -----
    A linked slider shows the value rounded to its step and sends that back by itself. Such an
    echo is not taken for a change: the entry moves when somebody moves the slider.

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
        self._gone = False
        self._echoes: dict[Callable[..., Any], Echoes] = {}
        self._revision = -1  # of the structure whose entry that index is: to be looked up
        self.reference = reference
        self._seen = self._get()

    def __repr__(self) -> str:
        return f"ParameterValue({self.reference!r}, value={self.value:.6g})"

    def observe(
        self, handler: Callable[..., Any], names: Any = traitlets.All, type: Any = "change"
    ) -> None:
        """Have ``handler(change)`` called; a link of traitlets or ipywidgets does so as well."""
        super().observe(handler, names, type)
        echoes = echoes_of(handler, self)
        if echoes is not None:
            self._echoes[handler] = echoes

    def unobserve(
        self, handler: Callable[..., Any], names: Any = traitlets.All, type: Any = "change"
    ) -> None:
        """Undo :meth:`observe`."""
        super().unobserve(handler, names, type)
        self._echoes.pop(handler, None)

    def refresh(self) -> None:
        """Tell the observers if the value is not what they last heard."""
        old, new = self._seen, self._get()
        if old == new:
            return
        self._seen = new
        for echoes in list(self._echoes.values()):
            echoes.tell(new)  # before the sliders hear of it: an answer may come at once
        notify(self, "value", old, new)

    def find(self, parameters: Parameters) -> bool:
        """Look the entry up by its name; False where it is gone, and the value stays as it was."""
        try:
            self._index = int(parameters.index(self.reference)[0])
            self._gone = False
        except ValueError:
            self._gone = True
        return not self._gone

    def _get(self) -> float:
        problem = self._net.run.problem
        with problem.turn:
            self._place()
            return self._seen if self._gone else float(problem.parameters.read()[self._index])

    def _place(self) -> int:
        """See to it that the index is of the network as it is; return the revision it is of."""
        problem = self._net.run.problem
        with problem.turn:
            if self._revision != problem.revision:  # and nobody has come to tell yet
                self._revision = problem.revision
                self.find(problem.parameters)
            return self._revision

    def _set(self, value: object) -> None:
        revision = self._place()
        rounded = self._checked(value)
        speakers = [echoes for echoes in list(self._echoes.values()) if echoes.speaking]
        said = float(value)  # type: ignore[arg-type]  # and not what a float32 makes of it
        if any(echoes.expects(said) for echoes in speakers):
            return
        # An equal value ends the round that a two-way link makes.
        if rounded != self._get():
            self._net.run.write([self._index], [rounded], revision=revision)
        for echoes in speakers:
            echoes.moved(said)
        self.refresh()

    def _checked(self, value: object) -> float:
        """Return the value as the module will hold it; refuse what is not a finite number."""
        if self._gone:
            raise traitlets.TraitError(f"the network has no {self.reference} any more")
        if isinstance(value, bool | np.bool_) or not isinstance(value, numbers.Real):
            raise traitlets.TraitError(
                f"{self.reference} must be a number, got {type(value).__name__}"
            )
        dtype = self._net.run.problem.parameters.dtype
        with np.errstate(over="ignore"):
            rounded = float(dtype.type(value))
        if not math.isfinite(rounded):
            raise traitlets.TraitError(f"{self.reference} must be a finite {dtype}, got {value}")
        return rounded


class ParameterValues:
    """The entries of one network that somebody uses at present, each as one object.

    Parameters
    ----------
    net
        Whose entries they are.
    """

    def __init__(self, net: Network) -> None:
        self._net = weakref.ref(net)
        self._by_index: weakref.WeakValueDictionary[int, ParameterValue]
        self._by_index = weakref.WeakValueDictionary()

    def find(self, reference: str) -> ParameterValue:
        """Return the one entry of this name; see :meth:`Network.parameter`."""
        net = self._net()
        assert net is not None  # it is asking
        parameters = net.run.problem.parameters
        index = parameters.index(reference)
        if len(index) != 1:
            raise ValueError(
                f"reference must name one entry, such as {parameters.reference(int(index[0]))!r}; "
                f"{reference!r} names {len(index)}"
            )
        entry = int(index[0])
        value = self._by_index.get(entry)
        if value is None:
            value = ParameterValue(net, parameters.reference(entry), entry)
            self._by_index[entry] = value
        return value

    def find_again(self) -> None:
        """Look every entry up by its name: the flat vector may be another one."""
        net = self._net()
        if net is None:
            return
        parameters, values = net.run.problem.parameters, self.used()
        self._by_index.clear()
        for value in values:
            if value.find(parameters):
                self._by_index[value._index] = value

    def used(self) -> list[ParameterValue]:
        """Return those that are in use."""
        return list(self._by_index.values())
