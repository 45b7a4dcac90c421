"""What the browser says, and what becomes of the network."""

import time
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import nnwidgets as nnw
from nnwidgets.widgets._hands import HOLD
from nnwidgets.widgets._sender import RATE
from tests.widgets.fakes import FakeClock, Page


def flat(net: nnw.Network) -> np.ndarray[Any, Any]:
    return np.concatenate([array.ravel() for array in net.weights.values()])


def until(condition: Any, seconds: float = 20.0) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.005)


def test_hello_is_answered_by_a_frame_of_everything(net: nnw.Network, clock: FakeClock) -> None:
    page = Page(net)
    clock.advance(1)
    assert page.heard() == []
    page.say(type="hello")
    clock.advance()
    (frame,) = page.heard("frame")
    np.testing.assert_array_equal(np.frombuffer(frame["buffers"][0], np.float32), flat(net))
    assert frame["status"]["loss"] == pytest.approx(net.loss)
    assert (frame["status"]["epoch"], frame["status"]["state"]) == (0, "idle")


def test_ping_is_answered_at_once(page: Page) -> None:
    page.say(type="ping", n=5)
    assert [pong["n"] for pong in page.heard("pong")] == [5]


def test_an_edit_is_written_and_acknowledged_by_the_frame_that_holds_it(
    net: nnw.Network, page: Page, clock: FakeClock
) -> None:
    wanted = flat(net)
    wanted[[0, 8]] = [1.5, -2.5]
    page.say(type="edit", seq=41, index=[0, 8], value=[1.5, -2.5], held=[])
    np.testing.assert_array_equal(flat(net), wanted)
    clock.advance(1 / RATE)
    frame = page.heard("frame")[-1]
    assert frame["acks"] == {"0": 41}
    np.testing.assert_array_equal(np.frombuffer(frame["buffers"][0], np.float32), wanted)
    assert page.heard("error") == []


def test_a_repeated_edit_does_not_undo_what_came_after(
    net: nnw.Network, page: Page, clock: FakeClock
) -> None:
    edit = {"type": "edit", "seq": 41, "index": [8], "value": [1.5], "held": []}
    page.say(**edit)
    assert net.weights["2.bias"] == [1.5]
    net.weights = {"2.bias": [7.0]}
    page.say(**edit)
    assert net.weights["2.bias"] == [7.0]
    clock.advance(1)
    assert page.heard("frame")[-1]["acks"] == {"0": 41}


def test_a_refused_edit_is_acknowledged_and_changes_nothing(
    net: nnw.Network, page: Page, clock: FakeClock
) -> None:
    net.freeze("0.weight[0,0]")
    before = flat(net)
    page.say(type="edit", seq=7, index=[0, 8], value=[1.5, 1.5], held=[])
    np.testing.assert_array_equal(flat(net), before)
    clock.advance(1)
    assert page.heard("frame")[-1]["acks"] == {"0": 7}
    (error,) = page.heard("error")
    assert "0.weight[0,0]" in error["message"]
    assert error["seq"] == 7


def test_an_edit_does_not_come_back_as_a_trait_while_it_moves(
    net: nnw.Network, page: Page, clock: FakeClock
) -> None:
    for step in range(120):  # two seconds of dragging
        page.say(type="edit", seq=step + 1, index=[8], value=[step / 10], held=[8])
        clock.advance(1 / RATE)
        page.say(type="got", serial=page.heard("frame")[-1]["serial"])
    assert 2 <= page.updates("_values") <= 3
    assert 100 <= len(page.heard("frame")) <= 121
    clock.advance(2)
    assert np.frombuffer(net._values, np.float32)[8] == np.float32(11.9)


def test_an_edit_answers_frames_on_its_way_even_where_it_is_refused(
    page: Page, clock: FakeClock
) -> None:
    bad = {"type": "edit", "index": [99], "value": [1.0], "held": []}
    page.say(**bad, seq=1)
    for seq in range(2, 62):
        clock.advance(1 / RATE)
        page.say(**bad, seq=seq, got=page.heard("frame")[-1]["serial"])
    assert len(page.heard("frame")) >= 60  # never held back for an answer
    refused = len(page.heard("error"))
    for nonsense in ("x", None, -1, 1.5, [], 2**60):  # an answer that cannot be read is none
        page.say(type="edit", seq=62, got=nonsense, index=[8], value=[0.5], held=[])
    assert len(page.heard("error")) == refused


def test_what_is_held_is_released_by_word_or_by_silence(
    net: nnw.Network, page: Page, clock: FakeClock
) -> None:
    held = net.run.problem.held
    page.say(type="edit", seq=1, index=[], value=[], held=[0, 3])
    assert np.flatnonzero(held).tolist() == [0, 3]
    page.say(type="edit", seq=2, index=[], value=[], held=[])
    assert not held.any()
    page.say(type="edit", seq=3, index=[0], value=[1.0], held=[0])
    clock.advance(0.75 * HOLD)
    page.say(type="edit", seq=4, index=[], value=[], held=[0])
    clock.advance(0.75 * HOLD)
    assert np.flatnonzero(held).tolist() == [0]
    clock.advance(0.5 * HOLD)
    assert not held.any()


def test_training_moves_the_rest_while_something_is_held(net: nnw.Network, page: Page) -> None:
    trainer = nnw.Trainer(net, lr=0.1)
    page.say(type="edit", seq=1, index=[8], value=[2.0], held=[8])
    before = flat(net)
    trainer.step(3)
    after = flat(net)
    assert after[8] == 2.0
    assert (after[:8] != before[:8]).all()


def test_freezing_from_the_page(net: nnw.Network, page: Page) -> None:
    page.say(type="freeze", index=[4, 5], frozen=True)
    assert net.frozen == ["0.bias"]
    assert page.updates("_frozen") == 1
    page.say(type="freeze", index=[4], frozen=False)
    assert net.frozen == ["0.bias[1]"]


def test_points_are_moved_added_labelled_and_deleted(
    net: nnw.Network, page: Page, clock: FakeClock
) -> None:
    kinds: list[str] = []
    net.observe(lambda change: kinds.append(change.name), names=["X", "y"])
    label = int(net.y[1])
    page.say(type="points", seq=1, op="move", row=0, x=[0.25, 0.75])
    assert net.X[0].tolist() == [0.25, 0.75]
    page.say(type="points", seq=2, op="label", row=1, y=[1 - label])
    assert net.y[1] == 1 - label
    page.say(type="points", seq=3, op="add", x=[2, 3], y=[1])
    assert (net.X[40].tolist(), net.y[40]) == ([2, 3], 1)
    second = net.X[1].copy()
    page.say(type="points", seq=4, op="delete", row=0)
    assert len(net.X) == len(net.y) == 40
    np.testing.assert_array_equal(net.X[0], second)
    assert kinds == ["X", "y", "X", "y", "X", "y"]
    clock.advance(1)
    assert net._data["acks"] == {"0": 4}
    assert net._data["n"] == 40
    assert page.heard("error") == []


def test_data_travel_at_most_thirty_times_a_second(page: Page, clock: FakeClock) -> None:
    for step in range(100):
        page.say(type="points", seq=step + 1, op="move", row=0, x=[step / 100, 0.0])
        clock.advance(0.01)
    clock.advance(1)
    assert 28 <= page.updates("_data") <= 33
    X = np.frombuffer(page.net._data["X"], np.float32)
    assert X[0] == np.float32(0.99)


def test_a_refused_point_is_acknowledged(net: nnw.Network, page: Page, clock: FakeClock) -> None:
    before = net.X.copy()
    page.say(type="points", seq=9, op="label", row=0, y=[7])
    clock.advance(1)
    assert net._data["acks"] == {"0": 9}
    np.testing.assert_array_equal(net.X, before)
    assert len(page.heard("error")) == 1


def test_the_activation_is_changed_from_the_page(net: nnw.Network, page: Page) -> None:
    page.say(type="activation", value="sine")
    assert net.activation == "sine"
    assert page.updates("_spec") == 1
    page.say(type="activation", value="swish")
    assert net.activation == "sine"
    assert "swish" in page.heard("error")[0]["message"]


def test_recall_brings_back_an_epochs_parameters(net: nnw.Network, page: Page) -> None:
    first = flat(net)
    net.weights = {"2.bias": [3.0]}
    net.record(epoch=1)
    second = flat(net)
    net.weights = {"2.bias": [4.0]}
    net.record(epoch=2)
    for epoch, wanted in ((0, first), (1, second)):
        page.say(type="recall", epoch=epoch)
        recalled = page.heard("recalled")[-1]
        assert recalled["epoch"] == epoch
        np.testing.assert_array_equal(np.frombuffer(recalled["buffers"][0], np.float32), wanted)


def test_the_control_bar_drives_a_trainer_of_its_own_where_there_is_none(
    net: nnw.Network, page: Page
) -> None:
    assert net.run.trainer is None
    page.say(type="train", action="set", lr=0.125, speed=20)
    trainer = net.run.trainer
    assert (trainer.lr, trainer.speed) == (0.125, 20)
    page.say(type="train", action="set", speed=None)
    assert (trainer.lr, trainer.speed) == (0.125, None)
    page.say(type="train", action="step", n=2)
    until(lambda: net.epoch == 2 and net.run.status.state == "idle")
    page.say(type="train", action="play")
    until(lambda: net.epoch > 4)
    page.say(type="train", action="pause")
    until(lambda: not trainer.playing)
    page.say(type="train", action="reset")
    until(lambda: net.epoch == 0)
    np.testing.assert_array_equal(flat(net), net.run.problem.initial)
    assert page.heard("error") == []


def test_what_training_raises_is_told_to_the_page(net: nnw.Network, page: Page) -> None:
    def fail(*_: Any) -> None:
        raise RuntimeError("callback at fault")

    nnw.Trainer(net, callbacks=[fail])
    page.say(type="train", action="step")
    until(lambda: page.heard("error"))
    assert "callback at fault" in page.heard("error")[0]["message"]
    assert net.run.status.state == "failed"


def test_a_rest_after_training_is_written_down_at_once(net: nnw.Network, page: Page) -> None:
    nnw.Trainer(net).fit(3, progress=False)
    np.testing.assert_array_equal(np.frombuffer(net._values, np.float32), flat(net))
    assert (net._status["epoch"], net._status["state"]) == (3, "idle")


def test_fields_of_an_opaque_module_are_computed_when_watched(
    opaque: nnw.Network, clock: FakeClock
) -> None:
    page = Page(opaque)
    page.say(type="hello")
    field = {
        "key": "f",
        "kind": "field",
        "axes": [0, 1],
        "extent": [-1, 1, 0, 2],
        "size": [3, 2],
        "fixed": [0, 0],
    }
    page.say(type="watch", probes=[field, {"key": "l", "kind": "layer", "layer": 0}])
    clock.advance(0.1)
    first, layer = page.heard("probe")
    assert (first["key"], first["shape"]) == ("f", [1, 2, 3])
    values = np.frombuffer(first["buffers"][0], np.float32).reshape(2, 3)
    points = np.array([[-1, 0], [0, 0], [1, 0], [-1, 2], [0, 2], [1, 2]], np.float32)
    outputs = opaque.run.problem.outputs_at(points).reshape(2, 3)
    np.testing.assert_allclose(values, outputs, rtol=1e-5)
    assert (layer["key"], layer["shape"]) == ("l", [2, 40, 3])
    z = np.frombuffer(layer["buffers"][0], np.float32).reshape(2, 40, 3)[0]
    by_hand = opaque.X @ opaque.weights["inner.weight"].T + opaque.weights["inner.bias"]
    np.testing.assert_allclose(z, by_hand, rtol=1e-4, atol=1e-5)
    page.forget()
    for step in range(50):
        page.say(type="edit", seq=step + 1, index=[0], value=[float(step)], held=[])
        clock.advance(0.01)
    clock.advance(1)
    fields = [probe for probe in page.heard("probe") if probe["key"] == "f"]
    assert 14 <= len(fields) <= 17
    page.forget()
    page.say(type="watch", probes=[])
    opaque.weights = {"outer.bias": [3.0]}
    clock.advance(1)
    assert page.heard("probe") == []


def test_watching_a_stack_costs_nothing(page: Page, clock: FakeClock) -> None:
    page.say(type="watch", probes=[{"key": "l", "kind": "layer", "layer": 0}])
    clock.advance(1)
    assert page.heard("probe") == []


def test_no_nan_ever_reaches_json(net: nnw.Network, page: Page, clock: FakeClock) -> None:
    net.record(loss=float("nan"), accuracy=float("inf"))
    clock.advance(1)
    status = page.heard("frame")[-1]["status"]
    assert (status["loss"], status["accuracy"]) == (None, None)


json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**30), 10**30)
    | st.floats()
    | st.text(max_size=8)
    | st.sampled_from(["move", "delete", "field", "layer", "relu", "nonsense"]),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=8,
)
# None of these is ever valid: what each asks for is out of range or of the wrong kind.
junk = st.one_of(
    json_values.filter(lambda value: not (isinstance(value, dict) and "type" in value)),
    st.builds(
        lambda index, value: {"type": "edit", "seq": 1, "index": index, "value": value},
        json_values,
        json_values,
    ),
    st.builds(
        lambda value: {"type": "edit", "seq": 2, "index": [0], "value": [value], "held": []},
        json_values.filter(
            lambda value: isinstance(value, bool) or not isinstance(value, int | float)
        ),
    ),
    st.builds(
        lambda row, x: {"type": "points", "seq": 3, "op": "move", "row": row, "x": [x]},
        json_values,
        json_values,
    ),
    st.builds(lambda value: {"type": "freeze", "index": [value], "frozen": 1}, json_values),
    st.builds(lambda value: {"type": "activation", "value": [value, value]}, json_values),
    st.builds(lambda value: {"type": "train", "action": value}, json_values),
    st.builds(lambda value: {"type": "watch", "probes": [value]}, json_values),
)


@settings(
    max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
@given(content=junk)
def test_junk_is_answered_by_an_error_and_leaves_the_network_bit_for_bit(
    net: nnw.Network, page: Page, clock: FakeClock, content: Any
) -> None:
    page.forget()
    net._commands._seen.clear()  # or an example that repeats a number would only be acknowledged
    before, data, frozen = flat(net).tobytes(), net.run.problem.data, net.frozen
    typed = isinstance(content, dict) and "type" in content
    page.say_anything({"revision": 0, **content} if typed else content)
    assert flat(net).tobytes() == before
    assert net.run.problem.data is data
    assert (net.frozen, net.activation, net.epoch) == (frozen, "tanh", 0)
    assert not net.run.problem.held.any()
    assert len(page.heard("error")) == 1
    clock.advance(0.1)
