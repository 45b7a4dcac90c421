"""Units and layers of a network on a page: what training, pages and observers get to hear."""

import contextlib
import threading

import ipywidgets
import numpy as np
import pytest
import traitlets
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import nnwidgets as nnw
from nnwidgets.core._restructure import Change
from nnwidgets.core._revision import Outdated
from nnwidgets.training._restructure import restructure
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


changes = st.one_of(
    st.builds(lambda layer: {"op": "add_unit", "layer": layer}, st.integers(0, 1)),
    st.builds(
        lambda layer, unit: {"op": "remove_unit", "layer": layer, "unit": unit},
        st.integers(0, 1),
        st.integers(0, 3),
    ),
    st.builds(
        lambda after, units: {"op": "add_layer", "after": after, "units": units},
        st.integers(-1, 1),
        st.integers(1, 3),
    ),
    st.builds(lambda layer: {"op": "remove_layer", "layer": layer}, st.integers(0, 1)),
)
happenings = st.one_of(
    st.tuples(st.just("edit"), st.floats(0, 0.999)),
    st.tuples(st.just("freeze"), st.floats(0, 0.999)),
    st.tuples(st.just("structure"), changes),
    st.tuples(st.just("elsewhere"), changes),
    st.tuples(st.just("look"), st.none()),
)


@settings(
    max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
@given(story=st.lists(happenings, max_size=12))
def test_what_a_page_says_is_done_to_the_network_it_has_seen_or_to_none(
    clock: FakeClock, story
) -> None:
    X, y = nnw.datasets.blobs4(n=10)
    net = nnw.Network(nnw.mlp([2, 2, 1], seed=0), X, y)
    page = Page(net)
    page.say(type="hello")
    seen, size = 0, 9
    for seq, (what, detail) in enumerate(story, 1):
        flat, frozen = net.run.problem.parameters.read(), net.run.problem.frozen.copy()
        page.forget()
        current = net._spec["revision"] == seen
        if what == "look":
            seen, size = net._spec["revision"], net._spec["size"]
        elif what == "elsewhere":
            clock.advance(0.1)
            with contextlib.suppress(ValueError):
                restructure(net.run, Change(**named(detail)))
        elif what == "structure":
            page.say(type="structure", revision=seen, **detail)
            if not current:
                assert net.run.problem.parameters.read().tobytes() == flat.tobytes()
                assert "by now" in page.heard("error")[0]["message"]
        else:
            index = int(detail * size)
            if what == "edit":
                edit = {"type": "edit", "seq": seq, "index": [index], "value": [100.0 + seq]}
                page.say(**edit, held=[index], revision=seen)
            else:
                page.say(type="freeze", index=[index], frozen=True, revision=seen)
            if current and what == "edit" and not frozen[index]:
                flat[index] = 100 + seq
            elif current and what == "freeze":
                frozen[index] = True
            now = net.run.problem
            assert now.parameters.read().tobytes() == flat.tobytes()
            assert now.frozen.tolist() == frozen.tolist()
            refused = not current or (what == "edit" and frozen[index])
            assert len(page.heard("error")) == refused
            if what == "edit":
                assert now.held.any() == current
                clock.advance(1)
                frame = page.heard("frame")[-1]
                assert (frame["acks"], frame["revision"]) == ({"0": seq}, now.revision)
                page.say(type="got", serial=frame["serial"])
    net.close()


def named(change):
    return {"layer": change.get("after", 0)} | {k: v for k, v in change.items() if k != "after"}


def test_a_change_that_keeps_the_number_of_parameters_is_another_structure(
    clock: FakeClock,
) -> None:
    rng = np.random.default_rng(0)
    net = nnw.Network(nnw.mlp([2, 1, 3], seed=0), rng.normal(size=(9, 2)), np.arange(9) % 3)
    page, size = Page(net), net._spec["size"]
    net.remove_layer(0)
    assert (net._spec["size"], net._spec["revision"]) == (size, 1)
    before = net.run.problem.parameters.read()
    page.say(type="edit", seq=1, index=[3], value=[5.0], held=[], revision=0)
    np.testing.assert_array_equal(net.run.problem.parameters.read(), before)


def test_nothing_lands_between_the_check_and_the_change(net: nnw.Network) -> None:
    """Two threads: whoever waits for the model finds another, and leaves it alone."""
    run, turn, wrong = net.run, net.run.problem.turn, []
    acts = [
        lambda: run.write([0], [9.0], revision=0),
        lambda: run.freeze("0.weight[0,0]", revision=0),
        lambda: run.set_activation("relu", 0),
        lambda: restructure(run, Change("add_unit", 0), 0),
    ]

    def act(do) -> None:
        try:
            do()
        except Outdated as error:
            wrong.append(error)

    threads = [threading.Thread(target=act, args=(do,)) for do in acts]
    with turn:
        for thread in threads:
            thread.start()
        net.remove_unit(0, 0)
    for thread in threads:
        thread.join()
    assert len(wrong) == len(acts)
    assert net.weights["0.weight"].shape == (1, 2)
    assert (net.frozen, net.activation) == ([], "tanh")
    assert 9.0 not in run.problem.parameters.read()


def test_a_linked_value_finds_its_entry_before_anybody_tells_it(net: nnw.Network) -> None:
    bias, gone = net.parameter("2.bias[0]"), net.parameter("0.weight[1,1]")
    heard = []

    def move(_change) -> None:  # the first to hear of it, and the values have not
        bias.value = 2.5
        with pytest.raises(traitlets.TraitError, match="any more"):
            gone.value = 1.0
        heard.append(net.weights["2.bias"][0])

    restructured = Change("remove_unit", 0, 0)
    net._forget()
    net.run.subscribe(lambda kind: move(kind) if kind == "structure" else None)
    restructure(net.run, restructured)
    assert heard == [2.5]


def test_options_that_name_what_is_gone_are_chosen_anew(net: nnw.Network) -> None:
    net.add_layer(0, 4)
    activations = nnw.Activations(net, layer=1, units=[3])
    features = nnw.FeatureSpace(net, layer=1, units=(2, 3))
    lines = nnw.DecisionLines(net, layer=1)
    updates = nnw.WeightUpdates(net, layer=2)
    net.remove_unit(1, 0)
    assert (activations.layer, activations.units) == (1, None)
    assert (features.layer, features.units) == (1, (0, 1))
    assert (lines.layer, updates.layer) == (1, 2)
    net.remove_layer(1)
    net.remove_layer(0)
    assert (activations.layer, features.layer, features.units) == (0, 0, (0,))
    assert (lines.layer, updates.layer) == (0, None)
    activations.units = [0]


def test_a_surface_starts_over(net: nnw.Network, clock: FakeClock) -> None:
    twin = nnw.Network(nnw.mlp([2, 2, 1], seed=1), net.X, net.y)
    surface = nnw.LossSurface(
        net, axes=("0.weight[1,0]", "2.bias[0]"), resolution=5, tracks={"twin": twin.history}
    )
    assert surface.grid.plane.origin.size == 9
    assert (surface._surface["revision"], len(surface._tracks)) == (0, 2)
    net.add_unit(0)
    assert surface.grid.plane.origin.size == 13
    assert surface.axes == ("0.weight[1,0]", "2.bias[0]")
    assert (surface._surface["revision"], len(surface._tracks)) == (1, 1)
    net.remove_unit(0, 0)
    net.remove_unit(0, 0)
    assert surface.grid.names == ("0.weight[0,0]", "2.weight[0,0]")
    clock.advance(5)  # what looks now and then whether it is out of date finds nothing amiss
    assert surface._state["state"] == "idle"
    net.activation = "relu"
    assert surface.axes == ("0.weight[0,0]", "2.weight[0,0]")
