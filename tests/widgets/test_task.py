"""``Task``: what counts as solved, who says so, and what is switched off meanwhile."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from torch import nn

import nnwidgets as nnw
from tests.widgets.fakes import FakeClock, Page, deliver

SOLUTION = {"0.weight": [[-3.275, 3.326], [3.230, -3.255]], "0.bias": [1.556, 1.549]}
START = {
    "0.weight": [[1.0, 0.3], [-0.4, 1.0]],
    "0.bias": [0.2, -0.3],
    "2.weight": [[2.6, 2.67]],
    "2.bias": [-2.09],
}


@pytest.fixture
def start(net: nnw.Network) -> nnw.Network:
    net.weights = START
    net.mark_initial()
    return net


def ask(view: Any, **message: Any) -> None:
    deliver(view, {"method": "custom", "content": message})


class TestSolving:
    def test_by_hand_counts_attempts_and_keeps_what_solved_it(self, start: nnw.Network) -> None:
        task = nnw.Task(start, accuracy=1, by_hand=True, freeze=["2.weight", "2.bias"])
        assert (task.solved, task.attempts, task.weights) == (False, 0, None)
        start.weights = {"0.bias": [0.5, 0.5]}
        assert (task.solved, task.attempts) == (False, 1)
        start.weights = SOLUTION
        assert (task.solved, task.attempts) == (True, 2)
        start.weights = {"0.bias": [0.0, 0.0]}
        assert (task.solved, task.attempts) == (True, 3)
        assert task.weights is not None
        np.testing.assert_allclose(task.weights["0.weight"], SOLUTION["0.weight"], rtol=1e-6)
        assert [entry["solved"] for entry in task.history] == [False, True, False]
        assert task.history[1]["readings"]["all samples right"] == "100.0%"
        task.weights["0.weight"][:] = 0
        assert task.weights["0.weight"].any()

    def test_by_training_does_not_count_until_one_goes_back(self, start: nnw.Network) -> None:
        task = nnw.Task(start, accuracy=1, by_hand=True)
        trainer = nnw.Trainer(start, seed=0)
        trainer.step(1, unit="batch")
        start.weights = SOLUTION
        assert not task.solved
        by_hand = task.readings[1]
        assert by_hand.text == "trained for 1 step: go back to the start"
        task.reset()
        assert start.weights["0.weight"] == pytest.approx(np.array(START["0.weight"]))
        start.weights = SOLUTION
        assert task.solved

    def test_by_an_own_loop_is_training_as_well(self, start: nnw.Network) -> None:
        task = nnw.Task(start, accuracy=1, by_hand=True)
        start.weights = SOLUTION | {"0.bias": [9.0, 9.0]}
        start.record()
        start.weights = SOLUTION
        assert not task.solved

    def test_with_few_units_and_a_low_loss(self, clock: FakeClock) -> None:
        del clock
        data = nnw.datasets.xor()
        net = nnw.Network(nnw.mlp([2, 4, 1], "sigmoid", seed=4), data.X, data.y, "mse")
        task = nnw.Task(net, loss=1e-3, max_units=4)
        nnw.Trainer(net, lr=0.01, batch_size=None, stop={"loss": 9e-4}).fit(1000, progress=False)
        assert task.solved
        net.add_unit(0)
        assert not task.readings[1].met
        task.reset()
        assert [layer["units"] for layer in net._spec["layers"]] == [4, 1]
        assert net.epoch == 0

    def test_goes_back_to_activations_with_their_slopes(self, clock: FakeClock) -> None:
        del clock
        X, y = nnw.datasets.blobs4(n=12)
        model = nn.Sequential(nn.Linear(2, 3), nn.LeakyReLU(0.3), nn.Linear(3, 1))
        net = nnw.Network(model, X, y)
        before = model(torch.as_tensor(X)).detach()
        task = nnw.Task(net, accuracy=1)
        for between in ("tanh", "leaky_relu"):
            net.activation = "tanh"
            net.activation = between
            assert not torch.equal(model(torch.as_tensor(X)), before)
            task.reset()
            assert torch.equal(model(torch.as_tensor(X)), before)

    def test_by_moving_points_is_none(self, start: nnw.Network) -> None:
        task = nnw.Task(start, accuracy=1)
        values = start.run.problem.outputs_at(start.X).ravel()
        start.y = (values > 0).astype(np.float32)
        start.weights = {"0.bias": [0.2001, -0.3]}
        assert start.accuracy == pytest.approx(1, abs=0.05)
        assert not task.solved
        assert task._payload()[0]["moved"]
        task.reset()
        assert not task._payload()[0]["moved"]

    def test_by_unfreezing_in_code_is_none(self, start: nnw.Network) -> None:
        task = nnw.Task(start, accuracy=1, freeze="2.bias")
        with pytest.raises(ValueError, match="frozen"):
            start.weights = {"2.bias": [0.0]}
        start.unfreeze()
        start.weights = SOLUTION | {"2.bias": [-2.0]}
        assert not task.solved
        assert task.readings[1].text == "changed"

    def test_by_a_function_of_the_teachers(self, start: nnw.Network) -> None:
        def parallel(net: nnw.Network) -> tuple[bool, str]:
            """Parallel lines."""
            a, b = net.weights["0.weight"]
            cross = float(abs(a[0] * b[1] - a[1] * b[0]) / np.hypot(*a) / np.hypot(*b))
            return cross < 0.1, f"sine {cross:.2f}"

        task = nnw.Task(start, check=parallel)
        assert (task.readings[0].label, task.readings[0].text) == ("Parallel lines", "sine 1.00")
        start.weights = SOLUTION
        assert task.solved


class TestInThePage:
    def test_a_drag_is_one_attempt_and_is_judged_on_the_way(
        self, start: nnw.Network, page: Page, clock: FakeClock
    ) -> None:
        task = nnw.Task(start, accuracy=1)
        for step in range(4):
            page.say(type="edit", seq=step + 1, index=[0], value=[0.1 * step], held=[0])
            clock.advance(0.3)
        assert task._verdict.attempts.count == 0
        page.say(type="edit", seq=5, index=[0], value=[0.7], held=[])
        clock.advance(0.1)
        assert task._verdict.readings[0].value != 1
        clock.advance(3)
        assert task._verdict.attempts.count == 1
        clock.advance(3)
        assert task._verdict.attempts.count == 1

    def test_a_solution_in_mid_drag_counts_once(
        self, start: nnw.Network, page: Page, clock: FakeClock
    ) -> None:
        task = nnw.Task(start, accuracy=1)
        values = np.concatenate([np.ravel(SOLUTION["0.weight"]), SOLUTION["0.bias"]]).tolist()
        page.say(type="edit", seq=1, index=list(range(6)), value=values, held=[0])
        clock.advance(0.2)
        assert task._verdict.attempts.weights is not None
        page.say(type="edit", seq=2, index=[0], value=[0.0], held=[])
        clock.advance(3)
        assert (task.solved, task.attempts) == (True, 1)

    def test_the_page_cannot_say_that_it_is_solved(self, start: nnw.Network) -> None:
        task = nnw.Task(start, accuracy=1, hints=["look", "again"])
        for content in ({"type": "solved"}, {"type": "option", "name": "solved", "value": True}):
            ask(task, **content)
        task.set_state({"solved": True, "_verdict": 1})
        assert not task.solved
        for _ in range(3):
            ask(task, type="hint")
        assert task.hints_used == 2
        assert task._payload()[0]["hints"] == ["look", "again"]

    def test_what_is_hidden_does_not_work_from_the_page(
        self, start: nnw.Network, page: Page
    ) -> None:
        before = nnw.DecisionLines(start)
        task = nnw.Task(start, accuracy=1, hide=["training", "points"], freeze="2.bias")
        after = nnw.WeightSliders(start)
        for view in (before, after, start):
            wanted = {"nnw-hide-training", "nnw-hide-points", "nnw-hide-freeze"}
            assert wanted == {name for name in view._dom_classes if "hide" in name}
        page.say(type="train", action="step")
        page.say(type="points", seq=1, op="delete", row=0)
        page.say(type="freeze", index=[8], frozen=False)
        told = [error["message"] for error in page.heard("error")]
        assert told == [f"{name} is switched off here" for name in ("training", "points", "freeze")]
        assert (start.epoch, len(start.X), start.frozen) == (0, 40, ["2.bias"])
        task.close()
        assert before._dom_classes == ()
        assert start.frozen == []

    def test_closing_it_leaves_frozen_what_was_frozen_before(self, start: nnw.Network) -> None:
        start.freeze("2.bias")
        task = nnw.Task(start, accuracy=1, freeze=["2.weight", "2.bias"])
        assert start.frozen == ["2.weight", "2.bias"]
        task.close()
        assert start.frozen == ["2.bias"]


class TestBadTasks:
    @pytest.mark.parametrize(
        ("options", "message"),
        [
            ({}, "needs a condition"),
            ({"by_hand": True}, "needs a condition"),
            ({"accuracy": 1.5}, "at most 1"),
            ({"accuracy": True}, "must be a number"),
            ({"loss": -1}, "loss must be a number above 0"),
            ({"max_units": 2.5}, "max_units must be an integer"),
            ({"check": 3}, "check must be a function"),
            ({"loss": 0.1, "hide": "bars"}, "hide knows training, points"),
            ({"loss": 0.1, "freeze": "9.weight"}, "9.weight"),
            ({"loss": 100.0}, "meets all conditions already"),
        ],
    )
    def test_are_refused(self, start: nnw.Network, options: dict[str, Any], message: str) -> None:
        with pytest.raises((TypeError, ValueError), match=message):
            nnw.Task(start, **options)
        assert start.frozen == []

    def test_a_regression_has_no_accuracy(self, clock: FakeClock) -> None:
        del clock
        net = nnw.Network(nnw.mlp([1, 1]), [[0.0], [1.0]], [0.5, 2.5])
        with pytest.raises(ValueError, match=r"regression: use loss= or check="):
            nnw.Task(net, accuracy=1)
