"""The pass that a trace is made of: forward, backward and a step, on copies."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.optim import Optimizer

from nnwidgets.core._stand_in import Gradients, copied, optimizer_for, update
from nnwidgets.core._trace_checks import Targets
from nnwidgets.core._trace_watch import Seen, watch
from nnwidgets.core.penalty import Penalty


@dataclass
class Passed:
    """What the pass has found; tensors of the copies, by the names of the model's parameters."""

    seen: list[Seen]
    outputs: Any
    loss: float | None
    loss_name: str | None
    target: Tensor | None
    parameters: dict[str, nn.Parameter]
    before: Gradients
    gradients: Gradients
    updates: Gradients
    input_gradient: Tensor | None
    training: bool


def run(
    model: nn.Module,
    inputs: tuple[Tensor, ...],
    targets: Targets | None,
    mover: tuple[Optimizer | float | None, Penalty],
    training: bool,
    dtype: torch.dtype | None,
    pinned: dict[str, NDArray[np.bool_]] | None,
) -> Passed:
    """Run inputs forth and, with targets, back through a copy of the model.

    Parameters
    ----------
    mover : optimizer, learning rate or None, and Penalty
        What makes the step, and what it adds to the gradients.
    pinned : dict, optional
        Entries of parameters that a step does not move.
    """
    optimizer, penalty = mover
    memo: dict[int, Any] = {}
    twin = copied(model, memo, dtype).train(training)
    parameters = dict(twin.named_parameters())
    before = {name: p.detach().clone() for name, p in parameters.items()}
    step = None
    if optimizer is not None and targets is not None:
        step = optimizer_for(optimizer, model, twin, memo)
    leaves = tuple(x.requires_grad_() if x.is_floating_point() else x for x in inputs)
    devices = {p.device for p in parameters.values() if p.device.type == "cuda"}
    with torch.random.fork_rng(list(devices)), torch.enable_grad(), torch.inference_mode(False):
        with watch(twin) as seen:
            outputs = _call(twin, leaves)
        found = Passed(seen, outputs, None, None, None, parameters, before, {}, {}, None, training)
        if targets is None:
            return found
        loss, target, found.loss_name = targets.value(twin, outputs, _like(outputs, inputs))
        found.loss = float(loss.detach())
        found.target = target if isinstance(target, Tensor) else None
        found.gradients, found.input_gradient = _backward(loss, parameters, leaves)
        if step is None:
            return found

        def again() -> tuple[Tensor, Gradients]:
            value = targets.value(twin, _call(twin, leaves), _like(outputs, inputs))[0]
            return value, _backward(value, parameters, leaves)[0]

        found.updates = update(step, parameters, found.gradients, loss, again, penalty)
    for name, mask in (pinned or {}).items():
        if mask.any():
            still = torch.from_numpy(mask).to(found.updates[name].device)
            found.updates[name] = found.updates[name].masked_fill(still, 0)
    return found


def _like(outputs: Any, inputs: tuple[Tensor, ...]) -> Tensor:
    return outputs if isinstance(outputs, Tensor) else inputs[0]


def _call(model: nn.Module, inputs: tuple[Tensor, ...]) -> Any:
    # A model may work in place on what it is given, which a leaf does not allow.
    given = [x.clone() for x in inputs]
    try:
        return model(*given)
    except Exception as error:
        shapes = ", ".join(f"{tuple(x.shape)} ({x.dtype})" for x in inputs)
        raise ValueError(
            f"the model could not be called on x of shape {shapes}: "
            f"{type(error).__name__}: {error}{_hint(inputs, error)}"
        ) from error


def _hint(inputs: tuple[Tensor, ...], error: Exception) -> str:
    if "more than 1 value per channel" in str(error):
        return "; statistics of a batch need several samples: pass more, or training=False"
    if any(x.dtype in (torch.float16, torch.bfloat16) for x in inputs):
        return "; half precision may lack this here: try dtype='float32'"
    return ""


def _backward(
    loss: Tensor, parameters: dict[str, nn.Parameter], inputs: tuple[Tensor, ...]
) -> tuple[Gradients, Tensor | None]:
    if not loss.requires_grad:
        raise ValueError(
            "the loss depends neither on x nor on the model's parameters: is there a detach(), "
            "no_grad(), argmax() or numpy() in the model's forward or in the loss?"
        )
    wanted = {name: p for name, p in parameters.items() if p.requires_grad}
    first = inputs[0] if inputs[0].requires_grad else None
    sources = [*wanted.values(), *([] if first is None else [first])]
    answers: Any  # None where the loss does not depend on a source
    try:
        answers = torch.autograd.grad(loss, sources, allow_unused=True)
    except RuntimeError as error:
        if "modified by an inplace operation" in str(error):
            error.add_note("The model changes in place what its own backward pass needs.")
        raise
    gradients = {
        name: gradient.detach()
        for name, gradient in zip(wanted, answers, strict=False)
        if gradient is not None
    }
    return gradients, None if first is None else answers[-1]
