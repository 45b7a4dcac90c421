"""``OutputSurface``: what a network of two inputs says over the square of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import traitlets

from nnwidgets.widgets import _options
from nnwidgets.widgets._library import LibraryView
from nnwidgets.widgets._view import option

if TYPE_CHECKING:
    from nnwidgets.widgets._feed import Payload
    from nnwidgets.widgets.network import Network


class _Eye(traitlets.TraitType[Any, Any]):
    """None, or where a camera is: three finite numbers that are not all 0, kept as a tuple."""

    allow_none = True
    default_value = None
    info_text = "None or three numbers (x, y, z), not all of them 0"

    def validate(self, obj: Any, value: Any) -> tuple[float, ...]:
        """Return three floats."""
        if not isinstance(value, list | tuple | np.ndarray) or len(value) != 3:
            self.error(obj, value)
        numbers = [item for item in value if isinstance(item, int | float | np.number)]
        if len(numbers) != 3 or any(isinstance(item, bool) for item in numbers):
            self.error(obj, value)
        # Whole numbers of any length are compared as they are: a float could not hold them.
        if not all(-1e300 < number < 1e300 for number in numbers) or not any(numbers):
            self.error(obj, value)
        return tuple(map(float, numbers))


class OutputSurface(LibraryView):
    """The output of a network over the square of its two inputs, in three dimensions.

    The surface moves while the network is trained and while any weight is dragged in any view.
    Targets stand over (or under) it on stems, which are as long as the error. Data with few
    different rows, such as a truth table, are shown as a table as well: inputs, target, output
    and error, live. Drag or press the arrow keys to turn it; point at a sample to have it marked
    here, in the table and in other views.

    Units that bend nothing on the data (ReLUs that are dead, or on everywhere), and a network
    that has come to rest before its task is solved, are called out with the rule that was used.

    Parameters
    ----------
    net
        A :class:`Network` of two inputs; or a module, followed by ``X`` and ``y``.
    output : int or str, default 0
        Which output is shown: by number, or by the name of a class. Of classes it is the
        probability, of a regression the value.
    projection : {"3d", "2d"}
        ``"2d"`` is a map seen from above; pages without WebGL always show that.
    table : bool, default True
        Whether the table is shown, where the data have 16 different rows at most.
    resolution : int, default 25
        Points of the surface along each side, from 5 to 101.
    extent : (x0, x1, y0, y1), optional
        The square; None is around the data.
    eye : (x, y, z), optional
        Where the surface is seen from, as plotly counts; None is from a corner. It follows the
        hand that turns the surface: link it between views, or set it to turn them.
    controls : bool, default False
        Whether the control bar is shown.
    width, height : int, default 440 and 360
        In pixels; the height is the picture's.
    title : str

    Raises
    ------
    ValueError
        For a network that has not two inputs.
    traitlets.TraitError
        For an option that is none.

    See Also
    --------
    XorSurface : three of these on exclusive or, one for each activation.
    DecisionLines : networks of any number of inputs, seen from above.

    Examples
    --------
    >>> import nnwidgets as nnw
    >>> table = nnw.datasets.xor()
    >>> net = nnw.Network(nnw.mlp([2, 4, 1], seed=0), table.X, table.y, loss="mse")
    >>> view = OutputSurface(net, controls=True)
    >>> view.eye = (0, -2, 1)  # from the front
    """

    _bundle_name = "surface"
    _fed_by = ("epoch", "parameters", "data", "structure")

    output = option(_options.Place())
    projection = option(traitlets.Enum(("3d", "2d"), "3d"))
    table = option(traitlets.Bool(True))
    resolution = option(_options.Whole(25, 5, 101))
    extent = option(_options.Extent())
    eye = option(_Eye())
    controls = option(traitlets.Bool(False))
    width = option(_options.Whole(440, 120, 4000))
    height = option(_options.Whole(360, 120, 4000))
    title = option(traitlets.Unicode())

    #: Another network's control bar trains this one: its own keys would tear them apart.
    _led = traitlets.Bool(False).tag(sync=True, echo_update=False)

    def _resolve(self, net: Network, options: dict[str, Any]) -> None:
        inputs = net._spec["inputs"]
        if inputs != 2:
            raise ValueError(
                f"OutputSurface shows networks of two inputs; this one has {inputs}. "
                "DecisionLines shows two features of any number"
            )

    @traitlets.validate("output")
    def _check_output(self, proposal: Any) -> Any:
        spec = self.net._spec
        names = spec["classes"] if spec["task"] == "multiclass" else None
        known = names or [f"class {number}" for number in range(spec["outputs"])]
        return _options.choose(known, proposal["value"], "output")

    def _payload(self) -> Payload | None:
        """Return the outputs of a model that the page does not compute, (n, outputs)."""
        problem = self.net.run.problem
        if problem.stack is not None:
            return None
        outputs = problem.outputs_at(problem.data.X)
        return {}, [np.ascontiguousarray(outputs, "<f8").tobytes()]
