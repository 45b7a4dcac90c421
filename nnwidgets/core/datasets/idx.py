"""MNIST, read from files that the reader has: nothing is downloaded."""

from __future__ import annotations

import gzip
import struct
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnwidgets.core.datasets._arguments import common
from nnwidgets.core.datasets._dataset import Dataset

Bytes = NDArray[np.uint8]

SIDE = 28
WHITE = 255.0
PARTS = ("train", "test")

# The IDX format as LeCun's page of the data set describes it: two zero bytes, the type of the
# items (8: unsigned byte), the number of dimensions, then each size as a big-endian int32.
_MAGIC = {"images": 0x00000803, "labels": 0x00000801}
_PREFIX = {"train": "train", "test": "t10k"}


def mnist(
    path: str | Path,
    n: int | None = None,
    noise: float = 0.0,
    seed: int = 0,
    *,
    part: str = "train",
) -> Dataset:
    """Read handwritten digits of 28 × 28 pixels from files on this machine.

    Parameters
    ----------
    path : str or Path
        A folder with the IDX files (``train-images-idx3-ubyte`` and ``train-labels-idx1-ubyte``,
        ``t10k-…`` for the test part; with a dot for the last dash, and with ``.gz``, as well) or
        with ``mnist.npz``; or a file: an npz with the arrays ``x_train``, ``y_train``, ``x_test``
        and ``y_test``, or one of the images, whose labels lie beside it.
    n : int or None, default None
        How many to draw at random, each class keeping its share; None for all. A page shows
        a few thousand at ease.
    noise : float, default 0.0
        Standard deviation of the Gaussian noise on every pixel.
    seed : int, default 0
        The same seed gives the same bits.
    part : {"train", "test"}

    Returns
    -------
    Dataset
        X (n, 784) float32, row after row of each picture, from 0 (paper) to 1 (ink) before noise;
        y (n,) int64, 0 to 9. ``X.reshape(-1, 1, 28, 28)`` is what a convolution wants.

    Raises
    ------
    FileNotFoundError
        If the files are not there; it names those that were looked for.
    ValueError
        If a file is not what its name says, or `n` is larger than the number of pictures.

    Examples
    --------
    >>> train = mnist("~/data/mnist", n=2000)  # doctest: +SKIP
    >>> test = mnist("~/data/mnist", n=500, part="test")  # doctest: +SKIP
    """
    if part not in PARTS:
        raise ValueError(f"part must be 'train' or 'test', got {part!r}")
    images, labels = _read(Path(path).expanduser(), part)
    every = _dataset(images, labels)
    wanted, noise, rng = common(every.n if n is None else n, noise, seed)
    if wanted > every.n:
        raise ValueError(f"n must be at most {every.n}, the number of pictures, got {wanted}")
    chosen = every if wanted == every.n else every.split(wanted / every.n, seed)[1]
    if noise == 0:
        return chosen
    X = chosen.X + rng.normal(0.0, noise, chosen.X.shape)
    return Dataset(
        X.astype(np.float32), chosen.y, chosen.feature_names, chosen.class_names, "mnist"
    )


def _dataset(images: Bytes, labels: Bytes) -> Dataset:
    X = (images.reshape(len(images), -1) / np.float32(WHITE)).astype(np.float32)
    names = tuple(f"pixel {row},{column}" for row in range(SIDE) for column in range(SIDE))
    classes = tuple(str(digit) for digit in range(10))
    return Dataset(X, labels.astype(np.int64), names, classes, "mnist")


def _read(path: Path, part: str) -> tuple[Bytes, Bytes]:
    if path.suffix == ".npz":
        return _read_npz(path, part)
    if path.is_dir():
        found = [_find(path, part, kind) for kind in ("images", "labels")]
        if None not in found:
            images, labels = (file for file in found if file is not None)
            return _read_pair(images, labels)
        if (path / "mnist.npz").is_file():
            return _read_npz(path / "mnist.npz", part)
        looked = ", ".join(_names(part, "images")[:1] + _names(part, "labels")[:1])
        there = ", ".join(sorted(p.name for p in path.iterdir())[:8]) or "nothing"
        raise FileNotFoundError(
            f"there is no MNIST in {path}: looked for {looked} (with '.' before idx, with .gz) and "
            f"mnist.npz; there is {there}"
        )
    if not path.is_file():
        raise FileNotFoundError(f"{path} is neither a file nor a folder")
    beside = path.parent / path.name.replace("images", "labels").replace("idx3", "idx1")
    if beside == path or not beside.is_file():
        raise FileNotFoundError(f"the labels of {path.name} must lie beside it, as {beside.name}")
    return _read_pair(path, beside)


def _names(part: str, kind: str) -> list[str]:
    dimensions = 3 if kind == "images" else 1
    base = [f"{_PREFIX[part]}-{kind}{mark}idx{dimensions}-ubyte" for mark in "-."]
    return [name + end for name in base for end in ("", ".gz")]


def _find(folder: Path, part: str, kind: str) -> Path | None:
    files = (folder / name for name in _names(part, kind))
    return next((file for file in files if file.is_file()), None)


def _read_pair(images: Path, labels: Path) -> tuple[Bytes, Bytes]:
    return _checked(_read_idx(images, "images"), _read_idx(labels, "labels"), images.name)


def _read_idx(path: Path, kind: str) -> Bytes:
    raw = path.read_bytes()
    if raw[:2] == b"\x1f\x8b":
        try:
            raw = gzip.decompress(raw)
        except (OSError, EOFError) as error:
            raise ValueError(f"{path.name} is no complete gzip file: {error}") from error
    wanted = _MAGIC[kind]
    magic = int.from_bytes(raw[:4], "big")
    if len(raw) < 4 or magic != wanted:
        raise ValueError(
            f"{path.name} must begin with the magic number {wanted} of IDX {kind}, got {magic}"
        )
    dimensions = wanted & 0xFF
    head = 4 + 4 * dimensions
    if len(raw) < head:
        raise ValueError(f"{path.name} ends within its header")
    shape = struct.unpack(f">{dimensions}i", raw[4:head])
    if int(np.prod(shape)) != len(raw) - head:
        raise ValueError(
            f"{path.name} must hold {int(np.prod(shape))} bytes for its shape {shape}, "
            f"got {len(raw) - head}"
        )
    return np.frombuffer(raw, np.uint8, offset=head).reshape(shape)


def _read_npz(path: Path, part: str) -> tuple[Bytes, Bytes]:
    if not path.is_file():
        raise FileNotFoundError(f"there is no file {path}")
    if not zipfile.is_zipfile(path):
        raise ValueError(f"{path.name} is no npz file")
    with np.load(path, allow_pickle=False) as arrays:
        images, labels = (_array(arrays, f"{axis}_{part}", path) for axis in "xy")
    return _checked(images, labels, path.name)


def _array(arrays: Mapping[str, Any], name: str, path: Path) -> Bytes:
    if name not in arrays:
        raise ValueError(
            f"{path.name} must have the arrays x_train, y_train, x_test and y_test; {name} is "
            f"missing, there are {', '.join(arrays)}"
        )
    array: Bytes = arrays[name]
    return array


def _checked(images: Bytes, labels: Bytes, name: str) -> tuple[Bytes, Bytes]:
    if images.ndim != 3 or images.shape[1:] != (SIDE, SIDE) or images.dtype != np.uint8:
        raise ValueError(
            f"the pictures of {name} must be bytes of shape (n, 28, 28), got {images.dtype} of "
            f"shape {images.shape}"
        )
    if labels.shape != images.shape[:1] or (len(labels) and labels.max() > 9):
        raise ValueError(
            f"the labels of {name} must be {len(images)} digits, got shape {labels.shape}"
            + (f" with values up to {labels.max()}" if labels.size else "")
        )
    if len(images) == 0:
        raise ValueError(f"{name} holds no pictures")
    return images, labels
