"""A model as its modules: against shapes worked out by hand, and left as it was."""

import numpy as np
import pytest
import torch
from torch import nn

from nnwidgets.core.blocks import MOST, blocks_of
from nnwidgets.core.problem import Problem

IMAGES = np.random.default_rng(0).normal(size=(7, 36))


def problem(*modules: nn.Module, targets: int = 1) -> Problem:
    return Problem(nn.Sequential(*modules), IMAGES, np.zeros((7, targets)), loss="mse")


def test_a_convolutional_model_has_the_shapes_of_the_formula() -> None:
    blocks = blocks_of(
        problem(
            nn.Unflatten(1, (1, 6, 6)),
            nn.Conv2d(1, 4, 3, padding=1),
            nn.ReLU(inplace=True),
            nn.MaxPool2d(2),
            nn.Conv2d(4, 5, 3, stride=2, padding=1, bias=False),
            nn.Flatten(),
            nn.Linear(20, 1),
        )
    )
    # floor((n + 2 p − k) / s) + 1 of each side
    assert [block.shapes for block in blocks] == [
        ((1, 6, 6),),
        ((4, 6, 6),),
        ((4, 6, 6),),
        ((4, 3, 3),),
        ((5, 2, 2),),
        ((20,),),
        ((1,),),
    ]
    assert [block.parameters for block in blocks] == [0, 4 * 9 + 4, 0, 0, 5 * 4 * 9, 0, 21]
    assert blocks[1].kind == "Conv2d"
    assert "kernel_size=(3, 3)" in blocks[1].detail
    assert blocks[1].as_dict()["shapes"] == [[4, 6, 6]]


def test_a_module_called_again_is_named_again() -> None:
    class Twice(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.inner = nn.Linear(36, 36)
            self.outer = nn.Linear(36, 1)

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            for _ in range(MOST):
                x = torch.tanh(self.inner(x))
            return self.outer(x)

    blocks = blocks_of(Problem(Twice(), IMAGES, np.zeros(7), loss="mse"))
    assert len(blocks) == MOST  # and no more are kept
    assert [block.path for block in blocks[:3]] == ["inner", "inner (2)", "inner (3)"]
    assert [block.calls_before for block in blocks[:3]] == [0, 1, 2]


def test_attention_and_recurrence_are_one_block_each_with_all_that_they_return() -> None:
    class Reader(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.attend = nn.MultiheadAttention(6, 2, batch_first=True)
            self.read = nn.LSTM(6, 3, batch_first=True)
            self.out = nn.Linear(3, 1)

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            x = x.reshape(-1, 6, 6)
            x, _ = self.attend(x, x, x)
            return self.out(self.read(x)[0][:, -1])

    blocks = blocks_of(Problem(Reader(), IMAGES, np.zeros(7), loss="mse"))
    assert [block.kind for block in blocks] == ["MultiheadAttention", "LSTM", "Linear"]
    assert blocks[0].shapes == ((6, 6), (6, 6))  # values, and weights over the 6 tokens
    assert blocks[1].shapes[0] == (6, 3)
    assert blocks[0].parameters == 4 * 6 * 6 + 4 * 6


def test_parts_of_a_transformer_are_seen() -> None:
    layer = nn.TransformerEncoderLayer(6, 2, 12, batch_first=True)
    blocks = blocks_of(problem(nn.Unflatten(1, (6, 6)), layer, nn.Flatten(), nn.Linear(36, 1)))
    kinds = [block.kind for block in blocks]
    assert "MultiheadAttention" in kinds
    assert "LayerNorm" in kinds
    assert {shape for block in blocks if block.kind == "Linear" for shape in block.shapes} == {
        (6, 12),
        (6, 6),
        (1,),
    }


def test_nothing_stays_behind() -> None:
    given = problem(nn.Linear(36, 3), nn.Dropout(), nn.Linear(3, 1))
    given.model.train()
    state = {name: value.clone() for name, value in given.model.state_dict().items()}
    blocks_of(given)
    assert given.model.training
    assert all(len(module._forward_hooks) == 0 for module in given.model.modules())
    assert all(torch.equal(state[name], value) for name, value in given.model.state_dict().items())


def test_a_model_that_raises_leaves_no_hook() -> None:
    given = problem(nn.Linear(36, 3), nn.Linear(3, 1))
    given.model[1] = nn.Linear(4, 1)
    with pytest.raises(RuntimeError):
        blocks_of(given)
    assert all(len(module._forward_hooks) == 0 for module in given.model.modules())
