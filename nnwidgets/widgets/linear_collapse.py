"""``LinearCollapse``: what a network is without its activations."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
import traitlets

from nnwidgets.widgets import _options
from nnwidgets.widgets._library import LibraryView
from nnwidgets.widgets._plane import InputPlane, first_axes
from nnwidgets.widgets._view import option

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from nnwidgets.widgets.network import Network


class Alpha(traitlets.TraitType[Any, Any]):
    """A number from 0 to 1, or a list of such numbers, kept as a tuple."""

    default_value = 0.0
    info_text = "a number from 0 to 1, or a list of one for each hidden layer"

    def validate(self, obj: Any, value: Any) -> float | tuple[float, ...]:
        """Return a float or a tuple of floats; how many are needed is for the owner to say."""
        several = isinstance(value, list | tuple | np.ndarray)
        numbers = tuple(self._number(obj, each) for each in (value if several else (value,)))
        return numbers if several else numbers[0]

    def _number(self, obj: Any, value: Any) -> float:
        if isinstance(value, bool) or not isinstance(value, int | float | np.number):
            self.error(obj, value)
        if not 0 <= value <= 1:
            self.error(obj, value)
        return float(value)


class LinearCollapse(InputPlane, LibraryView):
    """The network with its activations, and a slider that makes them linear.

    At α each hidden unit hands on (1 - α)·f(z) + α·z. The network's lines and its feature space
    follow in the same frame, down to α = 1, where whatever the lines of the units were, one
    straight line is left. The formulas below put each layer into the next one, with the numbers
    of now; a table counts what is lost. Pointing at the plane shows the affine map there: of a
    network with ReLUs, that of the linear region.

    Only the picture is blended: the model keeps its activations. Whatever is dragged in the
    picture is dragged in the model.

    Parameters
    ----------
    net
        A :class:`Network`; or a module, followed by ``X`` and ``y``.
    alpha : float or sequence of float, default 0
        How linear the hidden layers are, from 0 (as they are) to 1: all of them, or one number
        for each hidden layer. A layer that is added later begins at 0.
    axes : pair of int or str, default (0, 1)
        The two features shown, by number or name; one for a model of one feature.
    fixed : sequence of float, shape (d,), optional
        Where the plane lies: the values of the features that are not shown. None is the mean of
        the data.
    field : {"both", "output", "boundary", "none"}
        What is drawn behind the lines.
    extent : (x0, x1, y0, y1), optional
        What is visible; None fits the data.
    precision : int, default 4
        Significant digits shown.
    controls : bool, default True
        Whether the control bar is shown.
    width, height : int, default 800 and 320
        Width of the whole, and height of the pictures, in pixels.
    title : str

    Attributes
    ----------
    W : ndarray, shape (outputs, d), float64
    b : ndarray, shape (outputs,), float64
        What is left at α = 1, from the weights of now: z = W x + b, before the activation or
        head of the output.

    Raises
    ------
    ValueError
        For a model that is not made of dense layers one after the other.

    Notes
    -----
    An affine map of an affine map is one: W₂(W₁x + b₁) + b₂ = (W₂W₁)x + (W₂b₁ + b₂). Piecewise
    linear networks are affine in each region in which the same units are on (Montúfar, Pascanu,
    Cho and Bengio 2014, *On the number of linear regions of deep neural networks*).

    Examples
    --------
    >>> view = LinearCollapse(net)  # doctest: +SKIP
    >>> view.alpha = 1  # doctest: +SKIP
    >>> view.W, view.b  # doctest: +SKIP
    (array([[-0.31,  0.84]]), array([0.12]))
    """

    _bundle_name: ClassVar[str] = "by_hand"

    alpha = option(Alpha())
    field = option(traitlets.Enum(_options.FIELDS, "both"))
    extent = option(_options.Extent())
    precision = option(_options.Whole(4, 2, 12))
    controls = option(traitlets.Bool(True))
    width = option(_options.Whole(800, 240, 4000))
    height = option(_options.Whole(320, 120, 4000))
    title = option(traitlets.Unicode())

    @property
    def W(self) -> NDArray[np.float64]:
        """The weight of the one layer that is left at α = 1."""
        return self._collapsed()[0]

    @property
    def b(self) -> NDArray[np.float64]:
        """The bias of the one layer that is left at α = 1."""
        return self._collapsed()[1]

    def _collapsed(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        problem = self.net.run.problem
        with problem.turn:
            stack, arrays = problem.stack, problem.parameters.arrays()
        if stack is None:
            raise ValueError(_needed(self.net))
        weight = np.eye(stack.layers[0].in_features)
        bias = np.zeros(len(weight))
        for layer in stack.layers:
            own = np.asarray(arrays[layer.weight], np.float64)
            shift = 0.0 if layer.bias is None else np.asarray(arrays[layer.bias], np.float64)
            weight, bias = own @ weight, own @ bias + shift
        return weight, bias

    def _resolve(self, net: Network, options: dict[str, Any]) -> None:
        stack = net.run.problem.stack
        if stack is None:
            raise ValueError(_needed(net))
        if stack.lift is not None:
            raise ValueError(
                "LinearCollapse needs layers that read the inputs themselves; this model's first "
                f"layer is given {', '.join(stack.lift.features)}, whose formulas are no lines"
            )
        options.setdefault("axes", first_axes(net))

    def _refit(self) -> None:
        if isinstance(self.alpha, tuple):
            hidden = self._hidden()
            self.alpha = (*self.alpha, *[0.0] * hidden)[:hidden]

    def _hidden(self) -> int:
        stack = self.net.run.problem.stack
        return 0 if stack is None else len(stack.layers) - 1

    @traitlets.validate("alpha")
    def _check_alpha(self, proposal: Any) -> Any:
        value, hidden = proposal["value"], self._hidden()
        if isinstance(value, tuple) and len(value) != hidden:
            raise traitlets.TraitError(
                f"alpha must be one number, or {hidden}, one for each hidden layer; "
                f"got {len(value)}"
            )
        return value


def _needed(net: Network) -> str:
    return (
        "LinearCollapse needs Linear layers one after the other, with activations that "
        f"nnw.ACTIVATIONS lists; {net!r} is another kind of model. nnw.DecisionLines, "
        "nnw.LossSurface and nnw.NetworkGraph can show it"
    )
