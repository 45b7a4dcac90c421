"""``NetworkGraph``: layers, units and weights as a graph whose edges one can take in hand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import traitlets

from nnwidgets.core.blocks import blocks_of
from nnwidgets.widgets import _options
from nnwidgets.widgets._library import LibraryView
from nnwidgets.widgets._view import option

if TYPE_CHECKING:
    from nnwidgets.widgets._feed import Payload

EDGES = ("weights", "gradients", "updates")
OF = ("data", "sample")


class NetworkGraph(LibraryView):
    """The network itself: its units in layers, and an edge for each weight.

    An edge is blue where its number is positive and orange where it is negative, and as wide as
    the number is large; a bias is a dot at its unit. Drag an edge up or down, type after a click,
    or use the arrow keys. Units of a network of two inputs show what they make of the input
    space; the numbers of a chosen sample stand in its units.

    Wide layers show some of their units and a band for the others, which turns the page; an edge
    to a band is the strongest of all it stands for. A model that is not a stack of dense layers
    is shown as its modules, in order, with the shapes that they return.

    Parameters
    ----------
    net
        A :class:`Network`; or a module, followed by ``X`` and ``y``.
    edges : {"weights", "gradients", "updates"}
        What edges and biases show: w, dL/dw, or -lr * dL/dw as plain gradient descent steps.
    of : {"data", "sample"}, default "data"
        Whose gradient: of the mean loss over the data, or of the chosen sample's loss.
    sample : int, optional
        Row of the training data whose activations are shown; negative rows count from the end.
        A sample that is pointed at in another view goes before.
    thumbnails : bool, default True
        Whether units show what they make of the input space, for models of two inputs.
    max_units : int, default 10
        So many units of a layer are shown at once at most.
    labels : bool, default True
        Whether units have their names beside them.
    editable : bool, default True
        Whether weights and biases can be changed here.
    controls : bool, default False
        Whether the control bar is shown.
    width, height : int, default 720 and 420
        Size in pixels.
    title : str

    Raises
    ------
    TraitError
        For an option out of its range, such as a sample that the data do not have.

    Notes
    -----
    An output shows what the network says: the probability of its class, or the value of a
    regression. Units and hidden layers are added and removed by the buttons in the heads, where
    ``nnw.mlp`` made the model (see :meth:`Network.add_unit`). The gradient over many rows of a
    large network is of evenly chosen ones, and the caption says so; that of a sample is exact.

    Examples
    --------
    >>> NetworkGraph(net, sample=3)  # doctest: +SKIP
    >>> NetworkGraph(model, X, y, edges="gradients", controls=True)  # doctest: +SKIP
    """

    _bundle_name = "inside"
    _fed_by = ("structure",)

    edges = option(traitlets.Enum(EDGES, "weights"))
    of = option(traitlets.Enum(OF, "data"))
    sample = option(_options.MaybeRow())
    thumbnails = option(traitlets.Bool(True))
    max_units = option(_options.Whole(10, 1, 64))
    labels = option(traitlets.Bool(True))
    editable = option(traitlets.Bool(True))
    controls = option(traitlets.Bool(False))
    width = option(_options.Whole(720, 240, 4000))
    height = option(_options.Whole(420, 160, 4000))
    title = option(traitlets.Unicode())

    @traitlets.validate("sample")
    def _check_sample(self, proposal: Any) -> int | None:
        return _options.row(proposal["value"], len(self.net.X), "sample", none=True)

    def _payload(self) -> Payload | None:
        """Return the modules of a model that the page does not compute."""
        problem = self.net.run.problem
        if problem.stack is not None:
            return None
        blocks = [block.as_dict() for block in blocks_of(problem)]
        return {"blocks": blocks, "input": list(problem.row_shape)}, []
