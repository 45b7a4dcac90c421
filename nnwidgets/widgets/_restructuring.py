"""Units and layers of a network, added and removed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nnwidgets.core._restructure import Change
from nnwidgets.training._restructure import restructure
from nnwidgets.widgets._model import NetworkModel

if TYPE_CHECKING:
    from nnwidgets.training.run import Run


class Restructuring(NetworkModel):
    """A network whose hidden layers can be changed, if :func:`nnwidgets.mlp` made the model.

    Hidden layers and units are counted from 0. The model stays the same object and is rebuilt in
    place; what stays keeps its weights and stays frozen where it was. Training starts over from
    there: epoch 0, an empty history, a new optimizer, and ``reset()`` goes back to this moment.
    A parameter's name is its place, so after a layer was added or removed the names of those
    behind it are others.
    """

    run: Run

    def add_unit(self, layer: int, *, seed: int = 0) -> None:
        """Add a unit to a hidden layer; its weights onward are small, so that little changes.

        Parameters
        ----------
        layer
            The hidden layer, counted from 0.
        seed
            Of the new weights: as torch's own start for those to the unit, a tenth of that onward.

        Raises
        ------
        ValueError
            For a model that ``nnw.mlp`` did not make, a layer that is not there, or one of 256
            units.
        RuntimeError
            While the network is being trained; pause() first.

        Examples
        --------
        >>> net.add_unit(0)  # doctest: +SKIP
        """
        restructure(self.run, Change("add_unit", layer, seed=seed))

    def remove_unit(self, layer: int, unit: int) -> None:
        """Remove a unit of a hidden layer; errors as :meth:`add_unit`. The last one must stay."""
        restructure(self.run, Change("remove_unit", layer, unit))

    def add_layer(self, after: int = -1, units: int | None = None, *, seed: int = 0) -> None:
        """Add a hidden layer that at first hands on what it is given, as far as it has units.

        Its weights are the identity and a little at random; its activation is its neighbour's.

        Parameters
        ----------
        after
            The hidden layer it comes after, counted from 0; −1: right after the inputs.
        units
            1 to 256; default as many as that layer has.
        seed
            Of the new weights.

        Raises
        ------
        ValueError, RuntimeError
            As :meth:`add_unit`; also where there are 8 hidden layers.
        """
        restructure(self.run, Change("add_layer", after, units=units, seed=seed))

    def remove_layer(self, layer: int) -> None:
        """Remove a hidden layer; errors as :meth:`add_unit`.

        The layer after it gets the product of both weights: what the two computed, had there been
        no activation between them.
        """
        restructure(self.run, Change("remove_layer", layer))
