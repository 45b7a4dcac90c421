"""The Python half of feature maps, attention and augmentation: what the page gets."""

from typing import Any

import numpy as np
import pytest
import torch
import traitlets
from torch import Tensor, nn

import nnwidgets as nnw
from nnwidgets.core.problem import Problem
from nnwidgets.widgets._pictures import answers, target
from tests.widgets.fakes import FakeClock, deliver

RNG = np.random.default_rng(0)
PICTURES = RNG.uniform(0, 1, (20, 1, 8, 8)).astype(np.float32)
Y = np.arange(20) % 3


def cnn() -> nn.Sequential:
    torch.manual_seed(0)
    return nn.Sequential(
        nn.Conv2d(1, 4, 3, padding=1),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Conv2d(4, 3, 3),
        nn.Flatten(),
        nn.Linear(12, 3),
    )


class Attends(nn.Module):
    def __init__(self, causal: bool = False) -> None:
        super().__init__()
        torch.manual_seed(0)
        self.embed = nn.Embedding(6, 8)
        layer = nn.TransformerEncoderLayer(8, 2, 16, batch_first=True)
        self.encoder = nn.TransformerEncoder(layer, 2, enable_nested_tensor=False)
        self.out = nn.Linear(8, 3)
        self.causal = causal

    def forward(self, ids: Tensor) -> Tensor:
        mask = nn.Transformer.generate_square_subsequent_mask(ids.shape[1]) if self.causal else None
        return self.out(self.encoder(self.embed(ids), mask, is_causal=self.causal)[:, -1])


IDS = RNG.integers(0, 6, (20, 5))


@pytest.fixture
def pictures(clock: FakeClock) -> nnw.Network:
    return nnw.Network(cnn(), PICTURES, Y, class_names=["a", "b", "c"])


@pytest.fixture
def ids(clock: FakeClock) -> nnw.Network:
    return nnw.Network(Attends(), IDS, Y)


def heard(view: Any) -> list[tuple[dict[str, Any], Any]]:
    sent = view.comm.sent
    return [
        (data["content"], np.frombuffer(buffers[0], "<f4") if buffers else None)
        for data, buffers in sent
        if data["method"] == "custom" and data["content"]["type"] == "feed"
    ]


def say(view: Any, **content: Any) -> None:
    deliver(view, {"method": "custom", "content": content})


def newest(view: Any, clock: FakeClock) -> tuple[dict[str, Any], Any]:
    """Answer what came, wait, and return the last."""
    clock.advance(0.1)
    found = heard(view)
    say(view, type="got", serial=found[-1][0]["serial"])
    clock.advance(60)
    return heard(view)[-1]


def hello(view: Any, clock: FakeClock) -> tuple[dict[str, Any], Any]:
    say(view, type="hello")
    return newest(view, clock)


def test_the_page_gets_every_map_and_kernel(pictures: nnw.Network, clock: FakeClock) -> None:
    view = nnw.FeatureMaps(pictures, sample=4)
    content, numbers = hello(view, clock)
    record = nnw.feature_maps(pictures.run.problem.model, PICTURES[4])

    assert (content["sample"], content["n"], content["epoch"], content["target"]) == (4, 20, 0, "b")
    picture = content["picture"]
    np.testing.assert_array_equal(numbers[picture["at"] :][:64], PICTURES[4].ravel())
    for told, step in zip(content["steps"], record.steps, strict=True):
        size = step.maps.size
        np.testing.assert_array_equal(numbers[told["at"] :][:size], step.maps.ravel())
        assert (told["name"], told["kind"], tuple(told["reads"])) == (
            step.name,
            step.kind,
            step.reads,
        )
    second = content["steps"][3]
    weights = pictures.weights["3.weight"]
    assert second["weight"]["shape"] == [3, 4, 3, 3]
    assert second["weight"]["flat"] == pictures.run.problem.parameters.offsets["3.weight"]
    sent = numbers[second["weight"]["at"] :][: weights.size]
    np.testing.assert_array_equal(sent, weights.ravel())
    shares = torch.tensor(record.outputs).softmax(0)
    best = int(shares.argmax())
    name, p = content["answers"][0]
    assert (name, p) == ("abc"[best], pytest.approx(float(shares[best]), rel=1e-5))


def test_it_follows_training_and_the_sample_that_is_pointed_at(
    pictures: nnw.Network, clock: FakeClock
) -> None:
    view = nnw.FeatureMaps(pictures)
    _, before = hello(view, clock)
    nnw.Trainer(pictures, lr=0.1, seed=0).fit(2, progress=False)
    content, after = newest(view, clock)
    assert content["epoch"] == 2
    assert not np.array_equal(before, after)
    say(view, type="show", row=7)
    assert newest(view, clock)[0]["sample"] == 7
    say(view, type="show", row=None)
    assert newest(view, clock)[0]["sample"] == 0
    view.sample = -1
    assert view.sample == 19
    assert newest(view, clock)[0]["sample"] == 19
    pictures.set_data(PICTURES[:5], Y[:5])
    assert newest(view, clock)[0]["sample"] == 4


def test_a_message_of_nonsense_is_told(pictures: nnw.Network, clock: FakeClock) -> None:
    view = nnw.FeatureMaps(pictures)
    hello(view, clock)
    say(view, type="show", row="seven")
    told = [d["content"] for d, _ in pictures.comm.sent if d["method"] == "custom"]
    assert "row must be an integer from 0" in told[-1]["message"]


def test_what_cannot_be_computed_is_said(clock: FakeClock) -> None:
    class Moody(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.conv, self.bad = cnn(), False

        def forward(self, x: Tensor) -> Tensor:
            if self.bad:
                raise RuntimeError("not today")
            return self.conv(x)

    net = nnw.Network(Moody(), PICTURES, Y)
    view = nnw.FeatureMaps(net)
    hello(view, clock)
    net.run.problem.model.bad = True  # type: ignore[assignment]
    view.sample = 3
    assert newest(view, clock)[0]["error"] == "RuntimeError: not today"


@pytest.mark.parametrize(
    ("make", "error", "message"),
    [
        (
            lambda: nnw.FeatureMaps(nnw.mlp([64, 3]), PICTURES.reshape(20, -1), Y),
            ValueError,
            "none",
        ),
        (lambda: nnw.FeatureMaps(cnn(), PICTURES, Y, sample=20), traitlets.TraitError, "0 to 19"),
        (
            lambda: nnw.FeatureMaps(cnn(), PICTURES, Y, layer="9"),
            traitlets.TraitError,
            "among 0, 1",
        ),
        (lambda: nnw.FeatureMaps(cnn(), PICTURES, Y, channels=0), traitlets.TraitError, "1 to 64"),
        (
            lambda: nnw.FeatureMaps(cnn(), np.moveaxis(PICTURES, 1, 3), Y),
            ValueError,
            "np.moveaxis",
        ),
        (
            lambda: nnw.AttentionMaps(cnn(), PICTURES, Y),
            ValueError,
            "FeatureMaps shows convolutions",
        ),
        (lambda: nnw.AttentionMaps(Attends(), IDS, Y, sample=99), traitlets.TraitError, "0 to 19"),
        (
            lambda: nnw.AttentionMaps(Attends(), IDS, Y, head=2),
            ValueError,
            "head must be from 0 to 1",
        ),
        (lambda: nnw.AttentionMaps(Attends(), IDS, Y, tokens="abc"), TypeError, "tokens must be a"),
        (
            lambda: nnw.AttentionMaps(Attends(), IDS, Y, tokens=lambda row: ["a"]),
            ValueError,
            "must name 5 tokens, it returned 1",
        ),
        (
            lambda: nnw.AttentionMaps(Attends(), IDS, Y, inputs=[1, 2]),
            ValueError,
            "inputs must have",
        ),
        (
            lambda: nnw.Augmentations(nnw.mlp([5, 3]), np.zeros((20, 5)), Y),
            ValueError,
            "Augmentations needs pictures: .*no square",
        ),
        (
            lambda: nnw.Augmentations(cnn(), PICTURES, Y, rotate=-5),
            traitlets.TraitError,
            "0 to 180",
        ),
    ],
)
@pytest.mark.usefixtures("clock")
def test_bad_input_is_refused_at_the_call(make: Any, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        make()


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16, torch.float64])
def test_half_precision(dtype: torch.dtype, clock: FakeClock) -> None:
    view = nnw.FeatureMaps(nnw.Network(cnn().to(dtype), PICTURES, Y))
    content, numbers = hello(view, clock)
    assert "error" not in content
    assert np.isfinite(numbers).all()


def test_attention_of_every_head(ids: nnw.Network, clock: FakeClock) -> None:
    view = nnw.AttentionMaps(ids, tokens=list("abcdef"), sample=3)
    content, numbers = hello(view, clock)
    calls = nnw.attention_maps(ids.run.problem.model, torch.tensor(IDS[3:4]))

    assert content["tokens"] == ["abcdef"[i] for i in IDS[3]]
    assert [call["name"] for call in content["calls"]] == [call.name for call in calls]
    for told, call in zip(content["calls"], calls, strict=True):
        assert told["shown"] == [2, 5, 5]
        sent = numbers[told["at"] :][:50].reshape(2, 5, 5)
        np.testing.assert_array_equal(sent, call.weights)
        np.testing.assert_allclose(told["entropy"], call.entropy.mean(1))
        assert told["blocked"] is None


def test_a_causal_mask_is_told(clock: FakeClock) -> None:
    view = nnw.AttentionMaps(nnw.Network(Attends(causal=True), IDS, Y))
    content, numbers = hello(view, clock)
    blocked = numbers[content["calls"][0]["blocked"] :][:25].reshape(5, 5)
    np.testing.assert_array_equal(blocked, np.triu(np.ones((5, 5)), 1))


@pytest.mark.parametrize(
    ("tokens", "named"),
    [
        (None, ["5", "0", "1"]),
        ({5: "five"}, ["five", "0", "1"]),
        (["zero", "one"], ["5", "zero", "one"]),
        (lambda row: [f"t{int(i)}" for i in row], ["t5", "t0", "t1"]),
    ],
)
def test_inputs_and_tokens_may_be_given(
    tokens: Any, named: list[str], ids: nnw.Network, clock: FakeClock
) -> None:
    view = nnw.AttentionMaps(ids, inputs=torch.tensor([[5, 0, 1]]), tokens=tokens)
    content, _ = hello(view, clock)
    assert (content["tokens"], content["n"], content["own"]) == (named, 1, False)
    with pytest.raises(traitlets.TraitError, match="sample must be from 0 to 0"):
        view.sample = 1


def test_augmented_pictures_are_those_of_the_function(
    pictures: nnw.Network, clock: FakeClock
) -> None:
    view = nnw.Augmentations(pictures, rotate=20, noise=0.1, count=3, seed=5, scaling="standard")
    content, numbers = hello(view, clock)
    augment = nnw.Augmentation(rotate=20, shift=1, zoom=0.1, noise=0.1)
    assert view.augmentation == augment
    made = numbers[content["at"] :][: 4 * 64].reshape(4, 8, 8)
    np.testing.assert_array_equal(made[0], PICTURES[0, 0])
    rng = np.random.default_rng(5)
    changes = [augment.draw(rng) for _ in range(3)]
    assert [change["angle"] for change in content["changes"]] == [c.angle for c in changes]
    np.testing.assert_array_equal(made[1], augment.apply(PICTURES[0], changes[0], rng)[0])
    scaled = numbers[content["scaled"] :][:64].reshape(8, 8)
    wanted = (PICTURES[0, 0] - PICTURES.mean()) / PICTURES.std()
    np.testing.assert_allclose(scaled, wanted, rtol=1e-4, atol=1e-5)
    view.count = 5
    assert len(newest(view, clock)[0]["changes"]) == 5


@pytest.mark.parametrize("end", [None, nn.Sigmoid()])
def test_one_output_answers_with_both_classes(end: nn.Module | None) -> None:
    torch.manual_seed(1)
    linear = nn.Linear(2, 1)
    X = np.array([[3.0, -1.0], [-40.0, 2.0], [1e4, 1e4]], np.float32)
    y = np.array([0, 1, 0])
    problem = Problem(
        nn.Sequential(linear, *([end] if end else [])), X, y, class_names=["no", "yes"]
    )

    with torch.no_grad():
        given = problem.model(torch.from_numpy(X)).numpy()
        sure = linear(torch.from_numpy(X).double().float()).double().sigmoid()[:, 0].tolist()
    for row, outputs in enumerate(given):
        (yes, p), (no, q) = answers(problem, outputs)
        assert (yes, no, target(problem, row)) == ("yes", "no", ("no", "yes", "no")[row])
        assert p == pytest.approx(sure[row], abs=1e-6)
        assert q == pytest.approx(1 - sure[row], abs=1e-6)


def test_several_numbers_answer_as_numbers_and_what_is_none_is_said() -> None:
    X, y = np.zeros((3, 2), np.float32), np.array([[0.5, 1.5], [0, 0], [1, 1]])
    problem = Problem(nn.Linear(2, 2), X, y, loss="mse")
    assert answers(problem, np.array([1.5, np.nan])) == [["output", 1.5], ["output", None]]
    assert target(problem, 0) is None
    single = Problem(nn.Linear(2, 1), X, np.array([0.25, 2.0, 3.0]), loss="mse")
    assert [target(single, row) for row in range(2)] == [0.25, 2.0]
