"""What can be chosen on a playground: what follows what, and what is refused."""

import dataclasses
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnwidgets.core import catalogue
from nnwidgets.training.bench.choices import NAMES, Choices, Chooser
from nnwidgets.training.bench.subject import LOSSES, toy_samples

CHOOSER = Chooser()
FIRST = CHOOSER.first()


class TestWhatFollows:
    def test_other_data_begin_with_their_own_noise_and_loss(self) -> None:
        noisy = CHOOSER.change(FIRST, noise=0.9, n=60)
        changed = CHOOSER.change(noisy, dataset="three_blobs")
        assert (changed.noise, changed.n, changed.loss) == (0.2, 300, "cross_entropy")

    def test_what_is_given_goes_before_what_follows(self) -> None:
        changed = CHOOSER.change(FIRST, dataset="spiral", noise=0.3, loss="mse")
        assert (changed.noise, changed.loss) == (0.3, "mse")

    def test_a_loss_that_fits_stays(self) -> None:
        square = CHOOSER.change(FIRST, loss="mse")
        assert CHOOSER.change(square, dataset="sine").loss == "mse"

    def test_activations_are_as_many_as_hidden_layers(self) -> None:
        two = CHOOSER.change(FIRST, activation=["tanh", "relu"])
        assert CHOOSER.change(two, hidden=[3, 3, 3]).activation == ("tanh", "relu", "relu")
        assert CHOOSER.change(two, hidden=[]).activation == "tanh"

    @pytest.mark.parametrize("toy", catalogue.TOYS, ids=lambda toy: toy.name)
    def test_every_toy_can_be_made_and_parted(self, toy: catalogue.Toy) -> None:
        samples = toy_samples(toy.name, toy.n, toy.noise, 0.25, 3)
        assert len(samples.X) == toy.n // 4
        assert samples.test is not None
        assert len(samples.test[0]) == toy.n - toy.n // 4
        points = catalogue.preview(toy.make(100, toy.noise, 0))
        assert points.shape == (100, 3)
        assert (points[:, :2].min(), points[:, :2].max()) == (0, 255)


class TestWhatIsRefused:
    @pytest.mark.parametrize(
        ("given", "text"),
        [
            ({"dataset": "spirals"}, "dataset .*'spirals'. Did you mean 'spiral'"),
            ({"optimizer": "adan"}, "optimizer .*Did you mean 'adam'"),
            ({"activation": "rleu"}, "activation .*Did you mean 'relu'"),
            ({"activation": ["tanh"]}, "activation must be one name, or 2"),
            ({"loss": "cross_entropi"}, "loss .*Did you mean 'cross_entropy'"),
            ({"dataset": "sine", "loss": "bce"}, "loss 'bce' does not fit the data 'sine'"),
            ({"init": "xaviar"}, "init .*Did you mean 'xavier'"),
            ({"regularization": "l3"}, "regularization .*'l3'"),
            ({"hidden": [4, 0]}, r"hidden\[1\] must be an integer from 1 to 256, got 0"),
            ({"hidden": [1] * 9}, "hidden must be a list of at most 8"),
            ({"hidden": "44"}, "hidden must be a list"),
            ({"learning_rate": 0}, "learning_rate must be a number above 0"),
            ({"learning_rate": float("nan")}, "learning_rate"),
            ({"noise": True}, "noise must be a number from 0 to 2, got True"),
            ({"ratio": 1}, "ratio must be a number from 0.1 to 0.9"),
            ({"batch_size": 0}, r"batch_size must be None \(all data\) or an integer from 1"),
            ({"seed": 10**6000}, "seed must be an integer .* more than 64 bits"),
            ({"data_seed": 1.5}, "data_seed must be an integer"),
            ({"own": 3}, "no choice 'own'"),
            ({"learningrate": 3}, "Did you mean 'learning_rate'"),
            ({"dataset": "own"}, "dataset must be one of the known ones, got 'own'"),
        ],
    )
    def test_names_what_is_wrong_and_what_is_near(self, given: dict[str, Any], text: str) -> None:
        with pytest.raises((ValueError, TypeError), match=text):
            CHOOSER.change(FIRST, **given)

    @given(
        st.dictionaries(
            st.sampled_from(NAMES),
            st.none()
            | st.booleans()
            | st.integers()
            | st.floats()
            | st.text(max_size=8)
            | st.sampled_from(["spiral", "sine", "mse", "bce", "sgd", "relu", "l1", "xavier"])
            | st.lists(st.integers(-1, 9) | st.sampled_from(["tanh", "gelu"]), max_size=9),
        )
    )
    def test_whatever_comes_is_taken_as_a_whole_or_not_at_all(self, given: dict[str, Any]) -> None:
        try:
            changed = CHOOSER.change(FIRST, **given)
        except ValueError:
            return
        assert changed.dataset in CHOOSER.datasets
        assert changed.loss in LOSSES[CHOOSER.subject(changed).task]
        if isinstance(changed.activation, tuple):
            assert len(changed.activation) == len(changed.hidden)
        assert CHOOSER.change(changed, **dataclasses.asdict(changed)) == changed


def test_choices_are_plain_values() -> None:
    assert dataclasses.asdict(Choices())["hidden"] == (4, 2)
