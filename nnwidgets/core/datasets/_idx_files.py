"""Arrays of bytes from IDX and npz files that may come from anywhere.

What a header says is checked before room is made for it, and no more is unpacked than it says: a
file of a kilobyte can claim, and a compressed one hold, more than fits into any memory.
"""

from __future__ import annotations

import gzip
import math
import struct
import zipfile
import zlib
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.lib import format as npy
from numpy.typing import NDArray

Bytes = NDArray[np.uint8]

SIDE = 28
#: Pictures in one file: MNIST has 60 000, the largest of its kin 814 255.
MOST = 1_000_000

# The IDX format as LeCun's page of the data set describes it: two zero bytes, the type of the
# items (8: unsigned byte), the number of dimensions, then each size as a big-endian int32.
_MAGIC = {"images": 0x00000803, "labels": 0x00000801}


def read_idx(path: Path, kind: str) -> Bytes:
    """Return the array of an IDX file, gzipped or not; `kind` is "images" or "labels".

    Raises
    ------
    ValueError
        If it is none, is cut off, has something added, or holds other than `kind`.
    """
    with path.open("rb") as file:
        zipped = file.read(2) == b"\x1f\x8b"
        file.seek(0)
        if not zipped:
            return _parsed(file, path.name, kind)
        try:
            with gzip.GzipFile(fileobj=file) as inflated:
                return _parsed(inflated, path.name, kind)
        except (OSError, EOFError, zlib.error) as error:
            raise ValueError(f"{path.name} is no complete gzip file: {error}") from error


def _parsed(file: IO[bytes] | gzip.GzipFile, name: str, kind: str) -> Bytes:
    wanted = _MAGIC[kind]
    dimensions = wanted & 0xFF
    head = file.read(4 + 4 * dimensions)
    magic = int.from_bytes(head[:4], "big")
    if len(head) < 4 or magic != wanted:
        raise ValueError(
            f"{name} must begin with the magic number {wanted} of IDX {kind}, got {magic}"
        )
    if len(head) < 4 + 4 * dimensions:
        raise ValueError(f"{name} ends within its header")
    shape = struct.unpack(f">{dimensions}i", head[4:])
    check_shape(shape, np.dtype(np.uint8), name, kind)
    size = math.prod(shape)
    raw = file.read(size + 1)
    if len(raw) != size:
        got = len(raw) if len(raw) < size else "more"
        raise ValueError(f"{name} must hold {size} bytes for its shape {shape}, got {got}")
    return np.frombuffer(raw, np.uint8).reshape(shape)


def check_shape(shape: tuple[int, ...], dtype: np.dtype[Any], name: str, kind: str) -> None:
    """Raise ValueError for what a header says that neither pictures nor labels have."""
    if kind == "images" and (shape[1:] != (SIDE, SIDE) or len(shape) != 3 or dtype != np.uint8):
        raise ValueError(
            f"the pictures of {name} must be bytes of shape (n, 28, 28), got {dtype} of "
            f"shape {shape}"
        )
    if kind == "labels" and (len(shape) != 1 or dtype.kind not in "iu"):
        raise ValueError(
            f"the labels of {name} must be whole numbers of shape (n,), got {dtype} of "
            f"shape {shape}"
        )
    if not 1 <= shape[0] <= MOST:
        raise ValueError(f"{name} must hold 1 to {MOST} {kind}, got {shape[0]}")


def read_npz(path: Path, names: dict[str, str]) -> list[NDArray[Any]]:
    """Return arrays of an npz file.

    Parameters
    ----------
    path
    names
        Of the arrays, with "images" or "labels" for each.

    Raises
    ------
    ValueError
        If it is none, is damaged, or lacks one of them.
    """
    if not zipfile.is_zipfile(path):
        raise ValueError(f"{path.name} is no npz file")
    try:
        with zipfile.ZipFile(path) as file:
            return [_member(file, name, kind, path.name) for name, kind in names.items()]
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError) as error:
        raise ValueError(f"{path.name} is a damaged npz file: {error}") from error
    except (NotImplementedError, RuntimeError) as error:  # packed otherwise, or encrypted
        raise ValueError(f"{path.name} is no npz file that can be read: {error}") from error


def _member(file: zipfile.ZipFile, name: str, kind: str, where: str) -> NDArray[Any]:
    if f"{name}.npy" not in file.namelist():
        there = [each.removesuffix(".npy") for each in file.namelist()[:8]]
        raise ValueError(
            f"{where} must have the arrays x_train, y_train, x_test and y_test; {name} is "
            f"missing, there are {', '.join(there)}"
        )
    with file.open(f"{name}.npy") as part:
        try:
            version = npy.read_magic(part)
            read = npy.read_array_header_1_0 if version == (1, 0) else npy.read_array_header_2_0
            shape, _, dtype = read(part)
        except Exception as error:  # a header is a literal of Python's, with all that may be wrong
            if isinstance(error, zipfile.BadZipFile | zlib.error | EOFError):
                raise
            raise ValueError(f"{where}: {name} is no array of numpy: {error}") from error
        check_shape(shape, dtype, where, kind)
    with file.open(f"{name}.npy") as part:
        array: NDArray[Any] = npy.read_array(part, allow_pickle=False)
        return array
