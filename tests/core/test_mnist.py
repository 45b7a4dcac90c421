"""MNIST read from files that are made here, byte by byte."""

import gzip
import struct
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from nnwidgets.core import datasets

RNG = np.random.default_rng(0)
IMAGES = RNG.integers(0, 256, (30, 28, 28)).astype(np.uint8)
LABELS = (np.arange(30) % 10).astype(np.uint8)


def idx(array: Any, magic: int) -> bytes:
    return struct.pack(f">{1 + array.ndim}i", magic, *array.shape) + array.tobytes()


def write(folder: Path, *, part: str = "train", mark: str = "-", zipped: bool = False) -> None:
    for array, magic, name in [
        (IMAGES, 2051, f"{part}-images{mark}idx3-ubyte"),
        (LABELS, 2049, f"{part}-labels{mark}idx1-ubyte"),
    ]:
        data = idx(array, magic)
        end = ".gz" if zipped else ""
        (folder / (name + end)).write_bytes(gzip.compress(data) if zipped else data)


@pytest.mark.parametrize("mark", ["-", "."])
@pytest.mark.parametrize("zipped", [False, True])
@pytest.mark.parametrize(("part", "prefix"), [("train", "train"), ("test", "t10k")])
def test_idx_files(tmp_path: Path, mark: str, zipped: bool, part: str, prefix: str) -> None:
    write(tmp_path, part=prefix, mark=mark, zipped=zipped)
    data = datasets.mnist(tmp_path, part=part)
    np.testing.assert_allclose(data.X, IMAGES.reshape(30, -1) / 255, atol=1e-7)
    assert data.y.tolist() == LABELS.tolist()
    assert (data.X.dtype, data.y.dtype, data.name) == (np.float32, np.int64, "mnist")


@pytest.mark.parametrize("name", ["mnist.npz", "other.npz"])
def test_npz(tmp_path: Path, name: str) -> None:
    file = tmp_path / name
    arrays = {"x_train": IMAGES, "y_train": LABELS, "x_test": IMAGES[:5], "y_test": LABELS[:5]}
    np.savez(file, **arrays)
    assert datasets.mnist(file).n == 30
    assert datasets.mnist(str(file), part="test").n == 5
    if name == "mnist.npz":
        assert datasets.mnist(tmp_path).n == 30


def test_some_of_them_keep_the_share_of_each_class(tmp_path: Path) -> None:
    write(tmp_path)
    data = datasets.mnist(tmp_path / "train-images-idx3-ubyte", n=20, seed=1)
    assert np.bincount(data.y).tolist() == [2] * 10
    noisy = datasets.mnist(tmp_path, noise=0.1)
    assert not np.array_equal(noisy.X, datasets.mnist(tmp_path).X)


def spoil(kind: str, folder: Path) -> Path:
    write(folder)
    images = folder / "train-images-idx3-ubyte"
    raw = images.read_bytes()
    if kind == "magic":
        images.write_bytes(b"\x00\x00\x08\x01" + raw[4:])
    elif kind == "short":
        images.write_bytes(raw[:-5])
    elif kind == "header":
        images.write_bytes(raw[:6])
    elif kind == "gzip":
        images.write_bytes(gzip.compress(raw)[:-20])
    elif kind == "shape":
        images.write_bytes(idx(IMAGES[:, :14], 2051))
    elif kind == "labels":
        (folder / "train-labels-idx1-ubyte").write_bytes(idx(LABELS[:7], 2049))
    elif kind == "flat":
        np.savez(folder / "mnist.npz", x_train=IMAGES, y_train=LABELS[:, None])
        return folder / "mnist.npz"
    elif kind == "lonely":
        (folder / "train-labels-idx1-ubyte").unlink()
        return images
    elif kind == "folder":
        (folder / "train-labels-idx1-ubyte").unlink()
    elif kind == "npz":
        np.savez(folder / "a.npz", x=IMAGES)
        return folder / "a.npz"
    elif kind == "no npz":
        (folder / "b.npz").write_bytes(b"PK nothing")
        return folder / "b.npz"
    elif kind == "none":
        return folder / "nowhere"
    return folder


@pytest.mark.parametrize(
    ("kind", "error", "message"),
    [
        ("magic", ValueError, "magic number 2051 of IDX images, got 2049"),
        ("short", ValueError, r"must hold 23520 bytes for its shape \(30, 28, 28\), got 23515"),
        ("header", ValueError, "ends within its header"),
        ("gzip", ValueError, "no complete gzip file"),
        ("shape", ValueError, r"shape \(n, 28, 28\), got uint8 of shape \(30, 14, 28\)"),
        ("labels", ValueError, r"must be 30 digits, got shape \(7,\)"),
        ("flat", ValueError, r"whole numbers of shape \(n,\), got uint8 of shape \(30, 1\)"),
        ("lonely", FileNotFoundError, "must lie beside it, as train-labels-idx1-ubyte"),
        ("folder", FileNotFoundError, "looked for train-images-idx3-ubyte, .* mnist.npz; there is"),
        ("npz", ValueError, "x_train is missing, there are x"),
        ("no npz", ValueError, "no npz file"),
        ("none", FileNotFoundError, "neither a file nor a folder"),
    ],
)
def test_what_is_wrong_is_named(
    tmp_path: Path, kind: str, error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        datasets.mnist(spoil(kind, tmp_path))


def test_bad_arguments(tmp_path: Path) -> None:
    write(tmp_path)
    with pytest.raises(ValueError, match="n must be at most 30"):
        datasets.mnist(tmp_path, n=31)
    with pytest.raises(ValueError, match="part must be 'train' or 'test', got 'all'"):
        datasets.mnist(tmp_path, part="all")
