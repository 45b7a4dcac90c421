"""Units and layers of a network on a page: what training, pages and observers get to hear."""

import threading

import ipywidgets
import numpy as np
import pytest
import traitlets

import nnwidgets as nnw
from tests.widgets.fakes import FakeClock, Page


def arrived(net):
    """The network's state as a page has it, which must always fit together."""
    return {name: net.get_state(name)[name] for name in ("_spec", "_values", "_initial", "_frozen")}


def test_a_page_gets_all_that_belongs_together_at_once(net: nnw.Network, page: Page) -> None:
    page.forget()
    net.add_unit(0)
    assert net._spec["editable"]
    assert net._spec["size"] == 13 == len(net._values) // 4 == len(net._initial) // 4
    assert [layer["units"] for layer in net._spec["layers"]] == [3, 1]
    (update,) = [data for data, _ in net.comm.sent if data["method"] == "update"]
    assert {"_spec"} <= set(update["state"])
    assert {"_values", "_initial"} <= {path[0] for path in update["buffer_paths"]}


def test_every_operation_can_be_asked_for(net: nnw.Network, page: Page) -> None:
    page.say(type="structure", op="add_layer", after=0, units=3)
    page.say(type="structure", op="add_unit", layer=0)
    page.say(type="structure", op="remove_unit", layer=1, unit=2)
    assert [layer["units"] for layer in net._spec["layers"]] == [3, 2, 1]
    page.say(type="structure", op="remove_layer", layer=0)
    assert [layer["units"] for layer in net._spec["layers"]] == [2, 1]
    assert page.heard("error") == []
    page.say(type="structure", op="remove_unit", layer=0, unit=9)
    (error,) = page.heard("error")
    assert "unit must be a unit, counted from 0: 0 .. 1; got 9" in error["message"]


def test_training_starts_over(net: nnw.Network) -> None:
    trainer = nnw.Trainer(net, lr=0.1, seed=4)
    trainer.fit(3, progress=False)
    trainer.lr = 0.02
    net.freeze("0.weight[0,0]")
    kept = net.weights["0.weight"][0, 0]
    net.add_unit(0)
    assert (net.epoch, len(net.history), trainer.lr) == (0, 1, 0.02)
    start = net.weights
    trainer.fit(2, progress=False)
    assert net.history.parameters(2).shape == (13,)
    assert net.weights["0.weight"][0, 0] == kept
    once = net.weights
    net.reset()
    assert net.weights == start
    trainer.fit(2, progress=False)
    assert net.weights == once
    assert {len(p.shape) for p in trainer.optimizer.param_groups[0]["params"]} == {1, 2}


def test_it_is_refused_while_training(net: nnw.Network) -> None:
    trainer = nnw.Trainer(net)
    trainer.play()
    try:
        with pytest.raises(RuntimeError, match=r"call its pause\(\) first"):
            net.add_unit(0)
    finally:
        trainer.pause()
    assert net.weights["0.bias"].shape == (2,)
    net.add_unit(0)
    assert net.weights["0.bias"].shape == (3,)


def test_observers_hear_of_it_and_links_follow_names(net: nnw.Network, clock: FakeClock) -> None:
    heard = []
    net.observe(heard.append, "weights")
    last, gone = net.parameter("2.bias[0]"), net.parameter("0.weight[1,0]")
    slider = ipywidgets.FloatSlider(value=0, min=-5, max=5, step=None)
    ipywidgets.link((last, "value"), (slider, "value"))
    before, value = net.weights, gone.value
    net.remove_unit(0, 0)
    assert heard[-1]["old"] == before
    assert heard[-1]["new"] == net.weights
    slider.value = 1.5
    assert net.weights["2.bias"] == [1.5]
    assert gone.value == value
    with pytest.raises(traitlets.TraitError, match=r"no 0\.weight\[1,0\] any more"):
        gone.value = 3.0
    assert net.parameter("2.bias[0]") is last
    net.activation = "relu"
    assert net.activation == "relu"


def test_views_are_still_there(net: nnw.Network) -> None:
    views = [nnw.DecisionLines(net), nnw.FeatureSpace(net), nnw.WeightSliders(net)]
    net.add_unit(0)
    net.add_layer(0, 2)
    assert all(view.weights == net.weights for view in views)
    np.testing.assert_allclose(nnw.trace(net).loss, net.loss, rtol=1e-5)


def test_whoever_reads_meanwhile_reads_one_network_or_the_other(net: nnw.Network) -> None:
    page, wrong, done = Page(net), [], threading.Event()

    def read() -> None:
        while not done.is_set():
            try:
                net._traffic.write_state()
                net._traffic._send_frame(0)
                net._announcer._read(net)
                nnw.trace(net)
            except Exception as error:  # noqa: BLE001
                wrong.append(error)

    readers = [threading.Thread(target=read) for _ in range(2)]
    for reader in readers:
        reader.start()
    try:
        for _ in range(20):
            net.add_unit(0)
            net.add_layer(0, 2)
            net.remove_unit(0, 0)
            net.remove_layer(1)
    finally:
        done.set()
        for reader in readers:
            reader.join()
    assert wrong == []
    assert {len(frame["buffers"][0]) for frame in page.heard("frame")} <= {36, 52, 80, 60}


def test_a_model_of_your_own_is_refused() -> None:
    from torch import nn

    X, y = nnw.datasets.moons(n=10)
    net = nnw.Network(nn.Sequential(nn.Linear(2, 2), nn.Tanh(), nn.Linear(2, 1)), X, y)
    assert not net._spec["editable"]
    with pytest.raises(ValueError, match=r"a model that nnw\.mlp made"):
        net.add_layer()
