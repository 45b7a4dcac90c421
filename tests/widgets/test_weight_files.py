"""Weights in safetensors files."""

import json
import os
import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from safetensors import safe_open
from safetensors.torch import load_file, save_file
from torch import nn

import nnwidgets as nnw
from tests.widgets.fakes import FakeClock


class Tied(nn.Module):
    """Two names for one parameter, a buffer, and half precision."""

    def __init__(self) -> None:
        super().__init__()
        self.a = nn.Linear(2, 2, dtype=torch.bfloat16)
        self.norm = nn.BatchNorm1d(2, dtype=torch.bfloat16)
        self.b = nn.Linear(2, 2, dtype=torch.bfloat16)
        self.b.weight = self.a.weight
        self.register_buffer("scratch", torch.zeros(1), persistent=False)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.b(torch.tanh(self.norm(self.a(x))))


def tied() -> nnw.Network:
    X, y = nnw.datasets.blobs4(n=12)
    return nnw.Network(Tied(), X, y.astype(int))


def same(one: nnw.Network, other: nnw.Network) -> bool:
    a, b = (net.run.problem.model.state_dict() for net in (one, other))
    return a.keys() == b.keys() and all(torch.equal(a[name], b[name]) for name in a)


def test_weights_come_back_and_others_can_read_them(net: nnw.Network, tmp_path: Path) -> None:
    path = tmp_path / "net.safetensors"
    nnw.Trainer(net).fit(2, progress=False)
    net.save_weights(path)

    with safe_open(path, "np") as file:
        about = file.metadata()
    assert json.loads(about["activation"]) == ["tanh"]
    assert (about["nnwidgets"], about["epoch"]) == (nnw.__version__, "2")
    state = net.run.problem.model.state_dict()
    assert load_file(path).keys() == state.keys()
    for name, tensor in load_file(path).items():
        assert torch.equal(tensor, state[name])
    other = nnw.Network(nnw.mlp([2, 2, 1], seed=9), net.X, net.y)
    loss = other.loss
    other.load_weights(str(path))
    assert same(other, net)
    assert other.loss == net.loss != loss
    assert other.epoch == 0
    assert [file.name for file in tmp_path.iterdir()] == ["net.safetensors"]


def test_tied_weights_buffers_and_half_precision(clock: FakeClock, tmp_path: Path) -> None:
    net, other, third = tied(), tied(), tied()
    net.run.problem.batch_loss(net.run.problem.Xt, net.run.problem.yt)
    net.save_weights(tmp_path / "x")
    assert "b.weight" not in load_file(tmp_path / "x")
    other.load_weights(tmp_path / "x")
    assert same(other, net)
    assert other.run.problem.model.norm.num_batches_tracked == 1
    # As transformers and others write them: under another of their names.
    tensors = load_file(tmp_path / "x")
    save_file({"b.weight": tensors.pop("a.weight"), **tensors}, tmp_path / "y")
    third.load_weights(tmp_path / "y")
    assert same(third, net)


def spoilt(change: Callable[[dict[str, torch.Tensor]], Any]) -> Callable[[Path], None]:
    def write(path: Path) -> None:
        tensors = load_file(path)
        change(tensors)
        save_file(tensors, path)

    return write


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-3])


WRONG = [
    (cut, "'x' must be a safetensors file: "),
    (lambda path: path.write_bytes(b""), "must be a safetensors file"),
    (lambda path: path.write_bytes(b"\xff" * 200), "must be a safetensors file"),
    (lambda path: path.write_bytes(b"\x80\x04}q\x00." * 9), "must be a safetensors file"),
    (lambda path: torch.save({"a": torch.ones(2)}, path), "must be a safetensors file"),
    (spoilt(lambda t: t.pop("0.bias")), "the file lacks '0.bias'"),
    (spoilt(lambda t: t.update({"3.bias": torch.ones(1)})), "the model lacks '3.bias'"),
    (
        spoilt(lambda t: t.update({"0.weight": torch.ones(3, 2)})),
        "tensor '0.weight' is (3, 2) of float32 in the file, and (2, 2) of float32 in the model",
    ),
    (
        spoilt(lambda t: t.update({"0.weight": torch.ones(2, 2, dtype=torch.float8_e4m3fn)})),
        "tensor '0.weight' is (2, 2) of F8_E4M3 in the file",
    ),
    (
        spoilt(lambda t: t.update({"0.bias": torch.tensor([0, torch.nan])})),
        "0.bias must be finite, got 0.bias[1] = nan",
    ),
]


@pytest.mark.parametrize(("spoil", "says"), WRONG, ids=[says for _, says in WRONG])
def test_a_wrong_file_is_refused_and_changes_nothing(
    spoil: Callable[[Path], None], says: str, net: nnw.Network, tmp_path: Path
) -> None:
    net.save_weights(tmp_path / "x")
    net.weights = {"0.bias": [5, 6]}
    before = net.weights
    spoil(tmp_path / "x")
    with pytest.raises(nnw.StateError, match=re.escape(says)):
        net.load_weights(tmp_path / "x")
    assert all(np.array_equal(net.weights[name], before[name]) for name in before)


def test_frozen_weights_stay(net: nnw.Network, tmp_path: Path) -> None:
    net.save_weights(tmp_path / "x")
    net.weights = {"0.bias": [5, 6]}
    net.freeze("0.bias[1]")
    with pytest.raises(ValueError, match=r"frozen parameters cannot be set.*0.bias\[1\]"):
        net.load_weights(tmp_path / "x")
    assert net.weights["0.bias"].tolist() == [5, 6]


def test_files_that_cannot_be_are_named(net: nnw.Network, tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="nowhere"):
        net.load_weights(tmp_path / "nowhere")
    with pytest.raises(FileNotFoundError, match="there is no folder"):
        net.save_weights(tmp_path / "nowhere" / "x")
    with pytest.raises(IsADirectoryError):
        net.load_weights(tmp_path)


def test_a_full_disk_leaves_what_was_there(
    net: nnw.Network, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "x"
    net.save_weights(path)
    before = path.read_bytes()
    net.weights = {"0.bias": [5, 6]}

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        net.save_weights(path)
    assert path.read_bytes() == before
    assert [file.name for file in tmp_path.iterdir()] == ["x"]


def test_without_safetensors_the_error_says_what_to_install(
    net: nnw.Network, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "safetensors.torch", None)
    with pytest.raises(ImportError, match=r"pip install 'nnwidgets\[safetensors\]'"):
        net.save_weights(tmp_path / "x")
