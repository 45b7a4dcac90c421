"""A playground's Python half: its choices, what they do to the network, what pages may say."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import traitlets
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from torch import nn

import nnwidgets as nnw
from nnwidgets.widgets.playground import Playground
from tests.widgets.fakes import FakeClock, Opaque, deliver


@pytest.fixture
def playground(clock: FakeClock) -> Playground:
    return nnw.Playground(n=40)


def say(playground: Playground, **content: Any) -> list[dict[str, Any]]:
    """Have a page say this, and return the messages that it gets for it."""
    before = len(playground.comm.sent)
    deliver(playground, {"method": "custom", "content": content})
    playground._work.wait(20)
    playground._giving.wait(20)
    sent = [data for data, _ in playground.comm.sent[before:]]
    return [data["content"] for data in sent if data["method"] == "custom"]


class TestWithoutANetwork:
    def test_it_has_one_with_a_trainer_and_test_data(self, playground: Playground) -> None:
        problem = playground.net.run.problem
        assert (len(problem.data), len(problem.test or ())) == (20, 20)
        assert playground.trainer is playground.net.run.trainer
        assert playground.data[0].shape == (20, 2)
        assert playground.problem == "classification"

    def test_each_view_is_of_its_network(self, playground: Playground) -> None:
        assert {view.net for view in playground.views.values()} == {playground.net}
        assert list(playground.views) == list(playground._parts["views"])

    def test_choices_can_be_given_at_once(self) -> None:
        made = nnw.Playground(dataset="sine", hidden=(3,), activation="relu", optimizer="sgd")
        assert (made.problem, made.loss, made.hidden) == ("regression", "mse", (3,))
        assert made.net.activation == "relu"
        assert made.net.run.status.optimizer == "sgd"
        assert nnw.Playground(problem="regression").dataset == "plane"

    def test_the_same_choices_give_the_same_network(self) -> None:
        one, other = (nnw.Playground(dataset="moons", n=30, seed=3) for _ in range(2))
        for each in (one, other):
            each.trainer.fit(3, progress=False)
        assert one.net.weights == other.net.weights


class TestChoosing:
    def test_data_of_the_same_kind_come_into_the_same_network(self, playground: Playground) -> None:
        net, initial = playground.net, playground.net.weights
        playground.trainer.fit(2, progress=False)
        playground.dataset = "spiral"
        assert playground.net is net
        wanted = nnw.datasets.spiral(n=200, noise=0.02, seed=0).split(test=0.5, seed=0)[0]
        np.testing.assert_array_equal(net.X, wanted.X)
        assert (net.epoch, net.weights == initial) == (0, True)

    def test_another_loss_makes_another_network(self, playground: Playground) -> None:
        net = playground.net
        heard: list[Any] = []
        playground.observe(lambda change: heard.append((change["old"], change["new"])), "net")
        playground.dataset = "three_blobs"
        assert heard == [(net, playground.net)]
        assert playground.net is not net
        assert playground.net.run.problem.outputs == 3
        assert playground.views["lines"].net is playground.net
        assert playground.loss == "cross_entropy"

    def test_what_was_set_of_a_view_stays(self, playground: Playground) -> None:
        playground.views["lines"].discrete = True
        playground.views["curves"].log = True
        playground.dataset = "three_blobs"
        assert playground.views["lines"].discrete
        assert playground.views["curves"].log
        assert not playground.views["surface"].log

    def test_how_lines_are_drawn_is_one_with_the_view_of_them(self, playground: Playground) -> None:
        assert (playground.discretize, playground.show_test) == (False, True)
        lines = playground.views["lines"]
        playground.discretize = True
        lines.show_test = False  # as its button in the page does
        assert (lines.discrete, playground.show_test) == (True, False)
        playground.dataset = "three_blobs"  # another network
        again = playground.views["lines"]
        assert (again.discrete, again.show_test) == (True, False)
        lines.show_test = True  # of the view before, which is shown no more
        assert not playground.show_test
        with pytest.raises(traitlets.TraitError, match="discretize"):
            playground.discretize = 3

    def test_how_lines_are_drawn_outlasts_data_that_have_none(self, clock: FakeClock) -> None:
        net = nnw.Network(nnw.mlp([3, 2, 1]), np.eye(3), [0, 1, 0])
        without = nnw.Playground(net, discretize=True, show_test=False)
        if "lines" in without.views:
            assert without.views["lines"].discrete
        again = nnw.Playground.from_json(without.to_json())
        assert (again.discretize, again.show_test) == (True, False)
        with pytest.raises(TypeError, match="show_test must be True or False, got 'no'"):
            nnw.Playground(show_test="no")

    def test_cross_entropy_of_two_classes_has_two_outputs(self, playground: Playground) -> None:
        playground.loss = "cross_entropy"
        assert playground.net.run.problem.outputs == 2
        assert 0 <= playground.net.accuracy <= 1

    def test_hidden_layers_are_changed_in_place_with_the_weights_of_the_seed(
        self, playground: Playground
    ) -> None:
        net = playground.net
        playground.hidden = [3, 5, 2]
        assert playground.net is net
        wanted = nnw.mlp([2, 3, 5, 2, 1], seed=0).state_dict()
        for name, array in net.weights.items():
            np.testing.assert_array_equal(array, wanted[name].numpy())
        playground.hidden = []
        assert list(net.weights) == ["0.weight", "0.bias"]

    def test_reset_goes_back_to_the_same_weights_and_a_seed_to_others(
        self, playground: Playground
    ) -> None:
        initial = playground.net.weights
        playground.trainer.fit(2, progress=False)
        playground.trainer.reset()
        assert playground.net.weights == initial
        playground.seed = 1
        assert playground.net.weights != initial
        playground.seed = 0
        assert playground.net.weights == initial

    def test_settings_of_training_go_on_from_where_it_is(self, playground: Playground) -> None:
        playground.trainer.fit(3, progress=False)
        playground.optimizer, playground.batch_size = "sgd", None
        playground.regularization, playground.regularization_rate = "l2", 0.01
        playground.learning_rate = 0.5
        assert playground.net.epoch == 3
        assert (playground.trainer.l1, playground.trainer.l2) == (0, 0.01)
        assert (playground.trainer.lr, playground.net.run.status.batch_size) == (0.5, None)

    def test_what_is_done_in_a_view_is_seen_here(self, playground: Playground) -> None:
        heard: list[Any] = []
        names = ["hidden", "learning_rate", "activation"]
        playground.observe(lambda change: heard.append((change["name"], change["new"])), names)
        playground.net.add_unit(0)
        playground.trainer.lr = 0.25
        playground.net.activation = ["relu", "tanh"]
        assert heard == [
            ("hidden", (5, 2)),
            ("learning_rate", 0.25),
            ("activation", ("relu", "tanh")),
        ]

    def test_a_problem_chooses_its_first_data(self, playground: Playground) -> None:
        playground.problem = "regression"
        assert playground.dataset == "plane"
        with pytest.raises(ValueError, match="problem must be 'classification' or"):
            playground.problem = "clustering"

    def test_what_does_not_fit_changes_nothing(self, playground: Playground) -> None:
        net, weights = playground.net, playground.net.weights
        for name, value in [("loss", "half_mse"), ("dataset", "moon"), ("hidden", [0])]:
            with pytest.raises(traitlets.TraitError, match=name):
                setattr(playground, name, value)
        assert (playground.net, playground.net.weights == weights) == (net, True)
        with pytest.raises(TypeError, match="Did you mean 'noise'"):
            nnw.Playground(noize=3)


class TestWithANetworkOfOnesOwn:
    def test_its_data_are_the_first_choice(self, clock: FakeClock) -> None:
        X, y = nnw.datasets.moons(n=30)
        net = nnw.Network(nnw.mlp([2, 3, 1], "relu", seed=1), X, y)
        weights = net.weights
        made = nnw.Playground(net, learning_rate=0.2)
        assert made.net is net
        assert (made.dataset, made.hidden, made.activation) == ("own", (3,), "relu")
        assert (made.trainer.lr, net.weights == weights) == (0.2, True)
        assert made._about["datasets"][0]["name"] == "own"
        made.dataset = "spiral"
        made.dataset = "own"
        np.testing.assert_array_equal(made.net.X, X)

    def test_a_model_of_another_kind_is_kept(self, clock: FakeClock) -> None:
        X, y = nnw.datasets.moons(n=30)
        net = nnw.Network(Opaque(), X, y, loss="bce")
        made = nnw.Playground(net)
        made.dataset = "spiral"
        assert made.net is net
        possible = {row["name"]: row["possible"] for row in made._about["datasets"]}
        assert (possible["ring"], possible["three_blobs"], possible["sine"]) == (True, False, False)
        for name, value in [("hidden", [3]), ("dataset", "sine"), ("loss", "mse")]:
            with pytest.raises(ValueError, match="your own"):
                setattr(made, name, value)
        made.seed = 4
        assert isinstance(net.run.problem.model, Opaque)

    def test_its_trainer_is_kept(self, clock: FakeClock) -> None:
        net = nnw.Network(nnw.mlp([2, 3, 1]), *nnw.datasets.moons(n=30))
        trainer = nnw.Trainer(net, "rmsprop", 0.001, batch_size=4)
        made = nnw.Playground(net)
        assert made.trainer is trainer
        assert (made.optimizer, made.learning_rate, made.batch_size) == ("rmsprop", 0.001, 4)

    def test_a_loss_of_its_own_stays(self, clock: FakeClock) -> None:
        X, y = nnw.datasets.moons(n=30)
        net = nnw.Network(nnw.mlp([2, 3, 1]), X, y[:, None], loss=nn.HuberLoss())
        made = nnw.Playground(net)
        assert (made.loss, made._about["losses"]) == ("custom", ["custom"])

    def test_nothing_else_is_a_network(self) -> None:
        with pytest.raises(TypeError, match="net must be a Network, got Sequential"):
            nnw.Playground(nnw.mlp([2, 2, 1]))  # type: ignore[arg-type]


class TestWhatAPageSays:
    def test_chooses(self, playground: Playground) -> None:
        assert say(playground, type="choose", values={"dataset": "gauss", "noise": 0.2}) == []
        assert (playground.dataset, playground.noise) == ("gauss", 0.2)

    def test_is_answered_where_it_is_refused(self, playground: Playground) -> None:
        (answer,) = say(playground, type="choose", values={"loss": "half_mse"})
        assert (answer["type"], answer["name"]) == ("refused", "loss")
        assert "does not fit the data 'ring'" in answer["message"]

    def test_views_before_are_closed_when_the_page_has_others(self, playground: Playground) -> None:
        net, old = playground.net, playground.views["lines"]
        playground.dataset = "three_blobs"
        assert old.is_open
        say(playground, type="shown", serial=1)  # of the ones before
        assert old.is_open
        say(playground, type="shown", serial=2)
        assert (old.is_open, net.is_open, playground.net.is_open) == (False, False, True)

    @settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
    @given(
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12),
            lambda inner: (
                st.lists(inner, max_size=4)
                | st.dictionaries(
                    st.sampled_from(["type", "values", "serial", "loss", "hidden", "seed"])
                    | st.text(max_size=6),
                    inner | st.sampled_from(["choose", "shown", "relu"]),
                    max_size=4,
                )
            ),
            max_leaves=8,
        )
    )
    def test_whatever_it_is_the_playground_stays_whole(
        self, playground: Playground, content: Any
    ) -> None:
        deliver(playground, {"method": "custom", "content": content})
        playground._work.wait(20)
        assert playground.net.is_open
        assert playground.net.run.problem.outputs == 1


class TestWhatIsKept:
    def test_a_text_makes_it_again(self, clock: FakeClock) -> None:
        made = nnw.Playground(
            dataset="quadrants",
            n=40,
            features=["x1", "x1*x2"],
            hidden=[3],
            optimizer="momentum",
            regularization="l2",
            regularization_rate=0.01,
            discretize=True,
        )
        made.trainer.fit(3, progress=False)
        made.net.add_unit(0)
        made.trainer.fit(2, progress=False)
        trained, texts = (
            made.net.weights,
            (made.to_json(), made.permalink("https://a.example/page")),
        )
        made.trainer.reset()
        for text in texts:
            again = nnw.Playground.from_json(text)
            assert again.net.weights == trained
            assert again._bench.choices == made._bench.choices
            assert (again.discretize, again.show_test) == (True, True)
            assert (again.hidden, again.net.epoch, again.trainer.l2) == ((4,), 2, 0.01)
            again.trainer.reset()
            assert again.net.weights == made.net.weights

    def test_data_of_ones_own_are_in_it(self, clock: FakeClock) -> None:
        net = nnw.Network(nnw.mlp([2, 3, 1]), *nnw.datasets.moons(n=30))
        made = nnw.Playground(net, learning_rate=0.3)
        again = nnw.Playground.from_json(made.to_json())
        assert (again.dataset, again.learning_rate) == ("own", 0.3)
        np.testing.assert_array_equal(again.net.X, net.X)

    @pytest.mark.parametrize(
        ("old", "new", "text"),
        [
            ("nnwidgets.playground", "nnwidgets.other", "it is a state of 'nnwidgets.other'"),
            ('"version":1,"choices"', '"version":7,"choices"', "this one is of version 7"),
            ('"ring"', '"rin"', "Did you mean 'ring'"),
            ('"seed":0', '"seed":-1', "seed must be an integer"),
            ('"choices":{', '"choices":{"colour":1,', "no choice 'colour'"),
            (
                '"discretize":false',
                '"discretize":1',
                "state.look must have discretize and show_test",
            ),
            ('"discretize":', '"colour":', "state.look must have"),
            ('"shape":[4,2]', '"shape":[2,4]', "state"),
            ("}", "", "complete|JSON"),
        ],
    )
    def test_another_text_is_refused(
        self, playground: Playground, old: str, new: str, text: str
    ) -> None:
        damaged = playground.to_json().replace(old, new, 1)
        with pytest.raises(nnw.StateError, match=text):
            nnw.Playground.from_json(damaged)

    def test_points_are_a_table(self, playground: Playground) -> None:
        head, *rows = playground.to_csv().splitlines()
        assert head == "x₁,x₂,target,set"
        assert [row.split(",")[3] for row in rows] == ["train"] * 20 + ["test"] * 20
        first = rows[0].split(",")
        np.testing.assert_array_equal(np.float32(first[:2]), playground.net.X[0])
        assert first[2] in "01"

    def test_a_page_gets_what_it_asks_for(self, playground: Playground) -> None:
        for what, part in [
            ("code", "import torch"),
            ("state", "{"),
            ("link", "nnw1."),
            ("data", "x₁"),
        ]:
            (answer,) = say(playground, type="give", what=what)
            assert (answer["type"], answer["what"]) == ("given", what)
            assert part in answer["text"][:200]
        pytest.importorskip("safetensors")
        (answer,) = say(playground, type="give", what="weights")
        assert answer["name"] == "weights.safetensors"
        (buffer,) = playground.comm.sent[-1][1]
        assert b'"0.weight"' in buffer
        assert say(playground, type="give", what="everything") == []


class TestItsLife:
    def test_closed_and_opened_again_it_is_whole(self, playground: Playground) -> None:
        net = playground.net
        playground.close()
        assert not any(view.is_open for view in playground.views.values())
        assert not net.is_open
        playground.open()
        assert playground.get_state()["_parts"]["views"].keys() == playground.views.keys()
        assert net.is_open

    def test_a_network_of_ones_own_outlives_it(self, clock: FakeClock) -> None:
        net = nnw.Network(nnw.mlp([2, 3, 1]), *nnw.datasets.moons(n=30))
        made = nnw.Playground(net)
        made.dataset = "three_blobs"
        say(made, type="shown", serial=2)
        made.close()
        assert net.is_open
