"""A copy of a model that nobody else sees."""

from __future__ import annotations

import copy
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import AbstractContextManager
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.utils import prune
from torch.nn.utils.spectral_norm import SpectralNorm
from torch.nn.utils.weight_norm import WeightNorm

#: Hooks by which torch itself computes a layer's weight; any other hook is the user's own business.
_COMPUTING = (WeightNorm, SpectralNorm, prune.BasePruningMethod)


def kept_random(device: torch.device) -> AbstractContextManager[None]:
    """Put torch's random numbers back to where they were, the device's too."""
    devices = [device] if device.type == "cuda" else []
    kept: AbstractContextManager[None] = torch.random.fork_rng(devices)
    return kept


def random_state(device: torch.device) -> Tensor:
    """Return the state of torch's random numbers, the device's too, to compare."""
    state = torch.get_rng_state()
    return torch.cat([state, torch.cuda.get_rng_state(device)]) if device.type == "cuda" else state


def private_copy(model: nn.Module) -> nn.Module:
    """Copy a model in evaluation mode, without hooks and gradients.

    Raises
    ------
    ValueError
        If something in the model cannot be copied.
    """
    memo: dict[int, Any] = {}
    for module in model.modules():
        for name, value in vars(module).items():
            # A hook may be a bound method of half a program; and it is not to be called here.
            if isinstance(value, dict) and "hooks" in name:
                memo[id(value)] = OrderedDict(_computing(value))
            elif isinstance(value, Tensor) and not value.is_leaf:
                memo[id(value)] = value.detach().clone()
    try:
        copied = copy.deepcopy(model, memo)
    except Exception as error:
        raise ValueError(
            f"the model could not be copied: {type(error).__name__}: {error}"
        ) from error
    for parameter in copied.parameters():
        parameter.requires_grad_(False)
        parameter.grad = None
    return copied.eval()


def _computing(hooks: dict[Any, Any]) -> Iterator[tuple[Any, Any]]:
    return ((key, hook) for key, hook in hooks.items() if isinstance(hook, _COMPUTING))
