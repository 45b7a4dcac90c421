"""Views of other bundles than the network's: the library they share, and what they are fed."""

from pathlib import Path
from typing import Any

import pytest

import nnwidgets as nnw
from nnwidgets.widgets import _library
from nnwidgets.widgets._feed import DUTY, DUTY_IN_TRAINING
from nnwidgets.widgets._library import LibraryView
from nnwidgets.widgets._options import Whole
from nnwidgets.widgets._view import option
from tests.widgets.fakes import FakeClock, Page, deliver


class Fed(LibraryView):
    """A view that is fed the epoch."""

    _fed_by = ("epoch",)
    width = option(Whole(300, 100, 900))
    fails = False
    asked: list[Any]

    def _payload(self) -> Any:
        if self.fails:
            raise ArithmeticError("no number")
        return {"epoch": self.net.epoch}, [b"abc"]

    def _asked(self, content: dict[str, object]) -> bool:
        if content.get("type") != "question":
            return False
        if content.get("n") != 1:
            raise ValueError(f"n must be 1; got {content.get('n')}")
        return True


def say(view: Any, **message: Any) -> None:
    deliver(view, {"method": "custom", "content": message})


def fed(view: Any) -> list[dict[str, Any]]:
    sent = [(data["content"], buffers) for data, buffers in view.comm.sent if "content" in data]
    return [{**content, "buffers": buffers} for content, buffers in sent]


@pytest.fixture
def view(net: nnw.Network) -> Fed:
    return Fed(net)


def test_views_of_a_network_share_one_library(net: nnw.Network) -> None:
    one, two = Fed(net), Fed(net)
    states = [view.comm.data["state"] for view in (one, two)]
    assert states[0]["_library"] == states[1]["_library"]
    assert len(states[0]["_esm"]) < 1000
    library = net._libraries["inside"]
    assert states[0]["_library"] == f"anywidget:{library.model_id}"
    assert library.comm.data["state"]["_code"] == "/* inside.js */"
    assert library.comm.data["state"]["_css"] == "/* inside.css */"


@pytest.mark.parametrize("live", [False, True])
def test_bundles_on_one_page_keep_their_style_sheets(
    net: nnw.Network, live: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_library._bundle, "live", lambda: live)
    names = ("inside", "by_hand", "maps", "surface")
    libraries = [_library.Library.of(name, "en") for name in names]
    ids = {library.comm.data["state"]["_anywidget_id"] for library in libraries}
    assert len(ids) == len(names)  # the page has one style element for each id


def test_a_library_outlives_its_cell_and_closes_with_the_network(net: nnw.Network) -> None:
    view = Fed(net)
    library = net._libraries["inside"]
    library.give_up()
    assert library.is_open
    net.close()
    assert not library.is_open
    view.close()
    view.open()
    assert library.is_open
    assert view.comm.data["state"]["_library"] == f"anywidget:{library.model_id}"


def test_nothing_is_sent_before_somebody_asks(view: Fed, clock: FakeClock) -> None:
    view.net.record(epoch=1)
    clock.advance(1)
    assert fed(view) == []


def test_a_page_gets_the_latest_and_no_more_than_it_takes(view: Fed, clock: FakeClock) -> None:
    say(view, type="hello")
    clock.advance(0.1)
    for epoch in range(1, 9):
        view.net.record(epoch=epoch)
        clock.advance(0.02)
    heard = fed(view)
    assert [each["serial"] for each in heard] == [1, 2]  # two may be unanswered
    assert heard[0]["buffers"] == [b"abc"]
    say(view, type="got", serial=2)
    clock.advance(0.1)
    assert fed(view)[-1]["epoch"] == 8


def test_other_changes_than_its_own_do_not_feed_it(view: Fed, clock: FakeClock) -> None:
    say(view, type="hello")
    clock.advance(0.1)
    view.net.weights = {"2.bias": [3.0]}
    clock.advance(1)
    assert len(fed(view)) == 1


@pytest.mark.parametrize(("state", "duty"), [("idle", DUTY), ("playing", DUTY_IN_TRAINING)])
def test_a_slow_payload_takes_its_share_of_the_time(
    net: nnw.Network, clock: FakeClock, monkeypatch: pytest.MonkeyPatch, state: str, duty: float
) -> None:
    view = Fed(net)
    ticks = iter(range(1000))  # every payload takes one second
    monkeypatch.setattr("nnwidgets.widgets._feed.time.perf_counter", lambda: next(ticks))
    net.run.set_status(state=state)
    say(view, type="hello")
    clock.advance(0.1)
    say(view, type="got", serial=1)
    net.record(epoch=1)
    clock.advance(1 / duty - 1 - 0.2)
    assert len(fed(view)) == 1
    clock.advance(0.3)
    assert fed(view)[-1]["epoch"] == 1


def test_what_cannot_be_computed_is_told(view: Fed, clock: FakeClock) -> None:
    view.fails = True
    say(view, type="hello")
    clock.advance(0.1)
    assert fed(view)[-1]["error"] == "ArithmeticError: no number"


def test_a_closed_view_is_fed_no_more_and_an_opened_one_again(view: Fed, clock: FakeClock) -> None:
    say(view, type="hello")
    clock.advance(0.1)
    view.close()
    view.net.record(epoch=1)
    clock.advance(1)
    view.open()
    assert fed(view) == []
    say(view, type="hello")
    clock.advance(0.1)
    assert fed(view)[-1]["epoch"] == 1


def test_bad_messages_change_nothing_and_are_told(view: Fed, page: Page, clock: FakeClock) -> None:
    for message in (
        {"type": "got", "serial": "x"},
        {"type": "question", "n": 2},
        {"type": "chunk", "name": "../secrets"},
        {"type": "option", "name": "_library", "value": 1},
    ):
        before = len(page.heard("error"))
        say(view, **message)
        assert len(page.heard("error")) == before + 1
    say(view, type="question", n=1)
    assert len(page.heard("error")) == 4


def test_the_page_cannot_write_what_is_pythons(view: Fed) -> None:
    library = view._library
    view.set_state({"_library": None, "_view": "Other", "width": 500})
    assert view._library is library
    assert view._view == "Fed"
    assert view.width == 500


def test_a_chunk_comes_on_request(view: Fed, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_library, "_CHUNKS", {"words": "words.js.gz"})
    monkeypatch.setattr(_library._bundle, "chunk", lambda name: name.encode())
    say(view, type="chunk", name="words")
    assert fed(view)[-1] == {"type": "chunk", "name": "words", "buffers": [b"words.js.gz"]}


def test_where_files_are_watched_the_library_follows_them(
    net: nnw.Network, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(_library._bundle, "live", lambda: True)
    monkeypatch.setattr(_library._bundle, "STATIC", tmp_path)
    (tmp_path / "inside.js").write_text("export default {}")
    (tmp_path / "inside.css").write_text(".a {}")
    view = Fed(net)
    library = net._libraries["inside"]
    assert library.comm.data["state"]["_esm"] == "export default {}"
    assert library.comm.data["state"]["_css"] == ".a {}"
    library.give_up()
    assert library.is_open
    view.close()
