"""A model's parameters as one tensor for as long as training runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn

if TYPE_CHECKING:
    from collections.abc import Sequence


def fits(parameters: Sequence[nn.Parameter]) -> bool:
    """Whether these can be parts of one tensor with nobody noticing.

    They must all be trained, plain, of one dtype on one device, and no two may share memory.
    """
    first = parameters[0]
    alike = all(
        type(p) is nn.Parameter
        and p.requires_grad
        and p.layout is torch.strided
        and (p.dtype, p.device) == (first.dtype, first.device)
        for p in parameters
    )
    return alike and len({p.untyped_storage().data_ptr() for p in parameters}) == len(parameters)


class Flat:
    """One long parameter that stands in for several short ones.

    Between `bind` and `release` the ``data`` of every short parameter is a view into the long
    one: a step of an optimizer on the long one moves them all in one kernel call, and whoever
    reads or writes a short one still sees and sets the true values. The Parameter objects stay
    the same throughout; `release` puts their own storage back and copies the values into it, so
    other tensors that share that storage are right again.

    Parameters
    ----------
    parameters : sequence of Parameter
        `fits` must hold.

    Attributes
    ----------
    whole : Parameter, shape (size,)
        The long one. `gather` fills its gradient.
    """

    def __init__(self, parameters: Sequence[nn.Parameter]) -> None:
        self._parameters = list(parameters)
        first = self._parameters[0]
        size = sum(p.numel() for p in self._parameters)
        self.whole = nn.Parameter(torch.zeros(size, dtype=first.dtype, device=first.device))
        self.values = self.whole.data
        self.gradient = torch.zeros_like(self.values)
        self.whole.grad = self.gradient
        self._views = self.split(self.values)
        self._gradients = self.split(self.gradient)
        self._addresses = [view.data_ptr() for view in self._views]
        self._homes: list[Tensor] = []

    def split(self, long: Tensor) -> list[Tensor]:
        """Views of a tensor like `whole`, one for each short parameter and in its shape."""
        pieces = torch.split(long, [p.numel() for p in self._parameters])
        return [piece.view(p.shape) for piece, p in zip(pieces, self._parameters, strict=True)]

    def suits(self) -> bool:
        """Whether the short parameters are still as they were when this was made."""
        whole = self.whole
        return fits(self._parameters) and all(
            p.shape == view.shape and (p.dtype, p.device) == (whole.dtype, whole.device)
            for p, view in zip(self._parameters, self._views, strict=True)
        )

    def bind(self) -> None:
        """Copy the short ones' values in and make them views."""
        self._homes = [p.data for p in self._parameters]
        for p, view, home in zip(self._parameters, self._views, self._homes, strict=True):
            view.copy_(home)
            p.data = view

    def release(self) -> None:
        """Give the short ones their storage back, with the values they have now.

        A parameter whose ``data`` somebody has replaced in the meantime keeps what it was given.
        """
        bound = zip(self._parameters, self._addresses, self._views, self._homes, strict=False)
        for p, address, view, home in bound:
            if p.data_ptr() == address:
                home.copy_(view)
                p.data = home
        self._homes = []

    @property
    def intact(self) -> bool:
        """Whether every short parameter is still a view: nobody has assigned to its ``data``."""
        return [p.data_ptr() for p in self._parameters] == self._addresses

    def gather(self) -> bool:
        """Collect the short ones' gradients; False when one has none, and nothing is done."""
        gradients = [p.grad for p in self._parameters if p.grad is not None]
        if len(gradients) < len(self._parameters):
            return False
        torch._foreach_copy_(self._gradients, gradients)
        return True
