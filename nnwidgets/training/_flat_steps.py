"""SGD and RMSprop on one tensor: torch's numbers without its bookkeeping and its compiler."""

from __future__ import annotations

import torch
from torch import nn
from torch.optim import SGD, RMSprop

from nnwidgets.training._uncompiled import Uncompiled


class FlatSGD(Uncompiled, SGD):
    """`torch.optim.SGD` for a single parameter: the same numbers, bit for bit, sooner.

    Torch's operations in its order, on its state, so that torch's own optimizer can go on from
    there. Only the options that `Trainer` sets are looked at.

    Parameters
    ----------
    parameters : list of one Parameter
    lr : float
    momentum : float, default 0
    """

    def __init__(self, parameters: list[nn.Parameter], lr: float, momentum: float = 0) -> None:
        super().__init__(parameters, lr=lr, momentum=momentum)

    @torch.no_grad()
    def step(self) -> None:  # type: ignore[override]
        """Make one step; the parameter must have a gradient."""
        (group,) = self.param_groups
        (parameter,) = group["params"]
        way = parameter.grad
        if group["momentum"]:
            state = self.state[parameter]
            if "momentum_buffer" in state:
                state["momentum_buffer"].mul_(group["momentum"]).add_(way)
            else:
                state["momentum_buffer"] = way.clone()
            way = state["momentum_buffer"]
        parameter.add_(way, alpha=-group["lr"])


class FlatRMSprop(Uncompiled, RMSprop):
    """`torch.optim.RMSprop` for a single parameter; see `FlatSGD`."""

    def __init__(self, parameters: list[nn.Parameter], lr: float) -> None:
        super().__init__(parameters, lr=lr)

    @torch.no_grad()
    def step(self) -> None:  # type: ignore[override]
        """Make one step; the parameter must have a gradient."""
        (group,) = self.param_groups
        (parameter,) = group["params"]
        state = self.state[parameter]
        if not state:
            state["step"] = torch.zeros(())
            state["square_avg"] = torch.zeros_like(parameter)
        gradient, square, alpha = parameter.grad, state["square_avg"], group["alpha"]
        state["step"] += 1
        square.mul_(alpha).addcmul_(gradient, gradient, value=1 - alpha)
        parameter.addcdiv_(gradient, square.sqrt().add_(group["eps"]), value=-group["lr"])
