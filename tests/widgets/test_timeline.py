"""The timeline's options, and the messages that bring the history and ask for a branch."""

import json
import time
from typing import Any

import numpy as np
import pytest
import traitlets
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import nnwidgets as nnw
from nnwidgets.widgets import _history_message
from tests.widgets.fakes import FakeClock, Page, deliver


def ask(page: Page, **message: Any) -> dict[str, Any]:
    page.forget()
    page.say(**{"type": "history", "run": "", "serial": -1, "rows": 0, **message})
    return page.heard()[-1]


def decoded(answer: dict[str, Any], net: nnw.Network) -> tuple[dict[str, Any], Any]:
    """Read the two buffers as the page does."""
    numbers, params = answer["buffers"]
    columns = np.frombuffer(numbers, "<f8").reshape(len(answer["columns"]), -1)
    vectors = np.frombuffer(params, np.float32).reshape(-1, net.run.problem.parameters.size)
    return dict(zip(answer["columns"], columns, strict=True)), vectors


def test_one_message_has_every_epoch(net: nnw.Network, page: Page) -> None:
    nnw.Trainer(net, seed=0).fit(30, progress=False)
    answer = ask(page)
    columns, vectors = decoded(answer, net)
    assert list(columns) == ["epoch", "loss", "accuracy", "test_loss", "test_accuracy", "kept"]
    assert columns["epoch"].tolist() == list(range(31))
    np.testing.assert_array_equal(columns["loss"], net.history.loss)
    assert np.isnan(columns["test_loss"]).all()
    assert columns["kept"].tolist() == [1.0] * 31
    for epoch in range(31):
        np.testing.assert_array_equal(vectors[epoch], net.history.parameters(epoch))
    assert (answer["from"], answer["rows"], answer["stride"], answer["former"]) == (0, 31, 1, [])
    assert answer["serial"] == net.history.serial == net._status["recorded"]


def test_then_only_what_is_new(net: nnw.Network, page: Page) -> None:
    trainer = nnw.Trainer(net, seed=0)
    trainer.fit(10, progress=False)
    first = ask(page)
    trainer.fit(5, progress=False)
    answer = ask(page, serial=first["serial"], rows=11)
    columns, vectors = decoded(answer, net)
    assert columns["epoch"].tolist() == [11, 12, 13, 14, 15]
    assert (answer["from"], len(vectors)) == (11, 5)
    same = ask(page, serial=answer["serial"], rows=16)
    assert decoded(same, net)[0]["epoch"].tolist() == []


def test_many_epochs_come_in_parts_thinned_to_their_bound(
    net: nnw.Network, page: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_history_message, "MOST_ROWS", 30)
    monkeypatch.setattr(_history_message, "MOST_BYTES", 20 * 4 * net.run.problem.parameters.size)
    nnw.Trainer(net, seed=0).fit(99, progress=False)
    seen: list[float] = []
    kept: list[float] = []
    serial = -1
    while len(seen) < 100:
        answer = ask(page, serial=serial, rows=len(seen))
        serial = answer["serial"]
        columns, vectors = decoded(answer, net)
        assert len(columns["epoch"]) <= 30
        assert len(vectors) == columns["kept"].sum()
        seen += columns["epoch"].tolist()
        kept += columns["epoch"][columns["kept"] == 1].tolist()
    assert seen == list(range(100))
    assert kept == [*range(0, 100, 8), 99]


def test_a_branch_keeps_the_former_run_for_the_page(net: nnw.Network, page: Page) -> None:
    trainer = nnw.Trainer(net, seed=0)
    trainer.fit(12, progress=False)
    losses = net.history.loss.copy()
    curves = nnw.TrainingCurves(net)
    trainer.branch(5)
    name = "before the branch at 5"
    answer = ask(page)
    assert answer["rows"] == 6
    assert answer["former"] == [{"name": name, "epoch": 5}]
    columns, vectors = decoded(ask(page, run=name), net)
    np.testing.assert_array_equal(columns["loss"], losses)
    assert len(vectors) == 13
    assert curves.runs == ("this run", name)
    assert nnw.Timeline(net).runs == ("this run", name)
    assert "there is no run 'other'" in ask(page, run="other")["message"]


def test_the_page_branches_and_trains_on(net: nnw.Network, page: Page) -> None:
    trainer = nnw.Trainer(net, seed=0)
    trainer.fit(12, progress=False)
    page.say(type="branch", epoch=4, play=False)
    until(lambda: net.epoch == 4)
    page.say(type="branch", epoch=2, play=True)
    until(lambda: net.epoch > 6)
    trainer.pause()
    page.forget()
    page.say(type="branch", epoch=10**6, play=False)
    until(lambda: bool(page.heard("error")))
    assert "epoch must be recorded" in page.heard("error")[0]["message"]


def until(condition: Any, seconds: float = 20.0) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.005)


@pytest.mark.parametrize(
    ("message", "wrong"),
    [
        ({"type": "history", "run": 3, "serial": 0, "rows": 0}, "run must be text"),
        ({"type": "history", "run": "x" * 300, "serial": 0, "rows": 0}, "run must be text"),
        ({"type": "history", "run": "", "serial": -2, "rows": 0}, "serial"),
        ({"type": "history", "run": "", "serial": 0.5, "rows": 0}, "serial"),
        ({"type": "history", "run": "", "serial": 0, "rows": -1}, "rows"),
        ({"type": "history", "run": "", "serial": 0}, "rows"),
        ({"type": "branch", "epoch": -1, "play": True}, "epoch"),
        ({"type": "branch", "epoch": 1, "play": 1}, "play must be true or false"),
        ({"type": "branch", "epoch": 1}, "play must be true or false"),
        ({"type": "branch", "epoch": 1, "play": True, "revision": 99}, "other units or layers"),
    ],
)
def test_a_message_that_is_wrong_changes_nothing(
    net: nnw.Network, page: Page, message: dict[str, Any], wrong: str
) -> None:
    nnw.Trainer(net).fit(3, progress=False)
    page.forget()
    page.say(**message)
    assert wrong in page.heard("error")[0]["message"]
    assert net.epoch == 3


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3),
    max_leaves=4,
)


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(run=JSON, serial=JSON, rows=JSON)
def test_whatever_a_page_says_is_answered_or_refused(
    net: nnw.Network, page: Page, run: Any, serial: Any, rows: Any
) -> None:
    answer = ask(page, run=run, serial=serial, rows=rows)
    assert answer["type"] in ("history", "error")
    if answer["type"] == "error":
        assert answer["detail"] == "" or "there is no run" in answer["message"]
    json.dumps({key: value for key, value in answer.items() if key != "buffers"})


# -- the view ---------------------------------------------------------------------------------


def test_setting_the_epoch_moves_the_playhead_and_not_the_model(net: nnw.Network) -> None:
    nnw.Trainer(net, seed=0).fit(10, progress=False)
    timeline = nnw.Timeline(net)
    before = net.run.problem.parameters.read()
    heard: list[tuple[int, int]] = []
    timeline.observe(lambda change: heard.append((change.old, change.new)), names="epoch")
    assert timeline.epoch == 10
    timeline.epoch = 4
    assert (timeline.epoch, timeline.playhead, net.epoch) == (4, 4, 10)
    timeline.epoch = None
    assert (timeline.epoch, timeline.playhead) == (10, None)
    assert heard == [(10, 4), (4, 10)]
    np.testing.assert_array_equal(before, net.run.problem.parameters.read())


@pytest.mark.parametrize("bad", [-1, 11, 2.5, "3", True, float("nan")])
def test_an_epoch_that_was_not_recorded_is_refused(net: nnw.Network, bad: Any) -> None:
    nnw.Trainer(net, seed=0).fit(10, progress=False)
    timeline = nnw.Timeline(net, epoch=3)
    with pytest.raises(traitlets.TraitError, match="epoch must be"):
        timeline.epoch = bad
    assert timeline.epoch == 3


@pytest.mark.parametrize("bad", [0, 1001, -5, "fast", "0 s", "5", True, None, float("nan")])
def test_a_speed_is_epochs_per_second_or_a_time(net: nnw.Network, bad: Any) -> None:
    timeline = nnw.Timeline(net, speed="2.50s")
    assert timeline.speed == "2.5 s"
    timeline.speed = 1000
    with pytest.raises(traitlets.TraitError, match="speed must be epochs per second"):
        timeline.speed = bad
    assert timeline.speed == 1000.0


def test_the_page_sets_what_it_may(net: nnw.Network, clock: FakeClock) -> None:
    nnw.Trainer(net, seed=0).fit(10, progress=False)
    timeline = nnw.Timeline(net)

    def say(**content: object) -> None:
        deliver(timeline, {"method": "custom", "content": content})

    say(type="option", name="playhead", value=6)
    say(type="option", name="speed", value="5 s")
    say(type="option", name="playing", value=True)
    assert (timeline.epoch, timeline.speed, timeline.playing) == (6, "5 s", True)
    say(type="option", name="playhead", value=99)
    say(type="option", name="_beside", value=["anywidget:1"])
    assert timeline.epoch == 6
    assert timeline._beside == []
    timeline.pause()
    assert not timeline.playing
    timeline.play()
    assert timeline.playing


def test_networks_beside_it_are_named_and_branch_with_it(net: nnw.Network) -> None:
    X, y = nnw.datasets.blobs4(n=40)
    other = nnw.Network(nnw.mlp([2, 3, 1], seed=4), X, y)
    nnw.Trainer(net, seed=0).fit(10, progress=False)
    nnw.Trainer(other, seed=0).fit(6, progress=False)
    assert nnw.Timeline(net, other).runs == ("this run", "beside")
    assert nnw.Timeline(net, beside=[other]).runs == ("this run", "run 2")
    timeline = nnw.Timeline(net, beside={"slow": other})
    assert timeline._beside == [f"anywidget:{other.model_id}"]
    assert timeline._names == ["slow"]
    timeline.epoch = 8
    assert timeline.branch() == 8
    assert (net.epoch, other.epoch, timeline.playhead) == (8, 6, None)
    timeline.branch(2)
    assert (net.epoch, other.epoch) == (2, 2)


@pytest.mark.parametrize("beside", [3, "other", [1], {"a": 1}, {1: 2}])
def test_what_is_no_network_is_not_beside_it(net: nnw.Network, beside: Any) -> None:
    with pytest.raises(TypeError, match="beside must be a Network"):
        nnw.Timeline(net, beside=beside)


def test_it_is_not_beside_itself(net: nnw.Network) -> None:
    with pytest.raises(ValueError, match="beside must be other networks"):
        nnw.Timeline(net, beside=net)
    with pytest.raises(TypeError, match="given twice"):
        nnw.Timeline(net, net, beside=net)


def test_other_units_make_an_end_of_what_was(net: nnw.Network) -> None:
    trainer = nnw.Trainer(net, seed=0)
    trainer.fit(10, progress=False)
    trainer.branch(5)
    timeline = nnw.Timeline(net, epoch=3)
    net.add_unit(0)
    assert timeline.playhead is None
    assert timeline.runs == ("this run",)
