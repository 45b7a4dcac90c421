"""The flat vector against state_dict(), for random modules, dtypes and layouts of memory."""

import re
import time
import warnings

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import nn

from nnwidgets.core.parameters import Parameters
from nnwidgets.core.structure import mlp


class Scaled(nn.Module):
    """A parameter without dimensions, one with three, and a buffer."""

    def __init__(self):
        super().__init__()
        self.gain = nn.Parameter(torch.tensor(1.5))
        self.cube = nn.Parameter(torch.randn(2, 3, 2))
        self.register_buffer("steps", torch.zeros(3))


LEAVES = {
    "linear": lambda: nn.Linear(3, 2),
    "no bias": lambda: nn.Linear(2, 4, bias=False),
    "norm": lambda: nn.BatchNorm1d(3),
    "conv": lambda: nn.Conv2d(2, 3, 2),
    "scaled": Scaled,
    "embedding": lambda: nn.Embedding(3, 2),
    "no parameters": nn.Tanh,
}
leaves = st.sampled_from(sorted(LEAVES)).map(lambda name: LEAVES[name]())
trees = st.recursive(
    leaves, lambda inner: st.lists(inner, max_size=3).map(lambda m: nn.Sequential(*m))
)
modules = trees.filter(lambda model: any(True for _ in model.parameters()))


def turned(model):
    """Give every matrix of the model the memory order of its transpose."""
    for parameter in model.parameters():
        if parameter.ndim == 2:
            parameter.data = parameter.data.T.contiguous().T
    return model


def state(model):
    """The parameters by name, from state_dict() alone."""
    names = [name for name, _ in model.named_parameters()]
    return {name: model.state_dict()[name].double().numpy() for name in names}


@given(modules, st.sampled_from([torch.float32, torch.float64, torch.float16, torch.bfloat16]))
def test_reading_agrees_with_state_dict(model, dtype):
    model = turned(model.to(dtype))
    parameters = Parameters(model)
    expected = state(model)
    assert parameters.dtype == (np.float64 if dtype is torch.float64 else np.float32)
    assert parameters.names == tuple(expected)
    assert parameters.shapes == {name: value.shape for name, value in expected.items()}
    flat = np.concatenate([value.ravel() for value in expected.values()])
    assert parameters.size == flat.size
    assert parameters.read().dtype == parameters.dtype
    assert np.array_equal(parameters.read(), flat)
    arrays = parameters.arrays()
    assert list(arrays) == list(expected)
    for name, value in expected.items():
        assert np.array_equal(arrays[name], value)
        assert arrays[name].shape == value.shape
        assert arrays[name].flags.writeable
        start = parameters.offsets[name]
        assert np.array_equal(flat[start : start + value.size], value.ravel())


@given(modules, st.sampled_from([torch.float32, torch.float64, torch.bfloat16]), st.data())
def test_writing_agrees_with_a_write_into_a_flat_copy(model, dtype, data):
    model = turned(model.to(dtype))
    parameters = Parameters(model)
    before = {name: (p, p.data_ptr()) for name, p in model.named_parameters()}
    # Small integers are exact in every dtype.
    index = data.draw(st.lists(st.integers(0, parameters.size - 1), max_size=20))
    value = [float(data.draw(st.integers(-100, 100))) for _ in index]
    expected = parameters.read()
    for i, v in zip(index, value, strict=True):  # the last of several wins
        expected[i] = v
    parameters.write(index, value)
    flat = np.concatenate([array.ravel() for array in state(model).values()])
    assert np.array_equal(flat, expected)
    for name, parameter in model.named_parameters():
        assert parameter is before[name][0]
        assert parameter.data_ptr() == before[name][1]


@given(modules, st.randoms(use_true_random=False))
def test_parsing_some_arrays_and_writing_them_changes_just_these(model, random):
    parameters = Parameters(model)
    expected = state(model)
    chosen = {name: expected[name] + 1 for name in expected if random.random() < 0.5}
    parameters.write(*parameters.parse(chosen))
    for name, value in state(model).items():
        assert np.allclose(value, chosen.get(name, expected[name]), rtol=1e-6)


@given(modules)
def test_a_reference_names_its_entry_and_back(model):
    parameters = Parameters(model)
    for flat in range(parameters.size):
        assert parameters.index(parameters.reference(flat)).tolist() == [flat]
    for name in parameters.names:
        start = parameters.offsets[name]
        size = int(np.prod(parameters.shapes[name]))
        assert parameters.index(name).tolist() == list(range(start, start + size))


def test_references_are_subscripts_row_by_row():
    parameters = Parameters(mlp([2, 3, 1]))
    assert parameters.reference(0) == "0.weight[0,0]"
    assert parameters.reference(7) == "0.bias[1]"
    assert parameters.index("0.weight[2, 1]").tolist() == [5]
    assert parameters.index("0.weight[1]").tolist() == [2, 3]
    assert parameters.index("2.bias").tolist() == [12]
    assert Parameters(Scaled()).reference(0) == "gain"


@pytest.mark.parametrize(
    ("reference", "message"),
    [
        ("0.weigth", "no parameter '0.weigth'. Did you mean '0.weight'"),
        ("5.weight[0,0]", "no parameter '5.weight'. Did you mean"),
        ("0.weight[3,0]", "'0.weight[3,0]' does not fit '0.weight' of shape (3, 2)"),
        ("0.weight[-1,0]", "does not fit"),
        ("0.weight[0,0,0]", "does not fit"),
        ("0.weight[]", "does not fit"),
        ("0.weight[a]", "does not fit"),
        ("nothing", "There are: '0.weight', '0.bias'"),
    ],
)
def test_a_reference_to_nothing_is_refused(reference, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        Parameters(mlp([2, 3, 1])).index(reference)


def test_references_and_indices_have_bounds():
    parameters = Parameters(nn.Linear(2, 1))
    before = parameters.read()
    for wrong in (-1, 3):
        with pytest.raises(IndexError, match=rf"0 .. 2, got {wrong}"):
            parameters.reference(wrong)
        with pytest.raises(IndexError, match=rf"0 .. 2, got {wrong}"):
            parameters.write([0, wrong], [9.0, 9.0])
    with pytest.raises(ValueError, match=r"one length, got shapes \(2,\) and \(1,\)"):
        parameters.write([0, 1], [9.0])
    assert np.array_equal(parameters.read(), before)


def test_an_optimizer_made_earlier_goes_on_with_what_was_written():
    model = nn.Linear(2, 1)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.5)
    parameters = Parameters(model)
    model(torch.ones(1, 2)).sum().backward()
    versions = [p._version for p in model.parameters()]
    parameters.write([0, 1, 2], [1.0, 2.0, 3.0])
    assert [p._version for p in model.parameters()] == versions
    assert model.weight.grad is not None
    optimizer.step()
    assert parameters.read().tolist() == [0.5, 1.5, 2.5]
    assert model.weight.requires_grad


def test_the_vector_follows_when_storages_or_parameters_are_replaced():
    model = nn.Linear(2, 1)
    parameters = Parameters(model)
    parameters.write([0], [1.0])
    model.weight.data = torch.full((1, 2), 7.0)
    assert parameters.read()[:2].tolist() == [7.0, 7.0]
    parameters.write([1], [8.0])
    assert model.weight.tolist() == [[7.0, 8.0]]
    model.load_state_dict({"weight": torch.ones(1, 2), "bias": torch.zeros(1)}, assign=True)
    parameters.write([1], [2.0])
    assert model.weight.tolist() == [[1.0, 2.0]]
    assert parameters.tensors["weight"] is model.weight
    model.double()
    parameters.write([0], [0.1])
    assert model.weight[0, 0].item() == 0.1


def test_a_parameter_of_another_shape_is_refused():
    model = nn.Linear(2, 1)
    parameters = Parameters(model)
    model.weight = nn.Parameter(torch.zeros(1, 3))
    with pytest.raises(ValueError, match=r"'weight' had shape \(1, 2\).*now its shape is \(1, 3\)"):
        parameters.read()


def test_a_module_put_in_anothers_place_is_read_and_written():
    model = mlp([2, 2, 1])
    parameters = Parameters(model)
    model[0] = nn.Linear(2, 2)
    assert np.array_equal(parameters.read()[:4], model[0].weight.detach().numpy().ravel())
    parameters.write([0], [3.0])
    assert model[0].weight[0, 0].item() == 3.0
    model[0] = nn.Tanh()
    with pytest.raises(ValueError, match=r"'0.weight' had .*it is gone: wrap the changed model"):
        parameters.read()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda model: model.append(nn.Linear(1, 1)), "it had not when it was read: 3.weight, 3.b"),
        (lambda model: model.__delitem__(2), "'2.weight' had shape .* it is gone"),
    ],
    ids=["added", "removed"],
)
def test_a_model_with_other_parameters_is_refused(change, words):
    model = mlp([2, 2, 1])
    parameters = Parameters(model)
    parameters.check()
    change(model)
    for look in (parameters.check, parameters.arrays):
        with pytest.raises(ValueError, match=words):
            look()


def test_a_tie_that_was_undone_is_refused():
    model = tied()
    parameters = Parameters(model)
    model[1].weight = nn.Parameter(torch.zeros(2, 2))
    with pytest.raises(ValueError, match=r"had not when it was read: 1.weight"):
        parameters.check()


def tied():
    model = nn.Sequential(nn.Linear(2, 2), nn.Linear(2, 2))
    model[1].weight = model[0].weight
    return model


def test_a_tied_parameter_is_one_entry_and_has_both_names():
    model = tied()
    parameters = Parameters(model)
    assert parameters.names == ("0.weight", "0.bias", "1.bias")
    assert parameters.index("1.weight[0,1]").tolist() == [1]
    parameters.write(*parameters.parse({"1.weight": [[1.0, 2], [3, 4]]}))
    assert model[0].weight.tolist() == [[1, 2], [3, 4]]
    index, _ = parameters.parse(model.state_dict())  # names both
    assert sorted(index) == list(range(8))
    with pytest.raises(ValueError, match=r"'0.weight' and '1.weight' are one tied parameter"):
        parameters.parse({"0.weight": np.zeros((2, 2)), "1.weight": np.ones((2, 2))})


def test_keras_kernels_are_transposed():
    model = nn.Sequential(nn.Linear(2, 2), nn.Tanh(), nn.Linear(2, 1), nn.Embedding(2, 3))
    parameters = Parameters(model)
    kernel = np.array([[1.0, 2.0], [3.0, 4.0]])
    arrays = {"0.weight": kernel, "2.weight": [[5.0], [6.0]], "3.weight": np.ones((2, 3))}
    parameters.write(*parameters.parse(arrays, layout="keras"))
    assert np.array_equal(model[0].weight.detach(), kernel.T)
    assert model[2].weight.tolist() == [[5.0, 6.0]]


def test_a_list_of_arrays_goes_by_order():
    model = mlp([2, 3, 1])
    parameters = Parameters(model)
    x = torch.randn(5, 2)
    kernels = [np.random.default_rng(0).normal(size=s) for s in [(2, 3), (3,), (3, 1), (1,)]]
    parameters.write(*parameters.sequence(kernels, "keras"))
    w, b, v, c = kernels
    expected = np.tanh(x.numpy() @ w + b) @ v + c
    assert np.allclose(model(x).detach(), expected, atol=1e-5)
    parameters.write(
        *parameters.sequence([np.zeros(s) for s in parameters.shapes.values()], "torch")
    )
    assert not parameters.read().any()
    with pytest.raises(ValueError, match=r"4 arrays \(0.weight \(2, 3\), .*\), got 2"):
        parameters.sequence(kernels[:2], "keras")
    with pytest.raises(TypeError, match="a dict or a list of arrays, got ndarray"):
        parameters.sequence(kernels[0], "keras")


@pytest.mark.parametrize(
    ("arrays", "error", "message"),
    [
        ({"0.wight": [1]}, ValueError, "no parameter '0.wight'. Did you mean '0.weight'"),
        ({3: [1]}, ValueError, "no parameter 3"),
        ({"0.bias": [1.0]}, ValueError, "0.bias must have shape (2,), got (1,)"),
        ({"2.weight": np.ones((2, 1))}, ValueError, "(1, 2), got (2, 1) (layout='keras'"),
        ({"0.bias": np.array([1, 2])}, TypeError, "0.bias must be of floating dtype, got int64"),
        ({"0.bias": torch.tensor([1, 2])}, TypeError, "must be of floating dtype, got int64"),
        ({"0.bias": [True, False]}, TypeError, "0.bias must be of floating dtype, got bool"),
        ({"0.bias": [1j, 0]}, TypeError, "array of real numbers, got dtype complex128"),
        ({"0.bias": [None, 1]}, TypeError, "array of real numbers, got list (dtype object)"),
        ({"0.bias": "ab"}, TypeError, "array of real numbers, got str"),
        ({"0.weight": [[1.0], [1.0, 2.0]]}, ValueError, "0.weight must be rectangular"),
        ({"0.bias": [0.0, np.nan]}, ValueError, "finite, got 0.bias[1] = nan"),
        ({"0.bias": [0.0, 1e39]}, ValueError, "0.bias[1] = 1e+39, which float32 cannot hold"),
        ([1.0], TypeError, "dict of parameter name to array, got list"),
    ],
)
def test_a_wrong_array_is_refused(arrays, error, message):
    with pytest.raises(error, match=re.escape(message)):
        Parameters(mlp([2, 2, 1])).parse(arrays)


def test_one_wrong_array_keeps_the_others_from_being_written():
    model = mlp([2, 2, 1])
    before = Parameters(model).read()
    with pytest.raises(ValueError, match=r"2\.bias must have shape"):
        Parameters(model).parse({"0.bias": [1.0, 2.0], "2.bias": [1.0, 2.0]})
    assert np.array_equal(Parameters(model).read(), before)


def test_lists_of_ints_and_tensors_of_any_kind_are_fine():
    parameters = Parameters(mlp([2, 2, 1]))
    _, value = parameters.parse({"0.bias": [1, 2], "2.bias": torch.ones(1, requires_grad=True)})
    assert value.tolist() == [1, 2, 1]
    _, value = parameters.parse({"0.bias": torch.tensor([0.5, 2], dtype=torch.bfloat16)})
    assert value.tolist() == [0.5, 2]
    index, value = parameters.parse({})
    assert (index.size, value.size) == (0, 0)


def test_what_a_half_cannot_hold_is_refused():
    parameters = Parameters(nn.Linear(1, 1).half())
    with pytest.raises(ValueError, match="bias must be within ±65504"):
        parameters.parse({"bias": [1e5]})


def test_layouts_and_buffers_are_named_in_errors():
    with pytest.raises(ValueError, match="layout must be 'torch' or 'keras', got 'tf'"):
        Parameters(nn.Linear(1, 1)).parse({}, layout="tf")
    with pytest.raises(ValueError, match="'steps' is a buffer of the model"):
        Parameters(Scaled()).parse({"steps": [0.0, 0.0, 0.0]})
    with pytest.raises(ValueError, match="knows the kernels of Linear layers only; 'weight'"):
        Parameters(nn.Conv2d(1, 1, 2)).parse({"weight": np.ones((1, 1, 2, 2))}, layout="keras")


def integers():
    model = nn.Module()
    model.weight = nn.Parameter(torch.zeros(2, dtype=torch.int64), requires_grad=False)
    return model


def scripted():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        return torch.jit.script(nn.Linear(1, 1))


def inferred():
    with torch.inference_mode():
        return nn.Linear(1, 1)


@pytest.mark.parametrize(
    ("model", "error", "message"),
    [
        (nn.Tanh(), ValueError, "model must have parameters, got Tanh with none"),
        (integers(), TypeError, "'weight' must be of floating dtype, got integer (torch.int64)"),
        (nn.Linear(1, 1, dtype=torch.complex64), TypeError, "got complex (torch.complex64)"),
        (nn.LazyLinear(2), ValueError, "'weight' is not initialised yet"),
        (nn.Linear(1, 1, device="meta"), ValueError, "on the meta device"),
        (inferred(), ValueError, "'weight' was made in torch.inference_mode() and cannot be"),
        (scripted(), TypeError, "as it was before torch.jit made it a"),
        (nn.Linear, TypeError, "got the class Linear; make an instance of it"),
        (lambda x: x, TypeError, "model must be a torch.nn.Module, got function"),
    ],
)
def test_a_model_that_cannot_be_read_is_refused(model, error, message):
    with pytest.raises(error, match=re.escape(message)):
        Parameters(model)


def test_a_write_costs_microseconds():
    parameters = Parameters(mlp([2, 2, 1]))
    index, value = np.arange(9), np.ones(9)

    def cost():
        start = time.perf_counter()
        for _ in range(100):
            parameters.write(index, value)
        return (time.perf_counter() - start) / 100

    # The best of many, for a busy machine; torch's own indexing costs several times this.
    assert min(cost() for _ in range(50)) < 50e-6
