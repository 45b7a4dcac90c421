"""Adam and AdamW on one tensor without the bookkeeping for many."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn
from torch.optim import Adam

from nnwidgets.training._uncompiled import Uncompiled


class FlatAdam(Uncompiled, Adam):
    """`torch.optim.Adam` for a single parameter: the same numbers, bit for bit, sooner.

    On a handful of weights torch's own step spends most of its time on sorting lists of tensors,
    with its fused kernel too, which besides rounds differently. These are its operations in its
    order, on its state, so that torch's optimizer can go on from there. Only the options that
    `Trainer` sets are looked at.

    Parameters
    ----------
    parameters : list of one Parameter
    lr : float
    """

    def __init__(self, parameters: list[nn.Parameter], lr: float) -> None:
        super().__init__(parameters, lr=lr)

    @torch.no_grad()
    def step(self) -> None:  # type: ignore[override]
        """Make one step; the parameter must have a gradient."""
        (group,) = self.param_groups
        (parameter,) = group["params"]
        state = self.state[parameter] or self._first_state(parameter)
        self._decay(parameter, group)
        _update(parameter, parameter.grad, state, group)

    def _decay(self, parameter: Tensor, group: dict[str, Any]) -> None:
        """Adam has no weight decay unless it is asked for."""

    def _first_state(self, parameter: nn.Parameter) -> dict[str, Tensor]:
        state = {
            "step": torch.tensor(0.0),
            "exp_avg": torch.zeros_like(parameter),
            "exp_avg_sq": torch.zeros_like(parameter),
        }
        self.state[parameter] = state
        return state


class FlatAdamW(FlatAdam):
    """`torch.optim.AdamW` for a single parameter; see `FlatAdam`."""

    def __init__(self, parameters: list[nn.Parameter], lr: float) -> None:
        super().__init__(parameters, lr)
        self.param_groups[0]["weight_decay"] = 0.01  # torch's default

    def _decay(self, parameter: Tensor, group: dict[str, Any]) -> None:
        parameter.mul_(1 - group["lr"] * group["weight_decay"])


def _update(
    parameter: Tensor, gradient: Tensor, state: dict[str, Tensor], group: dict[str, Any]
) -> None:
    """Kingma and Ba's algorithm 1 (https://arxiv.org/abs/1412.6980)."""
    beta1, beta2 = group["betas"]
    mean, square = state["exp_avg"], state["exp_avg_sq"]
    state["step"] += 1
    step = state["step"].item()
    mean.lerp_(gradient, 1 - beta1)
    square.mul_(beta2).addcmul_(gradient, gradient, value=1 - beta2)
    spread = (square.sqrt() / (1 - beta2**step) ** 0.5).add_(group["eps"])
    parameter.addcdiv_(mean, spread, value=-group["lr"] / (1 - beta1**step))
