"""What the fifth lesson says in words is so."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
import torch
from torch import nn

from tests.notebooks.lessons import number, printed, run_all

if TYPE_CHECKING:
    from nbformat import NotebookNode


@pytest.fixture(scope="module")
def lesson() -> NotebookNode:
    return run_all("05-convolution-and-attention")


def shares(line: str) -> list[float]:
    """Return the percentages in a line."""
    return [float(share) for share in re.findall(r"([\d.]+)%", line)]


def test_a_number_of_the_second_convolution_by_hand(lesson: NotebookNode) -> None:
    (line,) = printed(lesson)["by-hand"]
    by_hand, network = (float(text) for text in re.findall(r"-?\d+\.\d+", line))
    assert by_hand == pytest.approx(network, abs=2e-6)
    assert "of 72 products" in line


def test_the_network_learns_digits(lesson: NotebookNode) -> None:
    before, after = shares(printed(lesson)["train"][-1])
    assert before < 25
    assert after > 93


def test_few_weights(lesson: NotebookNode) -> None:
    assert printed(lesson)["count"] == [
        f"Conv2d: {8 * 9 + 8} parameters",
        f"Linear: {64 * 512 + 512} parameters",
    ]


def test_maps_shift_with_the_picture(lesson: NotebookNode) -> None:
    back, without = printed(lesson)["shifted"]
    assert float(back.split(":")[1]) < 1e-6
    assert float(without.split(":")[1]) > 1


def test_the_receptive_field(lesson: NotebookNode) -> None:
    rows = [
        [int(n) for n in re.findall(r"\d+", line)] for line in printed(lesson)["arithmetic"][1:]
    ]
    # layer, kernel, stride, padding, from, to, jump, field
    assert rows == [
        [0, 3, 1, 1, 8, 8, 1, 3],
        [1, 1, 1, 0, 8, 8, 1, 3],
        [2, 2, 2, 0, 8, 4, 2, 4],
        [3, 3, 1, 0, 4, 2, 2, 8],
        [4, 1, 1, 0, 2, 2, 2, 8],
    ]
    gradient, computed = printed(lesson)["gradient"]
    assert gradient == "gradient: rows 1 to 7, columns 0 to 6"
    assert computed == "computed: (1, 7, 0, 6)"


def test_a_kernel_of_five_does_not_fit() -> None:
    x = torch.zeros(1, 8, 4, 4)
    with pytest.raises(RuntimeError, match="Kernel size"):
        nn.Conv2d(8, 16, 5)(x)
    assert nn.Conv2d(8, 16, 5, padding=1)(x).shape[2:] == (2, 2)


def test_augmentation_helps_where_pictures_are_shifted(lesson: NotebookNode) -> None:
    plain, augmented = (shares(line) for line in printed(lesson)["augmented"])
    assert augmented[1] > plain[1] + 10
    assert plain[0] > augmented[0] > 80


def test_attention_finds_the_entry(lesson: NotebookNode) -> None:
    accuracy, entropy = printed(lesson)["attend"][-2:]
    before, after = shares(accuracy)
    assert before < 20
    assert after > 98
    assert number("row:", entropy) > 1.5
    assert number("before,", entropy) < 1
    for line in printed(lesson)["formula"]:
        assert float(line.split("difference")[1]) < 1e-5
