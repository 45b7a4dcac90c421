"""Loss surfaces against a plain loop, against loss-landscapes, and against what must be computed.

The loops take long, so they are timed on some cells of the grid, picked at random, and their times
are extrapolated to all of them. The first grid that is on screen is a coarse one: what was promised
is less than 100 ms, here from the call until there is a grid to show. torch has two threads, for
all sides. Memory is the peak over what the process held before, in a process of its own.
"""

from __future__ import annotations

import contextlib
import copy
import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import nn

import nnwidgets as nnw
from benchmarks.harness import Check, Comparison, Effort, in_turns, within
from benchmarks.landscapes import Limit, article_loop, loss_landscapes, plain_loop, seconds

THREADS = 2
MEMORY = 32.0  # MiB
APART = 1e-6
TEST = 0.3  # the article's share of test data
BATCHES = {128: 2000.0, 32: 1000.0}  # how many times faster than its loop
FIRST = 100.0  # milliseconds until something is on screen
PREVIEW = 7  # points along an axis, of the first thing that is on screen
STATUS = Path("/proc/self/status")


@dataclass(frozen=True)
class Scene:
    """What a surface is computed of.

    Attributes
    ----------
    model : nn.Sequential
    X, y : Tensor
    loss : str
    resolution : int
    how : dict
        The other arguments of ``nnw.loss_surface``.
    """

    model: nn.Sequential
    X: torch.Tensor
    y: torch.Tensor
    loss: str
    resolution: int
    how: dict[str, Any]

    def surface(self, resolution: int | None = None, **more: Any) -> nnw.LossGrid:
        """Compute it, checks and copies included."""
        size = resolution or self.resolution
        given = {"loss": self.loss, "resolution": size, **self.how, **more}
        return nnw.loss_surface(self.model, self.X, self.y, **given)


def article() -> Scene:
    """Return the article's network, its test data and its grid."""
    _, test = nnw.datasets.piecewise_sine().split(test=TEST, seed=56)
    model = nnw.mlp([1, 1, 1], bias=False, seed=0)
    X, y = torch.from_numpy(test.X), torch.from_numpy(test.y)[:, None]
    axes = ("0.weight[0,0]", "2.weight[0,0]")
    return Scene(model, X, y, "mse", 80, {"axes": axes, "ranges": ((-2, 1.95), (-2, 1.95))})


def hidden() -> Scene:
    """Return a 2-8-8-1 network of which every weight moves."""
    X = torch.randn(400, 2, generator=torch.Generator().manual_seed(1))
    y = (X[:, :1] * X[:, 1:] > 0).float()
    return Scene(nnw.mlp([2, 8, 8, 1], seed=2), X, y, "mse", 51, {"axes": "random"})


def pictures() -> Scene:
    """Return a convolutional network for digits of which every weight moves."""
    digits = nnw.datasets.digits()
    torch.manual_seed(0)
    model = nn.Sequential(
        *(nn.Conv2d(1, 8, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2)),
        *(nn.Conv2d(8, 16, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2)),
        *(nn.Flatten(), nn.Linear(64, 10)),
    )
    X, y = torch.from_numpy(digits.X).view(-1, 1, 8, 8), torch.from_numpy(digits.y)
    return Scene(model, X, y, "cross_entropy", 25, {"axes": "random"})


SCENES: dict[str, Callable[[], Scene]] = {
    "1-1-1": article,
    "2-8-8-1": hidden,
    "digits CNN": pictures,
}


def run(effort: Effort) -> list[Comparison]:
    """Compute the three surfaces each way."""
    before = torch.get_num_threads()
    # Two of them on a machine that is busy with other tests wait for each other for seconds.
    torch.set_num_threads(1 if effort.smoke else THREADS)
    try:
        return [
            *(*_article(effort), *_hidden(effort), *_pictures(effort)),
            *(_first(name, effort) for name in SCENES),
            *_memory(),
        ]
    finally:
        torch.set_num_threads(before)


def _article(effort: Effort) -> list[Comparison]:
    scene, some = article(), effort.times(64, 2)
    grid = scene.surface()
    chosen = np.random.default_rng(0).integers(0, scene.resolution, (some, 2))
    cells = [(float(grid.x[i]), float(grid.y[j])) for i, j in chosen]
    found: list[float] = []

    def loop(batch: int) -> float:
        model = copy.deepcopy(scene.model)
        took = seconds(lambda: found.extend(article_loop(model, (scene.X, scene.y), cells, batch)))
        return took / some * grid.z.size * 1e3

    what = f"1-1-1, 80 × 80, {len(scene.X)} points"
    ours, turns = partial(_milliseconds, scene), effort.turns(7)
    pairs = {batch: in_turns(ours, partial(loop, batch), turns, 0) for batch in BATCHES}
    check = _agree([grid.z[j, i] for i, j in chosen], found[:some])
    note = f"the loop is extrapolated from {some} of {grid.z.size} cells"
    loops = [
        Comparison(
            *(what, "ms", *pairs[batch], f"the article's loop, batches of {batch}", least),
            checks=(check,),
            notes=(note,),
        )
        for batch, least in BATCHES.items()
    ]
    # Only the first layer's weight is inside a tanh: a column of the grid has one value of it.
    limit = Limit([1, 1, 1], len(scene.X), scene.resolution)
    needed = {
        "limit": [limit() * 1e3 for _ in range(effort.turns(7))],
        "limit_is": "the tanh evaluations and products of one row of the grid",
    }
    lines = [*loops, _package(what, scene, effort, 30.0)]
    return [replace(line, **needed) for line in lines]


def _hidden(effort: Effort) -> list[Comparison]:
    scene = hidden()
    limit = Limit([2, 8, 8, 1], len(scene.X), scene.resolution**2)
    what = "2-8-8-1, 51 × 51, 400 points"
    pair = in_turns(
        partial(_milliseconds, scene), lambda: limit() * 1e3, effort.turns(15), effort.times(2)
    )
    needed = {"limit": pair[1], "limit_is": "its tanh evaluations and matmuls alone"}
    lines = [
        _package(what, scene, effort, 10.0),
        Comparison(what, "ms", *pair, "the limit", 1 / 4, (_float64(scene),)),
    ]
    return [replace(line, **needed) for line in lines]


def _pictures(effort: Effort) -> list[Comparison]:
    scene, some = pictures(), effort.times(25, 2)
    grid = scene.surface(2 if effort.smoke else None)
    chosen = np.random.default_rng(0).integers(0, len(grid.x), (some, 2))
    vectors = [grid.plane.point(grid.x[i], grid.y[j]) for i, j in chosen]
    cells = scene.resolution**2
    found: list[float] = []

    def loop() -> float:
        model = copy.deepcopy(scene.model)
        took = seconds(lambda: found.extend(plain_loop(model, scene.X, scene.y, vectors)))
        return took / some * cells * 1e3

    sizes = {"whole": 2 if effort.smoke else scene.resolution, "preview": PREVIEW}
    least = {"whole": 2.5, "preview": 25.0}
    note = f"the loop is extrapolated from {some} of {cells} cells; {grid.how}"
    comparisons = []
    for name, size in sizes.items():
        pair = in_turns(partial(_milliseconds, scene, size), loop, effort.turns(5))
        check = _agree([grid.z[j, i] for i, j in chosen], found[:some])
        what = f"digits CNN, 25 × 25, 1797 pictures, {name}"
        comparisons.append(Comparison(what, "ms", *pair, "a loop", least[name], (check,), (note,)))
    return comparisons


def _package(what: str, scene: Scene, effort: Effort, least: float) -> Comparison:
    steps = 4 if effort.smoke else scene.resolution

    def theirs() -> float:
        return seconds(lambda: loss_landscapes(scene.model, scene.X, scene.y, steps)) * 1e3

    pair = in_turns(partial(_milliseconds, scene), theirs, effort.turns(7))
    return Comparison(what, "ms", *pair, "loss-landscapes 3.0.6, random_plane", least)


def _milliseconds(scene: Scene, resolution: int | None = None) -> float:
    return seconds(lambda: scene.surface(resolution)) * 1e3


def _float64(scene: Scene) -> Check:
    fast, slow = (scene.surface(9, dtype=dtype).z for dtype in (None, "float64"))
    return _agree(fast.ravel().tolist(), slow.ravel().tolist())


def _agree(ours: Any, theirs: Any) -> Check:
    # A loop in float32 is itself this far from the right sum.
    bound = 10 * APART
    apart = float(np.max(np.abs(np.subtract(ours, theirs)) / np.abs(theirs)))
    return Check(f"losses apart {apart:.1e} (≤ {bound:g})", apart <= bound)


class _SeenError(Exception):
    """There is something to show: no more is asked for."""


def _first(name: str, effort: Effort) -> Comparison:
    scene = SCENES[name]()

    def show(_grid: nnw.LossGrid) -> None:
        raise _SeenError

    def first() -> float:
        return seconds(lambda: _until_seen(scene, show)) * 1e3

    first()
    taken = [first() for _ in range(effort.turns(9))]
    return within(f"{name}, the first grid to show", "ms", taken, FIRST)


def _until_seen(scene: Scene, show: Callable[[nnw.LossGrid], None]) -> None:
    with contextlib.suppress(_SeenError):
        scene.surface(on_preview=show)


def _memory() -> list[Comparison]:
    if not STATUS.exists():
        return []
    peaks = dict(zip(SCENES, map(_ended, [_started(name) for name in SCENES]), strict=True))
    note = f"the processes' peaks over what they held before, in MiB: {json.dumps(peaks)}"
    worst = max(peaks.values())
    return [within("memory", "MiB", [worst], MEMORY, notes=(note,), timed=False)]


def _started(name: str) -> subprocess.Popen[str]:
    """Compute one surface in a process of its own, beside the others: it is not timed."""
    command = [sys.executable, "-m", "benchmarks.surface", name]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def _ended(process: subprocess.Popen[str]) -> float:
    """Return the MiB that it has taken at most."""
    said, _ = process.communicate()
    if process.returncode:
        raise RuntimeError("a process that measures memory has failed: see its message above")
    return float(said)


def measure(name: str) -> float:
    """Compute a small surface, then the whole, and return the MiB that were added at most."""
    torch.set_num_threads(THREADS)
    scene = SCENES[name]()
    # Code and kernels, which every first use loads; little enough to keep no memory in store.
    replace(scene, X=scene.X[:20], y=scene.y[:20]).surface(2)
    Path("/proc/self/clear_refs").write_text("5", "utf-8")  # forget the peak so far
    before = _status("VmRSS")
    scene.surface()
    return round((_status("VmHWM") - before) / 1024, 1)


def _status(key: str) -> int:
    lines = STATUS.read_text("utf-8").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(f"{key}:"))


if __name__ == "__main__":
    print(measure(sys.argv[1]))
