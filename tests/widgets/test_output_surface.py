"""``OutputSurface``: its options, and what Python computes for it."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from traitlets import TraitError

import nnwidgets as nnw
from nnwidgets.widgets.network import Network


def xor_net(**options: object) -> Network:
    data = nnw.datasets.xor()
    return nnw.Network(nnw.mlp([2, 4, 1], "relu", seed=4), data.X, data.y, "mse", **options)  # type: ignore[arg-type]


class Bent(torch.nn.Module):
    """No stack: the page cannot compute it."""

    def __init__(self) -> None:
        super().__init__()
        self.scale = torch.nn.Parameter(torch.tensor(2.0))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return (self.scale * x[:, :1] * x[:, 1:]).sin()


def test_it_shows_networks_of_two_inputs_and_says_what_shows_others() -> None:
    X = np.zeros((4, 3))
    with pytest.raises(ValueError, match=r"two inputs; this one has 3\. DecisionLines"):
        nnw.OutputSurface(nnw.mlp([3, 1]), X, np.zeros(4), loss="mse")


def test_outputs_are_chosen_by_number_or_by_the_name_of_a_class() -> None:
    data = nnw.datasets.blobs(classes=3)
    net = nnw.Network(nnw.mlp([2, 3]), data.X, data.y)
    view = nnw.OutputSurface(net, output="class 2")
    assert view.output == 2
    view.output = -3
    assert view.output == 0
    with pytest.raises(TraitError, match="output must be from 0 to 2; got 3"):
        view.output = 3
    with pytest.raises(TraitError, match="class 0, class 1, class 2"):
        nnw.OutputSurface(net, output="class 9")


@pytest.mark.parametrize(
    ("name", "bad"),
    [
        ("eye", (0, 0, 0)),
        ("eye", (1, 2)),
        ("eye", (1, 2, float("nan"))),
        ("eye", (1, 2, True)),
        ("eye", "up"),
        ("projection", "4d"),
        ("resolution", 4),
        ("extent", (1, 0, 0, 1)),
    ],
)
def test_bad_options_are_refused_and_leave_the_old_one(name: str, bad: object) -> None:
    view = nnw.OutputSurface(xor_net())
    before = getattr(view, name)
    with pytest.raises(TraitError):
        setattr(view, name, bad)
    assert getattr(view, name) == before


def test_a_page_turns_it_and_cannot_write_what_is_pythons() -> None:
    view = nnw.OutputSurface(xor_net())
    view.set_state({"eye": [1, 2.5, 0.5], "_led": True})
    assert view.eye == (1.0, 2.5, 0.5)
    assert view._led is False
    view._on_message(view, {"type": "option", "name": "eye", "value": [1e400, 0, 0]}, [])
    assert view.eye == (1.0, 2.5, 0.5)


def test_of_a_stack_nothing_is_sent_and_of_others_their_outputs() -> None:
    assert nnw.OutputSurface(xor_net())._payload() is None
    X = np.array([[0.5, 1], [2, 3]], np.float32)
    view = nnw.OutputSurface(Bent(), X, np.zeros(2, np.float32), loss="mse")
    payload = view._payload()
    assert payload is not None
    got = np.frombuffer(payload[1][0], "<f8")
    np.testing.assert_allclose(got, np.sin(2 * X[:, 0] * X[:, 1]), rtol=1e-6)
