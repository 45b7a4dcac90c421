"""Reading modules as stacks, against the modules themselves; and swapping activations."""

from collections import OrderedDict
from copy import deepcopy
from itertools import pairwise

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import nn
from torch.nn.utils import parametrizations, prune

from nnwidgets.core.activations import ACTIVATIONS, make
from nnwidgets.core.structure import (
    head_of,
    hidden_activations,
    mlp,
    read_stack,
    set_activation,
)

names = st.sampled_from(sorted(ACTIVATIONS))


def by_hand(model, stack, X):
    """What the stack says the model computes, from the parameters and the table alone."""
    state = model.state_dict()
    for layer in stack.layers:
        X = X @ state[layer.weight].T + (0 if layer.bias is None else state[layer.bias])
        spec = dict(layer.activation)
        module = make(spec.pop("name"))
        if "slope" in spec:
            module.negative_slope = spec["slope"]
        if "alpha" in spec:
            module.alpha = spec["alpha"]
        X = module(X)
    heads = {"sigmoid": torch.sigmoid, "softmax": lambda z: torch.softmax(z, 1)}
    heads["log_softmax"] = lambda z: torch.log_softmax(z, 1)
    return heads.get(stack.head, lambda z: z)(X)


@st.composite
def stacks(draw):
    """A random tree of Sequentials that is a stack, with everything a stack may hold."""
    sizes = draw(st.lists(st.integers(1, 5), min_size=2, max_size=5))
    parts: list[nn.Module] = [nn.Flatten()] if draw(st.booleans()) else []
    for i, (a, b) in enumerate(pairwise(sizes)):
        parts.append(nn.Linear(a, b, bias=draw(st.booleans())))
        if i < len(sizes) - 2 and draw(st.booleans()):
            part = draw(st.one_of(names.map(make), st.just(nn.LeakyReLU(0.3)), st.just(nn.ELU(2))))
            parts.append(deepcopy(part))
        if draw(st.booleans()):
            parts.append(nn.Dropout(0.5))
    head = draw(st.sampled_from([None, nn.Sigmoid(), nn.Softmax(1), nn.LogSoftmax(-1), nn.Tanh()]))
    if head is not None:
        parts.append(deepcopy(head))
    cut = draw(st.integers(0, len(parts)))
    nested = nn.Sequential(*parts[:cut], nn.Sequential(nn.Sequential(*parts[cut:])))
    return sizes, nested.double()


@given(stacks())
def test_a_stack_computes_what_the_module_does(drawn):
    sizes, model = drawn
    modes = [module.training for module in model.modules()]
    stack = read_stack(model)
    assert stack is not None
    assert [layer.in_features for layer in stack.layers] == sizes[:-1]
    assert [layer.out_features for layer in stack.layers] == sizes[1:]
    assert [module.training for module in model.modules()] == modes
    X = torch.linspace(-3, 3, 7 * sizes[0], dtype=torch.float64).reshape(7, -1)
    assert torch.allclose(by_hand(model, stack, X), model.eval()(X))


def test_paths_and_parameter_names_are_the_modules_own():
    net = nn.Sequential(OrderedDict(body=nn.Sequential(nn.Linear(2, 3), nn.ReLU())))
    net.append(nn.Linear(3, 1, bias=False))
    first, second = read_stack(net).layers
    assert (first.name, first.weight, first.bias) == ("body.0", "body.0.weight", "body.0.bias")
    assert (first.activation, first.activation_path) == ({"name": "relu"}, "body.1")
    assert (second.name, second.weight, second.bias) == ("1", "1.weight", None)
    assert (second.activation, second.activation_path) == ({"name": "linear"}, None)


def test_a_lone_linear_is_a_stack():
    (layer,) = read_stack(nn.Linear(2, 1)).layers
    assert (layer.name, layer.weight, layer.bias) == ("", "weight", "bias")


def test_a_sigmoid_at_the_end_is_the_head_and_one_before_is_not():
    model = nn.Sequential(nn.Linear(2, 2), nn.Sigmoid(), nn.Linear(2, 1), nn.Sigmoid())
    stack = read_stack(model)
    assert stack.head == "sigmoid"
    assert [layer.activation["name"] for layer in stack.layers] == ["sigmoid", "linear"]
    assert [(s.path, s.spec["name"]) for s in hidden_activations(model)] == [("1", "sigmoid")]


def test_a_tied_weight_goes_by_its_first_name():
    model = nn.Sequential(nn.Linear(2, 2), nn.Tanh(), nn.Linear(2, 2))
    model[2].weight = model[0].weight
    assert [layer.weight for layer in read_stack(model).layers] == ["0.weight", "0.weight"]


class Residual(nn.Module):
    def __init__(self):
        super().__init__()
        self.inner = nn.Linear(2, 2)
        self.act = nn.Tanh()
        self.shortcut = nn.Identity()
        self.out = nn.Linear(2, 1)

    def forward(self, x):
        return self.out(self.act(self.inner(x)) + self.shortcut(x))


def hooked():
    model = mlp([2, 2, 1])
    model[1].register_forward_hook(lambda module, args, out: 2 * out)
    return model


def patched():
    model = mlp([2, 2, 1])
    model[1].forward = torch.relu
    return model


def twice():
    linear = nn.Linear(2, 2)
    return nn.Sequential(linear, nn.Tanh(), linear)


OPAQUE = {
    "a module class of its own": Residual,
    "another layer": lambda: nn.Sequential(nn.Linear(2, 2), nn.BatchNorm1d(2), nn.Linear(2, 1)),
    "another activation": lambda: nn.Sequential(nn.Linear(2, 2), nn.PReLU(), nn.Linear(2, 1)),
    "gelu by tanh": lambda: nn.Sequential(nn.Linear(2, 1), nn.GELU("tanh"), nn.Linear(1, 1)),
    "two activations": lambda: nn.Sequential(nn.Linear(2, 2), nn.Tanh(), nn.ReLU()),
    "activation first": lambda: nn.Sequential(nn.Tanh(), nn.Linear(2, 2)),
    "softmax inside": lambda: nn.Sequential(nn.Linear(2, 2), nn.Softmax(1), nn.Linear(2, 1)),
    "softmax over rows": lambda: nn.Sequential(nn.Linear(2, 2), nn.Softmax(0)),
    "flatten of the rows": lambda: nn.Sequential(nn.Flatten(0), nn.Linear(2, 2)),
    "lazy": lambda: nn.Sequential(nn.LazyLinear(2)),
    "a Linear twice": twice,
    "sizes that do not fit": lambda: nn.Sequential(nn.Linear(2, 3), nn.Linear(2, 1)),
    "weight norm": lambda: nn.Sequential(parametrizations.weight_norm(nn.Linear(2, 1))),
    "pruned": lambda: nn.Sequential(prune.random_unstructured(nn.Linear(2, 1), "weight", 0.5)),
    "a hook that changes outputs": hooked,
    "a patched forward": patched,
    "nothing": nn.Sequential,
}


@pytest.mark.parametrize("make_model", OPAQUE.values(), ids=OPAQUE)
def test_anything_else_is_no_stack(make_model):
    assert read_stack(make_model()) is None


def test_a_hook_that_only_looks_on_leaves_a_stack_a_stack():
    model = mlp([2, 2, 1])
    seen = []
    model[1].register_forward_hook(lambda module, args, out: seen.append(out))
    assert read_stack(model) is not None


def test_diverged_weights_leave_a_stack_a_stack():
    model = mlp([2, 2, 1])
    with torch.no_grad():
        model[0].weight.fill_(float("nan"))
    assert read_stack(model) is not None


class Ends(nn.Module):
    def __init__(self, end):
        super().__init__()
        self.layer = nn.Linear(2, 3)
        self.end = end

    def forward(self, x):
        return self.end(self.layer(x))


@pytest.mark.parametrize(
    ("end", "head"),
    [
        (lambda z: z, "linear"),
        (torch.tanh, "linear"),
        (torch.sigmoid, "sigmoid"),
        (nn.Sigmoid(), "sigmoid"),
        (lambda z: torch.sigmoid(z[:, :1]).squeeze(-1), "sigmoid"),
        (lambda z: torch.sigmoid(z)[:, 0], "sigmoid"),
        (lambda z: 2 * torch.sigmoid(z), "linear"),
        (lambda z: torch.softmax(z, 1), "softmax"),
        (lambda z: torch.softmax(z, -1), "softmax"),
        (lambda z: torch.softmax(z, 0), "linear"),
        (lambda z: torch.softmax(z, 1)[:, 1], "sigmoid"),
        (lambda z: torch.log_softmax(z, 1), "log_softmax"),
        (lambda z: torch.log_softmax(z, 1)[:, 1], "linear"),
    ],
)
def test_the_head_of_any_module_is_seen_in_its_outputs(end, head):
    model = Ends(end)
    assert head_of(model, model(torch.zeros(4, 2))) == head


@pytest.mark.parametrize(
    ("last", "head"),
    [
        ([nn.Sigmoid()], "sigmoid"),
        ([nn.Sigmoid(), nn.Identity(), nn.Dropout()], "sigmoid"),
        ([nn.Softmax(dim=1)], "softmax"),
        ([nn.LogSoftmax(dim=-1)], "log_softmax"),
        ([nn.Tanh()], "linear"),
        ([], "linear"),
    ],
)
def test_the_head_of_a_sequential_is_its_last_module(last, head):
    assert head_of(nn.Sequential(nn.Conv2d(1, 1, 1), nn.Sequential(*last))) == head


def test_a_stacks_activations_are_listed_for_every_hidden_layer():
    model = nn.Sequential(nn.Linear(2, 2), nn.ELU(2), nn.Linear(2, 2), nn.Linear(2, 1), nn.Tanh())
    found = [(site.path, site.spec) for site in hidden_activations(model)]
    assert found == [("1", {"name": "elu", "alpha": 2.0}), (None, {"name": "linear"})]


def test_other_modules_list_the_activations_before_the_last_layer():
    conv = nn.Sequential(nn.Conv2d(1, 2, 3), nn.ReLU(), nn.Flatten(), nn.Linear(2, 1), nn.Sigmoid())
    assert [site.path for site in hidden_activations(conv)] == ["1"]
    # The Identity is the residual connection, not an activation.
    assert [site.path for site in hidden_activations(Residual())] == ["act"]


@given(st.data())
def test_swapping_gives_the_named_activations_and_nothing_else(data):
    model = mlp([2, 3, 3, 1], seed=0)
    model.append(nn.Sigmoid())
    parameters = list(model.parameters())
    wanted = data.draw(st.lists(names, min_size=2, max_size=2))
    model[1].eval()
    set_activation(model, wanted)
    assert [type(model[i]) for i in (1, 3)] == [ACTIVATIONS[n].module for n in wanted]
    assert [site.spec["name"] for site in hidden_activations(model)] == wanted
    assert all(a is b for a, b in zip(model.parameters(), parameters, strict=True))
    assert (model[1].training, model[3].training) == (False, True)
    assert type(model[5]) is nn.Sigmoid


def test_one_name_is_for_all_hidden_layers():
    model = mlp([2, 3, 3, 1])
    set_activation(model, "sine")
    assert [site.spec["name"] for site in hidden_activations(model)] == ["sine", "sine"]


def test_a_shared_activation_is_swapped_in_one_place_only():
    act = nn.Tanh()
    model = nn.Sequential(nn.Linear(2, 2), act, nn.Linear(2, 2), act, nn.Linear(2, 1))
    set_activation(model, ["relu", "tanh"])
    assert isinstance(model[1], nn.ReLU)
    assert model[3] is act


def test_an_activation_that_is_right_already_is_kept():
    model = nn.Sequential(nn.Linear(2, 2), nn.LeakyReLU(0.2), nn.Linear(2, 1))
    before = model[1]
    set_activation(model, "leaky_relu")
    assert model[1] is before


def test_a_linear_activation_is_found_again_anywhere():
    model = Residual()
    set_activation(model, "linear")
    assert type(model.act) is nn.Identity
    set_activation(model, "relu")
    assert type(model.act) is nn.ReLU
    assert type(model.shortcut) is nn.Identity


def test_what_cannot_be_swapped_is_said_and_nothing_is_changed():
    model = nn.Sequential(nn.Linear(2, 2), nn.Tanh(), nn.Linear(2, 2), nn.Linear(2, 1))
    before = list(model)
    with pytest.raises(ValueError, match=r"between '2' and '3'; put nn.Identity\(\) there"):
        set_activation(model, "relu")
    with pytest.raises(ValueError, match="got 'swish'"):
        set_activation(model, ["relu", "swish"])
    with pytest.raises(ValueError, match=r"one name or 2 .*got 3"):
        set_activation(model, ["relu"] * 3)
    with pytest.raises(TypeError, match="must be a str or a list of str, got int"):
        set_activation(model, 3)
    assert all(a is b for a, b in zip(model, before, strict=True))
    set_activation(model, ["relu", "linear"])  # linear is what nothing is
    assert isinstance(model[1], nn.ReLU)
    with pytest.raises(ValueError, match="no hidden activation that could become 'tanh'"):
        set_activation(nn.Linear(2, 1), "tanh")


def test_mlp_is_what_one_would_write():
    model = mlp([2, 4, 3, 1], ["relu", "tanh"], bias=False, dtype=torch.float64)
    assert [type(m) for m in model] == [nn.Linear, nn.ReLU, nn.Linear, nn.Tanh, nn.Linear]
    assert [tuple(p.shape) for p in model.parameters()] == [(4, 2), (3, 4), (1, 3)]
    assert {p.dtype for p in model.parameters()} == {torch.float64}


def test_a_seed_gives_torchs_own_weights_and_leaves_its_generator_alone():
    torch.manual_seed(7)
    expected = [nn.Linear(2, 3), nn.Linear(3, 1)]
    torch.manual_seed(1)
    state = torch.get_rng_state()
    model = mlp([2, 3, 1], seed=7)
    assert torch.equal(torch.get_rng_state(), state)
    assert torch.equal(model[0].weight, expected[0].weight)
    assert torch.equal(model[2].bias, expected[1].bias)


def test_sizes_and_seeds_may_be_numpys():
    model = mlp(np.array([2, 3, 1]), seed=np.int64(7))
    assert torch.equal(model[0].weight, mlp([2, 3, 1], seed=7)[0].weight)


def test_a_seed_that_is_none_is_named():
    with pytest.raises(TypeError, match="seed must be an int or None, got 'x'"):
        mlp([2, 1], seed="x")


@pytest.mark.parametrize("sizes", [[2], [], [2, 0, 1], [2, 1.5], [True, 1], "21", 5, None])
def test_mlp_refuses_sizes_that_are_none(sizes):
    with pytest.raises(ValueError, match="sizes must be two or more positive ints"):
        mlp(sizes)
