"""The losses by name, any callable as a loss, and how targets line up with outputs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional as F

from nnwidgets.core._stack import head_of

LossFunction = Callable[[Tensor, Tensor], Tensor]
Task = Literal["binary", "multiclass", "regression"]

_ALIASES = {
    "bce": "bce",
    "bce_with_logits": "bce",
    "mse": "mse",
    "half_mse": "half_mse",
    "cross_entropy": "cross_entropy",
    "ce": "cross_entropy",
}
_TASKS: dict[str, Task] = {
    "bce": "binary",
    "mse": "regression",
    "half_mse": "regression",
    "cross_entropy": "multiclass",
}

#: Every loss that has a name.
NAMES = tuple(_TASKS)


@dataclass(frozen=True)
class Loss:
    """A loss that never broadcasts; made by :func:`resolve`.

    Attributes
    ----------
    name : str
        "bce", "mse", "half_mse", "cross_entropy" or "custom".
    task : str
        "binary", "multiclass" or "regression".
    function : callable
        ``function(outputs, targets)`` is the mean loss, a tensor without dimensions.
    head : str
        What the model ends in, as :func:`nnwidgets.core.structure.head_of` says.
    threshold : float or None
        Binary outputs above it are of class 1; None where that cannot be known.
    """

    name: str
    task: Task
    function: LossFunction
    head: str = "linear"
    threshold: float | None = None

    def __call__(self, outputs: Tensor, targets: Tensor) -> Tensor:
        """Return the mean loss, a tensor without dimensions.

        Raises
        ------
        ValueError
            If the two are not aligned, as when a ``squeeze()`` in the model has dropped the
            batch dimension; or if a callable's result has dimensions.
        TypeError
            If a callable's result is not a floating tensor.
        """
        if outputs.shape != targets.shape and not self._classes(outputs, targets):
            raise ValueError(
                f"outputs of shape {tuple(outputs.shape)} and targets of shape "
                f"{tuple(targets.shape)} do not line up"
            )
        loss = self.function(outputs, targets)
        if self.name == "custom":
            _check_result(loss)
        return loss

    def _classes(self, outputs: Tensor, targets: Tensor) -> bool:
        """Whether the targets are class indices for the outputs' rows."""
        return (
            self.task == "multiclass"
            and outputs.ndim == 2
            and targets.shape == outputs.shape[:1]
            and not targets.is_floating_point()
        )

    def targets(
        self, y: NDArray[Any], outputs: Tensor, device: torch.device, dtype: torch.dtype
    ) -> Tensor:
        """Line ``y`` up with the model's outputs.

        Parameters
        ----------
        y : ndarray of shape (n,) or (n, k)
        outputs : Tensor of shape (m,) or (m, k)
            Any outputs of the model: all but the number of rows counts.
        device, dtype
            Where and what float targets are to be; class indices are int64.

        Returns
        -------
        Tensor
            For a named loss y's (n,) has become (n, 1) or the other way round, where the outputs
            ask for it. A callable gets y as it is.

        Raises
        ------
        ValueError
            If the shapes do not fit, or a target is not one the loss takes.
        """
        if self.name == "cross_entropy" or (self.task == "multiclass" and y.ndim == 1):
            classes = _class_indices(y, outputs)
            return torch.tensor(classes, device=device, dtype=torch.int64)
        wanted = (len(y), *outputs.shape[1:])
        if self.name != "custom" and {y.ndim, len(wanted)} == {1, 2} and y.size == np.prod(wanted):
            y = y.reshape(wanted)
        if y.shape != wanted:
            raise ValueError(_misfit(y, wanted, self.name))
        if self.name == "bce" and not ((y >= 0) & (y <= 1)).all():
            wrong = y[(y < 0) | (y > 1)][0]
            raise ValueError(f"y must lie in 0 .. 1 for loss 'bce', got {wrong}")
        return torch.tensor(y, device=device, dtype=dtype)

    def accuracy(self, outputs: Tensor, targets: Tensor) -> float | None:
        """Return the share of right classes, or None for a regression.

        Several binary outputs count one by one.
        """
        if self.task == "multiclass":
            right = outputs.argmax(1) == targets
        elif self.threshold is not None:
            right = (outputs > self.threshold) == (targets > 0.5)
        else:
            return None
        return int(right.count_nonzero()) / right.numel()


def resolve(loss: str | LossFunction, model: nn.Module, y: NDArray[Any], outputs: Tensor) -> Loss:
    """Make a :class:`Loss` of a name or a callable, for this model's outputs.

    Parameters
    ----------
    loss : str or callable
        "bce" (on logits, or on probabilities where the model ends in a Sigmoid), "mse",
        "half_mse" (half of that), "cross_entropy", or "auto": "bce" for one output and targets
        that are all 0 or 1, "cross_entropy" for integer y (n,) and two or more outputs, else
        "mse". A callable is called as ``loss(outputs, targets)``.
    model : nn.Module
    y : ndarray of shape (n,) or (n, k)
        The targets, of which "auto" looks at the values.
    outputs : Tensor
        Some outputs of the model with their autograd graph, which tells how the model ends.

    Raises
    ------
    TypeError
        If ``loss`` is neither a name nor callable.
    ValueError
        For an unknown name, or a name that does not fit how the model ends.
    """
    if isinstance(loss, str):
        return _named(loss, head_of(model, outputs), y, outputs)
    _check_callable(loss)
    return _custom(loss, head_of(model, outputs), y, outputs)


def _check_callable(loss: object) -> None:
    # A class is callable, too, but would make a loss of the outputs instead of computing one.
    if isinstance(loss, type) or not callable(loss):
        hint = f"; make an instance: {loss.__name__}()" if isinstance(loss, type) else ""
        raise TypeError(f"loss must be a name or a callable, got {loss!r}{hint}")


def _named(loss: str, head: str, y: NDArray[Any], outputs: Tensor) -> Loss:
    if loss != "auto" and loss not in _ALIASES:
        known = ", ".join(map(repr, ["auto", *_ALIASES]))
        raise ValueError(f"loss must be one of {known}, or a callable; got {loss!r}")
    name = _guess(y, outputs) if loss == "auto" else _ALIASES[loss]
    if name == "bce" and head in ("softmax", "log_softmax"):
        raise ValueError(
            f"loss 'bce' needs a model that ends in a Linear or a Sigmoid, this one ends in "
            f"{head}: use 'cross_entropy'"
        )
    if name == "cross_entropy" and (outputs.ndim != 2 or outputs.shape[1] < 2):
        raise ValueError(
            "loss 'cross_entropy' needs a model with two or more outputs (n, k), got outputs of "
            f"shape {_rows(outputs)}: use 'bce' for two classes and one output"
        )
    threshold = _threshold(head) if name == "bce" else None
    return Loss(name, _TASKS[name], _function(name, head), head, threshold)


def _guess(y: NDArray[Any], outputs: Tensor) -> str:
    if outputs[:1].numel() <= 1 and _zeros_and_ones(y):
        return "bce"
    classes = y.dtype.kind in "iu" and y.ndim == 1 and outputs.ndim == 2 and outputs.shape[1] >= 2
    return "cross_entropy" if classes else "mse"


def _zeros_and_ones(y: NDArray[Any]) -> bool:
    return bool(((y == 0) | (y == 1)).all())


def _threshold(head: str) -> float:
    return 0.5 if head == "sigmoid" else 0.0


def _custom(loss: LossFunction, head: str, y: NDArray[Any], outputs: Tensor) -> Loss:
    classes = y.ndim == 1 and y.dtype.kind in "iu"
    if classes and outputs.ndim == 2 and outputs.shape[1] >= 2:
        return Loss("custom", "multiclass", loss, head)
    if outputs[:1].numel() > 1 or not _zeros_and_ones(y):
        return Loss("custom", "regression", loss, head)
    # Without a sigmoid only the loss knows where the classes part: of torch's own we do, too.
    logits = isinstance(loss, nn.BCEWithLogitsLoss) or loss is F.binary_cross_entropy_with_logits
    known = head == "sigmoid" or logits
    return Loss("custom", "binary", loss, head, _threshold(head) if known else None)


def _function(name: str, head: str) -> LossFunction:
    if name == "mse":
        return F.mse_loss
    if name == "half_mse":
        return _half_mse
    if name == "bce":
        return _bce if head == "sigmoid" else F.binary_cross_entropy_with_logits
    if head == "softmax":
        return _nll_of_probabilities
    return F.nll_loss if head == "log_softmax" else F.cross_entropy


def _half_mse(outputs: Tensor, targets: Tensor) -> Tensor:
    return F.mse_loss(outputs, targets) / 2


def _bce(probabilities: Tensor, targets: Tensor) -> Tensor:
    # torch answers NaN here with an exception (on a GPU with a dead context), but a model that
    # has diverged should have a NaN loss.
    if probabilities.isnan().any():
        return probabilities.mean()
    return F.binary_cross_entropy(probabilities, targets)


def _nll_of_probabilities(probabilities: Tensor, targets: Tensor) -> Tensor:
    tiny = torch.finfo(probabilities.dtype).tiny
    return F.nll_loss(probabilities.clamp(min=tiny).log(), targets)


def _class_indices(y: NDArray[Any], outputs: Tensor) -> NDArray[Any]:
    k = outputs.shape[1]
    if y.ndim == 2 and y.shape[1] == 1:
        y = y[:, 0]
    if y.ndim != 1:
        hint = ": y.argmax(1) makes indices of one-hot rows" if y.shape[1] == k else ""
        raise ValueError(f"y must hold class indices of shape (n,), got {y.shape}{hint}")
    wrong = (y != np.round(y)) | (y < 0) | (y >= k)
    if wrong.any():
        raise ValueError(
            f"y must hold class indices 0 .. {k - 1} (the model has {k} outputs), got {y[wrong][0]}"
        )
    return y


def _misfit(y: NDArray[Any], wanted: tuple[int, ...], name: str) -> str:
    text = f"y must have shape {wanted} like the model's outputs, got {y.shape}"
    if name == "custom" and y.size == int(np.prod(wanted)):
        shape = "-1" if len(wanted) == 1 else f"-1, {wanted[1]}"
        text += f", which a callable loss would broadcast: pass y.reshape({shape})"
    return text


def _rows(outputs: Tensor) -> str:
    return (
        "(n"
        + "".join(f", {size}" for size in outputs.shape[1:])
        + ("," * (outputs.ndim == 1))
        + ")"
    )


def _check_result(loss: object) -> None:
    if not isinstance(loss, Tensor):
        raise TypeError(f"loss must return a tensor, got {type(loss).__name__}")
    if loss.ndim != 0:
        raise ValueError(
            f"loss must return one number (a tensor without dimensions), got shape "
            f"{tuple(loss.shape)}: take its mean()"
        )
    if not loss.is_floating_point():
        raise TypeError(f"loss must return a floating tensor, got {loss.dtype}")
