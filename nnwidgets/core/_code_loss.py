"""A loss, and what counts as right, as Python text."""

from __future__ import annotations

import inspect
import textwrap

from torch import Tensor, nn

from nnwidgets.core.losses import Loss

_HALF = """def loss_fn(outputs, targets):
    return nn.functional.mse_loss(outputs, targets) / 2"""
_LOG = """def loss_fn(probabilities, targets):
    tiny = torch.finfo(probabilities.dtype).tiny
    return nn.functional.nll_loss(probabilities.clamp(min=tiny).log(), targets)"""


def loss_text(loss: Loss) -> str:
    """Return lines that define ``loss_fn``."""
    if loss.name == "custom":
        return _custom(loss)
    if loss.name == "half_mse":
        return _HALF
    if loss.name == "mse":
        return "loss_fn = nn.MSELoss()"
    if loss.name == "bce":
        kind = "BCELoss" if loss.head == "sigmoid" else "BCEWithLogitsLoss"
        return f"loss_fn = nn.{kind}()"
    if loss.head == "softmax":
        return _LOG
    kind = "NLLLoss" if loss.head == "log_softmax" else "CrossEntropyLoss"
    return f"loss_fn = nn.{kind}()"


def _custom(loss: Loss) -> str:
    function = loss.function
    if isinstance(function, nn.Module) and type(function).__module__.startswith("torch.nn"):
        return f"loss_fn = nn.{type(function).__name__}({_options(function)})"
    module, name = getattr(function, "__module__", ""), getattr(function, "__name__", "")
    if module == "torch.nn.functional":
        return f"loss_fn = nn.functional.{name}"
    try:
        source = textwrap.dedent(inspect.getsource(function)).rstrip()
    except (OSError, TypeError):
        source = ""
    if source.startswith("def "):
        return f"{source}\n\n\nloss_fn = {name}"
    return "loss_fn = ...  # Insert your loss here: a function of outputs and targets."


def _options(module: nn.Module) -> str:
    """Return what a loss of torch's was made with beyond its defaults; its repr leaves it out."""
    given = []
    for name, parameter in inspect.signature(type(module)).parameters.items():
        value = getattr(module, name, parameter.default)
        if isinstance(value, Tensor):
            made = f"torch.tensor({value.tolist()}, dtype={value.dtype})"
            given.append(f"{name}={made}")
        elif value != parameter.default:
            given.append(f"{name}={value!r}")
    return ", ".join(given)


def right_text(loss: Loss) -> str | None:
    """Return an expression of the share of right answers; None where there is none."""
    if loss.task == "multiclass":
        return "(outputs.argmax(1) == y).float().mean()"
    if loss.threshold is None:
        return None
    return f"((outputs > {loss.threshold:g}) == (y > 0.5)).float().mean()"
