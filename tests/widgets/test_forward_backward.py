"""The Python half of a pass by hand: what it takes, what it grades, what it refuses."""

from typing import Any

import pytest
import torch
import traitlets
from torch import nn

import nnwidgets as nnw
from nnwidgets.widgets import _background
from tests.widgets.fakes import FakeClock, deliver


@pytest.fixture(autouse=True)
def inline(monkeypatch: pytest.MonkeyPatch) -> None:
    """Answers are graded where they come in."""
    monkeypatch.setattr(_background, "spawn", lambda work, name: work())


@pytest.fixture
def article(clock: FakeClock) -> nnw.Network:
    del clock
    model = nn.Sequential(nn.Linear(2, 1), nn.Sigmoid())
    X, y = [[0.5, 0.1], [-0.4, 0.9]], [[0.8], [0.2]]
    net = nnw.Network(model, X, y, loss="half_mse")
    net.weights = {"0.weight": [[0.3, 0.7]], "0.bias": [-0.2]}
    return net


def answer(view: nnw.ForwardBackward, step: str, entry: list[int], given: Any, **more: Any) -> None:
    message = {"type": "answer", "step": step, "entry": entry, "sample": 0, "given": given, **more}
    deliver(view, {"method": "custom", "content": message})


class TestAnswers:
    def test_are_graded_by_autograd(self, article: nnw.Network) -> None:
        view = nnw.ForwardBackward(article, you_try=True)
        heard: list[Any] = []
        view.observe(lambda change: heard.append(change["new"]), names="answers")

        answer(view, "z1", [0], 0.02)
        answer(view, "delta1", [0], -0.1148)  # as the article has it

        right, wrong = view.answers
        assert right["expected"] == pytest.approx(0.02, abs=1e-6)
        assert (right["asked"], right["step"], right["entry"]) == ("z1[0]", "z1", [0])
        assert right["correct"]
        assert wrong["expected"] == pytest.approx(-0.0737427, abs=1e-6)
        assert not wrong["correct"]
        assert len(heard) == 2
        assert view.score == pytest.approx(1 / len(view.questions))

    def test_count_their_attempts(self, article: nnw.Network) -> None:
        view = nnw.ForwardBackward(article)
        for given in (0.1, 0.5, -0.0369):
            answer(view, "dW1", [0, 0], given)

        (one,) = view.answers
        assert (one["attempts"], one["given"], one["correct"]) == (3, -0.0369, True)

    def test_that_were_looked_up_do_not_count(self, article: nnw.Network) -> None:
        view = nnw.ForwardBackward(article)
        answer(view, "z1", [0], None)
        answer(view, "z1", [0], 0.02)

        (one,) = view.answers
        assert one["correct"]
        assert one["revealed"]
        assert view.score == 0

    def test_looking_after_answering_takes_nothing_away(self, article: nnw.Network) -> None:
        view = nnw.ForwardBackward(article)
        answer(view, "z1", [0], 0.02)
        answer(view, "z1", [0], None)

        assert view.answers[0]["given"] == 0.02
        assert view.score > 0

    def test_follow_the_weights_the_sample_the_batch_and_the_rate(
        self, article: nnw.Network
    ) -> None:
        view = nnw.ForwardBackward(article, lr=1.0)
        article.weights = {"0.bias": [0.0]}
        answer(view, "z1", [0], 0.22)
        answer(view, "z1", [0], 0.51, sample=1)
        assert [one["correct"] for one in view.answers] == [True, True]

        view.batch = 2
        X, y = torch.tensor(article.X), torch.tensor(article.y)
        loss = nn.functional.mse_loss(article.run.problem.model(X), y).item() / 2
        answer(view, "loss", [0], loss)
        assert view.answers[-1]["correct"]

        view.batch, view.lr = None, 0.25
        answer(view, "b1", [0], 0.0)
        gradient = view.answers[-1]["expected"] / -0.25
        view.lr = 0.5
        answer(view, "b1", [0], -0.5 * gradient)
        assert view.answers[-1]["correct"]

    def test_can_be_begun_anew(self, article: nnw.Network) -> None:
        view = nnw.ForwardBackward(article)
        answer(view, "z1", [0], 0.02)
        view.answers = []
        assert view.score == 0

    def test_all_right_are_a_score_of_one(self, net: nnw.Network) -> None:
        view = nnw.ForwardBackward(net)
        results = view._results(0)
        for step in view._steps():
            for entry in step.entries:
                answer(view, step.id, list(entry), float(results[step.id][entry]))
        assert view.score == 1

    @pytest.mark.parametrize(
        "message",
        [
            {"step": "z9"},
            {"step": None},
            {"entry": [1]},
            {"entry": [0, 0]},
            {"entry": "0"},
            {"entry": [True]},
            {"sample": 2},
            {"sample": -1},
            {"given": "0.02"},
            {"given": float("nan")},
            {"given": [0.02]},
        ],
    )
    def test_that_are_none_are_refused(self, article: nnw.Network, message: dict[str, Any]) -> None:
        view = nnw.ForwardBackward(article)
        answer(view, **{"step": "z1", "entry": [0], "given": 0.02, **message})
        assert view.answers == []

    def test_are_not_for_the_page_to_write(self, article: nnw.Network) -> None:
        view = nnw.ForwardBackward(article)
        view.set_state({"answers": [{"correct": True}], "precision": 6})
        assert (view.answers, view.precision) == ([], 6)


class TestOptions:
    @pytest.mark.parametrize(
        ("options", "told"),
        [
            ({"sample": 2}, "sample must be a row of the data, from 0 to 1"),
            ({"sample": -1}, "sample"),
            ({"batch": 3}, "batch must be None or a number of rows from 1 to 2"),
            ({"batch": 0}, "batch"),
            ({"step": "z2"}, "step must be one of z1, y, loss"),
            ({"lr": 0.0}, "lr must be None or positive"),
            ({"lr": 10**400}, "lr must be None or positive"),
            ({"lr": float("nan")}, "lr"),
            ({"tolerance": 2}, "tolerance"),
            ({"precision": 1}, "precision"),
        ],
    )
    def test_bad_ones_are_named(
        self, article: nnw.Network, options: dict[str, Any], told: str
    ) -> None:
        with pytest.raises(traitlets.TraitError, match=told):
            nnw.ForwardBackward(article, **options)

    def test_the_steps_are_listed(self, article: nnw.Network) -> None:
        view = nnw.ForwardBackward(article, step="loss")
        assert view.steps == ["z1", "y", "loss", "delta1", "dW1", "db1", "W1", "b1"]
        assert view.questions[4:6] == ["dW1[0,0]", "dW1[0,1]"]

    def test_the_rate_is_the_trainers_where_none_is_given(self, article: nnw.Network) -> None:
        view = nnw.ForwardBackward(article)
        assert view._rate == 0.1
        nnw.Trainer(article, lr=0.03)
        assert view._rate == pytest.approx(0.03)

    def test_a_batch_that_takes_too_long_is_refused(self, clock: FakeClock) -> None:
        del clock
        X = torch.rand(400, 100)
        net = nnw.Network(nnw.mlp([100, 100, 1]), X, X[:, 0], loss="mse")
        with pytest.raises(traitlets.TraitError, match="the page has time for; got 400"):
            nnw.ForwardBackward(net, batch=400)


class TestWhatItCannotShow:
    def test_another_kind_of_model(self, opaque: nnw.Network) -> None:
        with pytest.raises(ValueError, match=r"Linear layers one after the other.*LossSurface"):
            nnw.ForwardBackward(opaque)

    def test_a_loss_of_ones_own(self, clock: FakeClock) -> None:
        del clock
        net = nnw.Network(nn.Linear(1, 1), [[1.0]], [[1.0]], loss=nn.L1Loss())
        with pytest.raises(ValueError, match=r"named loss.*half_mse"):
            nnw.ForwardBackward(net)

    def test_half_precision_is_graded(self, clock: FakeClock) -> None:
        del clock
        net = nnw.Network(nn.Linear(2, 1).to(torch.bfloat16), [[1.0, 2.0]], [[1.0]], loss="mse")
        view = nnw.ForwardBackward(net)
        expected = float(view._results(0)["z1"][0])
        answer(view, "z1", [0], expected)
        assert view.score > 0
