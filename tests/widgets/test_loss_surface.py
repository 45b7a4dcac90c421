"""The Python half of a loss surface: what it computes, what it tells the page, what it refuses."""

import copy
import gzip
import importlib.util
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
import traitlets
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from torch import nn

import nnwidgets as nnw
from nnwidgets.widgets import _background, _bundle, _surface
from nnwidgets.widgets._tracks import thinned
from tests.widgets.fakes import FakeClock, deliver

Threads = list[Callable[[], None]]


@pytest.fixture
def threads(monkeypatch: pytest.MonkeyPatch) -> Threads:
    """What would run in the background: a test runs it with `work`."""
    started: Threads = []
    monkeypatch.setattr(_background, "spawn", lambda work, name: started.append(work))
    return started


@pytest.fixture
def inline(monkeypatch: pytest.MonkeyPatch) -> None:
    """Surfaces are computed where they are asked for."""
    monkeypatch.setattr(_background, "spawn", lambda work, name: work())


@pytest.fixture(autouse=True)
def cheap(monkeypatch: pytest.MonkeyPatch) -> None:
    """However slow the machine, a small surface is made anew by itself."""
    monkeypatch.setattr(_surface, "CHEAP", 1e9)


def work(threads: Threads) -> None:
    while threads:
        threads.pop(0)()


def floats(data: bytes) -> NDArray[np.float64]:
    return np.frombuffer(data, "<f8")


def shown(view: nnw.LossSurface) -> dict[str, Any]:
    grid = dict(view._surface)
    for name in ("x", "y", "z", "origin", "directions"):
        grid[name] = floats(grid[name])
    grid["z"] = grid["z"].reshape(grid["ny"], grid["nx"])
    return grid


def loss_with(net: nnw.Network, **weights: float) -> float:
    """The loss by torch, in double precision, with entries of the parameters set."""
    problem = net.run.problem
    model = copy.deepcopy(problem.model).double()
    with torch.no_grad():
        for reference, value in weights.items():
            name, entry = reference.split("[")
            index = tuple(int(i) for i in entry.rstrip("]").split(","))
            model.state_dict()[name][index] = value
        X, y = (torch.tensor(array, dtype=torch.float64) for array in (net.X, net.y))
        logits = model(X)[:, 0]
        return float(nn.functional.binary_cross_entropy_with_logits(logits, y))


AXES = ("2.weight[0,1]", "0.bias[0]")


@pytest.mark.usefixtures("inline")
def test_what_is_shown_is_the_loss_with_two_parameters_set(net: nnw.Network) -> None:
    view = nnw.LossSurface(net, axes=AXES, ranges=((-2, 3), (0, 1)), resolution=4)
    grid = shown(view)
    assert (grid["nx"], grid["ny"], grid["names"], grid["share"]) == (4, 4, list(AXES), 1.0)
    np.testing.assert_allclose(grid["x"], [-2, -1 / 3, 4 / 3, 3])
    np.testing.assert_allclose(grid["y"], [0, 1 / 3, 2 / 3, 1])
    for j, y in enumerate(grid["y"]):
        for i, x in enumerate(grid["x"]):
            expected = loss_with(net, **{AXES[0]: x, AXES[1]: y})
            assert grid["z"][j, i] == pytest.approx(expected, rel=1e-5)
    flat = net.run.problem.parameters.read()
    here = [net.weights["2.weight"][0, 1], net.weights["0.bias"][0]]
    np.testing.assert_allclose(grid["origin"] + here @ grid["directions"].reshape(2, -1), flat)


def test_it_comes_coarse_first(net: nnw.Network, threads: Threads) -> None:
    view = nnw.LossSurface(net, resolution=61)
    assert view._surface == {}
    seen: list[tuple[int, float, str]] = []
    view.observe(
        lambda change: seen.append((change.new["nx"], change.new["share"], view._state["state"])),
        names="_surface",
    )
    work(threads)
    assert [n for n, _, _ in seen] == sorted({n for n, _, _ in seen})
    assert seen[0][0] < 10
    assert seen[-1] == (61, 1.0, "computing")
    assert all(share < 1 for _, share, _ in seen[:-1])
    state = view._state
    assert (state["state"], state["stale"], state["share"]) == ("idle", False, 1.0)
    assert state["seconds"] > 0


@pytest.mark.usefixtures("inline")
def test_the_page_gets_the_library_and_the_network_by_reference(net: nnw.Network) -> None:
    view = nnw.LossSurface(net)
    state = view.comm.data["state"]
    library = net._libraries["surface"]
    assert library.comm.data["state"]["_code"] == "/* surface.js */"
    assert state["_library"] == f"anywidget:{library.model_id}"
    assert state["net"] == f"anywidget:{net.model_id}"
    assert state["axes"] == ["0.weight[0,0]", "2.weight[0,0]"]
    assert (state["kind"], state["resolution"], state["log"]) == ("both", 61, False)


@pytest.mark.usefixtures("inline")
def test_a_map_alone_is_as_wide_as_another_view(net: nnw.Network) -> None:
    both, alone = nnw.LossSurface(net), nnw.LossSurface(net, kind="contour")

    assert (both.width, alone.width, alone.layout.width) == (880, 500, "500px")
    assert nnw.LossSurface(net, kind="contour", width=700).width == 700


def test_a_network_of_two_weights_has_both_as_axes(clock: FakeClock) -> None:
    model = nn.Sequential(nn.Linear(1, 1, bias=False), nn.Tanh(), nn.Linear(1, 1, bias=False))
    net = nnw.Network(model, [[0.0], [1.0]], [0.5, 1.5])
    assert nnw.LossSurface(net).axes == ("0.weight[0,0]", "2.weight[0,0]")
    line = nnw.Network(nn.Linear(1, 1), [[0.0], [1.0]], [0.5, 1.5])
    assert nnw.LossSurface(line).axes == ("weight[0,0]", "bias[0]")
    one = nnw.Network(nn.Linear(1, 1, bias=False), [[0.0], [1.0]], [0.5, 1.5])
    with pytest.raises(ValueError, match="two parameters at least"):
        nnw.LossSurface(one)


@pytest.mark.parametrize(
    ("options", "error", "words"),
    [
        ({"axes": ("0.weigth[0,0]", "0.bias[0]")}, ValueError, "0.weight"),
        ({"axes": ("0.weight", "0.bias[0]")}, ValueError, "must name one number"),
        ({"axes": ("0.bias[0]", "0.bias[0]")}, ValueError, "they must differ"),
        ({"axes": "sideways"}, ValueError, "axes must be a pair"),
        ({"axes": "pca"}, ValueError, "at least 3 different points, got 1: train for some epochs"),
        ({"ranges": ((1, 0), (0, 1))}, traitlets.TraitError, "x0 < x1"),
        ({"ranges": ((0, np.nan), (0, 1))}, traitlets.TraitError, "x0 < x1"),
        ({"resolution": 1}, traitlets.TraitError, "an integer from 2"),
        (
            {"resolution": 10**6},
            traitlets.TraitError,
            "7.28 TiB of memory and about .*1000 × 1000",
        ),
        (
            {"resolution": 1001},
            ValueError,
            "7.64 MiB of memory and about .* seconds; at most 1,000",
        ),
        ({"tracks": ["sgd"]}, TypeError, "tracks must be a dict of name to run, got list"),
        ({"tracks": {"sgd": [[1.0]]}}, ValueError, r"^track 'sgd': trajectory\[0\] must be"),
        ({"data": "test"}, traitlets.TraitError, "needs test data"),
        ({"kind": "cake"}, traitlets.TraitError, "contour"),
        ({"colour": "red"}, TypeError, "no option 'colour'"),
    ],
)
@pytest.mark.usefixtures("inline")
def test_what_cannot_be_shown_is_refused(
    net: nnw.Network, options: dict[str, Any], error: type[Exception], words: str
) -> None:
    before = net.run.problem.parameters.read()
    with pytest.raises(error, match=words):
        nnw.LossSurface(net, **options)
    assert np.array_equal(net.run.problem.parameters.read(), before)


@pytest.mark.usefixtures("inline")
def test_other_axes_show_another_plane(net: nnw.Network) -> None:
    view = nnw.LossSurface(net, resolution=5)
    first = shown(view)
    view.axes = AXES
    second = shown(view)
    assert second["names"] == list(AXES)
    assert second["serial"] > first["serial"]
    assert second["generation"] == first["generation"] + 1
    view.axes = "random"
    assert not np.array_equal(shown(view)["directions"], second["directions"])
    seeded = shown(view)["directions"]
    view.seed = 1
    assert not np.array_equal(shown(view)["directions"], seeded)


@pytest.mark.usefixtures("inline")
def test_directions_of_ones_own_are_axes_too(net: nnw.Network) -> None:
    here = {name: np.ones_like(array) for name, array in net.weights.items()}
    view = nnw.LossSurface(net, axes=({"0.bias": [3.0, 4.0]}, here), resolution=3)
    directions = shown(view)["directions"].reshape(2, -1)
    assert sorted(directions[0][directions[0] != 0]) == [3, 4]
    assert (directions[1] == 1).all()
    assert view.get_state("axes")["axes"] == "custom"


@pytest.mark.usefixtures("inline")
def test_a_move_in_the_plane_leaves_the_surface_and_one_off_it_does_not(
    net: nnw.Network, clock: FakeClock
) -> None:
    view = nnw.LossSurface(net, axes=AXES, resolution=5, auto=False)
    clock.advance(1)
    serial = shown(view)["serial"]
    net.weights = {"0.bias": [0.25, net.weights["0.bias"][1]]}
    clock.advance(1)
    assert not view._state["stale"]
    net.weights = {"0.bias": [0.25, 9.0]}
    clock.advance(1)
    assert view._state["stale"]
    assert shown(view)["serial"] == serial
    deliver(view, {"method": "custom", "content": {"type": "compute"}})
    clock.advance(1)
    assert not view._state["stale"]
    x, y = net.weights["2.weight"][0, 1], net.weights["0.bias"][0]
    corner = shown(view)
    expected = loss_with(net, **{AXES[0]: corner["x"][0], AXES[1]: corner["y"][0]})
    assert corner["z"][0, 0] == pytest.approx(expected, rel=1e-5)
    assert (x, y) == pytest.approx(view.grid.centre)


@pytest.mark.usefixtures("inline")
def test_a_cheap_surface_follows_by_itself(net: nnw.Network, clock: FakeClock) -> None:
    view = nnw.LossSurface(net, axes=AXES, resolution=5)
    clock.advance(100)
    serial = shown(view)["serial"]
    net.weights = {"0.bias": [0.25, 9.0]}
    clock.advance(100)
    assert shown(view)["serial"] > serial
    assert not view._state["stale"]


@pytest.mark.usefixtures("inline")
@pytest.mark.parametrize("change", ["data", "activation"])
def test_other_data_or_another_activation_is_another_surface(
    net: nnw.Network, clock: FakeClock, change: str
) -> None:
    view = nnw.LossSurface(net, axes=AXES, resolution=5, auto=False)
    clock.advance(1)
    if change == "data":
        net.X = net.X + 1
    else:
        net.activation = "relu"
    clock.advance(1)
    assert view._state["stale"]
    view.auto = True
    net.weights = {"0.bias": [0.5, 0.5]}
    clock.advance(100)
    assert not view._state["stale"]
    grid = shown(view)
    expected = loss_with(net, **{AXES[0]: grid["x"][1], AXES[1]: grid["y"][3]})
    assert grid["z"][3, 1] == pytest.approx(expected, rel=1e-5)


@pytest.mark.usefixtures("inline")
def test_a_held_network_and_a_costly_surface_wait(
    net: nnw.Network, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    view = nnw.LossSurface(net, axes=AXES, resolution=5)
    clock.advance(100)
    serial = shown(view)["serial"]
    net.run.problem.held[0] = True
    net.weights = {"0.bias": [0.25, 9.0]}
    clock.advance(5)
    assert shown(view)["serial"] == serial
    assert view._state["stale"]
    net.run.problem.held[0] = False
    clock.advance(5)
    assert shown(view)["serial"] > serial
    monkeypatch.setattr(_surface, "CHEAP", 0.0)
    clock.advance(100)
    serial = shown(view)["serial"]
    net.weights = {"0.bias": [0.25, 7.0]}
    clock.advance(100)
    assert shown(view)["serial"] == serial
    assert view._state["stale"]


@pytest.mark.usefixtures("inline")
def test_the_window_stays_until_the_ball_leaves_it(net: nnw.Network, clock: FakeClock) -> None:
    view = nnw.LossSurface(net, axes=AXES, resolution=5)
    clock.advance(100)
    window = shown(view)["x"]
    weights = net.weights["2.weight"].copy()
    weights[0, 1] += 0.5
    net.weights = {"2.weight": weights, "0.bias": [0.0, 3.0]}
    clock.advance(100)
    np.testing.assert_array_equal(shown(view)["x"], window)
    weights[0, 1] = 40
    net.weights = {"2.weight": weights}
    clock.advance(100)
    assert shown(view)["x"][0] < 40 < shown(view)["x"][-1]


@pytest.mark.usefixtures("inline")
def test_a_run_is_a_track_with_its_distance_from_the_plane(
    net: nnw.Network, clock: FakeClock
) -> None:
    view = nnw.LossSurface(net, axes=AXES, resolution=5, auto=False)
    for step in range(1, 4):
        net.weights = {"0.bias": [0.1 * step, 0.0], "2.weight": [[0.0, 1.0 * step]]}
        net.record()
    clock.advance(1)
    (track,) = view._tracks
    assert (track["name"], track["current"]) == ("", True)
    assert floats(track["epochs"]).tolist() == [0, 1, 2, 3]
    np.testing.assert_allclose(floats(track["loss"]), net.history.loss)
    origin, across, up = shown(view)["origin"], *shown(view)["directions"].reshape(2, -1)
    for row, epoch in enumerate(range(4)):
        x, y = floats(track["xy"]).reshape(-1, 2)[row]
        missing = net.history.parameters(epoch) - (origin + x * across + y * up)
        assert np.linalg.norm(missing) == pytest.approx(floats(track["off"])[row])
        assert [missing @ across, missing @ up] == pytest.approx([0, 0], abs=1e-6)
    net.reset()
    clock.advance(1)
    assert floats(view._tracks[0]["epochs"]).tolist() == [0]


def test_the_first_surface_has_room_for_runs_that_are_given(
    net: nnw.Network, threads: Threads
) -> None:
    flat = net.run.problem.parameters.read()
    x, y = (net.run.problem.parameters.index(name)[0] for name in AXES)
    away = np.array([flat, flat])
    away[1, x] += 3
    away[1, y] -= 4
    view = nnw.LossSurface(net, axes=AXES, resolution=5, tracks={"far": away})
    work(threads)
    grid = shown(view)
    assert grid["x"][-1] > away[1, x]
    assert grid["y"][0] < away[1, y]


def test_a_view_that_cannot_be_made_leaves_none_open(net: nnw.Network) -> None:
    before = len(net._views)
    with pytest.raises(ValueError, match="track 'sgd'"):
        nnw.LossSurface(net, tracks={"sgd": [[1.0]]})
    assert sum(view.is_open for view in net._views) == before


@pytest.mark.usefixtures("inline")
def test_on_a_surface_of_the_test_data_runs_have_their_test_losses(clock: FakeClock) -> None:
    test = ([[0.0, 1.0], [1.0, 1.0]], [1, 0])
    net = nnw.Network(nnw.mlp([2, 2, 1]), [[0.0, 0.0], [1.0, 0.0]], [0, 1], test=test)
    nnw.Trainer(net, lr=0.1).fit(3, progress=False)
    assert not np.allclose(net.history.loss, net.history.test_loss)
    given = {"same": net.history}
    view = nnw.LossSurface(net, axes=AXES, resolution=5, data="test", tracks=given)
    own, other = view._tracks
    np.testing.assert_array_equal(floats(own["loss"]), net.history.test_loss)
    assert np.isnan(floats(other["loss"])).all()  # the page reads them off the surface
    view.data = "train"
    own, other = view._tracks
    for track in (own, other):
        np.testing.assert_array_equal(floats(track["loss"]), net.history.loss)


@pytest.mark.usefixtures("inline")
def test_epochs_that_are_trained_anew_replace_the_old(net: nnw.Network, clock: FakeClock) -> None:
    view = nnw.LossSurface(net, axes=AXES, resolution=5, auto=False)
    for value in (1.0, 2.0):
        net.weights = {"0.bias": [value, 0.0]}
        net.record(epoch=1)
        clock.advance(1)
        y = floats(view._tracks[0]["xy"])[-1]
        assert y == pytest.approx(value)


@pytest.mark.usefixtures("inline")
def test_a_history_that_is_cleared_while_it_is_looked_at(
    net: nnw.Network, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Units come or go in another thread: what is gone has no place in the plane of before."""
    view = nnw.LossSurface(net, axes=AXES, resolution=5, auto=False)
    history, columns = net.history, net.history.columns
    for size in (net.run.problem.parameters.size, 4):  # before the new start is recorded, and after

        def meanwhile(size: int = size) -> Any:
            found = columns()
            history.start_over(size)
            if size == 4:
                history.append(0, np.zeros(size), loss=1.0)
            return found

        with monkeypatch.context() as patched:
            patched.setattr(history, "columns", meanwhile)
            net.record(epoch=1)
            view._look()
        assert 1 not in floats(view._tracks[0]["epochs"])
        history.start_over(net.run.problem.parameters.size)


@pytest.mark.usefixtures("inline")
def test_other_runs_are_drawn_beside(net: nnw.Network, model: nn.Module) -> None:
    other = nnw.Network(nnw.mlp([2, 2, 1], seed=1), net.X, net.y, loss="bce")
    other.record()
    view = nnw.LossSurface(net, axes=AXES, resolution=3, tracks={"other": other.history})
    assert [track["name"] for track in view._tracks] == ["", "other"]
    flat = other.history.parameters(0)
    x, y = floats(view._tracks[1]["xy"])[:2]
    wanted = [other.weights["2.weight"][0, 1], other.weights["0.bias"][0]]
    assert [x, y] == pytest.approx(wanted)
    view.add_track("here", [flat, flat])
    view.remove_track("other")
    assert [track["name"] for track in view._tracks] == ["", "here"]
    with pytest.raises(KeyError, match="no track 'other'; there are 'here'"):
        view.remove_track("other")
    with pytest.raises(TypeError, match="name must be text"):
        view.add_track(3, other.history)  # type: ignore[arg-type]
    wide = nnw.Network(nnw.mlp([2, 3, 1]), net.X, net.y, loss="bce")
    with pytest.raises(ValueError, match="13"):
        view.add_track("wide", wide.history)
    assert [track["name"] for track in view._tracks] == ["", "here"]


@pytest.mark.usefixtures("inline")
def test_principal_axes_are_those_of_the_run(net: nnw.Network) -> None:
    other = net.weights["0.bias"][1]
    for step in range(1, 5):
        net.weights = {"0.bias": [1.0 * step, other], "2.bias": [0.1 * step**2]}
        net.record()
    view = nnw.LossSurface(net, axes="pca", resolution=5)
    shares = shown(view)["explained"]
    assert shares[0] > shares[1] > 0
    assert sum(shares) == pytest.approx(1)  # nothing else has moved
    assert floats(view._tracks[0]["off"]).max() < 1e-5


def test_the_newest_request_wins_and_a_cancelled_one_says_so(
    net: nnw.Network, threads: Threads
) -> None:
    view = nnw.LossSurface(net, resolution=61)
    view.observe(lambda _: view._background.cancel(), names="_surface")
    work(threads)
    state = view._state
    assert (state["state"], state["message"]) == ("idle", "cancelled")
    assert view._surface["share"] < 1
    view.unobserve_all("_surface")
    view.resolution = 3
    view.resolution = 4
    work(threads)
    assert shown(view)["nx"] == 4


@pytest.mark.usefixtures("inline")
def test_what_goes_wrong_is_told(net: nnw.Network, monkeypatch: pytest.MonkeyPatch) -> None:
    view = nnw.LossSurface(net, resolution=3)

    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("out of tea")

    monkeypatch.setattr(_surface, "prepare", broken)
    view.compute()
    assert view._state["state"] == "failed"
    assert view._state["message"] == "RuntimeError: out of tea"
    monkeypatch.undo()


@pytest.mark.usefixtures("inline")
def test_nothing_is_computed_for_a_closed_view(net: nnw.Network, clock: FakeClock) -> None:
    view = nnw.LossSurface(net, axes=AXES, resolution=3)
    clock.advance(100)
    view.close()
    generation = view._surface["generation"]
    net.weights = {"0.bias": [0.25, 9.0]}
    clock.advance(100)
    assert view._surface["generation"] == generation
    view.open()
    assert view._surface["generation"] == generation + 1
    assert shown(view)["origin"][net.run.problem.parameters.index("0.bias[1]")] == 9


@pytest.mark.usefixtures("inline")
def test_a_chunk_is_sent_to_who_asks(
    net: nnw.Network, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "plotly.js.gz").write_bytes(gzip.compress(b"export default 1"))
    monkeypatch.setattr(_bundle, "STATIC", tmp_path)
    view = nnw.LossSurface(net, resolution=3)
    view.comm.sent.clear()
    deliver(view, {"method": "custom", "content": {"type": "chunk", "name": "plotly"}})
    ((message, buffers),) = view.comm.sent
    assert message["content"] == {"type": "chunk", "name": "plotly"}
    assert gzip.decompress(buffers[0]) == b"export default 1"


def errors(*models: Any) -> list[str]:
    sent = [data for model in models for data, _ in model.comm.sent if data["method"] == "custom"]
    told = [data["content"] for data in sent if data["content"]["type"] in ("error", "refused")]
    return [content["message"] for content in told]


@pytest.mark.parametrize(
    "content",
    [
        None,
        [],
        {},
        {"type": "chunk"},
        {"type": "chunk", "name": "../../etc/passwd"},
        {"type": "chunk", "name": ["plotly"]},
        {"type": "option", "name": "_surface", "value": {}},
        {"type": "option", "name": "axes", "value": ["0.bias[0]", "0.bias[0]"]},
        {"type": "option", "name": "axes", "value": "pca"},
        {"type": "option", "name": "axes", "value": [{"0.bias": [0, 0]}, "0.bias[0]"]},
        {"type": "option", "name": "ranges", "value": [[0, 1e400], [0, 1]]},
        {"type": "option", "name": "resolution", "value": 10**30},
    ],
)
@pytest.mark.usefixtures("inline")
def test_a_message_that_is_none_changes_nothing(net: nnw.Network, content: Any) -> None:
    view = nnw.LossSurface(net, resolution=3)
    before = {name: getattr(view, name) for name in view._options()}
    surface = view._surface
    deliver(view, {"method": "custom", "content": content})
    assert errors(net, view)
    assert {name: getattr(view, name) for name in view._options()} == before
    assert view._surface == surface


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=8,
)
near_misses = st.fixed_dictionaries(
    {
        "type": st.sampled_from(["option", "compute", "cancel", "chunk"]),
        "name": st.sampled_from(["axes", "ranges", "resolution", "kind", "plotly", "_state"])
        | json_values,
        "value": json_values,
    }
)


@pytest.mark.usefixtures("transport")
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(content=json_values | near_misses)
def test_whatever_a_page_says_the_view_and_the_model_are_whole(
    net: nnw.Network, threads: Threads, content: Any
) -> None:
    view = nnw.LossSurface(net, resolution=3)
    before = net.run.problem.parameters.read()
    deliver(view, {"method": "custom", "content": content})
    assert 2 <= view.resolution <= 1000
    assert view.kind in ("both", "contour", "surface")
    net.run.problem.parameters.index(view.axes[0] if view.axes != "random" else "0.bias")
    assert np.array_equal(net.run.problem.parameters.read(), before)
    view.close()
    threads.clear()


@pytest.mark.usefixtures("inline")
def test_the_page_cannot_write_what_python_computes(net: nnw.Network) -> None:
    view = nnw.LossSurface(net, resolution=3)
    surface, stub = view._surface, view._esm
    for state in ({"_surface": {}}, {"_tracks": []}, {"_esm": "alert(1)", "_css": "", "log": True}):
        deliver(view, {"method": "update", "state": state, "buffer_paths": []})
    assert view._surface is surface
    assert view._esm == stub
    assert view._tracks
    assert not view.log  # what is refused in part is refused
    deliver(view, {"method": "update", "state": {"log": True}, "buffer_paths": []})
    assert view.log


@pytest.mark.usefixtures("inline")
def test_a_page_is_saved_that_needs_nothing_else(net: nnw.Network, tmp_path: Path) -> None:
    net.record()
    view = nnw.LossSurface(net, axes=AXES, resolution=3)
    view.save_html(tmp_path / "surface.html")
    page = (tmp_path / "surface.html").read_text(encoding="utf-8")
    assert "0.bias[0]" in page
    assert 'src="http' not in page


@pytest.mark.usefixtures("inline")
def test_a_picture_needs_a_package_and_says_so(
    net: nnw.Network, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    view = nnw.LossSurface(net, resolution=3)
    find = importlib.util.find_spec
    monkeypatch.setattr(
        "nnwidgets.widgets.loss_surface.find_spec",
        lambda name: None if name == "kaleido" else find(name),
    )
    with pytest.raises(ImportError, match="pip install kaleido"):
        view.save_image(tmp_path / "surface.png")
    assert not list(tmp_path.iterdir())


@pytest.mark.usefixtures("inline")
def test_a_picture_that_cannot_be_made_says_what_it_needs(
    net: nnw.Network, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import plotly.graph_objects as go

    def fail(*_arguments: object, **_options: object) -> None:
        raise RuntimeError("Target.getTargets")

    monkeypatch.setattr("nnwidgets.widgets.loss_surface.find_spec", lambda _name: object())
    monkeypatch.setattr(go.Figure, "write_image", fail)
    view = nnw.LossSurface(net, resolution=3)
    with pytest.raises(RuntimeError, match=r"Chrome or Chromium.*plotly_get_chrome.*save_html"):
        view.save_image(tmp_path / "surface.png")
    with pytest.raises(ValueError, match=r"path must end in \.png.*; got '.*surface\.bmp'"):
        view.save_image(tmp_path / "surface.bmp")


@pytest.mark.usefixtures("inline")
def test_a_model_with_dropout_is_noticed(clock: FakeClock) -> None:
    model = nn.Sequential(nn.Linear(2, 4), nn.Dropout(0.5), nn.Linear(4, 1))
    X, y = nnw.datasets.blobs4(n=20)
    net = nnw.Network(model.train(), X, y)
    with pytest.warns(UserWarning, match=r"Dropout '1'.*evaluation mode"):
        nnw.LossSurface(net, resolution=3)
    assert model.training


@pytest.mark.parametrize("count", [0, 1, 2, 1999, 2000, 2001, 4000, 123_457])
def test_a_thinned_run_keeps_its_ends(count: int) -> None:
    rows = thinned(count)
    assert len(rows) <= 2000
    assert len(rows) >= min(count, 999)
    if count:
        assert (rows[0], rows[-1]) == (0, count - 1)
