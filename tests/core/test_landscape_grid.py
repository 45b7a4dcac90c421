"""Grids as they come: coarse to fine, cancelled, drawn by plotly, and what is refused."""

import io
import threading
import time
from concurrent.futures import CancelledError
from itertools import pairwise

import numpy as np
import pytest
import torch
from torch import nn

import nnwidgets as nnw
from nnwidgets.core.landscape import LossGrid, Plane, Trajectory, prepare, refine
from nnwidgets.core.landscape._progress import ProgressLine
from nnwidgets.core.landscape.evaluate import evaluate

X, Y = np.array([[0.5, -1.0], [1.0, 2.0], [0.0, 0.5]]), np.array([1.0, -1.0, 0.0])
AXES = ("0.weight[0,0]", "2.bias[0]")


def model():
    return nnw.mlp([2, 3, 1], "tanh", seed=0)


def surface(of=None, **settings):
    return nnw.loss_surface(of or model(), X, Y, **{"loss": "mse", "axes": AXES, **settings})


class Rule:
    """An evaluator whose answer is known, x + 10 y, and that counts what it is asked."""

    how = "by rule"

    def __init__(self, seconds=1e-3):
        self.seconds, self.asked = seconds, []

    def losses(self, points):
        self.asked.append(points)
        return points[:, 0] + 10 * points[:, 1]

    def cost(self, cells):
        return cells * self.seconds


# Coarse to fine


@pytest.mark.parametrize(
    "shape", [(51, 51), (61, 61), (80, 80), (25, 40), (9, 7), (2, 2), (200, 1)]
)
def test_stages_are_even_grids_over_the_same_ranges(shape):
    nx, ny = shape
    x, y = np.linspace(-2, 3, nx), np.linspace(1, 5, ny)
    rule = Rule()
    stages = list(refine(rule, x, y))
    for stage in stages:
        np.testing.assert_allclose(stage.z, stage.x + 10 * stage.y[:, None])
        for axis, whole in ((stage.x, x), (stage.y, y)):
            np.testing.assert_allclose(axis, np.linspace(whole[0], whole[-1], len(axis)))
    np.testing.assert_array_equal(stages[-1].x, x)
    np.testing.assert_array_equal(stages[-1].y, y)
    shares = [stage.share for stage in stages]
    assert shares == sorted(shares)
    assert shares[-1] == 1
    sizes = [stage.z.size for stage in stages]
    assert all(2 * a < b for a, b in pairwise(sizes))
    if nx * ny > 1000:
        assert sizes[0] <= 100  # the preview
        assert sum(map(len, rule.asked)) <= 1.1 * nx * ny


def test_points_of_a_coarser_grid_are_not_computed_again():
    rule = Rule()
    x = np.linspace(0, 60, 61)
    sizes = [stage.z.shape for stage in refine(rule, x, x)]
    assert sizes == [(7, 7), (21, 21), (61, 61)]
    asked = np.concatenate(rule.asked)
    # 6 does not divide 20, so the second is computed anew; the third needs what it lacks.
    assert len(asked) == 49 + 61 * 61
    assert len(np.unique(asked[49:], axis=0)) == 61 * 61


def test_where_points_are_dear_there_are_fewer_of_them_at_first():
    x = np.linspace(0, 60, 61)
    sizes = [stage.z.shape for stage in refine(Rule(seconds=0.02), x, x)]
    assert sizes == [(3, 3), (7, 7), (21, 21), (61, 61)]


def test_a_preview_comes_first_and_the_last_grid_is_what_there_is_without():
    previews = []
    grid = surface(resolution=41, on_preview=previews.append)
    assert [preview.z.shape for preview in previews] == [(6, 6), (21, 21)]
    assert all(preview.names == AXES for preview in previews)
    np.testing.assert_allclose(grid.z, surface(resolution=41).z, rtol=1e-6)
    assert previews[0].z[0, 0] == pytest.approx(grid.z[0, 0])
    assert previews[0].z[-1, -1] == pytest.approx(grid.z[-1, -1])


def test_progress_grows_to_one():
    shares = []
    axis = np.linspace(0, 1, 20)
    evaluate(Rule(), axis, axis, on_progress=shares.append)
    assert shares == sorted(shares)
    assert shares[-1] == 1
    assert len(shares) == 8  # 0.4 s of work in slices of 0.05 s

    shares.clear()
    list(refine(Rule(), axis, axis, on_progress=shares.append))
    assert shares == sorted(shares)
    assert shares[-1] == 1


class Terminal(io.StringIO):
    def isatty(self):
        return True


@pytest.mark.parametrize(("shown", "seconds"), [(Terminal, 0.9), (io.StringIO, 5.0)])
def test_what_is_quick_or_nobody_reads_is_not_mentioned(shown, seconds, monkeypatch):
    text = watched(shown(), seconds, monkeypatch)
    assert text == ""


def test_a_long_computation_says_how_far_it_is(monkeypatch):
    first, *_, last = watched(Terminal(), 20.0, monkeypatch).split("\r")[1:]
    assert first.rstrip() == "loss surface 10%, about 18 s left"
    assert last.split() == ["loss", "surface:", "20.0", "s"]
    assert last.endswith("\n")


def watched(stream, seconds, monkeypatch):
    """Return what a line writes of ten equal steps that take so many seconds."""
    now = [100.0]
    monkeypatch.setattr("nnwidgets.core.landscape._progress.time.monotonic", lambda: now[0])
    monkeypatch.setattr("sys.stdout", stream)
    line = ProgressLine()
    for step in range(1, 11):
        now[0] = 100.0 + seconds * step / 10
        line(step / 10)
    line.close()
    return stream.getvalue()


def test_a_line_is_shown_for_large_surfaces_only(monkeypatch):
    made = []

    class Spy(ProgressLine):
        def __init__(self):
            super().__init__()
            made.append(self)

    monkeypatch.setattr("nnwidgets.core.landscape.surface.ProgressLine", Spy)
    surface(resolution=5)
    assert not made
    monkeypatch.setattr("nnwidgets.core.landscape.surface._LONG", 5 * 5 * 3 * 13 - 1)
    surface(resolution=5)
    assert len(made) == 1
    surface(resolution=5, on_progress=lambda share: None)
    assert len(made) == 1


def test_a_cancelled_surface_stops_at_the_next_slice():
    rule, axis = Rule(), np.linspace(0, 1, 20)
    with pytest.raises(CancelledError, match="cancelled"):
        evaluate(rule, axis, axis, cancelled=lambda: len(rule.asked) == 2)
    assert len(rule.asked) == 2


def test_a_cancelled_surface_leaves_the_model_alone():
    of = model()
    before = {name: value.clone() for name, value in of.state_dict().items()}
    with pytest.raises(CancelledError):
        surface(of, cancelled=lambda: True)
    assert all(torch.equal(value, before[name]) for name, value in of.state_dict().items())


# What one gets


def grid_of(z, x=(0, 1, 2), y=(0, 10), **more):
    plane = Plane(np.zeros(2), np.eye(2), ("a", "b"), (0.0, 0.0))
    floats = (np.array(values, float) for values in (x, y, z))
    return LossGrid(*floats, plane, "by hand", 0.5, **more)


def test_the_minimum_is_among_finite_cells():
    assert grid_of([[3, np.nan, -np.inf], [2, 5, np.inf]]).minimum == (0, 10, 2)
    assert np.isnan(grid_of([[np.nan] * 3] * 2).minimum).all()


def test_between_its_points_a_grid_is_linear():
    grid = grid_of([[0, 2, 4], [10, 12, np.inf]])
    np.testing.assert_allclose(grid.at([0, 0.5, 1, 2], [0, 5, 10, 0]), [0, 6, 12, 4])
    assert np.isnan(grid.at(2.1, 0))
    assert np.isnan(grid.at(1, -0.1))
    assert grid.at(1.5, 10) == np.inf
    assert grid.at(1, 5) == 7  # an infinite neighbour is no part of it


def test_a_grid_says_what_it_is_and_cannot_be_written():
    grid = grid_of([[3, 1, 4], [2, np.nan, 5]])
    assert repr(grid) == (
        "LossGrid(3 × 2: a 0 .. 2, b 0 .. 10; least loss 1; 1 not finite; by hand, 0.5 s)"
    )
    with pytest.raises(ValueError, match="read-only"):
        grid.z[0, 0] = 0


def run(points):
    points = np.array(points, float)
    return Trajectory(np.arange(len(points)) * 5, points, np.full(len(points), np.nan))


@pytest.mark.parametrize("template", ["plotly_dark", "plotly_white"])
def test_a_plotly_figure_has_the_surface_and_the_trajectory_on_it(template):
    z = [[3, 1, 4], [2, np.inf, 5]]
    figure = grid_of(z, trajectory=run([[0, 0], [1, 0], [9, 9]])).to_plotly(template=template)
    shown, track = figure.data
    assert shown.type == "surface"
    np.testing.assert_array_equal(shown.z, [[3, 1, 4], [2, np.nan, 5]])
    np.testing.assert_array_equal(shown.x, [0, 1, 2])
    np.testing.assert_array_equal(shown.y, [0, 10])
    assert figure.layout.scene.xaxis.title.text == "a"
    assert figure.layout.scene.yaxis.title.text == "b"
    assert figure.layout.template.layout.paper_bgcolor is not None
    assert track.type == "scatter3d"
    np.testing.assert_array_equal(track.x, [0, 1, 9])
    np.testing.assert_array_equal(track.z, [3, 1, np.nan])  # the last lies outside
    np.testing.assert_array_equal(track.line.color, [0, 5, 10])
    light = figure.layout.template.layout.paper_bgcolor == "white"
    assert light == (template == "plotly_white")


def test_a_figure_takes_another_trajectory_and_a_log_scale():
    grid = grid_of([[3, 1, 100], [2, 0, 5]])
    figure = grid.to_plotly([[0.0, 0.0], [2.0, 10.0]], log=True)
    assert figure.layout.scene.zaxis.type == "log"
    np.testing.assert_array_equal(figure.data[1].z, [3, 5])
    np.testing.assert_allclose(figure.data[0].surfacecolor[0], [np.log10(3), 0, 2])
    assert np.isnan(figure.data[0].surfacecolor[1, 1])


def test_a_line_is_drawn_as_a_curve():
    line = surface(axes=nnw.toward(np.zeros(13)), resolution=5)
    figure = line.to_plotly(np.zeros((1, 13)))
    assert [trace.type for trace in figure.data] == ["scatter", "scatter"]
    assert figure.data[1].y[0] == pytest.approx(float(line.at(1, 0)))


def test_a_problem_brings_data_and_loss():
    problem = nnw.Problem(model(), X, Y, loss="mse", test=(X + 1, Y))
    train = nnw.loss_surface(problem, axes=AXES, resolution=3)
    test = nnw.loss_surface(problem, axes=AXES, resolution=3, data="test")
    np.testing.assert_allclose(train.z, surface(resolution=3).z, rtol=1e-6)
    other = nnw.loss_surface(model(), X + 1, Y, loss="mse", axes=AXES, resolution=3)
    np.testing.assert_allclose(test.z, other.z, rtol=1e-6)
    assert not np.allclose(train.z, test.z)


def test_a_data_set_brings_both():
    data = nnw.datasets.blobs4(noise=0.1)
    X, y = data
    of = model()
    grids = [nnw.loss_surface(of, *given, axes=AXES, resolution=3) for given in ([data], (X, y))]
    np.testing.assert_array_equal(grids[0].z, grids[1].z)


def test_a_surface_is_of_one_moment_of_training():
    problem = nnw.Problem(model(), X, Y, loss="mse")
    halfway, weight = threading.Event(), problem.model[0].weight

    def step():
        with problem.turn, torch.no_grad():
            weight.add_(100)
            halfway.set()
            time.sleep(0.1)
            weight.sub_(99)

    training = threading.Thread(target=step)
    training.start()
    halfway.wait()
    survey = prepare(problem, axes=AXES)
    training.join()
    np.testing.assert_array_equal(
        survey.plane.point(*survey.plane.centre), problem.parameters.read()
    )
    (loss,) = survey.evaluator.losses(np.array([survey.plane.centre]))
    assert loss == pytest.approx(problem.evaluate().loss, rel=1e-6)


def test_a_network_brings_its_history_too():
    net = nnw.Network(model(), X, Y, loss="mse")
    nnw.Trainer(net, optimizer="adam", lr=0.1).fit(epochs=5)
    grid = nnw.loss_surface(net, axes="pca", resolution=3)
    assert grid.trajectory is not None
    assert len(grid.trajectory) >= 5
    assert grid.at(0, 0) > 0


# Bad input

BAD = {
    "y broadcasts": ({"y": Y.reshape(1, 3)}, ValueError, "as many rows as X"),
    "y columns": ({"y": np.zeros((3, 2))}, ValueError, r"y must have shape \(3, 1\)"),
    "y rows": ({"y": Y[:2]}, ValueError, r"as many rows as X \(3\)"),
    "callable": ({"loss": nn.MSELoss()}, ValueError, r"would broadcast: pass y.reshape"),
    "no y": ({"y": None}, TypeError, "X and y must be given"),
    "X columns": ({"X": np.zeros((3, 5))}, ValueError, "could not be called on X of shape"),
    "indices": (
        {"model": nn.Sequential(nn.Embedding(3, 4), nn.Flatten()), "X": [[0, 1]] * 3},
        ValueError,
        r"pass indices as a tensor, torch.tensor\(X\)",
    ),
    "X nan": ({"X": np.full((3, 2), np.nan)}, ValueError, "X must be finite"),
    "X empty": ({"X": np.zeros((0, 2))}, ValueError, "at least one row"),
    "inputs": ({"X": (X, X[:2])}, ValueError, r"X\[1\] must have as many rows"),
    "no inputs": ({"X": ()}, ValueError, "empty tuple"),
    "loss": ({"loss": "mae"}, ValueError, "loss must be one of"),
    "no model": ({"model": "mlp"}, TypeError, "model must be a torch.nn.Module, got str"),
    "class": ({"model": nn.Linear}, TypeError, "make an instance"),
    "empty range": ({"ranges": ((1, 1), (0, 1))}, ValueError, r"ranges\[0\] is empty"),
    "reversed": ({"ranges": ((0, 1), (2, -2))}, ValueError, r"ranges\[1\] is reversed.*\(2.0, -2"),
    "infinite": ({"ranges": ((0, np.inf), None)}, ValueError, r"ranges\[0\] must be finite"),
    "too wide": ({"ranges": ((-1e308, 1e308), None)}, ValueError, r"ranges\[0\] must be finite"),
    "one range": ({"ranges": (0, 1)}, TypeError, r"ranges\[0\] must be a pair of numbers"),
    "no range": ({"ranges": 5}, TypeError, "ranges must be a pair of pairs"),
    "resolution 1": ({"resolution": 1}, ValueError, "at least 2 points an axis, got 1"),
    "resolution pair": ({"resolution": (5, 1)}, ValueError, "at least 2"),
    "resolution text": ({"resolution": "5"}, TypeError, "resolution must be an int"),
    "resolution float": ({"resolution": 5.0}, TypeError, "resolution must be an int"),
    "resolution bool": ({"resolution": True}, TypeError, "resolution must be an int"),
    "dtype": ({"dtype": "float16"}, ValueError, "dtype must be None, 'float32' or 'float64'"),
    "data": ({"data": "test"}, ValueError, "needs a Problem"),
    "data word": ({"data": "trian"}, ValueError, "data must be 'train' or 'test', got 'trian'"),
    "y deep": ({"y": Y.reshape(3, 1, 1)}, ValueError, r"y must have shape \(3, 1\)"),
    "seed text": ({"seed": "a"}, TypeError, "seed must be an int, got 'a'"),
    "seed sign": ({"seed": -1}, ValueError, "seed must be 0 or more, got -1"),
    "preview": ({"on_preview": 3}, TypeError, "on_preview must be None or callable, got 3"),
    "cancelled": ({"cancelled": True}, TypeError, "cancelled must be None or callable, got True"),
    "executor": ({"executor": 4}, TypeError, "executor must be None or a concurrent.futures.Exec"),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_input_is_refused(case):
    changed, error, message = BAD[case]
    given = {"model": model(), "X": X, "y": Y, "loss": "mse", "axes": AXES, **changed}
    with pytest.raises(error, match=message):
        nnw.loss_surface(**given)


@pytest.mark.parametrize(("resolution", "memory"), [(100_000, "74.5 GiB"), (10**7, "728 TiB")])
def test_an_absurd_resolution_is_refused_with_what_it_would_cost(resolution, memory):
    message = (
        rf"{memory} of memory and about .* (seconds|minutes|hours|days|years); at most 4,194,304"
    )
    with pytest.raises(ValueError, match=message):
        surface(resolution=resolution)


def test_data_of_a_problem_are_its_own():
    problem = nnw.Problem(model(), X, Y, loss="mse")
    with pytest.raises(TypeError, match="must be left out"):
        nnw.loss_surface(problem, X, Y, axes=AXES)
    with pytest.raises(TypeError, match="loss must be left out"):
        nnw.loss_surface(problem, axes=AXES, loss="bce")
    with pytest.raises(ValueError, match="needs test data"):
        nnw.loss_surface(problem, axes=AXES, data="test")
    with pytest.raises(ValueError, match="'train' or 'test'"):
        nnw.loss_surface(problem, axes=AXES, data="validation")


def test_a_model_that_has_diverged_needs_ranges():
    of = model()
    with torch.no_grad():
        of[0].weight[0, 0] = torch.nan
    with pytest.raises(ValueError, match=r"ranges\[0\] must be given: .* not finite"):
        surface(of)
    with pytest.raises(ValueError, match=r"ranges\[0\] must be given"):
        surface(of, ranges=(None, (0, 1)))
    grid = surface(of, ranges=((-1, 1), None), resolution=3)
    assert np.isfinite(grid.z).all()  # the axis puts numbers where there was none


@pytest.mark.parametrize("ranges", [(0, 2), ((0, 2), None), [[0, 2], [5, 6]], np.array([0, 2])])
def test_a_line_has_one_range(ranges):
    line = surface(axes=nnw.toward(np.zeros(13)), resolution=3, ranges=ranges)
    assert line.x.tolist() == [0, 1, 2]
    assert line.y.tolist() == [0]


class Pair(nn.Module):
    def __init__(self):
        super().__init__()
        self.linear = nn.Linear(2, 1)

    def forward(self, x):
        return self.linear(x), x


class Uncopied(nn.Linear):
    def __deepcopy__(self, memo):
        raise RuntimeError("not me")


@pytest.mark.parametrize(
    ("of", "error", "message"),
    [
        (Pair(), TypeError, "must return one tensor, got a tuple"),
        (Uncopied(2, 1), ValueError, "could not be copied: RuntimeError: not me"),
        (nn.Sequential(nn.Linear(2, 1), nn.Flatten(0)), ValueError, None),
        (nn.Tanh(), ValueError, "must have parameters"),
    ],
)
def test_bad_models_are_refused(of, error, message):
    axes = ("linear.weight[0,0]", "linear.bias[0]")
    if message is None:  # outputs (n,), which are fine: the axes are not
        message = "no parameter 'linear.weight'"
    with pytest.raises(error, match=message):
        nnw.loss_surface(of, X, Y, loss="mse", axes=axes)
