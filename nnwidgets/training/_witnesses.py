"""Who looks on while an epoch is recorded."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from nnwidgets.training._listeners import Listeners

if TYPE_CHECKING:
    from numpy.typing import NDArray

Witness = Callable[[int, "NDArray[Any]"], object]


class Witnesses(Listeners[Witness]):
    """Functions called with each epoch and its flat parameters, by who recorded it, in its turn.

    The model is then what was recorded, and nothing moves it before they return. What they raise
    is theirs to handle.
    """

    def call(self, epoch: int, parameters: NDArray[Any]) -> None:
        """Call all of them."""
        for function in self._functions:
            function(epoch, parameters)
