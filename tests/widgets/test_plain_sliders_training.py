"""A plain ipywidgets slider on a weight that training moves as well."""

from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import nnwidgets as nnw
from nnwidgets.training import _session
from tests.widgets.fakes import FakeClock
from tests.widgets.sliders import UNEVEN, SliderPage, link_slider, put, weight_of


@pytest.fixture(autouse=True)
def _whole_epochs_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """On a busy machine training tells of unfinished epochs, too: more words, other echoes."""
    monkeypatch.setattr(_session, "_FRAME", float("inf"))


def train(net: nnw.Network, clock: FakeClock, page: SliderPage | None, late: int) -> None:
    """Forty epochs, with a page that reads and is heard only every so many of them."""
    trainer = nnw.Trainer(net, lr=0.02, seed=0)
    for epoch in range(40):
        trainer.step()
        clock.advance(0.1)
        if page is not None and epoch % late == 0:
            page.speak()
            page.read()
    if page is not None:
        page.turn()


@pytest.mark.parametrize("late", [1, 3, 7])
def test_training_does_not_notice_a_slider(
    net: nnw.Network, clock: FakeClock, writes: list[float], late: int
) -> None:
    X, y = nnw.datasets.blobs4(n=40)
    alone = nnw.Network(nnw.mlp([2, 2, 1], seed=0), X, y, loss="bce")
    page = SliderPage(link_slider(net))
    train(net, clock, page, late)
    train(alone, clock, None, late)
    assert writes == []
    assert net.weights == alone.weights
    assert page.value == pytest.approx(weight_of(net), abs=0.0051)  # it has followed


def test_a_hand_is_heard_while_training_runs(
    net: nnw.Network, clock: FakeClock, writes: list[float]
) -> None:
    """One write for each move, none for the echoes that were under way meanwhile."""
    page = SliderPage(link_slider(net))
    trainer = nnw.Trainer(net, lr=0.02, seed=0)
    for epoch in range(20):
        trainer.step()
        clock.advance(0.1)
        if epoch % 5 == 4:
            wanted = page.drag(100 if epoch < 10 else -100)  # the page has not read the last epoch
            page.speak()
            assert weight_of(net) == np.float32(wanted)
        page.read()
        page.speak(1)
    assert len(writes) == 4


moves = st.lists(
    st.one_of(
        st.tuples(st.just("train"), st.floats(-0.04, 0.04)),
        st.tuples(st.just("read"), st.integers(1, 3)),
        st.tuples(st.just("speak"), st.integers(1, 3)),
        st.tuples(st.just("wait"), st.sampled_from([0.01, 0.1])),
    ),
    max_size=40,
)


@settings(
    max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
@given(moves=moves, hand=st.lists(st.integers(-3, 3).filter(bool), min_size=1, max_size=6))
def test_whatever_is_under_way_only_hands_and_python_write(
    net: nnw.Network, clock: FakeClock, moves: list[tuple[str, Any]], hand: list[int]
) -> None:
    put(net, UNEVEN)
    page = SliderPage(link_slider(net))
    start = clock.now()
    for what, amount in moves:
        if what == "train":
            value = float(np.float32(weight_of(net) + amount))
            put(net, value)
            continue
        before = weight_of(net)
        if what == "wait":
            clock.advance(amount if clock.now() - start < 1.2 else 0)
        else:
            getattr(page, what)(amount)
        assert weight_of(net) == before
    before = weight_of(net)
    page.turn()
    assert weight_of(net) == before
    clock.advance(2)  # training is over; somebody takes the slider
    for steps in hand:
        wanted = page.drag(steps)
        page.turn()
        assert weight_of(net) == torch.tensor(wanted).item()
