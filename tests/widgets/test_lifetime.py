"""Cells that are run again, in a shell that is fake; outside a notebook nothing is closed."""

import gc
import weakref
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import ipywidgets
import pytest
from ipywidgets.widgets.widget import _instances

import nnwidgets as nnw
from nnwidgets.widgets import _bundle, _lifetime
from tests.widgets.fakes import FakeClock


class FakeShell:
    """The part of a kernel's shell that knows which cell runs."""

    def __init__(self) -> None:
        self.cell: str | None = None
        self.before: list[Callable[[Any], None]] = []
        self.events = SimpleNamespace(register=self.register)

    def register(self, event: str, callback: Callable[[Any], None]) -> None:
        assert event == "pre_run_cell"
        self.before.append(callback)

    def get_parent(self) -> dict[str, Any]:
        return {"metadata": {"cellId": self.cell} if self.cell else {}}

    def run(self, cell: str, code: Callable[[], Any]) -> Any:
        for callback in self.before:
            callback(SimpleNamespace(cell_id=cell))
        self.cell = cell
        try:
            return code()
        finally:
            self.cell = None


@pytest.fixture
def shell(monkeypatch: pytest.MonkeyPatch, clock: FakeClock) -> FakeShell:
    fake = FakeShell()
    monkeypatch.setattr(_lifetime, "_shell", lambda: fake)
    monkeypatch.setattr(_lifetime, "_cells", {})
    return fake


def make() -> nnw.Network:
    X, y = nnw.datasets.blobs4(n=8)
    return nnw.Network(nnw.mlp([2, 2, 1]), X, y)


def test_a_cell_run_again_leaves_nothing_behind(shell: FakeShell) -> None:
    def cell() -> nnw.DecisionLines:
        return nnw.DecisionLines(make())

    first = weakref.ref(shell.run("a", cell))
    gc.collect()
    after_one = len(_instances)
    for _ in range(5):
        shell.run("a", cell)
    gc.collect()
    assert len(_instances) == after_one
    assert first() is None


def test_boxes_around_closed_views_go_with_them(shell: FakeShell) -> None:
    def cell() -> ipywidgets.VBox:
        net = make()
        row = ipywidgets.HBox([nnw.DecisionLines(net), nnw.FeatureSpace(net)])
        return ipywidgets.VBox([row, nnw.TrainingBar(net)])

    shell.run("a", cell)
    after_one = len(_instances)
    for _ in range(3):
        shell.run("a", cell)
    assert len(_instances) == after_one


def test_a_box_with_something_of_somebody_else_stays(shell: FakeShell) -> None:
    other = ipywidgets.FloatSlider()
    box = shell.run("a", lambda: ipywidgets.HBox([nnw.DecisionLines(make()), other]))
    shell.run("a", lambda: None)
    assert box.comm is not None


def test_a_superseded_network_lives_as_long_as_a_view_elsewhere(shell: FakeShell) -> None:
    net = shell.run("a", make)
    view = shell.run("b", lambda: nnw.DecisionLines(net))
    shell.run("a", make)
    assert net.is_open
    assert view.is_open
    shell.run("b", lambda: None)
    assert not view.is_open
    assert not net.is_open
    assert not net.uplink.is_open


def test_a_network_stops_training_when_nobody_can_see_it_any_more(shell: FakeShell) -> None:
    net = shell.run("a", make)
    trainer = nnw.Trainer(net)
    trainer.play()
    shell.run("a", make)
    assert not trainer.playing


def test_what_another_cell_made_is_left_alone(shell: FakeShell) -> None:
    net = shell.run("a", make)
    view = shell.run("b", lambda: nnw.DecisionLines(net))
    shell.run("c", lambda: nnw.DecisionLines(net))
    assert net.is_open
    assert view.is_open


def test_a_closed_view_opens_again_when_it_is_displayed(shell: FakeShell) -> None:
    view = shell.run("a", lambda: nnw.DecisionLines(make(), width=321))
    old = view.model_id
    view.layout.border = "1px solid red"
    shell.run("a", lambda: None)
    assert not view.is_open
    assert not view.net.is_open
    view.net.weights = {"2.bias": [4.0]}  # while nobody sees it
    bundle = shell.run("d", view._repr_mimebundle_)[0]
    shown = bundle["application/vnd.jupyter.widget-view+json"]["model_id"]
    assert shown == view.model_id != old
    assert view.net.is_open
    assert view.net.uplink.is_open
    state = view.comm.data["state"]
    assert state["net"] == f"anywidget:{view.net.model_id}"
    assert state["width"] == 321
    assert (view.layout.width, view.layout.border_top) == ("321px", "1px solid red")
    assert view.net._values[-4:] == b"\x00\x00\x80\x40"  # 4.0
    shell.run("d", lambda: None)  # it is that cell's now
    assert not view.is_open


def test_a_reopened_network_hears_and_speaks_again(shell: FakeShell, clock: FakeClock) -> None:
    net = shell.run("a", make)
    shell.run("a", make)
    assert not net.is_open
    view = nnw.DecisionLines(net)
    assert net.is_open
    content = {"type": "edit", "seq": 1, "index": [8], "value": [2.0], "held": [], "revision": 0}
    net.uplink.comm.receive(
        {"content": {"data": {"method": "custom", "content": content}}, "buffers": []}
    )
    assert view.weights["2.bias"] == [2.0]
    clock.advance(1)
    said = [data["content"] for data, _ in net.comm.sent if data["method"] == "custom"]
    assert [frame["acks"] for frame in said] == [{"0": 1}]


def test_closing_a_network_closes_its_views_and_training_goes_on(shell: FakeShell) -> None:
    view = shell.run("a", lambda: nnw.DecisionLines(make()))
    trainer = nnw.Trainer(view.net)
    trainer.play()
    view.net.close()
    assert (view.is_open, view.net.is_open, trainer.playing) == (False, False, True)
    trainer.pause()
    assert view.model_id  # displayed again
    assert view.is_open
    assert view.net.is_open


def test_a_closed_view_opens_again_inside_a_box(shell: FakeShell) -> None:
    view = shell.run("a", lambda: nnw.DecisionLines(make()))
    shell.run("a", lambda: None)
    box = ipywidgets.HBox([view])
    assert view.is_open
    assert box.comm.data["state"]["children"] == [f"IPY_MODEL_{view.model_id}"]


def test_outside_a_cell_nothing_is_closed(shell: FakeShell) -> None:
    views = [nnw.DecisionLines(make()) for _ in range(3)]
    shell.run("a", lambda: None)
    assert all(view.is_open for view in views)


def test_closing_by_hand_takes_the_layout_along(clock: FakeClock) -> None:
    before = set(_instances)
    net = make()
    view = nnw.DecisionLines(net)
    view.close()
    view.close()
    assert net.is_open  # nobody gave it up
    net.close()
    assert set(_instances) == before


def test_a_missing_bundle_is_said_before_anything_is_open(
    monkeypatch: pytest.MonkeyPatch, clock: FakeClock, tmp_path: Any
) -> None:
    monkeypatch.undo()
    monkeypatch.setattr(_bundle, "STATIC", tmp_path)
    _bundle.text.cache_clear()
    before = set(_instances)
    with pytest.raises(FileNotFoundError, match="make setup"):
        make()
    assert set(_instances) == before
    (tmp_path / "network.js").write_text("export default {}", encoding="utf-8")
    assert _bundle.text("network.js") == "export default {}"
    _bundle.text.cache_clear()
