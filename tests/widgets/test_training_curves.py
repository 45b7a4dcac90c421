"""TrainingCurves: its runs, its options, and that the page gets every row once."""

import csv
import io
from typing import Any

import numpy as np
import pytest
import traitlets

import nnwidgets as nnw
from nnwidgets.widgets import training_curves
from tests.widgets.fakes import FakeClock, Page, deliver


class Reader:
    """The page's copy: rows replace what comes after them."""

    def __init__(self, view: Any) -> None:
        self.view, self.runs, self.rows, self._seen = view, {}, 0, 0

    def say(self, **message: Any) -> None:
        deliver(self.view, {"method": "custom", "content": message})

    def take(self) -> dict[str, dict[str, list[float]]]:
        sent = self.view.comm.sent
        for data, buffers in sent[self._seen :]:
            content = data.get("content", {})
            if content.get("type") != "feed":
                continue
            self.say(type="got", serial=content["serial"])
            self._apply(content["runs"], np.frombuffer(b"".join(buffers)))
        self._seen = len(sent)
        return self.runs

    def _apply(self, entries: list[dict[str, Any]], numbers: Any) -> None:
        before, self.runs = self.runs, {}
        for entry in entries:
            start, size = entry["from"], entry["to"] - entry["from"]
            old, own = before.get(entry["name"], {}), {}
            for name in entry["columns"]:
                kept = old.get(name, [np.nan] * start)[:start]
                assert len(kept) == start
                own[name] = kept + numbers[:size].tolist()
                numbers = numbers[size:]
            self.rows += size
            self.runs[entry["name"]] = own


def same(got: dict[str, list[float]], history: nnw.History) -> None:
    columns = history.columns()
    assert got.keys() == columns.keys()
    for name, column in columns.items():
        np.testing.assert_array_equal(got[name], column)


def test_the_page_has_every_row_and_gets_it_once(net: nnw.Network, clock: FakeClock) -> None:
    view = nnw.TrainingCurves(net)
    reader = Reader(view)
    reader.say(type="hello")
    for epoch in range(1, 200):
        net.record(epoch=epoch, loss=1 / epoch, accuracy=0.5, **({"m": 1.0} if epoch > 90 else {}))
        clock.advance(0.01)
        reader.take()
    clock.advance(1)
    same(reader.take()["this run"], net.history)
    assert reader.rows == 200
    net.record(epoch=50, loss=9.0, accuracy=0.1)  # a loop that is run again
    clock.advance(1)
    same(reader.take()["this run"], net.history)
    assert reader.rows == 201
    net.reset()
    clock.advance(1)
    same(reader.take()["this run"], net.history)
    reader.say(type="hello")  # the page was loaded anew
    reader.runs = {}
    clock.advance(1)
    same(reader.take()["this run"], net.history)


def test_long_histories_come_in_pieces(
    net: nnw.Network, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(training_curves, "MOST_ROWS", 50)
    for epoch in range(1, 220):
        net.record(epoch=epoch, loss=float(epoch), accuracy=1.0)
    reader = Reader(nnw.TrainingCurves(net))
    reader.say(type="hello")
    for _ in range(12):
        clock.advance(0.2)
        reader.take()
    same(reader.runs["this run"], net.history)
    assert reader.rows == 220


def test_other_runs_are_followed_or_kept(net: nnw.Network, clock: FakeClock) -> None:
    other = nnw.Network(nnw.mlp([2, 3, 1], seed=1), net.X, net.y)
    view = nnw.TrainingCurves(net, runs={"other": other, "past": {"loss": [3.0, 2.0]}})
    assert view.runs == ("this run", "other", "past")
    reader = Reader(view)
    reader.say(type="hello")
    clock.advance(1)
    reader.take()
    other.record(epoch=1, loss=0.25)
    clock.advance(1)
    same(reader.take()["other"], other.history)
    assert reader.runs["past"] == {"epoch": [0, 1], "loss": [3, 2]}
    reader.say(type="keep")
    net.reset()
    net.record(epoch=1, loss=0.5)
    clock.advance(1)
    reader.take()
    assert view.runs[-1] == "run 1"
    assert reader.runs["run 1"]["epoch"] == [0]
    reader.say(type="remove", name="other")
    clock.advance(1)
    assert list(reader.take()) == ["this run", "past", "run 1"]
    before = len(view.comm.sent)
    other.record(epoch=2, loss=0.1)
    clock.advance(1)
    assert len(view.comm.sent) == before


def test_a_page_that_misses_rows_gets_all(net: nnw.Network, clock: FakeClock) -> None:
    reader = Reader(nnw.TrainingCurves(net))
    reader.say(type="hello")
    clock.advance(1)
    reader.take()
    net.record()
    reader.runs = {}
    reader.say(type="again")
    clock.advance(1)
    same(reader.take()["this run"], net.history)


def test_a_closed_view_follows_nobody(net: nnw.Network) -> None:
    other = nnw.Network(nnw.mlp([2, 3, 1]), net.X, net.y)
    before = len(other.run._subscribers._functions)
    view = nnw.TrainingCurves(net, runs={"b": other})
    assert len(other.run._subscribers._functions) == before + 1
    view.close()
    assert len(other.run._subscribers._functions) == before
    view.open()
    assert len(other.run._subscribers._functions) == before + 1


def test_a_dict_of_runs_alone(net: nnw.Network) -> None:
    view = nnw.TrainingCurves({"old": {"loss": [1.0]}, "new": net})
    assert view.net is net
    assert view.runs == ("new", "old")
    with pytest.raises(TypeError, match=r"must have a Network among them, got \{'a': History\}"):
        nnw.TrainingCurves({"a": net.history})


def test_bad_runs_and_options_are_refused(net: nnw.Network, page: Page) -> None:
    view = nnw.TrainingCurves(net)
    with pytest.raises(TypeError, match="run 'a' must be a Network, Trainer, History"):
        view.add_run("a", 3)
    with pytest.raises(TypeError, match="name must be text"):
        view.add_run(3, net.history)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="the network's own run"):
        view.add_run("this run", net.history)
    with pytest.raises(KeyError, match="there is no run 'b' that was added; there are none"):
        view.remove_run("b")
    assert view.runs == ("this run",)
    for name, value in {"smoothing": 1.0, "columns": 3, "log": "yes"}.items():
        with pytest.raises(traitlets.TraitError, match=name):
            nnw.TrainingCurves(net, **{name: value})
    deliver(view, {"method": "custom", "content": {"type": "remove", "name": "nobody"}})
    assert "name must be one of" in page.heard("error")[-1]["message"]


def test_tables(net: nnw.Network) -> None:
    pytest.importorskip("pandas")
    net.record(epoch=3, loss=0.125)
    view = nnw.TrainingCurves(net, name="mine", runs={"b": {"loss": [1.0]}})
    rows = list(csv.DictReader(io.StringIO(view.to_csv())))
    assert [row["run"] for row in rows] == ["mine", "mine", "b"]
    assert view.to_dataframe().loc[("mine", 3), "loss"] == 0.125
