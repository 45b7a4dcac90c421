"""A network's state at one moment, as values that no longer change."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class Snapshot:
    """The frozen state of a network.

    Attributes
    ----------
    serial : int
        Grows with every change of the network; a later snapshot has a greater one.
    epoch : int
        Epochs trained so far.
    activation : str or tuple of str
        The hidden layers' activation; a tuple where they differ.
    parameters : mapping of str to ndarray
        Read-only copies, named and shaped as in ``model.state_dict()``.
    loss : float
        Over the training data.
    accuracy : float or None
        Over the training data; None for a regression.
    """

    serial: int
    epoch: int
    activation: str | tuple[str, ...]
    parameters: Mapping[str, NDArray[np.floating[Any]]]
    loss: float
    accuracy: float | None = None

    def __post_init__(self) -> None:
        copies = {name: np.array(value) for name, value in self.parameters.items()}
        for array in copies.values():
            array.flags.writeable = False
        object.__setattr__(self, "parameters", MappingProxyType(copies))

    def __reduce__(self) -> tuple[type[Snapshot], tuple[object, ...]]:
        # A mapping proxy can be neither pickled nor deep-copied; a dict can, and is frozen anew.
        plain = dict(self.parameters)
        return Snapshot, (
            self.serial,
            self.epoch,
            self.activation,
            plain,
            self.loss,
            self.accuracy,
        )
