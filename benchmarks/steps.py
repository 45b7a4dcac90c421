"""Steps of training in the page, against tensorflow/playground's nn.ts and against a torch loop.

Both JavaScript sides run in Node, in a process each, on the same network, rows and batches, and end
at the same weights. The peer is no part of this repository: `peer` says where it is looked for.
"""

from __future__ import annotations

import tempfile
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import torch

import nnwidgets as nnw
from benchmarks import trainer as loop
from benchmarks._playground import bundled, find
from benchmarks.harness import Check, Comparison, Effort, in_turns, one_thread
from nnwidgets.core.problem import Problem
from nnwidgets.widgets import _pack
from tests.js_process import Browser, build
from tests.training.oracle import Permutations

N, LR = 400, 0.03
STEPS = 4000  # with more of them, rounding grows where batches are of one row
MISSING = "tensorflow/playground is not to be had here: see benchmarks/_playground.py"
APART = 1e-9
PEER = "TensorFlow Playground's nn.ts"
PROMISED = 1.5

#: Layers, activation, rows of a batch: what the playground opens with, and what it can be set to.
NETWORKS = (
    ([2, 4, 2, 1], "tanh", 10),
    ([2, 4, 2, 1], "tanh", 1),
    ([2, 8, 8, 1], "tanh", 10),
    ([2, 8, 8, 1], "relu", 30),
)


def run(effort: Effort) -> list[Comparison]:
    """Train on all sides, in turns, and compare times and weights."""
    with tempfile.TemporaryDirectory() as folder:
        bundle = Path(folder) / "train-bench.mjs"
        build(bundle, "train-bench")
        peer = find(network=not effort.smoke)
        nn = None if peer is None else bundled(peer, Path(folder) / "nn.mjs")
        pages = Browser(bundle), Browser(bundle)
        try:
            return [
                _against_torch(pages[0], effort),
                *(_against_playground(pages, nn, effort, *each) for each in NETWORKS),
            ]
        finally:
            for page in pages:
                page.close()


def _against_playground(
    pages: tuple[Browser, Browser],
    nn: Path | None,
    effort: Effort,
    sizes: list[int],
    activation: str,
    batch: int,
) -> Comparison:
    question = _question(sizes, activation, batch, effort.times(max(1, STEPS * batch // N)))
    steps = -(-N // batch) * len(question["orders"])
    weights: dict[str, Any] = {}

    def side(name: str, page: Browser) -> float:
        answer = page.ask("steps", side=name, nn=nn.as_uri() if nn else "", **question)
        weights[name] = answer["params"]
        return float(answer["milliseconds"]) / steps * 1e3

    name = f"a step, {'-'.join(map(str, sizes))} {activation}, batch {batch}, SGD"
    ours = partial(side, "ours", pages[0])
    if nn is None:
        alone = [ours() for _ in range(effort.turns(15))]
        return Comparison(name, "µs", alone, (), PEER, PROMISED, notes=(MISSING,))
    pair = in_turns(ours, partial(side, "theirs", pages[1]), effort.turns(15), 3)
    apart = float(np.abs(np.subtract(weights["ours"], weights["theirs"])).max())
    check = Check(f"weights apart {apart:.1e} after {steps} steps (≤ {APART:g})", apart <= APART)
    return Comparison(name, "µs", *pair, PEER, PROMISED, (check,))


def _question(sizes: list[int], activation: str, batch: int, epochs: int) -> dict[str, Any]:
    """Return a network as the playground makes them: tanh at its end, half the squared error."""
    generator = torch.Generator().manual_seed(3)
    X = 12 * torch.rand(N, 2, generator=generator, dtype=torch.float64) - 6
    y = torch.sign(X[:, :1] * X[:, 1:])
    hidden = nnw.mlp(sizes, activation, seed=4, dtype=torch.float64)
    model = torch.nn.Sequential(*hidden, torch.nn.Tanh())
    return {
        **_described(Problem(model, X, y, loss="half_mse")),
        "optimizer": "sgd",
        "lr": LR,
        "batch": batch,
        "X": X.flatten().tolist(),
        "y": y.flatten().tolist(),
        "orders": [torch.randperm(N, generator=generator).tolist() for _ in range(epochs)],
    }


def _described(problem: Problem) -> dict[str, Any]:
    return {"spec": _pack.spec(problem, None), "params": problem.parameters.read().tolist()}


def _against_torch(page: Browser, effort: Effort) -> Comparison:
    """Compare with a DataLoader loop, on the network of ``python -m benchmarks trainer``."""
    epochs = effort.times(loop.EPOCHS, 2)
    steps = epochs * (loop.N // loop.BATCH)
    model, X, y = loop.make()
    orders = Permutations(loop.N, loop.SEED)
    question = {
        **_described(Problem(model, X, y)),
        "optimizer": "adam",
        "lr": loop.LR,
        "batch": loop.BATCH,
        "X": X.flatten().tolist(),
        "y": y.flatten().tolist(),
        "orders": [list(orders) for _ in range(epochs)],
    }
    weights: dict[str, Any] = {}

    def ours() -> float:
        answer = page.ask("steps", side="ours", nn="", **question)
        weights["ours"] = answer["params"]
        return float(answer["milliseconds"]) / steps * 1e3

    def theirs() -> float:
        microseconds, trained = loop.with_loop(epochs)
        vector = torch.nn.utils.parameters_to_vector(trained.parameters())
        weights["theirs"] = vector.detach().tolist()
        return microseconds

    with one_thread():
        pair = in_turns(ours, theirs, effort.turns(7))
    apart = float(np.abs(np.subtract(weights["ours"], weights["theirs"])).max())
    check = Check(f"weights apart {apart:.1e} after {steps} steps (≤ 1e-4)", apart <= 1e-4)
    return Comparison(
        "a step in the page, 2-2-1, Adam", "µs", *pair, "a DataLoader loop", 10.0, (check,)
    )
