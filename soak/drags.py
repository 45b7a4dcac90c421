"""Four views of one network, dragged and trained without a rest."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from soak.drift import Check, Drift, bounded, drift, flat
from soak.hand import Hand
from soak.watch import Numbers, Watcher

if TYPE_CHECKING:
    from tests.browser.lab import Notebook

CELL = """
import nnwidgets as nnw, ipywidgets
X, y = nnw.datasets.blobs4()
net = nnw.Network(nnw.mlp([2, 2, 1], seed=3), X, y)
trainer = nnw.Trainer(net, lr=0.05, seed=0)
axes = ("0.weight[0,0]", "0.bias[0]")
ipywidgets.HBox([
    ipywidgets.VBox([nnw.DecisionLines(net, height=330), nnw.WeightSliders(net, width=440)]),
    ipywidgets.VBox([
        nnw.LossSurface(net, kind="contour", axes=axes, resolution=41, height=330),
        nnw.Timeline(net),
    ]),
])
"""

#: Seconds between two samples of a long run.
EVERY = 10.0
#: Bytes that an epoch takes in the kernel for ever: six columns of float64. Its parameters are
#: 36 more, of this network, up to 64 MiB in all.
COLUMNS, PARAMETERS, MOST_KERNEL = 48, 36, 64 * 2**20
#: Bytes of a frame's epoch in the page's memory for going back at once, up to 16 MiB in all.
SEEN, MOST_SEEN = 236, 16 * 2**20

#: In flight at once, whatever happens: an edit, and one that a sample sees on its way; two frames,
#: and one that is on its way; calls on the kernel's own threads.
EDITS, FRAMES, WAITING = 2, 3, 40

SERIES = ("page heap", "renderer rss", "kernel rss")


def run(
    book: Notebook, minutes: float, every: float, tell: Callable[[Numbers], None]
) -> tuple[list[Numbers], Hand]:
    """Drag and train for so long; return the samples."""
    book.run(0)
    for part in (".nnw-plane .nnw-axes", ".nnw-track", ".nnw-ball .dot", ".nnw-reel"):
        book.page.locator(part).first.wait_for(state="attached")
    watcher, hand = Watcher(book), Hand(book)
    book.tell("trainer.play()")
    hand.work(min(2.0, every))  # the page's compiler has seen each of them once
    watcher.record()
    samples: list[Numbers] = []
    end = time.monotonic() + 60 * minutes
    while time.monotonic() < end:
        hand.work(every)
        samples.append(watcher.sample())
        tell(samples[-1])
    book.tell("trainer.pause()")
    return samples, hand


def series(samples: list[Numbers], name: str) -> list[float]:
    """Return one of the numbers over time."""
    return [each[name] for each in samples]


def meant(samples: list[Numbers], name: str) -> list[float] | None:
    """Return the bytes that are kept by intent: every epoch's scores, some epochs' parameters."""
    rows, shown = series(samples, "kernel rows"), series(samples, "page shown")
    seen = [min(MOST_SEEN, SEEN * each) for each in shown]
    if name == "page heap":
        return seen
    kept = [COLUMNS * each + min(MOST_KERNEL, PARAMETERS * each) for each in rows]
    if name == "kernel rss":
        return kept
    # The page has the same columns and no more than 8 MiB of parameters, besides what it has seen.
    page = [COLUMNS * each + min(8 * 2**20, PARAMETERS * each) for each in rows]
    return [a + b for a, b in zip(page, seen, strict=True)]


def drifts(samples: list[Numbers]) -> dict[str, Drift]:
    """Return how the memory of page, browser and kernel went."""
    times = series(samples, "time")
    return {name: drift(times, series(samples, name), meant(samples, name)) for name in SERIES}


def checks(samples: list[Numbers], complaints: list[str], hand: Hand) -> list[Check]:
    """Return what has to hold."""
    held = [flat(name, found) for name, found in drifts(samples).items()]
    late = samples[len(samples) // 5 :]
    for name in ("page nodes", "page listeners"):
        values = series(late, name)
        level = sorted(values)[len(values) // 2]
        held.append(bounded(name, values[-1:], 1.05 * level))
    for name, most in {
        "kernel threads": max(series(samples[:2], "kernel threads")) + 1,
        "kernel comms": series(samples, "kernel comms")[0],
        "page comms": series(samples, "page comms")[0],
        "page edits": EDITS,
        "page frames": FRAMES,
        "kernel unanswered": FRAMES,
        "kernel waiting": WAITING,
        "page buffered": 2**16,
        "page pending": 0,
    }.items():
        held.append(bounded(name, series(samples, name), most))
    epochs = series(samples, "kernel epoch")
    said = f"{epochs[0]:.0f} to {epochs[-1]:.0f}"
    held.append(Check("training goes on", said, epochs[-1] > epochs[0]))
    turns = ", ".join(f"{name} {n} times" for name, n in hand.turns.items())
    held.append(Check("line, slider and ball were dragged", turns, min(hand.turns.values()) > 0))
    return [*held, Check("no complaint in the console", str(complaints), not complaints)]
