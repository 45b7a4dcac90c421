from typing import Any

import ipywidgets
import numpy as np
import pytest
import torch
import traitlets
from torch import nn

import nnwidgets as nnw
from tests.widgets.fakes import FakeClock, Page, deliver

VIEWS = [nnw.DecisionLines, nnw.FeatureSpace, nnw.WeightSliders, nnw.TrainingBar]


@pytest.mark.parametrize("View", VIEWS)
def test_a_view_refers_to_its_network_and_carries_no_bundle(net: nnw.Network, View: Any) -> None:
    view = View(net)
    state = view.comm.data["state"]
    assert state["net"] == f"anywidget:{net.model_id}"
    assert state["_view"] == View.__name__
    assert len(state["_esm"]) < 1000
    assert "_css" not in state
    assert net.comm.data["state"]["_code"] == "/* network.js */"
    assert net.comm.data["state"]["uplink"] == f"anywidget:{net.uplink.model_id}"


@pytest.mark.parametrize("View", VIEWS)
def test_a_view_makes_its_network_of_a_module_and_data(clock: FakeClock, View: Any) -> None:
    X, y = nnw.datasets.blobs4(n=8)
    model = nnw.mlp([2, 2, 1])
    view = View(model, X, y, loss="mse", feature_names=["length", "width"])
    assert isinstance(view.net, nnw.Network)
    assert view.net.run.problem.model is model
    assert view.net.run.problem.loss.name == "mse"
    assert view.net._spec["features"] == ["length", "width"]


def test_what_makes_no_view_is_refused(net: nnw.Network, model: nn.Module) -> None:
    with pytest.raises(TypeError, match="loss can only be given with a module"):
        nnw.DecisionLines(net, loss="bce")
    with pytest.raises(TypeError, match="X can only be given with a module"):
        nnw.DecisionLines(net, [[0.0, 0.0]])
    with pytest.raises(TypeError, match=r"view\(model, X, y\)"):
        nnw.DecisionLines(model)
    with pytest.raises(TypeError, match="did you mean 'width'"):
        nnw.DecisionLines(net, widht=300)


def test_a_view_speaks_for_its_network(net: nnw.Network) -> None:
    view, other = nnw.DecisionLines(net), nnw.FeatureSpace(net)
    heard: list[str] = []
    view.observe(lambda change: heard.append(change.name), names=["weights", "epoch", "activation"])
    other.weights = {"2.bias": [3.0]}
    assert net.weights["2.bias"] == view.weights["2.bias"] == [3.0]
    view.activation = "relu"
    assert net.activation == other.activation == "relu"
    net.record(epoch=2)
    assert view.epoch == 2
    assert heard == ["weights", "activation", "epoch"]
    with pytest.raises(traitlets.TraitError):
        view.epoch = 3


def test_axes_and_layers_go_by_name_or_number(clock: FakeClock) -> None:
    X = np.random.default_rng(0).normal(size=(9, 3))
    net = nnw.Network(nnw.mlp([3, 4, 2, 1]), X, X[:, 0], feature_names=["a", "b", "c"])
    assert nnw.DecisionLines(net).axes == (0, 1)
    view = nnw.DecisionLines(net, axes=("c", "a"))
    assert view.axes == (2, 0)
    view.axes = ("b", -1)
    assert view.axes == (1, 2)
    space = nnw.FeatureSpace(net)
    assert (space.layer, space.units) == (1, (0, 1))
    space = nnw.FeatureSpace(net, layer="0", units=(3, 0))
    assert (space.layer, space.units) == (0, (3, 0))
    space.layer = 1  # has two units only
    assert space.units == (0, 1)
    space.layer = "0"
    assert space.layer == 0


def test_a_module_without_layers_has_lines_but_no_feature_space(clock: FakeClock) -> None:
    class Bare(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.w = nn.Parameter(torch.ones(2))

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return x @ self.w

    X, y = nnw.datasets.blobs4(n=8)
    net = nnw.Network(Bare(), X, y)
    net._spec = {**net._spec, "layers": []}
    assert nnw.DecisionLines(net).layer == 0
    with pytest.raises(ValueError, match="layers it can see"):
        nnw.FeatureSpace(net)


def test_one_feature_and_one_unit_are_enough(clock: FakeClock) -> None:
    net = nnw.Network(nnw.mlp([1, 1, 1]), [[0.0], [1.0]], [0.5, 1.5])
    assert nnw.DecisionLines(net).axes == (0,)
    assert nnw.FeatureSpace(net).units == (0,)


@pytest.mark.parametrize(
    ("View", "option", "value"),
    [
        (nnw.DecisionLines, "axes", (0, 2)),
        (nnw.DecisionLines, "axes", (0, 0)),
        (nnw.DecisionLines, "axes", (0, "x₁")),
        (nnw.DecisionLines, "axes", ()),
        (nnw.DecisionLines, "axes", ("x9", "x₁")),
        (nnw.DecisionLines, "axes", (True, False)),
        (nnw.DecisionLines, "fixed", [1.0]),
        (nnw.DecisionLines, "fixed", [1.0, float("nan")]),
        (nnw.DecisionLines, "layer", 2),
        (nnw.DecisionLines, "layer", 0.5),
        (nnw.DecisionLines, "field", "picture"),
        (nnw.DecisionLines, "ghost", -1),
        (nnw.DecisionLines, "ghost", 2**53),
        (nnw.DecisionLines, "ghost", "past"),
        (nnw.DecisionLines, "extent", (0, 1, 1, 0)),
        (nnw.DecisionLines, "extent", (0, 1, 0, float("inf"))),
        (nnw.DecisionLines, "width", 5),
        (nnw.DecisionLines, "controls", "yes"),
        (nnw.FeatureSpace, "units", (0, 2)),
        (nnw.FeatureSpace, "layer", 7),
        (nnw.FeatureSpace, "layer", "conv"),
        (nnw.FeatureSpace, "morph", 2.5),
        (nnw.FeatureSpace, "morph", float("nan")),
        (nnw.FeatureSpace, "morph", True),
        (nnw.WeightSliders, "limit", 0),
        (nnw.WeightSliders, "step", -1.0),
        (nnw.WeightSliders, "ranges", {"0.weight": (1, 0)}),
        (nnw.WeightSliders, "ranges", {"9.weight": (0, 1)}),
        (nnw.TrainingBar, "shortcuts", "yes"),
    ],
)
def test_an_option_that_makes_no_sense_is_refused(
    net: nnw.Network, View: Any, option: str, value: Any
) -> None:
    with pytest.raises((traitlets.TraitError, ValueError)):
        View(net, **{option: value})
    view = View(net)
    before = getattr(view, option)
    with pytest.raises((traitlets.TraitError, ValueError)):
        setattr(view, option, value)
    assert getattr(view, option) == before


def test_an_option_from_the_page_is_taken_without_an_echo(net: nnw.Network) -> None:
    view = nnw.DecisionLines(net)
    heard: list[Any] = []
    view.observe(lambda change: heard.append(change.new), names="extent")
    for step in range(3):
        content = {"type": "option", "name": "extent", "value": [0, 1 + step, 0, 1]}
        deliver(view, {"method": "custom", "content": content})
    assert view.extent == (0, 3, 0, 1)
    assert heard == [(0, 1, 0, 1), (0, 2, 0, 1), (0, 3, 0, 1)]
    assert view.comm.sent == []


def test_a_bad_option_from_the_page_is_answered_by_the_old_one(net: nnw.Network) -> None:
    view = nnw.DecisionLines(net)
    content = {"type": "option", "name": "field", "value": "picture"}
    deliver(view, {"method": "custom", "content": content})
    assert view.field == "output"
    (old, _), (told, _) = view.comm.sent
    assert old["state"] == {"field": "output"}
    assert (told["content"]["type"], told["content"]["name"]) == ("refused", "field")
    assert "picture" in told["content"]["message"]


@pytest.mark.parametrize(
    ("View", "name", "value"),
    [
        (nnw.WeightSliders, "ranges", {"9.weight": [0, 1]}),
        (nnw.WeightSliders, "ranges", {"0.weight[7,7]": [0, 1]}),
        (nnw.WeightSliders, "ranges", {"0.weight": [1, 0]}),
        (nnw.WeightSliders, "step", -1),
        (nnw.LossSurface, "axes", ["0.bias[9]", "0.bias[0]"]),
        (nnw.LossSurface, "resolution", 5000),
        (nnw.FeatureSpace, "layer", 9),
        (nnw.FeatureSpace, "units", [0, 9]),
        (nnw.FeatureSpace, "features", [0, 0]),
    ],
)
def test_whatever_a_validator_refuses_is_undone_and_told(
    net: nnw.Network, View: Any, name: str, value: Any
) -> None:
    view = View(net)
    before = getattr(view, name)
    view.comm.sent.clear()
    deliver(view, {"method": "custom", "content": {"type": "option", "name": name, "value": value}})
    assert getattr(view, name) == before
    sent = [data for data, _ in view.comm.sent]
    assert any(name in data.get("state", {}) for data in sent)
    assert [data["content"]["type"] for data in sent if "content" in data] == ["refused"]


@pytest.mark.parametrize(
    "content",
    [None, 3, [], {}, {"name": "net", "value": None}, {"name": "_esm", "value": "x"}, {"name": []}],
)
def test_junk_for_a_view_changes_nothing(net: nnw.Network, content: Any) -> None:
    view, page = nnw.DecisionLines(net), Page(net)
    before = {name: getattr(view, name) for name in view._options()}
    deliver(view, {"method": "custom", "content": content})
    deliver(view, {"method": "update", "state": {"net": None, "_esm": "x", "_view": "y"}})
    assert {name: getattr(view, name) for name in view._options()} == before
    assert view.net is net
    assert view._view == "DecisionLines"
    assert len(page.heard("error")) == 2
    assert "'net' is not for a page to set" in page.heard("error")[1]["message"]


def test_views_stand_side_by_side_at_their_own_width(net: nnw.Network) -> None:
    view = nnw.DecisionLines(net, width=300)
    assert (view.layout.width, view.layout.flex) == ("300px", "0 1 auto")
    own = ipywidgets.Layout(width="50%")
    assert nnw.DecisionLines(net, layout=own).layout is own


def test_the_repr_names_view_and_network(net: nnw.Network) -> None:
    assert repr(nnw.TrainingBar(net)).startswith("TrainingBar(Network(2-2-1 tanh")
    bundle = nnw.TrainingBar(net)._repr_mimebundle_()
    assert "application/vnd.jupyter.widget-view+json" in bundle[0]


def test_a_view_belongs_to_the_network_it_was_made_with(net: nnw.Network) -> None:
    view = nnw.DecisionLines(net)
    other = nnw.Network(nnw.mlp([2, 2, 1]), net.X, net.y)
    for value in (other, None):
        with pytest.raises(traitlets.TraitError, match="net"):
            view.net = value
    assert view.net is net
    view.close()


@pytest.mark.parametrize("name", ["width", "fixed"])
def test_an_option_quoted_in_an_error_is_cut_short(net: nnw.Network, page: Page, name: str) -> None:
    nested: list[object] = []
    for _ in range(20_000):
        nested = [nested]
    view = nnw.DecisionLines(net)
    before = getattr(view, name)
    for value in ("x" * 1_000_000, nested):
        view._on_message(view, {"type": "option", "name": name, "value": value}, [])
        told = [*page.heard("error"), *(data.get("content") for data, _ in view.comm.sent)]
        assert len([each for each in told if each][-1]["message"]) < 1000
    assert getattr(view, name) == before


class Attends(nn.Module):
    """Asks its attention for no weights."""

    def __init__(self) -> None:
        super().__init__()
        self.up, self.out = nn.Linear(3, 8), nn.Linear(8, 2)
        self.attention = nn.MultiheadAttention(8, 2, batch_first=True)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        h = self.up(x)
        return self.out(self.attention(h, h, h, need_weights=False)[0].mean(1))


def _shown(name: str) -> nnw.Network:
    rng = np.random.default_rng(0)
    y = np.arange(20) % 2
    if name == "AttentionMaps":
        return nnw.Network(Attends(), rng.normal(size=(20, 5, 3)), y)
    if name in ("FeatureMaps", "Augmentations"):
        model = nn.Sequential(nn.Conv2d(3, 4, 3), nn.ReLU(True), nn.Flatten(), nn.Linear(144, 2))
        return nnw.Network(model, rng.random((20, 3, 8, 8)), y)
    return nnw.Network(nnw.mlp([2, 3, 1]), rng.normal(size=(20, 2)), y)


@pytest.mark.parametrize(
    "name",
    [
        *("NetworkGraph", "Activations", "ForwardBackward"),
        *("FeatureMaps", "AttentionMaps", "Augmentations"),
    ],
)
def test_every_view_takes_the_same_samples_and_says_which(name: str) -> None:
    net = _shown(name)
    view = getattr(nnw, name)
    assert view(net, sample=np.int64(3)).sample == 3
    made = view(net, sample=19)
    if name != "ForwardBackward":
        assert view(net, sample=-1).sample == 19
    for beyond in (20, -21):
        with pytest.raises(traitlets.TraitError, match=rf"sample must be .*from 0 to 19.*{beyond}"):
            view(net, sample=beyond)
        with pytest.raises(traitlets.TraitError, match="from 0 to 19"):
            made.sample = beyond
    for wrong in (1.5, "a", True, [1]):
        with pytest.raises(
            traitlets.TraitError, match=r"sample must be .*a whole number, that of a row"
        ):
            view(net, sample=wrong)
    assert made.sample == 19
