import numpy as np
import pytest
import torch
import traitlets
from torch import nn

import nnwidgets as nnw
from tests.widgets.fakes import FakeClock, deliver


@pytest.fixture
def deep(clock: FakeClock) -> nnw.Network:
    X = np.random.default_rng(0).normal(size=(30, 3))
    return nnw.Network(nnw.mlp([3, 5, 4, 2], seed=0), X, (X[:, 0] > 0).astype(int))


def test_the_last_hidden_layer_is_shown_by_its_own_bundle(deep: nnw.Network) -> None:
    view = nnw.Activations(deep)
    assert (view.layer, view.show, view.units, view.sample) == (1, "distribution", None, None)
    state = view.comm.data["state"]
    assert state["_view"] == "Activations"
    assert state["_library"].startswith("anywidget:")
    assert nnw.Activations(deep)._library is view._library


def test_layer_units_and_sample_are_resolved(deep: nnw.Network) -> None:
    view = nnw.Activations(deep, layer="0", units=[4, -2], sample=-1)
    assert (view.layer, view.units, view.sample) == (0, (4, 3), 29)
    view.layer = 1  # has four units
    assert view.units is None
    view.units = np.arange(3)
    assert view.units == (0, 1, 2)
    view.sample = np.int64(7)
    assert view.sample == 7


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"layer": 3}, "layer must be from 0 to 2; got 3"),
        ({"layer": "relu"}, "layer must be among 0, 2, 4; got 'relu'"),
        ({"layer": 0, "units": (5,)}, "units must be from 0 to 4; got 5"),
        ({"units": (1, 1)}, "units must be different"),
        ({"units": []}, "at least one whole number"),
        ({"units": "all"}, "at least one whole number"),
        ({"sample": 30}, "sample must be a row of the data, from 0 to 29; got 30"),
        ({"sample": 1.5}, "None or a whole number"),
        ({"sample": True}, "None or a whole number"),
        ({"show": "bars"}, "show"),
        ({"flat_slope": -0.1}, "a number from 0 to 1"),
        ({"saturated_share": float("nan")}, "a number from 0 to 1"),
        ({"dead_share": 2}, "a number from 0 to 1"),
    ],
)
def test_what_is_not_there_is_refused(deep: nnw.Network, options: dict, said: str) -> None:
    with pytest.raises(traitlets.TraitError, match=said):
        nnw.Activations(deep, **options)


def test_the_page_cannot_choose_what_is_not_there(deep: nnw.Network) -> None:
    view = nnw.Activations(deep, sample=3)
    deliver(view, {"method": "custom", "content": {"type": "option", "name": "sample", "value": 4}})
    assert view.sample == 4
    wrong = {"type": "option", "name": "sample", "value": 99}
    deliver(view, {"method": "custom", "content": wrong})
    assert view.sample == 4
    deliver(view, {"method": "custom", "content": {**wrong, "value": None}})
    assert view.sample is None


def test_a_model_without_layers_is_told_which_views_can(clock: FakeClock) -> None:
    class Formula(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.slope = nn.Parameter(torch.ones(2))

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return x @ self.slope

    net = nnw.Network(Formula(), np.zeros((4, 2)), np.zeros(4), loss="mse")
    with pytest.raises(ValueError, match="WeightUpdates and WeightSliders show any model"):
        nnw.Activations(net)


def test_a_model_of_ones_own_has_layers(opaque: nnw.Network) -> None:
    view = nnw.Activations(opaque, layer="inner", units=[2])
    assert (view.layer, view.units) == (0, (2,))
