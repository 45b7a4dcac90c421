"""Every kind of message to a network, in every state that a network can be in."""

from __future__ import annotations

import json
import threading
from random import Random
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import nnwidgets as nnw
from nnwidgets.widgets._readers import READERS
from tests.fuzz import messages, rig
from tests.fuzz.share import share
from tests.widgets.fakes import FakeClock, Opaque

STATES = ("idle", "trained", "training", "opaque", "restructured", "closed")


def test_every_kind_of_message_has_a_strategy_and_says_what_it_may_change() -> None:
    assert set(messages.FIELDS) == set(READERS)
    assert set(messages.MAY_CHANGE) == set(READERS)


def made(state: str) -> nnw.Network:
    data = nnw.datasets.blobs4(n=16)
    model = Opaque() if state == "opaque" else nnw.mlp([2, 3, 1], seed=1)
    net = nnw.Network(model, data, loss="bce")
    trainer = nnw.Trainer(net, batch_size=8, seed=0)
    if state != "idle":
        trainer.fit(3, progress=False)
    if state == "restructured":
        net.add_unit(0)
    if state == "training":
        trainer.play()
    if state == "closed":
        net.close()
    return net


@pytest.mark.parametrize("state", STATES)
@share(3)
@given(seed=st.integers(0, 2**64), count=st.integers(60, 90))
def test_a_message_is_done_within_its_bounds_or_refused_and_answered(
    state: str, seed: int, count: int
) -> None:
    rng = Random(seed)
    with rig.kernel() as clock:
        net, beside = made(state), made("trained")
        untouched = rig.fingerprint(beside)
        page = Page(net, clock)
        for number in range(count):
            if state == "training" and number % 20 == 0:
                net.run.trainer.play()
                page.look()
            page.says(messages.made(rng))
        if net.run.trainer is not None:
            net.run.trainer.pause()
        assert not rig.changed(untouched, rig.fingerprint(beside))


class Page:
    """Says things to a network, and holds what comes of each to the rules."""

    def __init__(self, net: nnw.Network, clock: FakeClock) -> None:
        self.net, self.clock, self.uplink = net, clock, net.uplink
        self.look()

    def look(self) -> None:
        """Note how all is, and whether it moves by itself."""
        self.moving = self.net.run.status.state == "playing"
        self.before = rig.fingerprint(self.net)

    def says(self, message: Any) -> None:
        net, kind = self.net, messages.kind_of(message)
        content = messages.resolved(message, net.run.problem.revision)
        moving = self.moving or net.run.status.state == "playing"
        heard = rig.Listener(net)
        rig.deliver(self.uplink, {"method": "custom", "content": content})
        rest(net, content)
        rig.settle(self.clock)
        refusals = heard.refusals()
        rig.note(kind, refusals)
        before, _ = self.before, self.look()
        differ = rig.changed(before, self.before)
        allowed = messages.TRAINED if moving else set[str]()
        if kind == "nonsense":
            assert refusals or self.uplink.comm is None, "nonsense that nobody answered"
        elif not refusals or kind in ("train", "branch"):  # the settings of one, then an error
            allowed = allowed | messages.MAY_CHANGE[kind]
        assert differ <= allowed, f"{kind} changed {differ - allowed}; said: {refusals}"
        whole(net)


def rest(net: nnw.Network, content: Any) -> None:
    """Training that somebody asks for goes on until somebody stops it: here, at once."""
    if isinstance(content, dict) and content.get("type") in ("train", "branch"):
        for thread in threading.enumerate():
            if thread.name == "nnwidgets-command":
                thread.join(0.01)
        if net.run.trainer is not None:
            net.run.trainer.pause()


def whole(net: nnw.Network) -> None:
    """What holds of a network whatever was said to it."""
    problem = net.run.problem
    with problem.turn:  # in the middle of a step that diverges, weights may be anything
        parameters = problem.parameters
        assert np.isfinite(parameters.read()).all()
        assert np.isfinite(problem.data.X).all()
        assert np.isfinite(problem.data.y).all()
        assert len(problem.data.X) == len(problem.data.y) >= 1
        assert problem.data.X.dtype == parameters.dtype == np.float32
        assert problem.data.X.shape[1] == 2
        assert len(problem.frozen) == len(problem.initial) == parameters.size
    json.dumps(net._spec, allow_nan=False)
