"""Torch's optimizers without its compiler, whose import takes seconds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from torch.optim import Optimizer

if TYPE_CHECKING:
    from collections.abc import Callable


class Uncompiled(Optimizer):
    """Takes parameters without asking torch's compiler to look away.

    Torch wraps `add_param_group` so that a compiler, should one be at work, leaves it alone, and
    imports the compiler to tell it so: two to four seconds when the first optimizer is made. None
    is at work where a `Trainer` makes one.
    """

    def add_param_group(self, param_group: dict[str, Any]) -> None:
        """Add a group, as `Optimizer.add_param_group` does."""
        add = Optimizer.add_param_group
        getattr(add, "__wrapped__", add)(self, param_group)


def uncompiled(kind: type[Optimizer]) -> Callable[..., Optimizer]:
    """Return an optimizer's class that is made without an import of the compiler."""
    about = {"__module__": kind.__module__, "__doc__": kind.__doc__}
    return type(kind.__name__, (Uncompiled, kind), about)
