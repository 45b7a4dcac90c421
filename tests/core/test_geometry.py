"""Decision lines: sides, distances and segments against exact arithmetic and against torch."""

import math
from fractions import Fraction

import numpy as np
import pytest
import torch
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from torch import nn

from nnwidgets.core import datasets
from nnwidgets.core.geometry import Line, decision_lines

numbers = st.floats(-10, 10, width=32).map(lambda x: 0.0 if abs(x) < 1e-3 else x)


def line(weight, bias):
    return Line("unit", np.array(weight, dtype=np.float64), float(bias))


def keras_2_2_1():
    """Article A's network with the weights it prints, whose kernels are (in, out)."""
    model = nn.Sequential(nn.Linear(2, 2), nn.Tanh(), nn.Linear(2, 1), nn.Sigmoid())
    kernel = [[-3.2753847, 3.2302036], [3.3264563, -3.2554653]]
    model.load_state_dict(
        {
            "0.weight": torch.tensor(kernel).T,
            "0.bias": torch.tensor([1.5562934, 1.5492057]),
            "2.weight": torch.tensor([[2.625529], [2.670275]]).T,
            "2.bias": torch.tensor([-2.0918093]),
        }
    )
    return model


# Article A


def test_the_lines_are_as_article_a_gives_them():
    first, second = decision_lines(keras_2_2_1())
    np.testing.assert_allclose([*first.weight, first.bias], [-3.275, 3.326, 1.556], atol=1e-3)
    np.testing.assert_allclose([*second.weight, second.bias], [3.230, -3.255, 1.549], atol=1e-3)
    above, below = [[0.5, 10.0]], [[0.5, -10.0]]
    assert first.side(above) == second.side(below) == [1]
    assert first.side(below) == second.side(above) == [-1]


def test_article_a_classes_by_the_sides_they_are_on():
    X, y = datasets.blobs4(noise=0.05)
    positive_sides = sum((unit.side(X) > 0).astype(int) for unit in decision_lines(keras_2_2_1()))
    np.testing.assert_array_equal(positive_sides, np.where(y == 1, 2, 1))


# Reading a model


class Residual(nn.Module):
    def __init__(self):
        super().__init__()
        self.inside = nn.Linear(3, 3, bias=False)
        self.out = nn.Linear(3, 1)

    def forward(self, x):
        return self.out(x + torch.tanh(self.inside(x)))


@pytest.mark.parametrize("features", [1, 2, 3, 7])
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64, torch.bfloat16])
def test_lines_are_the_first_layers_rows(features, dtype):
    layer = nn.Linear(features, 4, dtype=dtype)
    model = nn.Sequential(nn.Sequential(nn.Identity(), layer), nn.ReLU(), nn.Linear(4, 1))
    lines = decision_lines(model)
    assert [unit.name for unit in lines] == ["0.1[0]", "0.1[1]", "0.1[2]", "0.1[3]"]
    X = torch.randn(20, features, generator=torch.Generator().manual_seed(0))
    z = nn.functional.linear(X.double(), layer.weight.double(), layer.bias.double())
    for unit, column in zip(lines, z.detach().T, strict=True):
        assert unit.weight.shape == (features,)
        np.testing.assert_allclose(unit.value(X), column, atol=1e-12)
        np.testing.assert_array_equal(unit.side(X), torch.sign(column))


def test_any_module_with_a_linear_will_do_and_no_bias_is_bias_0():
    model = Residual()
    lines = decision_lines(model)
    assert [(unit.name, unit.bias) for unit in lines] == [
        ("inside[0]", 0.0),
        ("inside[1]", 0.0),
        ("inside[2]", 0.0),
    ]
    assert decision_lines(nn.Linear(2, 1))[0].name == "unit[0]"


def test_lines_are_copies():
    model = nn.Sequential(nn.Linear(2, 1))
    (unit,) = decision_lines(model)
    before = model[0].weight.detach().clone()
    unit.weight[:] = 99
    assert torch.equal(model[0].weight, before)


def test_models_without_a_readable_linear_are_refused():
    with pytest.raises(ValueError, match=r"no nn\.Linear, so no decision lines: Conv2d"):
        decision_lines(nn.Conv2d(1, 1, 3))
    with pytest.raises(ValueError, match="layer '0' is not initialised"):
        decision_lines(nn.Sequential(nn.LazyLinear(2)))


# Sides and distances


@settings(deadline=None)
@given(st.lists(numbers, min_size=2, max_size=5), numbers, st.data())
def test_side_and_distance_against_exact_arithmetic(weight, bias, data):
    assume(any(weight))
    point = data.draw(st.lists(numbers, min_size=len(weight), max_size=len(weight)))
    z = sum(Fraction(w) * Fraction(x) for w, x in zip(weight, point, strict=True)) + Fraction(bias)
    squared = z**2 / sum(Fraction(w) ** 2 for w in weight)
    distance = math.copysign(math.sqrt(squared), z)
    unit = line(weight, bias)
    assert unit.distance([point])[0] == pytest.approx(distance, rel=1e-9, abs=1e-9)
    if abs(z) > 1e-9:
        assert unit.side([point])[0] == (1 if z > 0 else -1)


@settings(deadline=None)
@given(st.lists(numbers, min_size=1, max_size=4), numbers, st.data())
def test_nearest_is_on_the_line_and_no_point_of_it_is_nearer(weight, bias, data):
    assume(any(weight))
    vector = st.lists(numbers, min_size=len(weight), max_size=len(weight))
    point, other = np.array(data.draw(vector)), np.array(data.draw(vector))
    unit = line(weight, bias)
    nearest = unit.nearest(point)
    length = np.linalg.norm(nearest - point)
    scale = 1e-9 * (1 + np.abs(nearest).max()) * (1 + np.abs(weight).max())
    assert abs(np.dot(weight, nearest) + bias) <= scale
    assert length == pytest.approx(abs(unit.distance([point])[0]), rel=1e-9, abs=1e-9)
    on_line = unit.nearest(other)  # some other point of the line
    assert np.linalg.norm(on_line - point) >= length - scale


def test_one_feature_has_a_threshold():
    assert line([2.0], -3.0).nearest([100.0]) == [1.5]
    np.testing.assert_array_equal(line([-2.0], 3.0).side([[1], [1.5], [2]]), [1, 0, -1])


def test_a_unit_without_weights_has_no_line():
    flat, nothing = line([0, 0], -2.0), line([0, 0], 0.0)
    np.testing.assert_array_equal(flat.distance([[1, 2], [3, 4]]), [-np.inf, -np.inf])
    np.testing.assert_array_equal(flat.side([[1, 2]]), [-1])
    np.testing.assert_array_equal(nothing.distance([[1, 2]]), [0.0])
    assert flat.segment((0, 1, 0, 1)) is None
    with pytest.raises(ValueError, match="unit has no line: all its weights are zero"):
        flat.nearest([0, 0])


def test_tiny_and_huge_weights_keep_their_line():
    for size in (1e-200, 1e200):
        unit = line([3 * size, 4 * size], -5 * size)
        assert unit.distance([[0, 0]])[0] == pytest.approx(-1.0)
        np.testing.assert_allclose(unit.nearest([0, 0]), [0.6, 0.8])


# Segments


@st.composite
def boxes(draw):
    x0, y0 = draw(numbers), draw(numbers)
    sides = st.floats(0.5, 20, width=16)
    return x0, x0 + draw(sides), y0, y0 + draw(sides)


@settings(max_examples=300, deadline=None)
@given(st.tuples(numbers, numbers), numbers, boxes())
def test_segment_is_there_just_when_the_corners_are_on_both_sides(weight, bias, box):
    assume(any(weight))
    x0, x1, y0, y1 = box
    z = [
        Fraction(weight[0]) * Fraction(x) + Fraction(weight[1]) * Fraction(y) + Fraction(bias)
        for x in (x0, x1)
        for y in (y0, y1)
    ]
    assume(all(abs(value) > 1e-6 for value in z))  # rounding may decide a touch of a corner
    segment = line(weight, bias).segment(box)
    assert (segment is not None) == (min(z) < 0 < max(z))


@settings(max_examples=300, deadline=None)
@given(st.tuples(numbers, numbers), numbers, boxes())
def test_segment_ends_on_the_border_and_has_the_positive_side_on_its_left(weight, bias, box):
    unit = line(weight, bias)
    segment = unit.segment(box)
    assume(segment is not None)
    x0, x1, y0, y1 = box
    size = 1 + np.abs(box).max()
    np.testing.assert_allclose(segment @ weight + bias, 0, atol=1e-8 * size * 10)
    for x, y in segment:
        assert x0 <= x <= x1
        assert y0 <= y <= y1
        assert min(abs(x - x0), abs(x - x1), abs(y - y0), abs(y - y1)) < 1e-9 * size
    forward = segment[1] - segment[0]
    assert forward[0] * weight[1] - forward[1] * weight[0] >= 0  # cross(forward, weight): left


def test_segment_examples_by_hand():
    box = (0, 2, 0, 1)
    np.testing.assert_array_equal(line([0, 1], -0.5).segment(box), [[0, 0.5], [2, 0.5]])
    np.testing.assert_array_equal(line([0, -1], 0.5).segment(box), [[2, 0.5], [0, 0.5]])
    np.testing.assert_array_equal(line([1, 0], -1).segment(box), [[1, 1], [1, 0]])
    np.testing.assert_array_equal(line([0, 1], 0).segment(box), [[0, 0], [2, 0]])  # along a side
    assert line([1, 1], 0).segment(box) is None  # touches the corner (0, 0) only
    assert line([0, 1], -3).segment(box) is None


def test_what_is_no_module_is_named():
    with pytest.raises(TypeError, match=r"model must be a torch\.nn\.Module, got int"):
        decision_lines(3)


def test_bad_input_is_named():
    plane, solid = line([1, 2], 0), line([1, 2, 3], 0)
    with pytest.raises(ValueError, match=r"X must have shape \(n, 2\), got \(2,\)"):
        plane.side([1, 2])
    with pytest.raises(ValueError, match=r"X must have shape \(n, 2\), got \(1, 3\)"):
        plane.distance([[1, 2, 3]])
    with pytest.raises(ValueError, match=r"point must have shape \(2,\), got \(3,\)"):
        plane.nearest([1, 2, 3])
    with pytest.raises(ValueError, match="segment needs 2 features, unit has 3"):
        solid.segment((0, 1, 0, 1))
    for extent in [(0, 1), (1, 0, 0, 1), (0, 1, 1, 1), (0, math.nan, 0, 1)]:
        with pytest.raises(ValueError, match="extent must be"):
            plane.segment(extent)
