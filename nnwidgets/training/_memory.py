"""What an optimizer at work remembers, copied, and put back."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any, NamedTuple

import torch
from torch import Tensor

if TYPE_CHECKING:
    from collections.abc import Iterator

    from torch import nn
    from torch.optim import Optimizer

    from nnwidgets.training._flat import Flat


class Memory(NamedTuple):
    """Copies of all that an engine has when it is at rest."""

    flat: bool
    """Whether the optimizer is one of all parameters as one tensor."""
    values: list[Tensor]
    buffers: list[Tensor]
    groups: list[dict[str, Any]]
    state: list[dict[str, Any]]
    """Of each parameter of the optimizer, in the order of its groups."""

    def tensors(self) -> Iterator[Tensor]:
        """Every tensor in it, but what an optimizer has in containers of its own."""
        yield from self.values
        yield from self.buffers
        for state in self.state:
            yield from (value for value in state.values() if isinstance(value, Tensor))


class Remembering:
    """An engine that can be put back where it was."""

    optimizer: Optimizer
    _flat: Flat | None
    _parameters: list[nn.Parameter]
    _buffers: list[Tensor]

    def _values(self) -> list[Tensor]:
        raise NotImplementedError

    def _enter_flat(self) -> None:
        raise NotImplementedError

    def remember(self) -> Memory:
        """Copy what there is; see `recall`."""
        optimizer = self.optimizer
        return Memory(
            self._flat is not None,
            [value.clone() for value in self._values()],
            [buffer.clone() for buffer in self._buffers],
            [{k: v for k, v in group.items() if k != "params"} for group in optimizer.param_groups],
            [
                {name: _copy(value) for name, value in optimizer.state.get(p, {}).items()}
                for group in optimizer.param_groups
                for p in group["params"]
            ],
        )

    def recall(self, memory: Memory) -> None:
        """Be again as remembered; for an engine that is new, between two stretches of training.

        Raises
        ------
        ValueError
            If the optimizer or the model is another.
        """
        if memory.flat:
            self._enter_flat()
        optimizer = self.optimizer
        parameters = [p for group in optimizer.param_groups for p in group["params"]]
        if len(parameters) != len(memory.state) or len(self._buffers) != len(memory.buffers):
            raise ValueError("the optimizer is not the one that this was remembered of")
        for group, known in zip(optimizer.param_groups, memory.groups, strict=True):
            group.update(known)
        for p, known in zip(parameters, memory.state, strict=True):
            if known:
                optimizer.state[p] = {name: _copy(value) for name, value in known.items()}
        pieces = self._flat.split(memory.values[0]) if self._flat else memory.values
        with torch.no_grad():
            for p, piece in zip(self._parameters, pieces, strict=True):
                p.copy_(piece)
            for buffer, value in zip(self._buffers, memory.buffers, strict=True):
                buffer.copy_(value)


def _copy(value: Any) -> Any:
    return value.clone() if isinstance(value, Tensor) else copy.deepcopy(value)
