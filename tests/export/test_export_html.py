"""What is in an exported file, what is refused, and that a file is whole or not there."""

import base64
import errno
import gzip
import hashlib
import json
import re
from html import unescape
from pathlib import Path

import ipywidgets
import numpy as np
import pytest
import torch
from torch import nn

import nnwidgets as nnw
from nnwidgets.core import _files
from nnwidgets.export import _json
from nnwidgets.export._past import thinned


@pytest.fixture
def net():
    return nnw.Network(nnw.mlp([2, 3, 1], seed=1), nnw.datasets.xor())


class Gate(nn.Module):
    def __init__(self):
        super().__init__()
        self.inner = nn.Linear(2, 1)

    def forward(self, x):
        return self.inner(x) * torch.sigmoid(x[:, :1])


def text_of(path):
    return Path(path).read_text(encoding="utf-8")


def state_of(path):
    found = re.search(
        r'<script type="application/json" id="nnw-state">(.*?)</script>', text_of(path)
    )
    return json.loads(found[1])


def bytes_of(coded):
    data = base64.b64decode(coded["v"])
    return gzip.decompress(data) if coded["$"] == "z" else data


# -- state ---------------------------------------------------------------------------------


def test_a_page_has_the_weights_to_the_bit_and_each_network_once(net, tmp_path):
    lesson = nnw.export_html(
        [net, nnw.DecisionLines(net), nnw.WeightSliders(net)], tmp_path / "a.html"
    )
    state = state_of(lesson)

    assert [view["net"] for view in state["views"]] == [0, 0, 0]
    (kept,) = state["nets"]
    flat = np.concatenate([w.ravel() for w in net.weights.values()])
    assert bytes_of(kept["traits"]["_values"]) == flat.tobytes()
    X = np.frombuffer(bytes_of(kept["traits"]["_data"]["X"]), "<f4").reshape(-1, 2)
    np.testing.assert_array_equal(X, net.X)


def test_a_view_keeps_its_options_and_nothing_that_only_a_notebook_needs(net, tmp_path):
    view = nnw.DecisionLines(net, field="both", title="Lines")
    traits = state_of(nnw.export_html(view, tmp_path / "a.html"))["views"][0]["traits"]

    assert (traits["field"], traits["title"], traits["_view"]) == ("both", "Lines", "DecisionLines")
    assert not {
        "_esm",
        "_css",
        "_code",
        "_key",
        "_library",
        "layout",
        "net",
        "_model_module",
    } & set(traits)


def test_the_order_of_the_page_is_that_of_the_list(net, tmp_path):
    lines, space = nnw.DecisionLines(net), nnw.FeatureSpace(net)
    row = ipywidgets.HBox([space, ipywidgets.VBox([net, lines])])
    page = text_of(nnw.export_html(["First.", row, "Last."], tmp_path / "a.html"))

    marks = re.findall(r'First\.|Last\.|data-nnw-view="\d"|nnw-lesson-(?:row|column)"', page)
    body = marks[marks.index("First.") :]
    assert body[:6] == [
        *("First.", 'nnw-lesson-row"', 'data-nnw-view="0"', 'nnw-lesson-column"'),
        *('data-nnw-view="1"', 'data-nnw-view="2"'),
    ]
    assert body[6] == "Last."
    views = [view["traits"]["_view"] for view in state_of(tmp_path / "a.html")["views"]]
    assert views == ["FeatureSpace", "TrainingBar", "DecisionLines"]


def test_exporting_leaves_a_live_page_as_it_was(net, tmp_path):
    curves, updates = nnw.TrainingCurves(net), nnw.WeightUpdates(net)
    nnw.Trainer(net, seed=0).fit(3, progress=False)
    nnw.export_html([curves, updates], tmp_path / "a.html")

    (entry,) = curves._payload()[0]["runs"]
    assert (entry["from"], entry["to"]) == (0, 4)
    kept = [view["fed"]["content"] for view in state_of(tmp_path / "a.html")["views"]]
    assert kept[0]["runs"][0]["to"] == 4
    assert kept[1]["epochs"] == [0, 1, 2, 3]


def test_curves_of_a_long_run_are_thinned_and_keep_their_ends(net, tmp_path):
    for epoch in range(1, 9001):
        net.run.history.append(epoch, np.zeros(13), loss=1 / epoch)
    content, (numbers,) = nnw.TrainingCurves(net)._recorded()

    (run,) = content["runs"]
    epochs = np.frombuffer(numbers)[: run["to"]]
    assert run["to"] <= 4001
    assert (epochs[0], epochs[-1]) == (0, 9000)
    assert (np.diff(epochs) > 0).all()


# -- text ----------------------------------------------------------------------------------


@pytest.mark.filterwarnings("error")
def test_losses_that_are_too_large_for_a_page_are_infinite_and_nobody_is_warned(tmp_path):
    model = nnw.mlp([2, 3, 1], seed=1).double()
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.fill_(1e300)
    net = nnw.Network(model, nnw.datasets.xor(), loss="mse")
    net.record()
    view = nnw.LossSurface(net, kind="contour", resolution=5)
    nnw.export_html([view], tmp_path / "a.html")
    assert float(net.run.history.loss[0]) > np.finfo(np.float32).max
    (past,) = (net["history"] for net in state_of(tmp_path / "a.html")["nets"])
    numbers = np.frombuffer(bytes_of(past["buffers"][0]))
    assert np.isinf(numbers.reshape(len(past["content"]["columns"]), -1)[1]).all()


def test_titles_text_and_names_are_text(tmp_path):
    nasty = '</script><script>alert(1)</script><img src=x onerror="alert(2)">&amp;'
    net = nnw.Network(
        nnw.mlp([2, 2, 1]),
        nnw.datasets.xor(),
        feature_names=[nasty, "<!--"],
        class_names=["a", nasty],
    )
    view = nnw.DecisionLines(net, title=nasty)
    page = text_of(nnw.export_html([view, nasty], tmp_path / "a.html", title=nasty, text=nasty))

    assert "<img" not in page
    assert page.count("alert(1)") == page.count("&lt;script&gt;alert(1)") + page.count(
        "\\u003cscript>alert(1)"
    )
    assert state_of(tmp_path / "a.html")["nets"][0]["traits"]["_spec"]["features"] == [
        nasty,
        "<!--",
    ]
    assert page.count("<script") == 2
    assert re.search("<title>(.*?)</title>", page)[1] == nasty.replace("&", "&amp;").replace(
        "<", "&lt;"
    ).replace(">", "&gt;").replace('"', "&quot;")


def test_an_empty_line_begins_another_paragraph(net, tmp_path):
    page = text_of(nnw.export_html(net, tmp_path / "a.html", text="One.\n\nTwo,\nstill two."))

    assert re.findall(r'<p class="nnw-lesson-text">([^<]*)</p>', page)[:2] == [
        "One.",
        "Two,\nstill two.",
    ]


def test_the_language_is_that_of_the_network(tmp_path):
    chinese = nnw.Network(nnw.mlp([2, 2, 1]), nnw.datasets.xor(), lang="zh")
    page = text_of(nnw.export_html(chinese, tmp_path / "a.html"))

    assert '<html lang="zh-CN">' in page
    assert "深色主题" in page
    assert state_of(tmp_path / "a.html")["words"]["Training"] == "训练"


@pytest.mark.parametrize("value", [float("nan"), float("inf"), -float("inf")])
def test_numbers_that_json_has_not_go_both_ways(value):
    coded = json.loads(_json.encode({"x": value}))["x"]

    assert coded["$"] == "n"
    assert repr(float(coded["v"])) == repr(value)


def test_bytes_are_gzipped_where_that_pays():
    same, noise = bytes(4000), np.random.default_rng(0).bytes(4000)
    coded = json.loads(_json.encode([same, noise, b"short"]))

    assert [each["$"] for each in coded] == ["z", "b", "b"]
    assert [bytes_of(each) for each in coded] == [same, noise, b"short"]


def test_what_has_no_place_in_a_page_is_named():
    with pytest.raises(TypeError, match="set cannot be in an exported page"):
        _json.encode({"x": {1, 2}})
    with pytest.raises(TypeError, match="keys of an exported page are text"):
        _json.encode({1: 2})


# -- the policy ----------------------------------------------------------------------------


def test_the_policy_allows_what_is_in_the_page_by_its_hash_and_nothing_else(net, tmp_path):
    view = nnw.OutputSurface(net)
    page = text_of(nnw.export_html([view, nnw.ForwardBackward(net)], tmp_path / "a.html"))
    policy = unescape(re.search(r'Content-Security-Policy" content="([^"]*)"', page)[1])
    rules = dict(rule.split(" ", 1) for rule in policy.split("; "))

    def sha(text):
        return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"

    scripts = re.findall(r"<script>(.*?)</script>", page, re.DOTALL)
    (style,) = re.findall(r"<style>(.*?)</style>", page, re.DOTALL)
    assert len(scripts) == 2  # plotly, and ours
    assert rules["default-src"] == "'none'"
    assert rules["script-src"] == " ".join(map(sha, scripts))
    assert rules["style-src"] == f"{sha(style)} {sha('')}"
    assert "unsafe-eval" not in policy
    assert not re.search(
        r'(?:src|href)="?https?:|\son\w+=', page.split("<body")[1].split("<script")[0]
    )


def test_pages_have_only_what_their_views_need(net, tmp_path):
    sizes = {
        name: nnw.export_html(view, tmp_path / f"{name}.html").gzipped
        for name, view in {
            "lines": [nnw.DecisionLines(net), nnw.WeightSliders(net)],
            "inside": nnw.NetworkGraph(net),
            "map": nnw.OutputSurface(net, projection="2d"),
            "space": nnw.OutputSurface(net),
        }.items()
    }

    assert sizes["lines"] < sizes["inside"] < sizes["space"]
    assert sizes["space"] - sizes["map"] > 400 * 1024


def test_views_offer_three_dimensions_where_the_page_has_them(net, tmp_path):
    flat = [nnw.LossSurface(net, kind="contour"), nnw.OutputSurface(net, projection="2d")]
    views = [*flat, nnw.DecisionLines(net)]
    without = state_of(nnw.export_html(views, tmp_path / "a.html"))["views"]
    among = state_of(nnw.export_html([*views, nnw.OutputSurface(net)], tmp_path / "b.html"))

    assert [view["traits"].get("_flat") for view in without] == [True, True, None]
    assert not any("_flat" in view["traits"] for view in among["views"])


# -- sizes ---------------------------------------------------------------------------------


def every_view(net):
    """Every view of a stack but the surfaces in three dimensions."""
    return [
        *(net, nnw.DecisionLines(net), nnw.FeatureSpace(net), nnw.WeightSliders(net)),
        *(nnw.NetworkGraph(net), nnw.Activations(net), nnw.WeightUpdates(net)),
        *(nnw.TrainingCurves(net), nnw.GradientFlow(net), nnw.Timeline(net)),
        *(nnw.ForwardBackward(net), nnw.LinearCollapse(net)),
        *(nnw.LossSurface(net, kind="contour"), nnw.OutputSurface(net, projection="2d")),
    ]


def test_a_page_of_every_view_is_small(net, tmp_path):
    views = every_view(net)
    nnw.Trainer(net, seed=0).fit(100, progress=False)

    flat = nnw.export_html(views, tmp_path / "flat.html")
    deep = nnw.export_html(
        [*views, nnw.LossSurface(net), nnw.OutputSurface(net)], tmp_path / "d.html"
    )

    assert flat.gzipped <= 250 * 1024
    assert deep.gzipped <= 900 * 1024
    assert flat.gzipped == pytest.approx(len(gzip.compress(flat.path.read_bytes(), 9)), abs=16)


# -- a playground --------------------------------------------------------------------------


def test_a_playground_becomes_its_views_with_a_network_that_trains(tmp_path):
    playground = nnw.Playground(dataset="spiral", hidden=[4, 3], learning_rate=0.01)
    playground.trainer.fit(3, progress=False)
    found = nnw.export_html(["Try it.", playground], tmp_path / "a.html")
    state = state_of(found)

    kinds = [view["traits"]["_view"] for view in state["views"]]
    shown = {type(view).__name__ for view in playground.views.values()}
    assert sorted(kinds) == sorted([*shown, "TrainingBar"])
    assert {view["net"] for view in state["views"]} == {0}
    body = text_of(found).split("<main")[1]
    assert re.findall(r"nnw-lesson-(halves|quarters)", body.split("<script")[0]) == [
        *("halves", "quarters")
    ]
    assert sorted(map(int, re.findall(r'data-nnw-view="(\d+)"', body))) == list(range(len(kinds)))
    assert "moves and trains" in found.alive[0]
    assert found.recorded == ("Playground: choosing data, inputs and settings; its views live",)
    assert "needs Python: Playground: choosing data" in repr(found)


def test_a_playground_of_more_inputs_has_the_views_that_there_are(tmp_path):
    X = np.random.default_rng(0).normal(size=(40, 5)).astype(np.float32)
    own = nnw.Network(nnw.mlp([5, 4, 1]), X, (X[:, 0] > 0).astype(np.float32))
    playground = nnw.Playground(own)
    row = ipywidgets.VBox([playground])
    kinds = [
        view["traits"]["_view"]
        for view in state_of(nnw.export_html(row, tmp_path / "a.html"))["views"]
    ]

    assert sorted(kinds) == sorted(
        [*(type(view).__name__ for view in playground.views.values()), "TrainingBar"]
    )


def test_networks_of_exclusive_or_stay_under_one_control(net, tmp_path):
    xor = nnw.XorSurface(steps=300, projection="2d")
    kept = state_of(nnw.export_html([net, xor], tmp_path / "a.html"))["nets"]

    rule = {"by": 1, "goal": 1e-5, "most": 300}
    assert [each["led"] for each in kept] == [None, None, rule, rule]


# -- the report ----------------------------------------------------------------------------


def test_the_report_says_where_it_is_how_large_and_what_lives(net, tmp_path):
    found = nnw.export_html([nnw.DecisionLines(net)], tmp_path / "a.html")

    assert found.path == tmp_path / "a.html"
    assert Path(found) == found.path
    assert found.size == found.path.stat().st_size
    assert re.match(r".*a\.html: [\d,]+ KiB, [\d,]+ KiB gzipped\n  lives in the page:", repr(found))
    assert found.recorded == ()


def test_the_report_says_what_needs_python(tmp_path):
    own = nnw.Network(Gate(), nnw.datasets.xor())
    X, y = nnw.datasets.xor()
    custom = nnw.Network(nnw.mlp([2, 2, 1]), X, y.reshape(-1, 1), nn.functional.l1_loss)
    task = nnw.Task(nnw.Network(nnw.mlp([2, 2, 1], seed=0), nnw.datasets.xor()), accuracy=1)

    said = repr(
        nnw.export_html(
            [nnw.DecisionLines(own), nnw.DecisionLines(custom), task], tmp_path / "a.html"
        )
    )

    assert "network 1 (Gate" in said
    assert "only Python can compute it" in said
    assert "its loss is a function in Python, so it does not train" in said
    assert "needs Python: Task" in said
    assert "network 3 (2-2-1 tanh, 4 points, bce): moves and trains" in said


# -- what is refused -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (3, "net_or_views must be a Network.*got int"),
        ([], "net_or_views has no view"),
        (["only text"], "net_or_views has no view"),
        ([ipywidgets.IntSlider()], r"net_or_views\[0\] must be .*got IntSlider"),
        (nn.Linear(2, 1), "net_or_views must be a Network.*got Linear"),
        (ipywidgets.Tab([]), "net_or_views must be .*got Tab"),
    ],
)
def test_what_cannot_be_on_a_page_is_refused_by_name(given, message, tmp_path):
    with pytest.raises((TypeError, ValueError), match=message):
        nnw.export_html(given, tmp_path / "a.html")
    assert list(tmp_path.iterdir()) == []


def test_networks_of_two_languages_are_refused(net, tmp_path):
    chinese = nnw.Network(nnw.mlp([2, 2, 1]), nnw.datasets.xor(), lang="zh")

    with pytest.raises(ValueError, match="of one language; got en and zh"):
        nnw.export_html([net, chinese], tmp_path / "a.html")


@pytest.mark.parametrize("option", ["title", "text"])
def test_texts_have_to_be_text(net, option, tmp_path):
    with pytest.raises(TypeError, match=f"{option} must be text, got int"):
        nnw.export_html(net, tmp_path / "a.html", **{option: 3})


@pytest.mark.parametrize("path", [3, None, b"a.html"])
def test_a_path_has_to_be_one(net, path):
    with pytest.raises(TypeError, match="path must be text or a Path"):
        nnw.export_html(net, path)


def test_a_path_that_cannot_be_written_is_refused_before_anything_is_done(net, tmp_path):
    with pytest.raises(FileNotFoundError, match="path: there is no folder"):
        nnw.export_html(net, tmp_path / "no" / "a.html")
    with pytest.raises(IsADirectoryError, match="path must be a file"):
        nnw.export_html(net, tmp_path)
    with pytest.raises(ValueError, match="path must name a file"):
        nnw.export_html(net, "")


# -- whole or not at all -------------------------------------------------------------------


def test_a_full_disk_leaves_the_old_file_and_no_part(net, tmp_path, monkeypatch):
    target = tmp_path / "a.html"
    target.write_text("old")

    def full(_handle):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(_files.os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        nnw.export_html(net, target)

    assert target.read_text() == "old"
    assert list(tmp_path.iterdir()) == [target]


def test_a_file_is_replaced_and_keeps_its_permissions(net, tmp_path):
    target = tmp_path / "a.html"
    target.write_text("old")
    target.chmod(0o640)
    nnw.export_html(net, target)

    assert target.read_text().startswith("<!doctype html>")
    assert target.stat().st_mode & 0o777 == 0o640


def test_a_fragment_is_a_frame_with_the_page_inside(net, tmp_path):
    page = text_of(nnw.export_html(net, tmp_path / "a.html", title='"A" & b'))
    piece = text_of(nnw.export_html(net, tmp_path / "b.html", title='"A" & b', fragment=True))

    inside = re.search(r'srcdoc="([^"]*)"', piece)[1]
    assert unescape(inside) == page
    assert 'title="&quot;A&quot; &amp; b"' in piece
    assert not re.search(r"\bid=", piece.replace(inside, ""))


def test_a_long_past_is_thinned_evenly_and_keeps_its_ends():
    for n in (0, 1, 2, 3, 7, 8, 9, 1000, 4097):
        for most in (0, 2, 3, 5, 8, 1000):
            places = np.arange(n) * 3 + 1
            kept = thinned(places, most)
            assert len(kept) <= max(2, most)
            assert set(kept[:1]) == set(places[:1])
            assert set(kept[-1:]) == set(places[-1:])
            gaps = np.diff(kept)[:-1]  # the last may be shorter
            assert len(set(gaps.tolist())) <= 1
            assert np.isin(kept, places).all()
            if n <= max(2, most - 1):
                assert len(kept) == n
