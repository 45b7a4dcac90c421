"""A notebook that is open in two tabs: one network, and two pages that speak to it."""

from typing import Any

import numpy as np
import pytest

import nnwidgets as nnw
from nnwidgets.widgets._hands import HOLD, PAGES, Hands
from nnwidgets.widgets._traffic import LOOKING
from tests.widgets.fakes import FakeClock, Page

LAYER = {"key": "l", "kind": "layer", "layer": 0}


def edit(seq: int, index: int, value: float, held: tuple[int, ...] = ()) -> dict[str, Any]:
    changes = {"index": [index], "value": [value], "held": list(held)}
    return {"type": "edit", "seq": seq, **changes}


@pytest.fixture
def two(net: nnw.Network, page: Page) -> tuple[Page, Page]:
    return Page(net, 11), Page(net, 12)


def test_edits_of_the_same_number_are_both_made_and_each_page_hears_of_its_own(
    net: nnw.Network, page: Page, two: tuple[Page, Page], clock: FakeClock
) -> None:
    one, other = two
    one.say(**edit(5, 0, 1.5))
    other.say(**edit(5, 8, 2.5))
    other.say(**edit(5, 8, 2.5))  # it was repeated, and that alone is known
    net.weights = {"2.bias": [7.0]}
    other.say(**edit(5, 8, 2.5))
    assert (net.weights["0.weight"][0, 0], net.weights["2.bias"][0]) == (1.5, 7.0)
    clock.advance(1)
    assert page.heard("frame")[-1]["acks"] == {"11": 5, "12": 5}
    one.say(type="points", seq=6, op="move", row=0, x=[1, 2])
    other.say(type="points", seq=6, op="move", row=1, x=[3, 4])
    clock.advance(1)
    assert net.X[:2].tolist() == [[1, 2], [3, 4]]
    assert net._data["acks"] == {"11": 6, "12": 6}


def test_each_page_holds_what_is_under_its_own_hand(
    net: nnw.Network, two: tuple[Page, Page], clock: FakeClock
) -> None:
    one, other = two
    held = net.run.problem.held
    one.say(**edit(1, 0, 1.0, held=(0,)))
    other.say(**edit(1, 8, 2.0, held=(8,)))
    assert np.flatnonzero(held).tolist() == [0, 8]
    nnw.Trainer(net, lr=0.1).step(2)
    assert (net.weights["0.weight"][0, 0], net.weights["2.bias"][0]) == (1.0, 2.0)
    other.say(type="edit", seq=2, index=[], value=[], held=[])
    assert np.flatnonzero(held).tolist() == [0]


def test_a_page_that_is_closed_while_it_drags_lets_go_and_the_other_does_not(
    net: nnw.Network, two: tuple[Page, Page], clock: FakeClock
) -> None:
    one, other = two
    held = net.run.problem.held
    one.say(**edit(1, 0, 1.0, held=(0,)))
    for seq in range(1, 11):
        other.say(**edit(seq, 8, float(seq), held=(8,)))
        clock.advance(HOLD / 8)
    assert np.flatnonzero(held).tolist() == [8]
    clock.advance(HOLD)
    assert not held.any()


def test_hands_are_few_and_forget_a_structure_that_is_gone(
    net: nnw.Network, page: Page, clock: FakeClock
) -> None:
    for number in range(PAGES + 3):
        Page(net, number).say(**edit(1, number % 9, 1.0, held=(number % 9,)))
    assert len(net._commands._hands._hands) == PAGES
    clock.advance(1 / 60)
    assert len(page.heard("frame")[-1]["acks"]) == PAGES
    net.add_unit(0)
    assert not net.run.problem.held.any()
    Page(net, 50).say(**edit(1, 12, 1.0, held=(12,)))
    assert np.flatnonzero(net.run.problem.held).tolist() == [12]


def test_an_answer_says_whom_it_answers(net: nnw.Network, two: tuple[Page, Page]) -> None:
    one, other = two
    one.say(type="recall", epoch=0)
    other.say(type="history", run="", serial=-1, rows=0)
    one.say(type="recall", epoch=99)
    other.say(**edit(3, 8, 1e60))
    asked = [(kind, one.heard(kind)[0]["page"]) for kind in ("recalled", "history")]
    assert asked == [("recalled", 11), ("history", 12)]
    assert [(error["page"], error.get("seq")) for error in one.heard("error")][-1] == (12, 3)


@pytest.mark.parametrize("number", ["1", None, -1, 1.5, [], 2**60, True])
def test_a_page_whose_number_is_nonsense_is_heard_all_the_same(
    net: nnw.Network, page: Page, clock: FakeClock, number: object
) -> None:
    page.say_anything({**edit(4, 8, 2.0), "revision": 0, "page": number})
    assert net.weights["2.bias"] == [2.0]
    clock.advance(1)
    assert page.heard("frame")[-1]["acks"] == {"0": 4}
    assert page.heard("error") == []


def test_pages_watch_fields_of_their_own_until_they_are_gone(
    opaque: nnw.Network, clock: FakeClock
) -> None:
    one, other = Page(opaque, 11), Page(opaque, 12)
    one.say(type="hello")
    one.say(type="watch", probes=[LAYER])
    other.say(type="watch", probes=[LAYER, {**LAYER, "key": "m"}])
    clock.advance(0.1)
    seen = {(probe["page"], probe["key"]) for probe in one.heard("probe")}
    assert seen == {(11, "l"), (12, "l"), (12, "m")}
    clock.advance(LOOKING)
    one.say(type="watch", probes=[LAYER])
    clock.advance(1)
    one.forget()
    one.say(type="hello")
    opaque.weights = {"outer.bias": [3.0]}
    clock.advance(1)
    assert {probe["page"] for probe in one.heard("probe")} == {11}


def test_a_hand_that_is_heard_often_has_one_timer(
    net: nnw.Network, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    hands, asked, problem = Hands(net.run.problem), [], net.run.problem
    call_at = clock.call_at
    monkeypatch.setattr(clock, "call_at", lambda *when: (asked.append(when), call_at(*when)))
    for _ in range(100):
        hands.hold(1, (0,), problem.revision)
        clock.advance(HOLD / 200)
    assert len(asked) == 1
    clock.advance(HOLD * 0.99)
    assert problem.held[0]  # the timer rang, but the hand was heard since
    clock.advance(HOLD * 0.02)
    assert not problem.held.any()
    assert len(asked) == 2
