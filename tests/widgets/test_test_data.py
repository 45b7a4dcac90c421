"""Test data: scored at every epoch, sent to the page, and replaced with the others."""

import numpy as np
import pytest
import torch
from torch.nn import functional as F

import nnwidgets as nnw
from nnwidgets.widgets import _pack


def network(**options) -> nnw.Network:
    train, test = nnw.datasets.moons(100).split(0.3, seed=1)
    return nnw.Network(nnw.mlp([2, 3, 1], seed=0), train, test=test, **options)


def test_they_are_scored_at_every_epoch() -> None:
    train, test = nnw.datasets.moons(100).split(0.3, seed=1)
    net = network()
    nnw.Trainer(net, lr=0.1).fit(5, progress=False)
    with torch.no_grad():
        logits = net.run.problem.model(torch.tensor(test.X))[:, 0]
    y = torch.tensor(test.y)
    loss = F.binary_cross_entropy_with_logits(logits, y).item()
    assert net.history.test_loss[-1] == pytest.approx(loss, rel=1e-5)
    assert net.history.test_accuracy[-1] == pytest.approx(
        ((logits > 0) == (y > 0.5)).double().mean().item()
    )
    assert not np.isnan(net.history.test_loss).any()
    assert len(net.X) == train.n == 70


def test_the_page_gets_them_beside_the_data() -> None:
    net = network()
    test = net._data["test"]
    assert test["n"] == 30
    X = np.frombuffer(test["X"], np.float32).reshape(30, 2)
    np.testing.assert_array_equal(X, net.run.problem.test.X)
    np.testing.assert_array_equal(np.frombuffer(test["y"], np.float32), net.run.problem.test.y)
    assert nnw.Network(nnw.mlp([2, 1]), net.X, net.y)._data["test"] is None


def test_too_many_to_draw_are_only_scored() -> None:
    X, y = nnw.datasets.moons(_pack.MOST_TEST)
    net = nnw.Network(nnw.mlp([2, 1]), X[:20], y[:20], test=(X, y))
    assert net._data["test"] is None
    assert net.evaluate("test").loss > 0


def test_they_are_replaced_with_the_others_or_stay() -> None:
    net = network()
    before = net.run.problem.test
    other, scored = nnw.datasets.ring(60).split(0.5)
    net.set_data(other)
    assert net.run.problem.test is before
    net.set_data(other, test=scored)
    net._traffic.write_data()  # what a page gets a little later
    assert net._data["test"]["n"] == 30
    np.testing.assert_array_equal(net.run.problem.test.X, scored.X)
    with pytest.raises(ValueError, match="test X must have 2 columns"):
        net.set_data(other.X[:4], other.y[:4], test=(np.ones((3, 5)), np.ones(3)))
    assert len(net.X) == 30  # neither has changed
    net.set_data(other, test=None)
    net._traffic.write_data()
    assert net._data["test"] is None
    with pytest.raises(ValueError, match="no test data"):
        net.evaluate("test")


def test_views_can_leave_them_out_and_draw_in_flat_colours() -> None:
    view = nnw.DecisionLines(network())
    assert (view.show_test, view.discrete) == (True, False)
    view.show_test, view.discrete = False, True
    with pytest.raises(Exception, match="discrete"):
        view.discrete = "yes"
