"""Classes with a forward of their own, read as stacks: against what they compute themselves."""

import threading

import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from nnwidgets.core._symbolic import trace
from nnwidgets.core.activations import Sine
from nnwidgets.core.problem import Problem
from nnwidgets.core.structure import head_of, mlp, read_stack

X = torch.linspace(-3, 3, 14).reshape(7, 2)


class Net(nn.Module):
    """A 2-3-1 network; each test says what its forward does."""

    def __init__(self, forward, act=None):
        super().__init__()
        self.hidden = nn.Linear(2, 3)
        self.out = nn.Linear(3, 1)
        self.act = nn.Tanh() if act is None else act
        self.drop = nn.Dropout(0.5)
        self._forward = forward

    def forward(self, x):
        return self._forward(self, x)


def between(function):
    """The network with `function` as its activation."""
    return Net(lambda self, x: self.out(function(self.hidden(x))))


def after(function):
    """The network with `function` at its end."""
    return Net(lambda self, x: function(self.out(torch.tanh(self.hidden(x)))))


def before(function):
    return Net(lambda self, x: self.out(torch.tanh(self.hidden(function(x)))))


FUNCTIONS = {
    "torch.tanh": (torch.tanh, {"name": "tanh"}),
    "F.tanh": (F.tanh, {"name": "tanh"}),
    "x.tanh": (lambda z: z.tanh(), {"name": "tanh"}),
    "torch.sigmoid": (torch.sigmoid, {"name": "sigmoid"}),
    "F.sigmoid": (F.sigmoid, {"name": "sigmoid"}),
    "x.sigmoid": (lambda z: z.sigmoid(), {"name": "sigmoid"}),
    "torch.relu": (torch.relu, {"name": "relu"}),
    "F.relu": (F.relu, {"name": "relu"}),
    "F.relu in place": (lambda z: F.relu(z, inplace=True), {"name": "relu"}),
    "x.relu_": (lambda z: z.relu_(), {"name": "relu"}),
    "F.leaky_relu": (F.leaky_relu, {"name": "leaky_relu", "slope": 0.01}),
    "a slope": (lambda z: F.leaky_relu(z, 0.3), {"name": "leaky_relu", "slope": 0.3}),
    "F.elu": (F.elu, {"name": "elu", "alpha": 1.0}),
    "an alpha": (lambda z: F.elu(z, alpha=2), {"name": "elu", "alpha": 2.0}),
    "F.gelu": (F.gelu, {"name": "gelu"}),
    "F.silu": (F.silu, {"name": "silu"}),
    "F.softplus": (F.softplus, {"name": "softplus"}),
    "torch.sin": (torch.sin, {"name": "sine"}),
    "x.sin": (lambda z: z.sin(), {"name": "sine"}),
    "none": (lambda z: z, {"name": "linear"}),
}


@pytest.mark.parametrize(("function", "spec"), FUNCTIONS.values(), ids=FUNCTIONS)
def test_a_function_is_an_activation_without_a_module(function, spec):
    model = between(function)
    stack = read_stack(model)
    first, second = stack.layers
    assert (first.activation, first.activation_path) == (spec, None)
    assert (first.name, first.weight, first.bias) == ("hidden", "hidden.weight", "hidden.bias")
    assert (second.name, second.in_features, second.out_features) == ("out", 3, 1)
    assert stack.head == head_of(model) == head_of(model, model(X)) == "linear"


# What leaves (n, d) values as they are when the model is not in training.
NEUTRAL = {
    "a dropout": lambda self, x: self.drop(x),
    "F.dropout": lambda self, x: F.dropout(x, 0.5, self.training),
    "torch.dropout": lambda self, x: torch.dropout(x, 0.5, self.training),
    "torch.flatten": lambda self, x: torch.flatten(x, 1),
    "x.flatten": lambda self, x: x.flatten(start_dim=1),
    "nn.Flatten": lambda self, x: nn.Flatten()(x),
    "view by size": lambda self, x: x.view(x.size(0), -1),
    "view by shape": lambda self, x: x.view(x.shape[0], x.size(1)),
    "view by number": lambda self, x: x.view(-1, self.hidden.in_features),
    "a check of the width": lambda self, x: x if x.shape[1] == 2 else 1 / 0,
    "reshape": lambda self, x: torch.reshape(x, (-1, 2)),
    "reshape to its shape": lambda self, x: x.reshape(x.shape),
    "reshape to its size": lambda self, x: x.reshape(x.size()),
    "float": lambda self, x: x.float(),
    "a check of dimensions": lambda self, x: x.unsqueeze(0) if x.dim() == 1 else x,
    "another": lambda self, x: x if x.ndim == 2 and x is not None else x.flatten(),
    "an aside": lambda self, x: x if isinstance(self.act, nn.Tanh) else -x,
}


@pytest.mark.parametrize("neutral", NEUTRAL.values(), ids=NEUTRAL)
def test_what_changes_no_value_is_left_out(neutral):
    model = Net(lambda self, x: self.out(torch.tanh(self.hidden(neutral(self, x)))))
    assert [layer.activation["name"] for layer in read_stack(model).layers] == ["tanh", "linear"]


@pytest.mark.parametrize("columns", ["3", "-1", "out.in_features"])
def test_hidden_values_may_be_viewed_as_what_they_are(columns):
    sizes = {"3": lambda self: 3, "-1": lambda self: -1}
    size = sizes.get(columns, lambda self: self.out.in_features)
    model = Net(lambda self, x: self.out(self.act(self.hidden(x)).view(x.size(0), size(self))))
    assert read_stack(model) is not None


HEADS = {
    "torch.sigmoid": (torch.sigmoid, "sigmoid"),
    "nn.Sigmoid": (nn.Sigmoid(), "sigmoid"),
    "viewed": (lambda z: torch.sigmoid(z).view(-1, 1), "sigmoid"),
    "torch.softmax": (lambda z: torch.softmax(z, 1), "softmax"),
    "F.softmax": (lambda z: F.softmax(z, dim=-1), "softmax"),
    "x.softmax": (lambda z: z.softmax(dim=1), "softmax"),
    "F.log_softmax": (lambda z: F.log_softmax(z, dim=1), "log_softmax"),
    "x.log_softmax": (lambda z: z.log_softmax(-1), "log_softmax"),
    "tanh": (torch.tanh, "linear"),
}


@pytest.mark.parametrize(("end", "head"), HEADS.values(), ids=HEADS)
def test_the_head_is_what_the_outputs_tell(end, head):
    model = after(end)
    stack = read_stack(model)
    assert stack.head == head_of(model) == head_of(model, model(X)) == head
    last = stack.layers[-1]
    assert last.activation == {"name": "tanh" if end is torch.tanh else "linear"}
    assert last.activation_path is None


class Block(nn.Module):
    def __init__(self, a, b, act):
        super().__init__()
        self.linear = nn.Linear(a, b)
        self.act = act

    def forward(self, x):
        return F.dropout(self.act(self.linear(x)), training=self.training)


class Nested(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(Block(2, 4, nn.ELU(2)), Block(4, 3, torch.sin))
        self.blocks = nn.ModuleList([Block(3, 3, nn.SiLU()), Block(3, 3, Sine())])
        self.heads = nn.ModuleDict({"a": nn.Linear(3, 2), "b": nn.Linear(3, 1)})
        self.criterion = nn.BCELoss()

    def forward(self, x, head="a"):
        x = self.body(x)
        for block in self.blocks:
            x = block(x)
        return self.heads[head](x)


def test_modules_within_modules_go_by_their_paths():
    model = Nested().double().eval()
    stack = read_stack(model)
    assert [(layer.name, layer.activation_path) for layer in stack.layers] == [
        ("body.0.linear", "body.0.act"),
        ("body.1.linear", None),
        ("blocks.0.linear", "blocks.0.act"),
        ("blocks.1.linear", "blocks.1.act"),
        ("heads.a", None),
    ]
    specs = [dict(layer.activation) for layer in stack.layers]
    assert specs[0] == {"name": "elu", "alpha": 2.0}
    assert [spec["name"] for spec in specs[1:]] == ["sine", "silu", "sine", "linear"]


def test_a_sequential_may_hold_a_class_and_be_one():
    class Chain(nn.Sequential):
        pass

    model = nn.Sequential(Block(2, 3, nn.ReLU()), Chain(nn.Linear(3, 2), nn.Softmax(1)))
    stack = read_stack(model)
    assert [layer.name for layer in stack.layers] == ["0.linear", "1.0"]
    assert stack.head == head_of(model, model.eval()(X)) == "softmax"


def learned_slope(self, z):
    self.slope = nn.Parameter(torch.tensor(0.2))
    return F.leaky_relu(z, self.slope.detach())


def twice_used(self, x):
    h = self.hidden(x)
    return self.out(torch.tanh(h) * torch.sigmoid(h))


def ignored(self, x):
    h = self.hidden(x)
    torch.relu_(h)  # in place, and then what was changed is used under its old name
    return self.out(h)


OPAQUE = {
    "residual": lambda self, x: self.out(self.act(self.hidden(x)) + self.hidden(x)),
    "a sum of the input": lambda self, x: self.out(self.hidden(x) + x.sum()),
    "gated": twice_used,
    "in place under the old name": ignored,
    "the values decide": lambda self, x: self.out(self.hidden(x if x.sum() > 0 else -x)),
    "a value decides": lambda self, x: self.out(self.hidden(x if (x > 0).all() else -x)),
    "truth": lambda self, x: self.out(self.hidden(x)) if x else None,
    "the shape decides": lambda self, x: self.out(self.hidden(x)) if x.shape == (3, 2) else x,
    "the rows decide": lambda self, x: self.out(self.hidden(x)) if x.shape[0] == 3 else x,
    "some rows decide": lambda self, x: self.out(self.hidden(x)) if x.size(0) else x,
    "len decides": lambda self, x: self.out(self.hidden(x)) if len(x) == 3 else x,
    "two activations": lambda self, x: self.out(torch.relu(self.act(self.hidden(x)))),
    "an activation first": lambda self, x: self.out(self.act(self.hidden(torch.tanh(x)))),
    "another function": lambda self, x: self.out(torch.atan(self.hidden(x))),
    "another method": lambda self, x: self.out(self.hidden(x).exp()),
    "another module": lambda self, x: self.out(nn.PReLU()(self.hidden(x))),
    "gelu by tanh": lambda self, x: self.out(F.gelu(self.hidden(x), approximate="tanh")),
    "softplus of another beta": lambda self, x: self.out(F.softplus(self.hidden(x), 2)),
    "a slope that is a tensor": lambda self, x: self.out(learned_slope(self, self.hidden(x))),
    "a dropout that stays on": lambda self, x: self.out(F.dropout(self.hidden(x), 0.0)),
    "squeezed": lambda self, x: self.out(self.hidden(x)).squeeze(1),
    "one column": lambda self, x: self.out(self.hidden(x))[:, 0],
    "flattened rows": lambda self, x: self.out(self.hidden(x)).flatten(),
    "viewed flat": lambda self, x: self.out(self.hidden(x)).view(-1),
    "viewed otherwise": lambda self, x: self.out(self.hidden(x).view(3, -1)),
    "mixed columns": lambda self, x: self.out(self.hidden(x)).view(1, -1).view(-1, 1),
    "softmax over rows": lambda self, x: self.out(self.hidden(x)).softmax(0),
    "softmax of another dtype": lambda self, x: F.softmax(
        self.out(self.hidden(x)), 1, dtype=torch.double
    ),
    "scaled": lambda self, x: self.out(self.hidden(2 * x)),
    "a bare weight": lambda self, x: self.out(x @ self.hidden.weight.T),
    "a Linear twice": lambda self, x: self.hidden(self.out(self.hidden(x))),
    "two outputs": lambda self, x: (self.out(self.hidden(x)), x),
    "nothing returned": lambda self, x: None,
    "the input returned": lambda self, x: x,
    "something else returned": lambda self, x: self.out(self.hidden(x)) and x,
    "numbers of its own": lambda self, x: self.out(self.hidden(torch.zeros(3, 2))),
    "what raises": lambda self, x: 1 / 0,
}


@pytest.mark.parametrize("forward", OPAQUE.values(), ids=OPAQUE)
def test_anything_else_is_no_stack(forward):
    assert read_stack(Net(forward)) is None


def returned_after_use(self, x):
    h = self.hidden(x)
    self.out(h)
    return h


@pytest.mark.parametrize(
    "forward", [OPAQUE["flattened rows"], OPAQUE["viewed flat"], returned_after_use]
)
def test_this_is_seen_before_it_is_tried_with_numbers(forward):
    assert trace(Net(forward)) is None


def test_an_identity_after_a_function_is_no_second_activation():
    model = Net(lambda self, x: self.out(self.act(torch.tanh(self.hidden(x)))), nn.Identity())
    (first, _) = read_stack(model).layers
    assert (first.activation, first.activation_path) == ({"name": "tanh"}, None)


def test_a_second_input_is_no_stack_and_one_with_a_default_is():
    class Two(Net):
        def forward(self, x, other):
            return self.out(self.hidden(x))

    assert read_stack(Two(None)) is None
    assert read_stack(Nested()) is not None


def test_a_square_layer_called_twice_is_no_stack():
    model = Net(lambda self, x: self.hidden(self.act(self.hidden(x))))
    model.hidden = nn.Linear(2, 2)
    assert read_stack(model) is None


def test_a_casting_model_computes_in_its_own_dtype():
    model = Net(lambda self, x: self.out(torch.tanh(self.hidden(x.double()))))
    assert read_stack(model.double()) is not None
    assert read_stack(before(Tensor.double)) is None  # float32 weights: the call itself fails


def test_what_is_traced_is_checked_with_numbers():
    # A hook is not run on symbols, so only the numbers tell that it changes the output.
    model = between(torch.tanh)
    model.hidden.register_forward_hook(lambda module, args, out: 2 * out)
    assert trace(model) is not None
    assert read_stack(model) is None


def test_the_model_is_left_as_it_was():
    def forward(self, x):
        self.calls += 1
        self.seen.append(x)
        self.last = x
        self.count.add_(1)
        return self.out(self.act(self.hidden(x)))

    model = Net(forward)
    model.calls, model.seen = 0, []
    model.register_buffer("count", torch.zeros(()))
    heard = []
    model.act.register_forward_hook(lambda *_: heard.append(1))
    model.drop.eval()
    before = {name: id(value) for name, value in vars(model).items()}
    modes = [module.training for module in model.modules()]
    assert [step.path for step in trace(model)] == ["hidden", "act", "out"]
    assert {name: id(value) for name, value in vars(model).items()} == before
    assert (model.calls, model.seen, heard, model.count.item()) == (0, [], [], 0)
    assert [module.training for module in model.modules()] == modes
    assert all(parameter.grad is None for parameter in model.parameters())


def test_another_models_thread_goes_on_while_this_one_is_traced():
    # torch.fx fails here: it replaces nn.Module.__call__ for everybody.
    other, given = mlp([2, 2, 1], seed=0), torch.ones(1, 2)
    expected, answers = other(given), []

    def forward(self, x):
        thread = threading.Thread(target=lambda: answers.append(other(given)))
        thread.start()
        thread.join()
        return self.out(self.act(self.hidden(x)))

    assert trace(Net(forward)) is not None
    assert len(answers) == 1
    assert torch.equal(answers[0], expected)


def test_a_problem_knows_the_layers_of_such_a_model():
    model = after(torch.sigmoid)
    problem = Problem(model, X.numpy(), [0, 1, 0, 1, 0, 1, 0])
    assert problem.stack == read_stack(model)
    assert problem.loss.head == "sigmoid"
    with pytest.raises(ValueError, match="first layer 'hidden' has inputs; got shape"):
        Problem(model, X[:, :1].numpy(), [0, 1, 0, 1, 0, 1, 0])
