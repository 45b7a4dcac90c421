"""The plain script ends where the trainer does, run in a Python of its own without this package."""

from __future__ import annotations

import functools
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn import functional as F

import nnwidgets as nnw
from nnwidgets.core.code import plain_code
from nnwidgets.core.problem import Problem

RUNNER = """
import pathlib, runpy, sys, numpy
sys.modules["nnwidgets"] = None  # whoever imports it fails
for script in map(pathlib.Path, sys.argv[1:]):
    import os
    os.chdir(script.parent)
    model = runpy.run_path(str(script))["model"]
    numpy.savez("after.npz", **{n: v.numpy() for n, v in model.state_dict().items()})
"""


class Own(nn.Module):
    """Of a user's own, with a function and a buffer."""

    def __init__(self, hidden: int = 3) -> None:
        super().__init__()
        self.first, self.norm = nn.Linear(2, hidden), nn.BatchNorm1d(hidden)
        self.out = nn.Linear(hidden, 1)

    def forward(self, x):
        return self.out(F.relu(self.norm(self.first(x))))


class Told(Own):
    """Whose constructor has to be told something."""

    def __init__(self, width: int) -> None:
        super().__init__(width)


def asymmetric(outputs, targets):
    error = outputs - targets
    return torch.where(error > 0, error**2, 2 * error**2).mean()


def binary(n: int = 40) -> nnw.datasets.Dataset:
    return nnw.datasets.quadrants(n, seed=2)


def several() -> nnw.datasets.Dataset:
    return nnw.datasets.blobs(30, classes=3)


def pictures(n: int = 12):
    rng = np.random.default_rng(0)
    return rng.normal(size=(n, 1, 4, 4)).astype(np.float32), np.arange(n) % 2


FEATURES = ("x1", "x2^2", "x1*x2", "sin(2*x1)", "cos(x2)")
CONV = nn.Sequential(
    *(nn.Conv2d(1, 2, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(), nn.Linear(8, 2))
)

# name: (model, data, options of the Network, options of the Trainer)
CASES = {
    "adam": (nnw.mlp([2, 3, 1], seed=0), binary(), {}, {}),
    "sgd, L1 and L2": (
        *(nnw.mlp([2, 3, 1], "relu", seed=1), binary(), {}),
        {"optimizer": "sgd", "lr": 0.3, "l1": 0.002, "l2": 0.01, "batch_size": 7, "seed": 5},
    ),
    "momentum, all at once, double": (
        *(nnw.mlp([2, 3, 1], "sine", seed=1, dtype=torch.float64), nnw.datasets.plane(30)),
        *({"loss": "half_mse"}, {"optimizer": "momentum", "lr": 0.1, "batch_size": None}),
    ),
    "rmsprop, features, test data": (
        *(nnw.mlp([2, 3, 1], features=FEATURES, seed=2), binary(), {"test": binary(9)}),
        {"optimizer": "rmsprop", "lr": 0.01},
    ),
    "adamw, several classes": (
        *(nnw.mlp([2, 4, 3], "gelu", seed=3), several(), {}),
        {"optimizer": "adamw", "lr": 0.02, "l2": 0.1},
    ),
    "a softmax at the end": (
        *(nn.Sequential(nn.Linear(2, 3, bias=False), nn.Softmax(1)), several(), {}),
        {"lr": 0.05},
    ),
    "a sigmoid at the end": (
        nn.Sequential(nn.Linear(2, 3), nn.LeakyReLU(0.3), nn.Linear(3, 1), nn.Sigmoid()),
        *(binary(), {"loss": "bce"}, {"lr": 0.05}),
    ),
    "dropout": (
        *(nn.Sequential(nn.Linear(2, 9), nn.ELU(), nn.Dropout(0.4), nn.Linear(9, 1)), binary(), {}),
        {"lr": 0.05, "seed": 4},
    ),
    "pictures": (CONV, pictures(), {"loss": "cross_entropy"}, {"lr": 0.02, "batch_size": 5}),
    "a class of one's own": (
        *(Own(), (binary().X, binary().y[:, None]), {"loss": asymmetric}),
        {"lr": 0.02},
    ),
    "classes that weigh differently": (
        *(nnw.mlp([2, 4, 3], seed=4), several()),
        {"loss": nn.CrossEntropyLoss(torch.tensor([1.0, 5.0, 0.1]), label_smoothing=0.2)},
        {"lr": 0.05},
    ),
    "a loss with a bend of one's own": (
        *(nnw.mlp([2, 4, 1], seed=4), (binary().X, binary().y[:, None])),
        {"loss": nn.HuberLoss(reduction="sum", delta=0.3)},
        {"lr": 0.05},
    ),
    "a function of torch's": (
        *(nnw.mlp([2, 4, 1], seed=4), (binary().X, binary().y[:, None])),
        *({"loss": nn.functional.smooth_l1_loss}, {"lr": 0.05}),
    ),
    "half precision": (
        *(nnw.mlp([2, 3, 1], seed=5).to(torch.float16), binary()),
        *({}, {"optimizer": "sgd", "lr": 0.1}),
    ),
    "an optimizer of torch's": (
        *(nnw.mlp([2, 3, 1], seed=0), binary(), {"loss": "mse"}),
        {"optimizer": lambda p: torch.optim.Adagrad(p, lr=0.1, weight_decay=0.01)},
    ),
    "too much to be written down": (
        *(nnw.mlp([2, 60, 60, 1], seed=0), nnw.datasets.moons(2000), {}),
        {"lr": 0.01, "batch_size": 500},
    ),
}


def network(case: str) -> nnw.Network:
    model, data, options, settings = CASES[case]
    given = data if isinstance(data, tuple) else (data,)
    net = nnw.Network(model, *given, **options)
    nnw.Trainer(net, **settings)
    return net


@pytest.fixture(scope="module")
def ended(tmp_path_factory):
    """Every case's network once trained, and its script's weights when it has run."""
    folder = tmp_path_factory.mktemp("scripts")
    nets, scripts = {}, []
    for place, case in enumerate(CASES):
        net = nets[case] = network(case)
        if case == "adam":
            net.freeze("0.weight[1,0]", "2.bias")
        net.run.trainer.fit(12, progress=False)
        (folder / str(place)).mkdir()
        scripts.append(net.code().save(folder / str(place) / "train.py"))
    runner = folder / "runner.py"
    runner.write_text(RUNNER)
    done = subprocess.run(
        [sys.executable, runner, *scripts], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    after = [np.load(script.parent / "after.npz") for script in scripts]
    return nets, dict(zip(CASES, after, strict=True)), done.stdout


@pytest.mark.parametrize("case", CASES)
def test_the_script_ends_with_the_same_weights(ended, case) -> None:
    nets, after, said = ended
    state = nets[case].run.problem.model.state_dict()
    assert set(state) == set(after[case])
    for name, value in state.items():
        np.testing.assert_allclose(after[case][name], value.numpy(), atol=1e-6, rtol=0)
    assert f"loss {nets['adam'].loss:.4f}" in said
    assert f"accuracy {nets['adam'].accuracy:.4f}" in said
    test = nets["rmsprop, features, test data"].evaluate("test")
    assert f"test loss {test.loss:.4f}, test accuracy {test.accuracy:.4f}" in said


def test_it_is_what_a_student_would_write() -> None:
    code = network("adam").code(epochs=3)
    assert repr(code) == str(code)
    assert not code.arrays
    for line in (
        *("import torch", "from torch import nn", "    nn.Linear(2, 3),", "    nn.Tanh(),"),
        *("loss_fn = nn.BCEWithLogitsLoss()", "epochs = 3", "        optimizer.step()"),
        "optimizer = torch.optim.Adam(model.parameters(), lr=0.05)",
    ):
        assert line in code.splitlines()
    assert "nnwidgets" not in code
    assert max(map(len, code.splitlines())) <= 100


def test_it_starts_where_reset_goes_back_to_or_from_now() -> None:
    net = nnw.Network(nnw.mlp([2, 3, 1], seed=0), binary())
    first = net.weights["2.bias"][0]
    assert "epochs = 100" in net.code()
    assert str(first) in net.code()
    nnw.Trainer(net).fit(2, progress=False)
    now = net.weights["2.bias"][0]
    assert "epochs = 2\n" in net.code()
    assert str(first) in net.code()
    assert str(now) in net.code(start="now")
    assert str(first) not in net.code(start="now")
    assert net.run.trainer.code(epochs=5) == net.code(epochs=5)


def test_what_cannot_be_known_is_said() -> None:
    X, y = binary()
    code = nnw.Network(Told(3), X, y).code()
    assert "class Own(nn.Module):" in code
    assert "import torch.nn.functional as F" in code
    assert "model = Told(...)  # Insert what its constructor was given." in code
    hidden = {}
    exec("from torch import nn\nclass Unseen(nn.Linear): pass", hidden)
    code = nnw.Network(hidden["Unseen"](2, 1), X, y).code()
    assert "# Insert the class Unseen here: its source could not be found." in code
    net = nnw.Network(nnw.mlp([2, 1]), X, y[:, None], loss=lambda out, y: ((out - y) ** 2).mean())
    nnw.Trainer(net, lambda p: torch.optim.LBFGS(p, max_iter=2))
    assert "loss_fn = ...  # Insert your loss here" in net.code()
    assert "optimizer = ...  # Insert yours here" in net.code()
    partly = functools.partial(F.huber_loss, delta=2.0)  # it has no name
    net = nnw.Network(nnw.mlp([2, 1]), X, y[:, None], loss=partly)
    assert "loss_fn = ...  # Insert your loss here" in net.code()


def test_a_path_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    code = network("adam").code()
    with pytest.raises(OSError, match="nowhere"):
        code.save(tmp_path / "nowhere" / "train.py")
    with pytest.raises(ValueError, match="start must be"):
        plain_code(Problem(nn.Linear(2, 1), *binary()), start="later")
    with pytest.raises(ValueError, match="epochs must be an integer of at least 1"):
        network("adam").code(epochs=0)


HOSTILE = (
    '": 0, str(exec("pwned = 1")): 1, "',
    '\'"""\n\npwned = 1\n#',
    "a\\",
    "a\nb\r\u2028c\x00d\u202ee",
    "</script>{x}",
    "file",
)


class Named(nn.Module):
    """Whose layer is called as its maker likes."""

    def __init__(self, name: str, width: int) -> None:
        super().__init__()
        self.name = name
        self.add_module(name, nn.Linear(2, width))
        self.out = nn.Linear(width, 1)

    def forward(self, x):
        return self.out(torch.tanh(getattr(self, self.name)(x)))


@pytest.mark.parametrize("width", [2, 2000])  # the latter's weights are in a file
@pytest.mark.parametrize("name", HOSTILE)
def test_a_name_is_a_text_in_the_script_and_nothing_else(tmp_path, monkeypatch, name, width):
    model = Named(name, width)
    net = nnw.Network(model, *binary())
    nnw.Trainer(net, seed=0, lr=0.01)
    net.run.freeze(f"{name}.bias")
    code = net.code(start="now")
    code.save(tmp_path / "train.py")
    monkeypatch.chdir(tmp_path)
    called = str(code).replace("Named(...)", f"Named({name!a}, {width})")
    before = {key: value.clone() for key, value in model.state_dict().items()}
    space: dict[str, object] = {"__name__": "script"}
    exec(compile(called.partition("\n# Loss")[0], "train.py", "exec"), space)  # its own words
    compile(code, "train.py", "exec")
    assert "pwned" not in space
    made = space["model"]
    assert isinstance(made, nn.Module)
    for key, value in made.state_dict().items():
        torch.testing.assert_close(value, before[key], rtol=0, atol=0)
    assert all(ord(sign) >= 32 or sign == "\n" for sign in code)


def test_no_text_of_a_module_is_executed() -> None:
    ran = []

    class Odd(nn.Threshold):
        pass

    Odd.__module__, Odd.__name__ = "torch.nn.modules.activation", "Threshold"
    Odd.extra_repr = lambda self: "0.1, [nn.ran.append(1), 2.0][1]"
    nn.ran = ran  # where an expression would find it
    try:
        net = nnw.Network(nn.Sequential(nn.Linear(2, 1), Odd(0.1, 2.0)), *binary())
        assert "ran.append" not in net.code()
        assert ran == []
    finally:
        del nn.ran


def test_a_class_whose_name_is_no_name_is_not_written() -> None:
    kind = type("x(); pwned = 1", (nn.Linear,), {})
    code = nnw.Network(kind(2, 1), *binary()).code()
    assert "pwned" not in code
    assert "# Insert the class Model here" in code
    compile(code, "train.py", "exec")
