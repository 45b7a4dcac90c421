"""Units and layers added and removed: what stays, what is new, and what is refused."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import nn

import nnwidgets as nnw
from nnwidgets.core._restructure import Change, is_editable, restructure
from nnwidgets.core.problem import Problem

X = np.random.default_rng(0).normal(size=(7, 3))


def make(*hidden, activation="tanh", bias=True, dtype=torch.float64):
    model = nnw.mlp([3, *hidden, 2], activation, bias=bias, seed=1, dtype=dtype)
    return Problem(model, X, np.arange(7) % 2)


def sizes(problem):
    return [layer.out_features for layer in problem.stack.layers]


def test_a_new_unit_leaves_the_others_as_they_are_and_changes_little():
    problem = make(4, 5)
    model, before, outputs = problem.model, problem.parameters.arrays(), problem.outputs_at(X)
    restructure(problem, Change("add_unit", 0))
    after = problem.parameters.arrays()
    assert problem.model is model
    assert sizes(problem) == [5, 5, 2]
    np.testing.assert_array_equal(after["0.weight"][:4], before["0.weight"])
    np.testing.assert_array_equal(after["0.bias"][:4], before["0.bias"])
    np.testing.assert_array_equal(after["2.weight"][:, :4], before["2.weight"])
    assert 0 < np.abs(after["2.weight"][:, 4]).max() <= 0.1 / np.sqrt(5)
    assert np.abs(after["0.weight"][4]).max() <= 1 / np.sqrt(3)
    np.testing.assert_array_equal(after["4.weight"], before["4.weight"])
    assert 0 < np.abs(problem.outputs_at(X) - outputs).max() < 0.1
    np.testing.assert_array_equal(problem.initial, problem.parameters.read())


def test_two_new_units_are_not_the_same_and_the_seed_repeats_them():
    one, two = make(2), make(2)
    state = torch.get_rng_state()
    for problem in (one, two):
        restructure(problem, Change("add_unit", 0, seed=3))
        restructure(problem, Change("add_unit", 0, seed=3))
    np.testing.assert_array_equal(one.parameters.read(), two.parameters.read())
    weight = one.parameters.arrays()["0.weight"]
    assert not np.allclose(weight[2], weight[3])
    assert torch.equal(torch.get_rng_state(), state)


def test_a_unit_that_goes_takes_its_weights_along():
    problem = make(4)
    before = problem.parameters.arrays()
    restructure(problem, Change("remove_unit", 0, 1))
    after = problem.parameters.arrays()
    np.testing.assert_array_equal(after["0.weight"], before["0.weight"][[0, 2, 3]])
    np.testing.assert_array_equal(after["0.bias"], before["0.bias"][[0, 2, 3]])
    np.testing.assert_array_equal(after["2.weight"], before["2.weight"][:, [0, 2, 3]])
    np.testing.assert_array_equal(after["2.bias"], before["2.bias"])


def test_adding_and_removing_a_unit_is_where_it_began():
    problem = make(4, 3)
    before = problem.parameters.arrays()
    restructure(problem, Change("add_unit", 1))
    restructure(problem, Change("remove_unit", 1, 3))
    for name, value in problem.parameters.arrays().items():
        np.testing.assert_array_equal(value, before[name])


@pytest.mark.parametrize(("after", "inputs"), [(-1, 3), (0, 4)])
def test_a_new_layer_is_nearly_the_identity(after, inputs):
    problem = make(4, activation="linear")
    outputs = problem.outputs_at(X)
    restructure(problem, Change("add_layer", after, units=inputs))
    assert sizes(problem) == ([3, 4, 2] if after < 0 else [4, 4, 2])
    weight = problem.parameters.arrays()[f"{2 * (after + 1)}.weight"]
    assert np.abs(weight - np.eye(inputs)).max() <= 0.1 / np.sqrt(inputs)
    assert np.abs(problem.outputs_at(X) - outputs).max() < 0.5
    assert [site.spec["name"] for site in nnw_sites(problem)] == ["linear", "linear"]


def nnw_sites(problem):
    from nnwidgets.core.structure import hidden_activations

    return hidden_activations(problem.model)


def test_a_layer_that_goes_is_the_product_where_it_was_linear():
    problem = make(4, 5, activation=["linear", "relu"])
    outputs = problem.outputs_at(X)
    restructure(problem, Change("remove_layer", 0))
    assert sizes(problem) == [5, 2]
    assert [site.spec["name"] for site in nnw_sites(problem)] == ["relu"]
    np.testing.assert_allclose(problem.outputs_at(X), outputs, atol=1e-12)


def test_layers_whose_product_is_too_large_stay():
    problem = make(4, 5, dtype=torch.float32)
    problem.parameters.write(
        np.arange(problem.parameters.size), np.full(problem.parameters.size, 1e30)
    )
    model, before = list(problem.model), problem.parameters.read()
    with pytest.raises(ValueError, match="too large for float32"):
        restructure(problem, Change("remove_layer", 1))
    assert list(problem.model) == model
    np.testing.assert_array_equal(problem.parameters.read(), before)
    assert problem.revision == 0


def test_the_last_hidden_layer_may_go_and_come_back():
    problem = make(4)
    restructure(problem, Change("remove_layer", 0))
    assert sizes(problem) == [2]
    restructure(problem, Change("add_layer", -1))
    assert sizes(problem) == [2, 2]
    assert isinstance(problem.model[1], nn.Tanh)


def test_what_is_frozen_stays_frozen_where_it_was():
    problem = make(3, 2)
    problem.freeze("0.weight[2]", "2.weight[1,2]", "4.bias")
    kept = {"0.weight[2,1]": 0.0, "2.weight[1,2]": 0.0, "4.bias[1]": 0.0}
    values = {name: problem.parameters.read()[problem.parameters.index(name)] for name in kept}
    restructure(problem, Change("add_unit", 0))
    for name, value in values.items():
        index = problem.parameters.index(name)
        assert problem.frozen[index].all()
        assert problem.parameters.read()[index] == value
    assert problem.frozen.sum() == 3 + 1 + 2
    restructure(problem, Change("remove_unit", 0, 0))
    assert problem.frozen[problem.parameters.index("0.weight[1]")].all()
    assert problem.frozen[problem.parameters.index("2.weight[1,1]")].all()
    restructure(problem, Change("add_layer", 0, units=6))
    assert problem.frozen[problem.parameters.index("4.weight[1,1]")].all()
    assert problem.frozen.sum() == 3 + 1 + 2


operations = st.sampled_from(["add_unit", "remove_unit", "add_layer", "remove_layer"])


@given(
    hidden=st.lists(st.integers(1, 4), max_size=3),
    bias=st.booleans(),
    dtype=st.sampled_from([torch.float32, torch.float64]),
    steps=st.lists(st.tuples(operations, st.integers(-2, 4), st.integers(0, 4)), max_size=6),
)
def test_any_sequence_leaves_a_model_like_a_new_one_or_is_refused(hidden, bias, dtype, steps):
    problem = make(*hidden, bias=bias, dtype=dtype)
    for op, layer, unit in steps:
        before = problem.parameters.read()
        try:
            restructure(problem, Change(op, layer, unit))
        except ValueError:
            np.testing.assert_array_equal(problem.parameters.read(), before)
    now = sizes(problem)[:-1]
    wanted = nnw.mlp([3, *now, 2], bias=bias, dtype=dtype)
    assert {k: v.shape for k, v in problem.model.state_dict().items()} == {
        k: v.shape for k, v in wanted.state_dict().items()
    }
    assert is_editable(problem.model)
    assert {p.dtype for p in problem.model.parameters()} == {dtype}
    assert len(problem.frozen) == len(problem.held) == len(problem.initial)
    assert np.isfinite(problem.evaluate().loss)


@pytest.mark.parametrize(
    ("error", "words", "change"),
    [
        (
            ValueError,
            "layer must be a hidden layer, counted from 0: 0 .. 0; got 1",
            ("add_unit", 1),
        ),
        (ValueError, "unit must be a unit, counted from 0: 0 .. 3; got 4", ("remove_unit", 0, 4)),
        (TypeError, "layer must be an int, got 'a'", ("remove_layer", "a")),
        (TypeError, "layer must be an int, got True", ("remove_layer", True)),
        (ValueError, "after must be a hidden layer", ("add_layer", -2)),
        (ValueError, "units must be a number: 1 .. 256; got 257", ("add_layer", 0, 0, 257)),
        (ValueError, "op must be one of", ("grow", 0)),
    ],
)
def test_what_is_not_there_is_refused(error, words, change):
    problem = make(4)
    before = problem.model.state_dict()
    with pytest.raises(error, match=words):
        restructure(problem, Change(*change))
    assert str(problem.model.state_dict()) == str(before)


def test_there_is_an_end_to_growing_and_to_shrinking():
    with pytest.raises(ValueError, match="can have 256 units"):
        restructure(make(256), Change("add_unit", 0))
    with pytest.raises(ValueError, match="can be 8 hidden layers"):
        restructure(make(*[1] * 8), Change("add_layer", 0))
    with pytest.raises(ValueError, match="the last unit of a layer must stay"):
        restructure(make(1), Change("remove_unit", 0))
    with pytest.raises(ValueError, match="no hidden layer"):
        restructure(make(), Change("add_unit", 0))


@pytest.mark.parametrize("kind", ["own", "appended", "swapped", "weight norm"])
def test_a_model_of_other_making_is_left_alone(kind):
    model = nnw.mlp([3, 4, 2])
    if kind == "own":
        model = nn.Sequential(nn.Linear(3, 4), nn.Tanh(), nn.Linear(4, 2))
    elif kind == "appended":
        model.append(nn.Softmax(1))
    elif kind == "swapped":
        model[1] = nn.Dropout(0.5)
    else:
        nn.utils.parametrizations.weight_norm(model[0])
    assert not is_editable(model)
    problem = Problem(model, X, np.arange(7) % 2)
    with pytest.raises(ValueError, match=r"a model that nnw\.mlp made"):
        restructure(problem, Change("add_unit", 0))
