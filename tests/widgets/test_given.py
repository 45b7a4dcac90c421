"""What a network can be made from: two arrays, or a data set whole."""

from typing import Any

import numpy as np
import pytest
from torch import nn

import nnwidgets as nnw
from tests.widgets.fakes import FakeClock


@pytest.fixture
def data() -> Any:
    return nnw.datasets.three_blobs(n=30)


@pytest.fixture
def three(clock: FakeClock) -> nn.Sequential:
    return nnw.mlp([2, 3, 3], seed=0)


def test_a_data_set_brings_targets_and_names(data: Any, three: nn.Sequential) -> None:
    net = nnw.Network(three, data)
    np.testing.assert_array_equal(net.X, data.X)
    np.testing.assert_array_equal(net.y, data.y)
    assert net.run.problem.loss.name == "cross_entropy"
    assert net._spec["features"] == list(data.feature_names)
    assert net._spec["classes"] == list(data.class_names)


def test_a_data_set_and_its_arrays_are_the_same(data: Any, three: nn.Sequential) -> None:
    X, y = data
    assert nnw.Network(three, data).loss == nnw.Network(three, X, y).loss


def test_names_given_besides_win(data: Any, three: nn.Sequential) -> None:
    net = nnw.Network(three, data, feature_names=["a", "b"], class_names=["u", "v", "w"])
    assert net._spec["features"] == ["a", "b"]
    assert net._spec["classes"] == ["u", "v", "w"]


def test_test_data_may_be_a_data_set(data: Any, three: nn.Sequential) -> None:
    train, test = data.split(test=0.4)
    net = nnw.Network(three, train, test=test)
    assert net.evaluate("test") == nnw.Network(three, train, test=(test.X, test.y)).evaluate("test")
    assert net.history[0]["test_loss"] == net.evaluate("test").loss


def test_data_are_replaced_by_a_data_set(data: Any, three: nn.Sequential) -> None:
    net = nnw.Network(three, data)
    net.set_data(nnw.datasets.three_blobs(n=12, seed=1))
    assert net.X.shape == (12, 2)
    with pytest.raises(TypeError, match="y is missing"):
        net.set_data(net.X)


@pytest.mark.parametrize("View", [nnw.DecisionLines, nnw.WeightSliders])
def test_a_view_is_made_of_a_module_and_a_data_set(
    View: Any, data: Any, three: nn.Sequential
) -> None:
    view = View(three, data, class_names=["u", "v", "w"])
    np.testing.assert_array_equal(view.net.y, data.y)
    assert view.net.run.problem.class_names == ("u", "v", "w")


@pytest.mark.parametrize("make", [nnw.Network, nnw.DecisionLines])
def test_targets_are_given_once(make: Any, data: Any, three: nn.Sequential) -> None:
    with pytest.raises(TypeError, match=r"'three_blobs', which has its own y.*ndarray"):
        make(three, data, data.y)
    with pytest.raises(TypeError, match=r"y is missing.*ndarray for X"):
        make(three, data.X)
    with pytest.raises(TypeError, match="pair"):
        make(three, data, test=data.X[0, 0])
