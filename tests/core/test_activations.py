"""The table of activations against torch's functions and autograd."""

import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import nn
from torch.nn import functional as F

from nnwidgets.core.activations import ACTIVATIONS, Sine, describe, make

FUNCTIONS = {
    "linear": lambda z: z,
    "tanh": torch.tanh,
    "sigmoid": torch.sigmoid,
    "relu": F.relu,
    "leaky_relu": F.leaky_relu,
    "elu": F.elu,
    "gelu": F.gelu,
    "silu": F.silu,
    "softplus": F.softplus,
    "sine": torch.sin,
}


def test_the_table_has_the_public_names():
    assert set(ACTIVATIONS) == set(FUNCTIONS)
    assert all(name == row.name for name, row in ACTIVATIONS.items())


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_module_computes_torchs_function(name):
    z = torch.linspace(-6, 6, 101)
    assert torch.equal(make(name)(z), FUNCTIONS[name](z))


@pytest.mark.parametrize("name", FUNCTIONS)
@given(z=st.floats(-40, 40).filter(lambda z: z != 0))
def test_a_derivative_is_autograds(name, z):
    at = torch.tensor([z, z / 3], dtype=torch.float64, requires_grad=True)
    (expected,) = torch.autograd.grad(make(name)(at).sum(), at)
    found = ACTIVATIONS[name].derivative(at.detach())
    assert found.dtype == torch.float64
    assert torch.allclose(found, expected, rtol=1e-7, atol=1e-8)


@pytest.mark.parametrize(
    ("name", "module", "keyword"),
    [("leaky_relu", nn.LeakyReLU(0.2), "slope"), ("elu", nn.ELU(1.7), "alpha")],
)
def test_a_derivative_takes_the_described_parameter(name, module, keyword):
    z = torch.linspace(-3, 3, 7, dtype=torch.float64)[[0, 1, 2, 4, 5, 6]].requires_grad_()
    (expected,) = torch.autograd.grad(module(z).sum(), z)
    spec = describe(module)
    found = ACTIVATIONS[name].derivative(z.detach(), **{keyword: spec[keyword]})
    assert torch.allclose(found, expected)


def test_derivatives_do_not_overflow_far_out():
    far = torch.tensor([-1e4, 1e4])
    for row in ACTIVATIONS.values():
        assert torch.isfinite(row.derivative(far)).all(), row.name


@pytest.mark.parametrize("name", FUNCTIONS)
def test_describe_is_the_inverse_of_make(name):
    assert describe(make(name))["name"] == name


def test_describe_keeps_the_modules_own_parameter():
    assert describe(nn.LeakyReLU(0.2, inplace=True)) == {"name": "leaky_relu", "slope": 0.2}
    assert describe(nn.ELU(alpha=2)) == {"name": "elu", "alpha": 2.0}


class Shifted(nn.Tanh):
    def forward(self, z):
        return super().forward(z) + 1


@pytest.mark.parametrize(
    "module",
    [
        nn.GELU(approximate="tanh"),
        nn.Softplus(beta=2),
        nn.Softplus(threshold=1),
        nn.PReLU(),
        nn.Linear(1, 1),
        Shifted(),
    ],
)
def test_what_computes_something_else_is_not_described(module):
    assert describe(module) is None


def test_an_unknown_name_is_answered_with_the_known_ones():
    with pytest.raises(ValueError, match=r"'tanh', 'sigmoid'.*got 'tanhh'. Did you mean 'tanh'"):
        make("tanhh")
    with pytest.raises(TypeError, match=r"activation must be a name .* got int: 3"):
        make(3)


def test_the_sine_has_a_module_of_its_own():
    assert Sine()(torch.tensor(math.pi / 2)).item() == 1.0
