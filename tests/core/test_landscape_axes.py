"""Planes, axes and directions: geometry by hand, filter normalisation by the paper's words."""

import numpy as np
import pytest
import torch
from hypothesis import assume, given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from torch import nn

import nnwidgets as nnw
from nnwidgets.core.landscape import Plane, read_trajectory, resolve_axes
from nnwidgets.core.landscape.directions import principal_directions, random_directions
from nnwidgets.core.parameters import Parameters

DATA = (np.array([[0.5, -1.0], [1.0, 2.0]]), np.array([1.0, -1.0]))


def model(seed=0):
    return nnw.mlp([2, 3, 1], "tanh", seed=seed)


def plane(axes, of=None, **options):
    return resolve_axes(axes, Parameters(of or model()), **options)


def flat(of):
    return torch.cat([p.detach().double().reshape(-1) for p in of.parameters()]).numpy()


# The plane


def test_a_named_axis_is_the_parameters_value():
    of = model()
    made = plane(("0.weight[2,1]", "2.bias[0]"), of)
    point = made.point(7.0, -3.0)
    expected = flat(of)
    expected[5], expected[-1] = 7.0, -3.0  # row-major: 2 · 2 + 1
    np.testing.assert_array_equal(point, expected)
    assert made.centre == (of[0].weight[2, 1].item(), of[2].bias[0].item())
    np.testing.assert_array_equal(made.point(*made.centre), flat(of))
    assert made.names == ("0.weight[2,1]", "2.bias[0]")
    assert made.moved.tolist() == [5, 12]


def test_a_direction_leads_away_from_where_the_model_is():
    of = model()
    step = {"0.bias": [1.0, 0.0, -2.0]}
    made = plane((step, {"2.weight": np.ones((1, 3))}), of)
    assert made.centre == (0, 0)
    expected = flat(of)
    expected[6:9] += 0.5 * np.array([1, 0, -2])
    expected[9:12] += 0.1
    np.testing.assert_allclose(made.point(0.5, 0.1), expected, rtol=1e-15)


def test_a_direction_keeps_its_double_precision():
    made = plane(({"2.bias": np.array([0.1])}, "0.bias[0]"))
    assert made.directions[0, 12] == 0.1  # of a float32 model


def test_toward_is_here_at_0_and_there_at_1():
    here, there, other = model(0), model(1), model(2)
    made = plane((nnw.toward(there.state_dict(), "there"), nnw.toward(other)), here)
    np.testing.assert_array_equal(made.point(0, 0), flat(here))
    np.testing.assert_allclose(made.point(1, 0), flat(there), rtol=0, atol=1e-15)
    np.testing.assert_allclose(made.point(0, 1), flat(other), rtol=0, atol=1e-15)
    assert made.names == ("there", "toward")
    assert made.ranges == ((-0.5, 1.5), (-0.5, 1.5))


def test_a_snapshot_is_a_place():
    here = model(0)
    parameters = Parameters(model(1)).arrays()
    snapshot = nnw.Snapshot(1, 25, "tanh", parameters, 0.5)
    made = plane(snapshot, here)
    assert made.is_line
    assert made.names == ("toward epoch 25", "")
    np.testing.assert_allclose(made.point(1, 0), flat(model(1)), rtol=0, atol=1e-15)


def test_a_line_is_a_grid_of_one_row():
    line = nnw.loss_surface(model(), *DATA, loss="mse", axes=nnw.toward(model(1)), resolution=5)
    assert line.z.shape == (1, 5)
    assert line.y.tolist() == [0]
    assert line.x.tolist() == [-0.5, 0, 0.5, 1, 1.5]
    X, y = (torch.tensor(array).float() for array in DATA)
    with torch.no_grad():
        ends = [((of(X)[:, 0] - y) ** 2).mean().item() for of in (model(), model(1))]
    np.testing.assert_allclose(line.z[0, [1, 3]], ends, rtol=1e-6)


finite = st.floats(-3, 3, width=32)


@given(arrays(np.float64, (3, 6), elements=finite), finite, finite, st.floats(0, 5))
def test_projection_is_the_least_squares_point(vectors, x, y, height):
    origin, a, b = vectors
    normal = np.linalg.svd(vectors[1:])[2][-1]  # orthogonal to both directions
    singular = np.linalg.svd(vectors[1:], compute_uv=False)
    assume(singular[1] > 0.01 * max(1.0, singular[0]))
    made = Plane(origin.copy(), vectors[1:].copy(), ("a", "b"), (0.0, 0.0))
    point = origin + x * a + y * b + height * normal
    np.testing.assert_allclose(made.project(point), (x, y, height), rtol=1e-8, atol=1e-7)
    found = made.project_many([point, origin])
    np.testing.assert_allclose(found, [(x, y, height), (0, 0, 0)], rtol=1e-8, atol=1e-7)


def test_projection_on_a_line():
    made = Plane(np.zeros(3), np.array([[0, 2.0, 0], [0, 0, 0]]), ("a", ""), (0.0, 0.0))
    np.testing.assert_allclose(made.project([3, 4, 4]), (2, 0, 5), atol=1e-12)


def test_long_and_short_directions_are_projected_alike():
    directions = np.array([[1e6, 0, 0], [0, 1e-6, 0]])
    made = Plane(np.zeros(3), directions, ("a", "b"), (0.0, 0.0))
    np.testing.assert_allclose(made.project([2e6, 3e-6, 0]), (2, 3, 0), rtol=1e-9, atol=1e-9)


# Filter normalisation, Li et al. 2018, section 4: d_ij ← d_ij / ‖d_ij‖ · ‖θ_ij‖ for every filter


def mixed():
    torch.manual_seed(3)
    layers = nn.Conv2d(2, 3, 3), nn.BatchNorm2d(3), nn.Flatten(), nn.Linear(12, 4)
    return nn.Sequential(*layers)


def test_every_filter_has_the_norm_of_the_models_own():
    of = mixed()
    drawn = random_directions(Parameters(of), 2, seed=5)
    for direction in drawn:
        parts = dict(zip(Parameters(of).names, split(direction, of), strict=True))
        for name, layer in (("0.weight", of[0]), ("3.weight", of[3])):
            own = layer.weight.detach().double()
            for filter_, theirs in zip(parts[name], own, strict=True):
                assert np.linalg.norm(filter_) == pytest.approx(float(theirs.norm()), rel=1e-12)
        for name in ("0.bias", "1.weight", "1.bias", "3.bias"):
            assert not parts[name].any()


def test_a_filters_direction_is_gaussian_but_for_its_length():
    """A filter of 4000 weights that is scaled to norm √4000 has a normal's moments."""
    of = nn.Linear(4000, 2, bias=False)
    with torch.no_grad():
        of.weight.fill_(1.0)
    values = random_directions(Parameters(of), 1, seed=0)[0]
    assert abs(values.mean()) < 0.05
    assert np.mean(values**2) == pytest.approx(1, rel=1e-9)
    assert np.mean(values**4) == pytest.approx(3, rel=0.1)


def split(vector, of):
    sizes = [p.numel() for p in of.parameters()]
    pieces = np.split(vector, np.cumsum(sizes)[:-1])
    return [piece.reshape(p.shape) for piece, p in zip(pieces, of.parameters(), strict=True)]


def test_the_seed_decides_and_torchs_generator_is_left_alone():
    state = torch.get_rng_state()
    first, again, other = (plane("random", seed=seed).directions for seed in (4, 4, 5))
    np.testing.assert_array_equal(first, again)
    assert not np.allclose(first, other)
    assert not np.allclose(first[0], first[1])
    assert torch.equal(state, torch.get_rng_state())


def test_one_axis_may_be_random():
    made = plane(("0.weight[0,0]", "random"), seed=4)
    np.testing.assert_array_equal(made.directions[1], plane("random", seed=4).directions[1])


# Principal directions


def test_principal_directions_are_those_of_a_known_ellipse():
    angle = np.linspace(0, 2 * np.pi, 101)
    first, second = np.zeros(13), np.zeros(13)
    first[3], second[7], second[8] = 1, 0.6, 0.8
    ellipse = 3 * np.sin(angle)[:, None] * first + np.sin(2 * angle)[:, None] * second
    directions, explained = principal_directions(ellipse)
    np.testing.assert_allclose(directions[0], first, atol=1e-12)
    np.testing.assert_allclose(directions[1], second, atol=1e-12)
    np.testing.assert_allclose(explained, (0.9, 0.1), atol=1e-9)


def test_a_trajectory_lies_inside_the_default_ranges():
    of = model()
    steps = np.random.default_rng(0).standard_normal((30, 13)) * 0.1
    run = flat(of) - np.cumsum(steps, axis=0)[::-1]
    run[-1] = flat(of)
    grid = nnw.loss_surface(of, *DATA, loss="mse", axes="pca", trajectory=run, resolution=4)
    x, y, _ = grid.plane.project_many(run).T
    assert grid.x[0] < x.min() < x.max() < grid.x[-1]
    assert grid.y[0] < y.min() < y.max() < grid.y[-1]
    assert grid.explained is not None
    assert 1 >= sum(grid.explained) > 0.5
    np.testing.assert_allclose(grid.plane.point(0, 0), flat(of))
    np.testing.assert_allclose(np.linalg.norm(grid.plane.directions, axis=1), 1)


def test_points_of_a_diverged_run_that_are_nowhere_are_left_out():
    run = np.random.default_rng(0).standard_normal((8, 13))
    broken = np.vstack([run, np.full((2, 13), np.nan)])
    history = nnw.History(13, np.float64)
    for epoch, vector in enumerate(broken):
        history.append(epoch, vector, loss=float("nan"))
    of = model()
    made = plane("pca", of, trajectory=read_trajectory(history, 13))
    whole = plane("pca", of, trajectory=read_trajectory(run, 13))
    np.testing.assert_array_equal(made.directions, whole.directions)
    assert made.ranges == whole.ranges


def test_a_history_is_a_trajectory_with_its_epochs_and_losses():
    history = nnw.History(13)
    for epoch in (0, 1, 5):
        history.append(epoch, np.full(13, epoch, np.float32), loss=10.0 - epoch)
    read = read_trajectory(history, 13)
    assert read.epochs.tolist() == [0, 1, 5]
    assert read.flats[:, 0].tolist() == [0, 1, 5]
    assert read.loss.tolist() == [10, 9, 5]


def test_snapshots_dicts_vectors_and_modules_are_points():
    of, other = model(), model(1)
    arrays_ = Parameters(other).arrays()
    snapshot = nnw.Snapshot(0, 0, "tanh", arrays_, 0.0)
    read = read_trajectory([snapshot, arrays_, flat(other), other], 13, Parameters(of))
    np.testing.assert_allclose(read.flats, np.tile(flat(other), (4, 1)))
    np.testing.assert_allclose(read_trajectory([snapshot, arrays_], 13).flats[1], flat(other))


def test_a_long_trajectory_is_thinned_but_keeps_its_ends():
    run = np.arange(4501.0)[:, None] * np.ones(3)
    read = read_trajectory(run, 3)
    assert len(read) <= 2000
    assert read.epochs[[0, -1]].tolist() == [0, 4500]
    np.testing.assert_array_equal(read.flats[:, 0], read.epochs)


# Bad input

WEIGHT = "0.weight[0,0]"
BAD_AXES = {
    "unknown": (
        (WEIGHT, "0.weigth[0,0]"),
        ValueError,
        r"^axes\[1\]: the model has no parameter '0.weigth'.*'0.weight'",
    ),
    "outside": (
        ("0.weight[9,0]", WEIGHT),
        ValueError,
        r"axes\[0\]: '0.weight\[9,0\]' does not fit '0.weight' of shape \(3, 2\)",
    ),
    "whole": (
        ("0.weight", WEIGHT),
        ValueError,
        r"axes\[0\] must name one number, '0.weight' has 6",
    ),
    "row": ((WEIGHT, "0.weight[1]"), ValueError, r"axes\[1\].*has 2.*'0.weight\[1,0\]'"),
    "same": ((WEIGHT, WEIGHT), ValueError, r"both axes are '0.weight\[0,0\]'"),
    "parallel": (({"2.bias": [1.0]}, {"2.bias": [-2.0]}), ValueError, "parallel"),
    "parallel to a name": (("2.bias[0]", {"2.bias": [3.0]}), ValueError, "parallel"),
    "zero": (({"2.bias": [0.0]}, WEIGHT), ValueError, r"axes\[0\].*is zero"),
    "empty": (({}, WEIGHT), ValueError, r"axes\[0\].*is zero"),
    "shape": (
        ({"2.bias": [1.0, 2.0]}, WEIGHT),
        ValueError,
        r"^axes\[0\]: 2.bias must have shape \(1,\)",
    ),
    "no such": (({"3.bias": [1.0]}, WEIGHT), ValueError, r"no parameter '3.bias'"),
    "nan": (({"2.bias": [np.nan]}, WEIGHT), ValueError, "finite"),
    "one name": (WEIGHT, TypeError, "axes must be a pair"),
    "three": ((WEIGHT, WEIGHT, WEIGHT), TypeError, r"axes must be a pair.*tuple of 3"),
    "a dict": ({"2.bias": [1.0]}, TypeError, "axes must be a pair"),
    "numbers": ((0, 1), TypeError, r"axes\[0\] must be a parameter like"),
    "none": (None, TypeError, "axes must be a pair"),
    "no trajectory": ("pca", ValueError, "needs a recorded trajectory"),
    "pca in a pair": ((WEIGHT, "pca"), ValueError, "gives both axes"),
    "wrong size": (nnw.toward(np.zeros(5)), ValueError, r"all 13 parameters.*shape \(5,\)"),
    "nowhere": (nnw.toward(model()), ValueError, "where the model is already"),
}


@pytest.mark.parametrize("case", BAD_AXES)
def test_bad_axes_are_refused(case):
    axes, error, message = BAD_AXES[case]
    of = model()
    before = flat(of)
    with pytest.raises(error, match=message):
        nnw.loss_surface(of, *DATA, loss="mse", axes=axes)
    np.testing.assert_array_equal(flat(of), before)


BAD_RUNS = {
    "two points": (
        np.eye(13)[:2],
        "recorded trajectory of at least 3 different points, got 2:",
    ),
    "one place": (np.ones((5, 13)), "3 different points, got 1 among 5: train"),
    "a line": (np.outer(np.arange(4.0), np.ones(13)), "straight line"),
    "shape": (np.zeros((4, 5)), r"shape \(m, 13\)"),
    "no point": (np.zeros((0, 13)), "at least one point"),
    "nothing recorded": (nnw.History(13), "nothing has been recorded"),
    "nan": (np.full((4, 13), np.nan), "finite"),
    "another model's": (
        read_trajectory(np.random.default_rng(0).normal(size=(4, 9)), 9),
        "trajectory has 9 parameters at each epoch, the model has 13",
    ),
}


@pytest.mark.parametrize("case", BAD_RUNS)
def test_bad_trajectories_are_refused(case):
    run, message = BAD_RUNS[case]
    with pytest.raises(ValueError, match=message):
        nnw.loss_surface(model(), *DATA, loss="mse", axes="pca", trajectory=run)


@pytest.mark.parametrize("run", ["abc", 3, {"2.bias": [1.0]}])
def test_what_is_no_trajectory_is_refused(run):
    with pytest.raises(TypeError, match="trajectory must be a History"):
        nnw.loss_surface(model(), *DATA, loss="mse", axes="pca", trajectory=run)


def test_random_directions_need_weights():
    class Scale(nn.Module):
        def __init__(self):
            super().__init__()
            self.w = nn.Parameter(torch.ones(2))

        def forward(self, x):
            return x * self.w

    with pytest.raises(ValueError, match="needs weights of two or more dimensions"):
        nnw.loss_surface(Scale(), *[DATA[0]] * 2, loss="mse", axes="random")


def test_a_state_dict_may_have_buffers_which_stay_the_models_own():
    def normed(seed):
        torch.manual_seed(seed)
        return nn.Sequential(nn.Linear(2, 3), nn.BatchNorm1d(3), nn.Linear(3, 1)).eval()

    here, there = normed(0), normed(1)
    here[1].running_mean += 1
    made = plane(nnw.toward(there.state_dict()), here)
    np.testing.assert_allclose(made.point(1, 0), flat(there), atol=1e-15)
    assert here[1].running_mean.tolist() == [1, 1, 1]
