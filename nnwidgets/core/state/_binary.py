"""Arrays and tensors as fields of a JSON object: bytes in base64, with a checksum."""

from __future__ import annotations

import base64
import binascii
import math
import zlib
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from nnwidgets.core.state._fields import Fields, StateError

_DTYPES = (
    *("float16", "float32", "float64", "bool", "uint8", "int8", "int16", "int32", "int64"),
    "bfloat16",
)
#: What integers are stored as.
INTEGERS = ("uint8", "int8", "int16", "int32", "int64")


def packed(array: NDArray[Any]) -> dict[str, Any]:
    """Return an array as fields: dtype, shape, crc32 and its little-endian bytes in base64."""
    return _packed(array, array.dtype.name)


def packed_integers(array: NDArray[Any]) -> dict[str, Any]:
    """Return integers as fields, in as few bytes each as hold all of them."""
    for dtype in INTEGERS:
        range_ = np.iinfo(dtype)
        if not array.size or (array.min() >= range_.min and array.max() <= range_.max):
            return packed(array.astype(dtype))
    return packed(array)


def packed_tensor(tensor: Tensor, name: str) -> dict[str, Any]:
    """Return a tensor as fields.

    Raises
    ------
    StateError
        For a dtype that is not one of those that a state holds.
    """
    dtype = str(tensor.dtype).removeprefix("torch.")
    if dtype not in _DTYPES or tensor.layout is not torch.strided:
        raise StateError(f"{name} must be dense and of {', '.join(_DTYPES)}; it is {dtype}")
    plain = tensor.detach().cpu().contiguous()
    # numpy has no bfloat16, whose bits it gets as integers.
    return _packed((plain.view(torch.int16) if dtype == "bfloat16" else plain).numpy(), dtype)


def _packed(array: NDArray[Any], dtype: str) -> dict[str, Any]:
    data = np.ascontiguousarray(array, array.dtype.newbyteorder("<")).tobytes()
    text = base64.b64encode(data).decode("ascii")
    return {
        "dtype": dtype,
        "shape": list(array.shape),
        "crc32": zlib.crc32(data),
        "base64": text,
    }


def array(fields: Fields, key: str, *, dtypes: tuple[str, ...] = _DTYPES) -> NDArray[Any]:
    """Read what :func:`packed` gave, as a new array."""
    return _unpacked(fields, key, dtypes)[0]


def tensor(fields: Fields, key: str) -> Tensor:
    """Read what :func:`packed_tensor` gave, as a new tensor."""
    found, dtype = _unpacked(fields, key, _DTYPES)
    bits = torch.from_numpy(found)
    return bits.view(torch.bfloat16) if dtype == "bfloat16" else bits


def _unpacked(outer: Fields, key: str, dtypes: tuple[str, ...]) -> tuple[NDArray[Any], str]:
    name = outer.name(key)
    with outer.fields(key) as fields:
        dtype = fields.choice("dtype", dtypes)
        shape = fields.wholes("shape")
        crc, text = fields.whole("crc32", most=2**32 - 1), fields.text("base64")
    try:
        data = base64.b64decode(text.encode("ascii"), validate=True)
    except (binascii.Error, UnicodeEncodeError) as error:
        raise StateError(f"{name}.base64 must be base64: {error}") from None
    stored = np.dtype(np.int16 if dtype == "bfloat16" else dtype).newbyteorder("<")
    wanted = math.prod(shape) * stored.itemsize
    if len(shape) > 32 or len(data) != wanted:
        raise StateError(
            f"{name} must hold {min(wanted, 2**53)} bytes for shape {shape[:32]} of {dtype}, "
            f"got {len(data)}"
        )
    if zlib.crc32(data) != crc:
        raise StateError(f"{name} is damaged: its checksum is {crc}, its bytes' {zlib.crc32(data)}")
    if dtype == "bool" and data.strip(b"\0\1"):
        raise StateError(f"{name} must hold bytes 0 and 1 only")
    found = np.frombuffer(data, stored).reshape(shape)
    return found.astype(stored.newbyteorder("=")), dtype
