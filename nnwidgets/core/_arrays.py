"""What a user may pass as an array, made a numpy array; and how errors speak of it."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray


def to_array(value: object, name: str) -> NDArray[Any]:
    """Return ``value`` (tensor on any device, array, list, pandas) as a numpy array.

    The result may share memory with ``value``. A bfloat16 tensor, which numpy lacks, comes back
    as float32.

    Raises
    ------
    TypeError
        If it holds anything but real numbers and booleans, or is a sparse or meta tensor.
    ValueError
        If its rows are not of one length, or some of its entries are masked.
    """
    if isinstance(value, torch.Tensor):
        array = _of_tensor(value, name)
    elif isinstance(value, np.ma.MaskedArray) and np.ma.is_masked(value):
        raise ValueError(
            f"{name} must have no masked entries, got {np.ma.getmaskarray(value).sum()}"
        )
    else:
        try:
            array = np.asarray(value)
        except ValueError as error:
            raise ValueError(f"{name} must be rectangular, with rows of one length") from error
    if array.dtype.kind not in "fiub":
        got = f"dtype {array.dtype}"
        if isinstance(value, str | bytes | dict) or value is None or array.dtype == object:
            got = f"{type(value).__name__} (dtype {array.dtype})"
        raise TypeError(f"{name} must be an array of real numbers, got {got}")
    return array


def _of_tensor(tensor: torch.Tensor, name: str) -> NDArray[Any]:
    if tensor.layout is not torch.strided or tensor.is_quantized:
        raise TypeError(f"{name} must be a dense tensor, got {tensor.dtype} of {tensor.layout}")
    if tensor.device.type == "meta":
        raise TypeError(f"{name} must hold data, got a tensor on the meta device")
    dense = tensor.detach().cpu().resolve_conj().resolve_neg()
    return (dense.float() if dense.dtype is torch.bfloat16 else dense).numpy()


def to_floats(array: NDArray[Any], dtype: np.dtype[Any], name: str) -> NDArray[Any]:
    """Return a copy of ``array`` as ``dtype``, in C order, refusing what is not finite there.

    Raises
    ------
    ValueError
        If a value is NaN or infinite, or becomes so in ``dtype``; the message says where.
    """
    with np.errstate(over="ignore"):
        floats = np.array(array, dtype=dtype, order="C")
    check_finite(floats, array, name)
    return floats


def check_finite(
    floats: NDArray[Any], array: NDArray[Any], name: str, dtype: str | None = None
) -> None:
    """Raise ValueError naming the first entry of ``floats`` that is NaN or infinite.

    ``array`` is what was given, before it became ``floats`` by way of ``dtype``.
    """
    finite = np.isfinite(floats)
    if finite.all():
        return
    place = np.unravel_index(int(np.argmin(finite)), floats.shape)
    where = f"[{', '.join(str(int(i)) for i in place)}]" if place else ""
    value = array[place]
    why = "" if not np.isfinite(value) else f", which {dtype or floats.dtype} cannot hold"
    raise ValueError(f"{name} must be finite, got {name}{where} = {value}{why}")


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """Return " Did you mean ...?" with near matches, else a list of the known names."""
    names = list(known)
    near = get_close_matches(name, names, n=3, cutoff=0.5)
    if near:
        return f"Did you mean {' or '.join(map(repr, near))}?"
    shown = ", ".join(map(repr, names[:12])) + (", ..." if len(names) > 12 else "")
    return f"There are: {shown}."
