"""A great many messages, and small ones that ask for a great deal: bounded, whatever it is."""

from __future__ import annotations

import threading
import tracemalloc
from typing import Any

import numpy as np
import pytest
from torch import nn

import nnwidgets as nnw
from nnwidgets.widgets import forward_backward
from tests.fuzz import rig
from tests.fuzz.surfaces import points


def said(net: Any, **message: Any) -> list[str]:
    page = rig.Listener(net)
    message = {"revision": net.run.problem.revision, **message}
    rig.deliver(net.uplink, {"method": "custom", "content": message})
    return page.refusals()


def threads() -> int:
    return threading.active_count()


@pytest.mark.parametrize("action", ["play", "pause", "step", "reset"])
def test_a_flood_of_orders_to_the_trainer_leaves_few_threads(action: str) -> None:
    with rig.kernel() as clock:
        net = points()
        before = most = threads()
        with net.run.problem.turn:  # nothing that needs it can go on
            for _ in range(300):
                said(net, type="train", action=action, n=1)
                most = max(most, threads())
        assert most - before <= rig.MOST_THREADS
        net.run.trainer.pause()
        rig.settle(clock)


def test_a_flood_of_branches_leaves_few_threads_and_few_runs() -> None:
    with rig.kernel() as clock:
        net = points()
        before = most = threads()
        with net.run.problem.turn:
            for epoch in range(300):
                said(net, type="branch", epoch=epoch % 3, play=False)
                most = max(most, threads())
        assert most - before <= rig.MOST_THREADS
        rig.settle(clock)
        assert len(net.run.former) <= 8


def test_a_pause_gets_through_whatever_was_asked_before() -> None:
    with rig.kernel() as clock:
        net = points()
        net.run.trainer.play()
        for _ in range(50):
            said(net, type="train", action="pause")
        rig.settle(clock)
        assert net.run.status.state == "idle"


def test_a_flood_of_gifts_is_worked_off_by_one_thread() -> None:
    with rig.kernel() as clock:
        playground = nnw.Playground()
        rig.settle(clock)
        before, most = threads(), 0
        for _ in range(200):
            content = {"type": "give", "what": "state"}
            rig.deliver(playground, {"method": "custom", "content": content})
            most = max(most, threads() - before)
        assert most <= 3
        rig.settle(clock)
        assert any(answer["type"] == "given" for answer in playground.comm.sent)


def test_a_flood_of_resets_of_a_task_is_one_thread_and_is_answered() -> None:
    with rig.kernel() as clock:
        task = nnw.Task(points(), "Separate.", loss=1e-4)
        before, most = threads(), 0
        for _ in range(100):
            rig.deliver(task, {"method": "custom", "content": {"type": "reset"}})
            most = max(most, threads() - before)
        assert most <= 3
        rig.settle(clock)


def test_runs_that_a_page_keeps_are_few() -> None:
    with rig.kernel() as clock:
        curves = nnw.TrainingCurves(points())
        page = rig.Listener(curves.net)
        for _ in range(60):
            rig.deliver(curves, {"method": "custom", "content": {"type": "keep"}})
        rig.settle(clock)
        assert len(curves.runs) == 21
        assert "at most 20 other runs" in page.refusals()[0]


def test_answers_of_an_exercise_are_the_newest(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(forward_backward, "MOST_ANSWERS", 5)
    with rig.kernel() as clock:
        view = nnw.ForwardBackward(points(), sample=0, lr=0.5, you_try=True)
        step = next(step for step in view._steps() if "W" in step.id)
        for sample in range(9):
            content = {"type": "answer", "step": step.id, "sample": sample, "given": 1.0}
            content["entry"] = list(step.entries[0])
            rig.deliver(view, {"method": "custom", "content": content})
        rig.settle(clock)
        assert [answer["sample"] for answer in view.answers] == [4, 5, 6, 7, 8]


class Wide(nn.Module):
    """A model of many inputs that the browser cannot compute."""

    def __init__(self) -> None:
        super().__init__()
        self.inner = nn.Linear(3000, 1)

    def forward(self, x: Any) -> Any:
        return nn.functional.silu(self.inner(x)) ** 2


def test_a_field_of_many_inputs_takes_no_more_than_its_own_size() -> None:
    with rig.kernel() as clock:
        X = np.random.default_rng(0).random((8, 3000), np.float32)
        net = nnw.Network(Wide(), X, np.arange(8) % 2, loss="bce")
        said(net, type="hello")
        probe = {
            "key": "a",
            "kind": "field",
            "axes": [0, 1],
            "extent": [0, 1, 0, 1],
            "size": [256, 256],
            "fixed": [0] * 3000,
        }
        tracemalloc.start()
        try:
            page = rig.Listener(net)
            assert said(net, type="watch", probes=[probe]) == []
            clock.advance(1.0)
            _, peak = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
        assert any(answer["type"] == "probe" for answer in page.answers())
        assert peak < 400 * 2**20, f"{peak / 2**20:.0f} MiB for a field of 256 × 256"
        (why,) = said(net, type="watch", probes=[{**probe, "key": str(i)} for i in range(8)])
        assert "size of all probes" in why
