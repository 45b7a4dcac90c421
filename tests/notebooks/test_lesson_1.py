"""What the first lesson says in words is so."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import pytest

import nnwidgets as nnw
from tests.notebooks.lessons import number, printed, run_all

if TYPE_CHECKING:
    import torch
    from nbformat import NotebookNode


@pytest.fixture(scope="module")
def lesson() -> NotebookNode:
    return run_all("01-nonlinearity")


def trained(activation: str, seed: int) -> tuple[torch.nn.Module, nnw.Network]:
    """Train as the lessons' cells do."""
    model = nnw.mlp([2, 2, 1], activation, seed=seed)
    net = nnw.Network(model, *nnw.datasets.blobs4())
    nnw.Trainer(net, lr=0.01).fit(epochs=100, progress=False)
    return model, net


class TestNonlinearity:
    def test_no_line_does_better_than_three_clouds_of_four(self, lesson: NotebookNode) -> None:
        assert printed(lesson)["best-line"] == ["best line in (x₁, x₂): 75.0%"]

    def test_the_network_learns_it(self, lesson: NotebookNode) -> None:
        said = printed(lesson)

        assert said["train"][-1].endswith("accuracy 100.0%")
        assert number("loss", said["train"][-1]) < 0.02
        assert said["sides"] == [
            "orange: 0 points on no positive side, 200 on one, 0 on both",
            "  blue: 0 points on no positive side, 0 on one, 200 on both",
        ]

    def test_a_line_separates_activations_and_not_sums(self, lesson: NotebookNode) -> None:
        assert printed(lesson)["best-lines"] == [
            "best line in (x₁, x₂): 75.0%",
            "best line in (z₁, z₂): 75.0%",
            "best line in (a₁, a₂): 100.0%",
        ]

    def test_the_articles_weights_are_read_as_it_means_them(self, lesson: NotebookNode) -> None:
        first, second, score = printed(lesson)["check"]

        assert first == "h₁: -3.275 x₁ +3.326 x₂ +1.556 = 0, positive above"
        assert second == "h₂: +3.230 x₁ -3.255 x₂ +1.549 = 0, positive below"
        assert score.startswith("accuracy 100.0%")
        assert 0.11 < number("cross-entropy", score) < 0.12

    def test_rows_for_columns_go_unnoticed(self, lesson: NotebookNode) -> None:
        right, wrong = printed(lesson)["transposed"]

        assert "accuracy 100.0%" in right
        assert "accuracy 100.0%" in wrong
        losses = [number("cross-entropy", line) for line in (right, wrong)]
        assert losses[0] != losses[1] == pytest.approx(losses[0], rel=1e-3)

    def test_without_a_bend_nothing_is_learned(self, lesson: NotebookNode) -> None:
        last = printed(lesson)["trial"][-1]

        assert last.startswith("linear from seed 16")
        assert number("loss", last) == pytest.approx(math.log(2), abs=1e-3)
        assert number("accuracy", last) <= 75

    def test_a_loop_of_ones_own_learns_it(self, lesson: NotebookNode) -> None:
        (line,) = printed(lesson)["loop"]

        assert 1 < number("after epoch", line) <= 100

    def test_the_answer_by_hand_is_right(self, lesson: NotebookNode) -> None:
        code = next(cell.source for cell in lesson.cells if cell.id == "answer-1")
        by_hand = nnw.Network(nnw.mlp([2, 2, 1]), *nnw.datasets.blobs4())

        exec(code, {"by_hand": by_hand})

        assert by_hand.accuracy == 1


class TestWhatTheFirstLessonOnlySays:
    """Claims that no cell of the lesson prints."""

    def test_training_leaves_the_best_single_line_for_one_half_everywhere(self) -> None:
        net = nnw.Network(nnw.mlp([2, 1]), *nnw.datasets.blobs4())
        net.weights = {"0.weight": [[-2, -2]], "0.bias": [1]}
        best = net.accuracy

        nnw.Trainer(net).fit(epochs=50, progress=False)

        assert best == pytest.approx(0.75, abs=0.01)
        assert net.loss == pytest.approx(math.log(2), abs=1e-3)
        assert np.abs(net.weights["0.weight"]).max() < 0.2

    def test_half_of_the_points_are_wrong_at_first(self) -> None:
        net = nnw.Network(nnw.mlp([2, 2, 1], seed=16), *nnw.datasets.blobs4())

        assert net.accuracy == 0.5

    def test_relu_leaves_one_unit_straight_and_one_dead(self) -> None:
        model, net = trained("relu", seed=16)

        active = [(line.side(net.X) > 0).mean() for line in nnw.decision_lines(model)]

        assert sorted(active) == [0, 1]
        assert net.loss == pytest.approx(math.log(2), abs=1e-3)

    @pytest.mark.parametrize(
        ("activation", "seed"), [("relu", 2), ("sine", 16), ("sigmoid", 16), ("softplus", 16)]
    )
    def test_other_bends_do_it(self, activation: str, seed: int) -> None:
        assert trained(activation, seed)[1].accuracy == 1

    def test_tanh_is_stuck_from_seed_19(self) -> None:
        assert trained("tanh", seed=19)[1].accuracy == pytest.approx(0.75, abs=0.02)

    def test_the_trained_lines_are_nearly_parallel_and_opposed(self) -> None:
        first, second = (line.weight for line in nnw.decision_lines(trained("tanh", seed=16)[0]))

        cosine = first @ second / np.linalg.norm(first) / np.linalg.norm(second)

        assert cosine < -0.99

    def test_a_weight_turns_its_line_about_where_it_meets_the_other_axis(self) -> None:
        lines = []
        for w11 in (1.0, 3.0):
            net = nnw.Network(model := nnw.mlp([2, 2, 1]), *nnw.datasets.blobs4())
            net.weights = {"0.weight": [[w11, 2], [1, 1]], "0.bias": [1, 0]}
            lines.append(nnw.decision_lines(model)[0])

        assert [line.side([[0, -0.5]])[0] for line in lines] == [0, 0]  # both pass there
