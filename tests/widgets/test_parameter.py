"""One weight as an object of its own: linked, observed, refused."""

import gc
import weakref
from typing import Any

import ipywidgets
import numpy as np
import pytest
import torch
import traitlets
from torch import nn

import nnwidgets as nnw


def test_a_slider_and_a_weight_drive_each_other(net: nnw.Network, model: nn.Sequential) -> None:
    slider = ipywidgets.FloatSlider(value=0.5, min=-10, max=10, step=0.01)
    weight = net.parameter("0.weight[0,1]")
    writes: list[str] = []
    net.run.subscribe(lambda kind: writes.append(kind) if kind == "parameters" else None)
    ipywidgets.link((slider, "value"), (weight, "value"))
    assert model[0].weight[0, 1].item() == 0.5
    assert len(writes) == 1
    slider.value = 0.1  # not a float32: neither side may correct the other for ever
    assert slider.value == 0.1
    assert model[0].weight[0, 1] == torch.tensor(0.1)
    assert len(writes) == 2
    net.weights = {"0.weight": [[0.0, 2.5], [0.0, 0.0]]}
    assert slider.value == 2.5
    assert len(writes) == 3


def test_linked_the_other_way_the_slider_takes_the_weight(net: nnw.Network) -> None:
    slider = ipywidgets.FloatSlider(min=-10, max=10)
    weight = net.parameter("2.bias[0]")
    ipywidgets.link((weight, "value"), (slider, "value"))
    assert slider.value == weight.value == pytest.approx(float(net.weights["2.bias"][0]))
    slider.value = 4.0
    assert net.weights["2.bias"] == [4.0]


def test_two_sliders_of_one_weight_agree(net: nnw.Network) -> None:
    first, second = ipywidgets.FloatSlider(), ipywidgets.FloatSlider()
    for slider in (first, second):
        ipywidgets.link((net.parameter("2.bias[0]"), "value"), (slider, "value"))
    first.value = 1.25
    assert second.value == 1.25


def test_a_weight_is_observed_by_itself(net: nnw.Network) -> None:
    values: list[float] = []
    weight = net.parameter("0.bias[1]")
    weight.observe(lambda change: values.append(change.new), names="value")
    net.weights = {"0.bias": [1.0, 2.0]}
    net.weights = {"0.bias": [5.0, 2.0]}
    net.weights = {"0.bias": [5.0, 3.0]}
    assert values == [2.0, 3.0]


def test_a_weight_is_one_object_while_it_is_used(net: nnw.Network) -> None:
    weight = net.parameter("0.bias[1]")
    assert net.parameter("0.bias[1]") is weight
    gone = weakref.ref(weight)
    del weight
    gc.collect()
    assert gone() is None


@pytest.mark.parametrize("value", [True, "1", None, float("nan"), float("inf"), 1e39])
def test_a_weight_takes_finite_numbers_only(net: nnw.Network, value: Any) -> None:
    weight = net.parameter("0.bias[1]")
    before = net.weights["0.bias"]
    with pytest.raises(traitlets.TraitError, match=r"0\.bias\[1\]"):
        weight.value = value
    np.testing.assert_array_equal(net.weights["0.bias"], before)


def test_a_reference_must_name_one_entry(net: nnw.Network) -> None:
    with pytest.raises(ValueError, match="names 4"):
        net.parameter("0.weight")
    with pytest.raises(ValueError, match=r"0\.weight"):
        net.parameter("0.weigth[0,0]")


def test_a_frozen_weight_cannot_be_driven(net: nnw.Network) -> None:
    net.freeze("0.bias[1]")
    with pytest.raises(ValueError, match="frozen"):
        net.parameter("0.bias[1]").value = 7.0
