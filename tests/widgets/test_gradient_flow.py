"""GradientFlow: what it is fed, what it shares, and its options."""

from typing import Any

import numpy as np
import pytest
import traitlets

import nnwidgets as nnw
from nnwidgets.training._flow_layers import BINS
from nnwidgets.widgets import gradient_flow
from tests.widgets.fakes import FakeClock, Page, deliver


def say(view: Any, **message: Any) -> None:
    deliver(view, {"method": "custom", "content": message})


class Reader:
    """The page's copy of the rows."""

    def __init__(self, view: Any) -> None:
        self.view, self.generation, self._seen = view, None, 0
        self.rows: list[Any] = []
        self.counts: list[Any] = []

    def take(self) -> dict[str, Any]:
        sent, content = self.view.comm.sent, {}
        for data, buffers in sent[self._seen :]:
            if data.get("content", {}).get("type") != "feed":
                continue
            content = data["content"]
            say(self.view, type="got", serial=content["serial"])
            if content["generation"] != self.generation:
                assert content["from"] == 0
                self.generation = content["generation"]
            assert content["from"] <= len(self.rows)
            del self.rows[content["from"] :], self.counts[content["from"] :]
            n, layers = content["rows"], len(content["layers"])
            if n:
                self.rows += list(np.frombuffer(buffers[0]).reshape(n, 2 + 5 * layers))
                self.counts += list(np.frombuffer(buffers[1], "<u4").reshape(n, layers, BINS))
        self._seen = len(sent)
        return content


def same(reader: Reader, recorder: nnw.GradientRecorder) -> None:
    layers = len(recorder.layers)
    rows = np.array(reader.rows)
    np.testing.assert_array_equal(rows[:, 0], recorder.epochs)
    for i, name in enumerate(gradient_flow.NUMBERS):
        own = rows[:, 2 + i * layers : 2 + (i + 1) * layers]
        np.testing.assert_array_equal(own, getattr(recorder, name))
    np.testing.assert_array_equal(np.array(reader.counts), recorder.histogram)


def test_the_page_has_every_row(
    net: nnw.Network, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gradient_flow, "MOST_ROWS", 7)
    view = nnw.GradientFlow(net, every=1)
    reader = Reader(view)
    say(view, type="hello")
    nnw.Trainer(net).fit(30, progress=False)
    for _ in range(9):
        clock.advance(0.3)
        reader.take()
    assert len(reader.rows) == 31
    same(reader, view.recorder)
    net.record(epoch=12)
    clock.advance(1)
    for _ in range(4):
        reader.take()
        clock.advance(0.3)
    same(reader, view.recorder)
    net.reset()
    clock.advance(1)
    reader.take()
    same(reader, view.recorder)
    say(view, type="hello")
    clock.advance(1)
    reader.rows, reader.counts, reader.generation = [], [], None
    assert reader.take()["samples"] == [40, 40]
    same(reader, view.recorder)


def test_views_of_a_network_share_a_recorder_that_stops_with_the_last(net: nnw.Network) -> None:
    one, two = nnw.GradientFlow(net, every=1), nnw.GradientFlow(net, every=1)
    other = nnw.GradientFlow(net, every=2)
    assert one.recorder is two.recorder
    assert one.recorder is not other.recorder
    assert len(net.run.witnesses._functions) == 2
    one.close()
    other.close()
    assert len(net.run.witnesses._functions) == 1
    two.close()
    assert len(net.run.witnesses._functions) == 0
    two.open()
    assert len(net.run.witnesses._functions) == 1
    net.record()
    assert two.recorder.epochs[-1] == 1


def test_flow_is_by_the_views_own_rule(net: nnw.Network) -> None:
    view = nnw.GradientFlow(net)
    below = view.flow().ratio < 1
    view.vanishing = view.exploding = 1.0
    assert view.flow(0).verdict == ("vanishing" if below else "exploding")
    view.vanishing, view.exploding = 0.0, 1e300
    assert view.flow().verdict == "even"
    pytest.importorskip("pandas")
    assert view.to_dataframe().loc[(0, "0"), "gradient"] == view.recorder.gradient[0, 0]


def test_any_module_is_shown(opaque: nnw.Network) -> None:
    assert nnw.GradientFlow(opaque).recorder.layers == ("inner", "outer")


def test_bad_arguments_are_refused(net: nnw.Network, page: Page) -> None:
    with pytest.raises(ValueError, match="every must be an integer of at least 1"):
        nnw.GradientFlow(net, every=0)
    with pytest.raises(ValueError, match="of must be one of 'auto', 'loss', 'grad'; got 'x'"):
        nnw.GradientFlow(net, of="x")
    with pytest.raises(traitlets.TraitError, match="layer must be among 0, 2; got '7'"):
        nnw.GradientFlow(net, layer="7")
    view = nnw.GradientFlow(net, layer="2")
    with pytest.raises(traitlets.TraitError, match="layer must be among 0, 2; got '1'"):
        view.layer = "1"
    for name, value in {"vanishing": 2.0, "exploding": 0.5, "height": 3}.items():
        with pytest.raises(traitlets.TraitError, match=name):
            setattr(view, name, value)
