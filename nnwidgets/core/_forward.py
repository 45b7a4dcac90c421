"""Call a model and check that its outputs are what nnwidgets can work with."""

from __future__ import annotations

from torch import Tensor, nn


def call(model: nn.Module, rows: Tensor) -> Tensor:
    """Return ``model(rows)``, checked; what the model itself raises says on what it was called.

    Raises
    ------
    TypeError
        If the model returns anything but one floating tensor.
    ValueError
        If the model cannot be called on the rows, or its outputs are not (n,) or (n, k).
    """
    try:
        outputs = model(rows)
    except Exception as error:
        raise ValueError(
            f"the model could not be called on X of shape {tuple(rows.shape)} and dtype "
            f"{rows.dtype}: {type(error).__name__}: {error}"
        ) from error
    return check_outputs(outputs, len(rows))


def check_outputs(outputs: object, rows: int) -> Tensor:
    """Return a model's ``outputs`` if they are a floating tensor of shape (rows,) or (rows, k).

    Raises
    ------
    TypeError, ValueError
        If not.
    """
    outputs = one_tensor(outputs, "wrap the model so that it returns the one to train on")
    if not outputs.is_floating_point():
        raise TypeError(f"the model must return a floating tensor, got {outputs.dtype}")
    if outputs.ndim not in (1, 2) or len(outputs) != rows or outputs[:1].numel() == 0:
        raise ValueError(
            f"the model must return shape ({rows},) or ({rows}, k) for {rows} rows, "
            f"got {tuple(outputs.shape)}"
        )
    return outputs


def one_tensor(outputs: object, advice: str) -> Tensor:
    """Return a model's ``outputs`` if they are a tensor; of several, `advice` says what to do.

    Raises
    ------
    TypeError
        If not.
    """
    if isinstance(outputs, Tensor):
        return outputs
    several = f" of {len(outputs)}: {advice}" if isinstance(outputs, tuple | list) else ""
    raise TypeError(f"the model must return one tensor, got a {type(outputs).__name__}{several}")
