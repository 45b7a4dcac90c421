"""``NetworkGraph``: its options, and what it tells the page of models that the page cannot draw."""

from typing import Any

import numpy as np
import pytest
import traitlets
from torch import nn

import nnwidgets as nnw
from tests.widgets.fakes import FakeClock, deliver


def test_it_refers_to_its_network_and_its_library(net: nnw.Network) -> None:
    view = nnw.NetworkGraph(net)
    state = view.comm.data["state"]
    assert state["_view"] == "NetworkGraph"
    assert state["net"] == f"anywidget:{net.model_id}"
    assert state["_library"].startswith("anywidget:")
    assert (view.edges, view.of, view.sample, view.max_units) == ("weights", "data", None, 10)
    assert view.thumbnails
    assert view.labels
    assert view.editable
    assert not view.controls


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("edges", "losses", "edges"),
        ("of", "all", "of"),
        ("sample", 40, "sample must be None or a row of the data, from 0 to 39; got 40"),
        ("sample", -41, "got -41"),
        ("sample", 1.5, "got 1.5"),
        ("sample", True, "got True"),
        ("max_units", 0, "an integer from 1 to 64"),
        ("height", 10, "an integer from 160 to 4000"),
        ("thumbnails", "yes", "thumbnails"),
    ],
)
def test_bad_options_are_refused(net: nnw.Network, name: str, value: Any, message: str) -> None:
    with pytest.raises(traitlets.TraitError, match=message):
        nnw.NetworkGraph(net, **{name: value})


def test_a_sample_counts_from_the_end_as_well(net: nnw.Network) -> None:
    assert nnw.NetworkGraph(net, sample=-1).sample == 39
    assert nnw.NetworkGraph(net, sample=np.int64(3)).sample == 3


def test_the_page_changes_options_and_is_told_where_it_may_not(net: nnw.Network) -> None:
    view = nnw.NetworkGraph(net)
    say(view, type="option", name="edges", value="gradients")
    say(view, type="option", name="sample", value=7)
    assert (view.edges, view.sample) == ("gradients", 7)
    say(view, type="option", name="sample", value=400)
    assert view.sample == 7


def test_the_page_computes_a_stack_itself(net: nnw.Network) -> None:
    assert nnw.NetworkGraph(net)._payload() is None


def test_other_models_are_sent_as_blocks(clock: FakeClock) -> None:
    X = np.random.default_rng(0).normal(size=(9, 16))
    model = nn.Sequential(
        nn.Unflatten(1, (1, 4, 4)), nn.Conv2d(1, 2, 3), nn.ReLU(), nn.Flatten(), nn.Linear(8, 3)
    )
    view = nnw.NetworkGraph(model, X, np.arange(9) % 3)
    say(view, type="hello")
    clock.advance(0.1)
    sent = [data["content"] for data, _ in view.comm.sent if data["method"] == "custom"]
    assert sent[-1]["type"] == "feed"
    assert [block["kind"] for block in sent[-1]["blocks"]] == [
        "Unflatten",
        "Conv2d",
        "ReLU",
        "Flatten",
        "Linear",
    ]
    assert [block["shapes"] for block in sent[-1]["blocks"]][1] == [[2, 2, 2]]
    assert sent[-1]["input"] == [16]


def test_blocks_begin_with_a_row_as_the_model_gets_it() -> None:
    X = np.zeros((9, 1, 4, 4), dtype=np.float32)
    model = nn.Sequential(nn.Conv2d(1, 2, 3), nn.Flatten(), nn.Linear(8, 3))
    payload = nnw.NetworkGraph(model, X, np.arange(9) % 3)._payload()
    assert payload is not None
    assert payload[0]["input"] == [1, 4, 4]


def say(view: nnw.NetworkGraph, **message: Any) -> None:
    deliver(view, {"method": "custom", "content": message})
