"""Dropout and the like, made as reproducible as the order of the samples."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch

if TYPE_CHECKING:
    from types import TracebackType


class OwnRandomness:
    """A context in which torch's global random numbers are a trainer's own.

    They go on from one use to the next and start as ``torch.manual_seed(seed)`` would start them.
    Outside it is as if nothing had happened to the global generator, so training and the random
    numbers that other cells draw do not disturb each other.

    Attributes
    ----------
    drew : bool
        Whether any number was drawn during the last use. A model that draws none needs no
        further use, and should have none: what other threads do to the global generator
        meanwhile (``torch.manual_seed``) is lost.
    """

    def __init__(self, seed: int, device: torch.device) -> None:
        self._cuda = device if device.type == "cuda" else None
        self._mine = [torch.Generator().manual_seed(seed).get_state()]
        if self._cuda is not None:
            self._mine.append(torch.Generator(self._cuda).manual_seed(seed).get_state())
        self.drew = False

    @property
    def states(self) -> list[torch.Tensor]:
        """The generators' states between two uses; never changed, only replaced."""
        return self._mine

    @states.setter
    def states(self, states: list[torch.Tensor]) -> None:
        self._mine = states

    def _get(self) -> list[torch.Tensor]:
        states = [torch.get_rng_state()]
        if self._cuda is not None:
            states.append(torch.cuda.get_rng_state(self._cuda))
        return states

    def _set(self, states: list[torch.Tensor]) -> None:
        torch.set_rng_state(states[0])
        if self._cuda is not None:
            torch.cuda.set_rng_state(states[1], self._cuda)

    def __enter__(self) -> None:
        self._outer = self._get()
        self._set(self._mine)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        before, self._mine = self._mine, self._get()
        self._set(self._outer)
        self.drew = not all(map(torch.equal, before, self._mine))
