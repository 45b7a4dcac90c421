"""Swapping the activations of classes with a forward of their own."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import nn
from torch.nn import functional as F

from nnwidgets.core.activations import ACTIVATIONS
from nnwidgets.core.structure import hidden_activations, read_stack, set_activation


class Net(nn.Module):
    """A 2-3-1-1 network of which each test uses what it needs, in a forward of its own."""

    def __init__(self, forward, act=None):
        super().__init__()
        self.hidden = nn.Linear(2, 3)
        self.out = nn.Linear(3, 1)
        self.last = nn.Linear(1, 1)
        self.act = nn.Tanh() if act is None else act
        self._forward = forward

    def forward(self, x):
        return self._forward(self, x)


def same_act(self, x):
    return self.last(self.act(self.out(self.act(self.hidden(x)))))


@given(st.sampled_from(sorted(ACTIVATIONS)))
def test_a_module_of_a_class_is_swapped(name):
    model = Net(lambda self, x: torch.sigmoid(self.out(self.act(self.hidden(x)))))
    set_activation(model, name)
    assert type(model.act) is ACTIVATIONS[name].module
    (site,) = hidden_activations(model)
    assert (site.path, site.spec["name"], site.between) == ("act", name, ("hidden", "out"))
    assert read_stack(model).head == "sigmoid"


def test_a_function_cannot_be_swapped_and_says_where_it_is():
    model = Net(lambda self, x: self.last(self.act(self.out(F.relu(self.hidden(x))))))
    assert [(s.path, s.spec["name"]) for s in hidden_activations(model)] == [
        (None, "relu"),
        ("act", "tanh"),
    ]
    message = r"after 'hidden' is a function call in forward \(relu\); make it a module, such as"
    for value in ("tanh", ["linear", "relu"]):
        with pytest.raises(ValueError, match=message):
            set_activation(model, value)
        assert type(model.act) is nn.Tanh
    set_activation(model, ["relu", "silu"])  # the function stays what it is
    assert type(model.act) is nn.SiLU


def test_a_module_used_twice_stays_one():
    model = Net(same_act)
    assert [site.path for site in hidden_activations(model)] == ["act", "act"]
    message = "'act' is the activation of several layers and cannot be both 'tanh' and 'relu'"
    with pytest.raises(ValueError, match=message):
        set_activation(model, ["tanh", "relu"])
    assert type(model.act) is nn.Tanh
    set_activation(model, "relu")
    assert type(model.act) is nn.ReLU
    set_activation(model, ["sine", "sine"])
    assert [site.spec["name"] for site in hidden_activations(model)] == ["sine", "sine"]


def test_a_block_used_twice_stays_one():
    block = nn.Sequential(nn.Tanh())
    model = nn.Sequential(nn.Linear(2, 2), block, nn.Linear(2, 2), block, nn.Linear(2, 1))
    with pytest.raises(ValueError, match="cannot be both 'relu' and 'tanh'"):
        set_activation(model, ["relu", "tanh"])
    assert type(block[0]) is nn.Tanh
    set_activation(model, "relu")
    assert [site.spec["name"] for site in hidden_activations(model)] == ["relu", "relu"]


@pytest.mark.parametrize("act", [nn.Sigmoid(), nn.Tanh()])
def test_a_module_that_ends_the_model_as_well_is_not_swapped(act):
    model = Net(lambda self, x: self.act(self.out(self.act(self.hidden(x)))), act)
    kept = read_stack(model)
    with pytest.raises(ValueError, match="'act' is a hidden activation and ends the model as well"):
        set_activation(model, "relu")
    assert model.act is act
    set_activation(model, kept.layers[0].activation["name"])  # what it is already
    assert read_stack(model) == kept


def test_one_module_under_two_names_is_swapped_where_it_is_asked_for():
    act = nn.Tanh()
    model = Net(lambda self, x: self.last(self.more(self.out(self.act(self.hidden(x))))), act)
    model.more = act
    set_activation(model, ["tanh", "relu"])
    assert model.act is act
    assert type(model.more) is nn.ReLU
