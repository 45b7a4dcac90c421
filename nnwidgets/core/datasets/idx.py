"""MNIST, read from files that the reader has: nothing is downloaded."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from nnwidgets.core.datasets._arguments import common
from nnwidgets.core.datasets._dataset import Dataset
from nnwidgets.core.datasets._idx_files import SIDE, Bytes, read_idx, read_npz

WHITE = 255.0
PARTS = ("train", "test")

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
    return _checked(read_idx(images, "images"), read_idx(labels, "labels"), images.name)


def _read_npz(path: Path, part: str) -> tuple[Bytes, Bytes]:
    if not path.is_file():
        raise FileNotFoundError(f"there is no file {path}")
    images, labels = read_npz(path, {f"x_{part}": "images", f"y_{part}": "labels"})
    return _checked(images, labels, path.name)


def _checked(images: Bytes, labels: Bytes, name: str) -> tuple[Bytes, Bytes]:
    if labels.shape != images.shape[:1] or labels.min() < 0 or labels.max() > 9:
        raise ValueError(
            f"the labels of {name} must be {len(images)} digits, got shape {labels.shape} with "
            f"values from {labels.min()} to {labels.max()}"
        )
    return images, labels
