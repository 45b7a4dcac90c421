"""Who looks on while an epoch is recorded."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from numpy.typing import NDArray

Witness = Callable[[int, "NDArray[Any]"], object]


class Witnesses:
    """Functions called with each epoch and its flat parameters, by who recorded it, in its turn.

    The model is then what was recorded, and nothing moves it before they return. What they raise
    is theirs to handle.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._functions: tuple[Witness, ...] = ()

    def add(self, function: Witness) -> Callable[[], None]:
        """Have `function` called from now on; the answer ends that."""
        with self._lock:
            self._functions = (*self._functions, function)

        def remove() -> None:
            with self._lock:
                self._functions = tuple(f for f in self._functions if f is not function)

        return remove

    def call(self, epoch: int, parameters: NDArray[Any]) -> None:
        """Call all of them."""
        for function in self._functions:
            function(epoch, parameters)
