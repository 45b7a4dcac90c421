"""MNIST's files, damaged in every way: read, or refused by a ValueError, in little memory."""

from __future__ import annotations

import gzip
import io
import random
import struct
import tracemalloc
import zipfile
import zlib
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnwidgets import datasets
from tests.fuzz import rig
from tests.fuzz.share import share

RNG = np.random.default_rng(0)
IMAGES = RNG.integers(0, 256, (12, 28, 28)).astype(np.uint8)
LABELS = (np.arange(12) % 10).astype(np.uint8)


def idx(array: np.ndarray, magic: int) -> bytes:
    return struct.pack(f">{1 + array.ndim}i", magic, *array.shape) + array.tobytes()


def npz() -> bytes:
    out = io.BytesIO()
    np.savez_compressed(out, x_train=IMAGES, y_train=LABELS, x_test=IMAGES, y_test=LABELS)
    return out.getvalue()


FILES = {
    "images": ("train-images-idx3-ubyte", idx(IMAGES, 2051)),
    "labels": ("train-labels-idx1-ubyte", idx(LABELS, 2049)),
    "images.gz": ("train-images-idx3-ubyte.gz", gzip.compress(idx(IMAGES, 2051))),
    "labels.gz": ("train-labels-idx1-ubyte.gz", gzip.compress(idx(LABELS, 2049))),
    "npz": ("mnist.npz", npz()),
}


def folder(path: Path, broken: str, raw: bytes) -> Path:
    """Write a whole set of files, one of them with these bytes."""
    kept = ("npz",) if broken == "npz" else ("images.gz", "labels.gz")
    if not broken.endswith(("gz", "npz")):
        kept = ("images", "labels")
    for kind in kept:
        name, good = FILES[kind]
        (path / name).write_bytes(raw if kind == broken else good)
    return path


def tried(kind: str, way: str, path: Path) -> None:
    rig.SENT[f"{kind}: {way}"] += 1
    said = ""
    try:
        data = datasets.mnist(path)
    except ValueError as error:
        said = str(error)
    if said:
        rig.refused(f"{kind}: {way}", said)
        return
    assert data.X.shape == (data.n, 784)
    assert np.isfinite(data.X).all()
    assert ((data.y >= 0) & (data.y <= 9)).all()


sizes = st.sampled_from([0, 1, -1, 12, 28, 2**31 - 1, -(2**31), 2**16, 13, 784])


@share(100)
@given(
    kind=st.sampled_from(sorted(FILES)),
    way=st.sampled_from(["flip", "cut", "grow", "bytes", "head", "empty", "insert"]),
    seed=st.integers(0, 2**32),
    head=st.lists(sizes, min_size=1, max_size=4),
)
def test_a_damaged_file_is_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory, kind: str, way: str, seed: int, head: list[int]
) -> None:
    rng, raw = random.Random(seed), bytearray(FILES[kind][1])
    at = rng.randrange(len(raw))
    if way == "flip":
        raw[at] ^= 1 << rng.randrange(8)
    elif way == "cut":
        del raw[at:]
    elif way == "grow":
        raw += rng.randbytes(rng.choice([1, 7, 4000]))
    elif way == "bytes":
        raw = bytearray(rng.randbytes(rng.randrange(40)))
    elif way == "insert":
        raw[at:at] = rng.randbytes(rng.randrange(1, 9))
    elif way == "head" and not kind.endswith("npz"):
        inner = gzip.decompress(raw) if kind.endswith("gz") else bytes(raw)
        made = inner[:4] + struct.pack(f">{len(head)}i", *head) + inner[4 + 4 * len(head) :]
        raw = bytearray(gzip.compress(made) if kind.endswith("gz") else made)
    elif way == "empty":
        raw = bytearray()
    tried(kind, way, folder(tmp_path_factory.mktemp("m"), kind, bytes(raw)))


def header(shape: tuple[int, ...], dtype: str = "|u1", order: str = "False") -> bytes:
    text = f"{{'descr': '{dtype}', 'fortran_order': {order}, 'shape': {shape}, }}"
    text = text.ljust(117) + "\n"
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(text)) + text.encode()


def archive(images: bytes, labels: bytes, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as file:
        file.writestr("x_train.npy", images)
        file.writestr("y_train.npy", labels)
    return out.getvalue()


def member(array: np.ndarray) -> bytes:
    out = io.BytesIO()
    np.lib.format.write_array(out, array, allow_pickle=True)
    return out.getvalue()


GOOD = member(LABELS)
BOMBS = {
    "a gzip bomb": ("images.gz", gzip.compress(bytes(300 * 2**20), 1)),
    "a gzip bomb behind a header": (
        "images.gz",
        gzip.compress(FILES["images"][1] + bytes(300 * 2**20), 1),
    ),
    "dimensions that overflow": (
        "images",
        struct.pack(">4i", 2051, 2**31 - 1, 2**31 - 1, 2**31 - 1),
    ),
    "dimensions whose product is right": ("images", struct.pack(">4i", 2051, -1, -28, 28)),
    "a billion pictures": ("images", struct.pack(">4i", 2051, 10**9, 28, 28)),
    "damaged deflate": ("labels.gz", FILES["labels.gz"][1][:12] + b"\xff" * 9),
    "npz of a billion": ("npz", archive(header((10**9, 28, 28)), GOOD)),
    "npz of 10**30": ("npz", archive(header((10**30, 28, 28)), GOOD)),
    "npz of objects": ("npz", archive(member(np.array([None] * 12, object)), GOOD)),
    "npz of negative labels": ("npz", archive(member(IMAGES), member(-LABELS.astype(np.int8)))),
    "npz of NaN labels": ("npz", archive(member(IMAGES), member(np.full(12, np.nan)))),
    "npz of text labels": ("npz", archive(member(IMAGES), member(np.array(["1"] * 12)))),
    "npz whose header is code": (
        "npz",
        archive(b"\x93NUMPY\x01\x00\x10\x00exit()".ljust(40), GOOD),
    ),
    "npz of a deep header": (
        "npz",
        archive(b"\x93NUMPY\x02\x00" + struct.pack("<I", 9000) + b"(" * 9000, GOOD),
    ),
}


@pytest.mark.parametrize("name", BOMBS)
def test_bombs_are_refused_in_little_memory(tmp_path: Path, name: str) -> None:
    kind, raw = BOMBS[name]
    path = folder(tmp_path, kind, raw)
    tracemalloc.start()
    try:
        with pytest.raises(ValueError, match=r"\S"):
            datasets.mnist(path)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 64 * 2**20, f"{peak / 2**20:.0f} MiB"


def test_folders_and_damaged_gzip_say_what_they_are(tmp_path: Path) -> None:
    (tmp_path / "train-images-idx3-ubyte").mkdir()
    with pytest.raises(FileNotFoundError):
        datasets.mnist(tmp_path)
    with pytest.raises(FileNotFoundError):
        datasets.mnist(tmp_path / "train-images-idx3-ubyte" / "x.npz")
    assert issubclass(zlib.error, Exception)
