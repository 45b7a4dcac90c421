"""Traits whose value lives elsewhere: in the user's own module."""

from __future__ import annotations

import sys
import threading
from typing import TYPE_CHECKING, Any

import numpy as np
import traitlets
from numpy.typing import NDArray
from traitlets.utils.bunch import Bunch

if TYPE_CHECKING:
    from collections.abc import Callable


class Live(traitlets.TraitType[Any, Any]):
    """A trait that is read through a function each time, and written through another.

    Nothing is kept in the trait, so it agrees with the module whoever changed that. The owner
    notifies observers with :func:`notify`.

    Parameters
    ----------
    read
        Called with the owner.
    write
        Called with the owner and the new value; None makes the trait read-only.
    """

    def __init__(
        self,
        read: Callable[[Any], Any],
        write: Callable[[Any, Any], None] | None = None,
        *,
        help: str = "",
    ) -> None:
        super().__init__(read_only=write is None, help=help)
        self._read = read
        self._write = write

    def get(self, obj: traitlets.HasTraits, cls: type[Any] | None = None) -> Any:
        """Read the value where it lives."""
        return self._read(obj)

    def set(self, obj: traitlets.HasTraits, value: Any) -> None:
        """Write the value where it lives; whoever lives there tells the observers."""
        if self._write is None:
            raise traitlets.TraitError(f"the trait {self.name!r} is read-only")
        self._write(obj, value)

    def default(self, obj: Any = None) -> Any:
        """No default: there is always a value to read."""
        return None


class Arrays(dict[str, NDArray[Any]]):  # noqa: PLW1641  (no dict has a hash)
    """Arrays by name that are equal where all numbers are, so that ``traitlets.link`` can compare.

    A plain dict of arrays cannot be compared: an array has no single truth.
    """

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, dict)
            and self.keys() == other.keys()
            and all(np.array_equal(array, other[name]) for name, array in self.items())
        )

    def __ne__(self, other: object) -> bool:
        return not self == other


def observed(owner: traitlets.HasTraits, name: str) -> bool:
    """Whether anybody observes the trait, so that its value is worth working out."""
    found = owner._trait_notifiers
    return any(found.get(key, {}).get("change") for key in (name, traitlets.All))


def notify(owner: traitlets.HasTraits, name: str, old: object, new: object) -> None:
    """Tell the observers of a trait that it changed."""
    change = Bunch(name=name, old=old, new=new, owner=owner, type="change")
    owner.notify_change(change)


def in_main_thread() -> bool:
    """Whether this is the thread that runs cells."""
    return threading.current_thread() is threading.main_thread()


def call_in_main_thread(function: Callable[[], None]) -> None:
    """Call ``function`` where cells run if a kernel is there, else in this thread.

    A kernel's main thread is busy while a cell runs; the call then waits for the cell.
    """
    loop = None if in_main_thread() else _kernel_loop()
    if loop is None:
        function()
    else:
        loop.add_callback(function)


def _kernel_loop() -> Any:
    application = sys.modules.get("ipykernel.kernelapp")
    if application is None or not application.IPKernelApp.initialized():
        return None
    return getattr(getattr(application.IPKernelApp.instance(), "kernel", None), "io_loop", None)
