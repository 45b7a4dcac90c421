"""Every widget there is, of networks that suit it, and what a page can say to each."""

from __future__ import annotations

import ast
import inspect
import textwrap
from collections.abc import Callable
from random import Random
from typing import Any

import numpy as np
import torch
import traitlets
from torch import nn

import nnwidgets as nnw
from nnwidgets.training.bench.choices import NAMES
from nnwidgets.widgets._bench_saving import GIFTS
from nnwidgets.widgets._feed import Feed
from nnwidgets.widgets._flow_comparison import FlowComparison
from tests.fuzz.messages import ANYTHING, EDGES, SCALARS, TEXTS


class Reader(nn.Module):
    """A model with attention, of five ids."""

    def __init__(self) -> None:
        super().__init__()
        torch.manual_seed(0)
        self.embed, self.out = nn.Embedding(8, 8), nn.Linear(8, 2)
        self.mix = nn.TransformerEncoderLayer(8, 2, 16, dropout=0.0, batch_first=True)

    def forward(self, ids: torch.Tensor) -> torch.Tensor:
        mixed: torch.Tensor = self.mix(self.embed(ids))
        outputs: torch.Tensor = self.out(mixed.mean(1))
        return outputs


def points() -> nnw.Network:
    net = nnw.Network(nnw.mlp([2, 3, 1], seed=3), nnw.datasets.blobs4(n=16))
    nnw.Trainer(net, lr=0.05, seed=0).fit(2, progress=False)
    return net


def gate() -> nnw.Network:
    table = nnw.datasets.xor()
    return nnw.Network(nnw.mlp([2, 4, 1], "relu", seed=4), table.X, table.y, loss="mse")


def pictures() -> nnw.Network:
    torch.manual_seed(0)
    images = np.random.default_rng(0).random((12, 1, 6, 6), np.float32)
    cnn = nn.Sequential(nn.Conv2d(1, 3, 3), nn.ReLU(), nn.Flatten(), nn.Linear(48, 3))
    return nnw.Network(cnn, images, np.arange(12) % 3)


def words() -> nnw.Network:
    ids = np.random.default_rng(0).integers(0, 8, (9, 5))
    return nnw.Network(Reader(), ids, (ids[:, 0] > 3).astype(int))


def comparison() -> Any:
    trainers = {name: nnw.Trainer(points(), seed=seed) for seed, name in enumerate("ab")}
    net = nnw.Network(nnw.mlp([2, 3, 1], seed=3), nnw.datasets.blobs4(n=16))
    return FlowComparison(trainers, net, 1, progress=False)


#: By class: how one is made.
MAKERS: dict[str, Callable[[], Any]] = {
    **{
        name: lambda name=name: getattr(nnw, name)(points())
        for name in ("DecisionLines", "FeatureSpace", "WeightSliders", "NetworkGraph")
    },
    **{
        name: lambda name=name: getattr(nnw, name)(points())
        for name in ("TrainingCurves", "GradientFlow", "WeightUpdates", "Activations", "Timeline")
    },
    "TrainingBar": lambda: nnw.TrainingBar(points()),
    "LossSurface": lambda: nnw.LossSurface(points(), kind="contour", resolution=9),
    "ForwardBackward": lambda: nnw.ForwardBackward(points(), sample=2, lr=0.5, you_try=True),
    "LinearCollapse": lambda: nnw.LinearCollapse(points(), alpha=0.5),
    "Task": lambda: nnw.Task(points(), "Separate.", loss=1e-4, hints=["Lines."]),
    "OutputSurface": lambda: nnw.OutputSurface(gate()),
    "FeatureMaps": lambda: nnw.FeatureMaps(pictures()),
    "AttentionMaps": lambda: nnw.AttentionMaps(words()),
    "Augmentations": lambda: nnw.Augmentations(pictures()),
    "Playground": lambda: nnw.Playground(n=20),
    "FlowComparison": comparison,
    "Network": points,
}

small = list(range(-2, 13))
values = [
    *({"dataset": name} for name in ("ring", "moons", "spiral", "plane", *TEXTS)),
    *({"n": n} for n in (4, 30, 5001, *EDGES)),
    *({"features": given} for given in (["x1"], ["x1", "x1*x2"], ["x9"], ["x1"] * 300, *TEXTS)),
    *({"hidden": units} for units in ([], [2], [3, 2], [257], [1] * 9, [10**9], "22", [True])),
    *({"loss": name} for name in ("bce", "mse", "cross_entropy")),
    *({"problem": name, "n": 20} for name in ("classification", "regression", None)),
    *({name: value} for name in NAMES for value in ANYTHING[::5]),
    *({"learning_rate": x, "regularization": "l1"} for x in EDGES),
    *({"net": 1}, {}, None, 5, dict.fromkeys(NAMES)),
]

#: Messages of a view's own, by kind, with values of their fields; any view hears the first three.
OWN: dict[str, dict[str, list[Any]]] = {
    "hello": {},
    "got": {"serial": [*small, *SCALARS]},
    "chunk": {"name": ["katex", "plotly", *TEXTS]},
    "show": {"row": [*small, None, *SCALARS]},
    "compute": {},
    "cancel": {},
    "again": {},
    "keep": {},
    "remove": {"name": ["run 1", "run 2", "run 3", *TEXTS]},
    "hint": {},
    "reset": {},
    "answer": {
        "step": ["Z1", "A1", "dW1", "db1", "dW2", "loss", *TEXTS],
        "entry": [[], *([i] for i in small), *([i, j] for i in small for j in (0, 1))],
        "sample": small,
        "given": [None, 0.5, *SCALARS],
    },
    "choose": {"values": values},
    "shown": {"serial": small},
    "give": {"what": [*GIFTS, *GIFTS, *TEXTS]},
}


def kinds_in(widget: type) -> set[str]:
    """Return the kinds of message that a class' own code tells apart, read from that code."""
    found: set[str] = set()
    classes = [each for each in widget.__mro__ if each.__module__.startswith("nnwidgets")]
    methods = [
        vars(each)[name]
        for each in (*classes, Feed)
        for name in ("_asked", "_on_message", "heard")
        if name in vars(each)
    ]
    for method in methods:
        tree = ast.parse(textwrap.dedent(inspect.getsource(method)))
        for node in ast.walk(tree):
            if isinstance(node, ast.Compare):
                found |= _texts(node.comparators)
            elif isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "choice":
                found |= _texts(node.args[2:])
    return found


def _texts(nodes: list[Any]) -> set[str]:
    constants = (part for node in nodes for part in ast.walk(node))
    return {c.value for c in constants if isinstance(c, ast.Constant) and isinstance(c.value, str)}


_VALUES: list[Any] = [
    *(None, 0, 1, 2, 3, 100, 500, 0.5, [0], [0, 1], [1, 0], [0.0, 1.0], "auto", "all", "5 s"),
    *([-1, 1, -1, 1], [[-1, 1], [-1, 1]], [0, -2, 1], [10**400, 0, 0], "1 s", "0.weight[0,0]"),
    *(["0.weight[0,0]", "2.weight[0,0]"], "pca", "random", ["random"] * 2, {"0.weight": [-1, 1]}),
    *({"0.weight": [1, -1]}, ["loss"], "initial", "pinned", 10**18, [[1e308] * 13] * 2),
    *([[0.0] * 13, [1.0] * 13], [[10**400] * 13] * 2, [[[0]]] * 2, [[-1.6e308, 1.6e308]] * 2),
    *([[0, 5e-324]] * 2, [0, 5e-324, 0, 5e-324], [-1.6e308, 1.6e308, -1, 1]),
]


def plausible(trait: Any) -> list[Any]:
    """Values that a trait may well take, and its neighbours."""
    if isinstance(trait, traitlets.Enum):
        return list(trait.values or [])
    if isinstance(trait, traitlets.Bool):
        return [True, False]
    return [*TEXTS] if isinstance(trait, traitlets.Unicode) else _VALUES


def to(rng: Random, widget: Any, kinds: tuple[str, ...]) -> tuple[str, Any, int]:
    """What a page sends on a widget's comm: counted under, the data, and how many buffers."""
    way = rng.choice(["option"] * 4 + ["own"] * 4 + ["update"] * 3 + ["odd"])
    traits = widget.traits(sync=True)
    options = sorted(widget.traits(option=True)) or sorted(traits)
    if way == "option":
        name = rng.choice(options)
        content = {"type": "option", "name": name, "value": _value(rng, traits.get(name))}
        return "option", {"method": "custom", "content": content}, 0
    if way == "own":
        kind = rng.choice(kinds)
        content = {name: rng.choice(each) for name, each in OWN[kind].items()} | {"type": kind}
        if rng.random() < 0.2:
            content[rng.choice([*content, "x"])] = rng.choice(ANYTHING)
        return kind, {"method": "custom", "content": content}, rng.choice([0, 0, 0, 1])
    if way == "update":
        known = [*options, *options, *traits, *TEXTS]
        state = {name: _value(rng, traits.get(name)) for name in rng.choices(known, k=2)}
        paths = rng.choice([[]] * 9 + [[["_esm"]], [["x", 0]], "no", [[]], [5]])
        data = {"method": "update", "state": state, "buffer_paths": paths}
        return "update", data, rng.randrange(3)
    odd = {"method": rng.choice(["update", "custom", "request_state", "x", *ANYTHING])}
    for name in ("state", "content", "buffer_paths"):
        if rng.random() < 0.5:
            odd[name] = rng.choice(ANYTHING)
    return "odd", rng.choice([odd, odd, odd, rng.choice(ANYTHING)]), rng.randrange(3)


def _value(rng: Random, trait: Any) -> Any:
    return rng.choice(ANYTHING if trait is None or rng.random() < 0.3 else plausible(trait))
