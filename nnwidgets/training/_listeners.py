"""Functions that somebody wants called, and can have left alone again."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any, Generic, TypeVar

Function = TypeVar("Function", bound=Callable[..., Any])


class Listeners(Generic[Function]):
    """Functions in the order in which they came; safe from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._functions: tuple[Function, ...] = ()

    def add(self, function: Function) -> Callable[[], None]:
        """Have `function` called from now on; the answer ends that."""
        with self._lock:
            self._functions = (*self._functions, function)

        def remove() -> None:
            with self._lock:
                # By identity: what is equal to it may be somebody else's.
                self._functions = tuple(f for f in self._functions if f is not function)

        return remove
