"""What all views of the inside of a network cost together: the trainer, and the page's frames.

Six views of one network, each at work: NetworkGraph with gradients on its edges, Activations,
WeightUpdates, GradientFlow, TrainingCurves, ForwardBackward; of a digits network and of one for
pictures as large as MNIST's. The trainer is timed beside the same Trainer without any widget; a
page's frames are timed in a real JupyterLab, all six views on screen, while the trainer plays there
and a mouse wanders over them, against a budget of 33 ms.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING, Any

import torch

import nnwidgets as nnw
from benchmarks.harness import Check, Comparison, Effort, in_turns, within
from benchmarks.page import Page, shown
from benchmarks.trainer import distance
from nnwidgets.core.problem import Problem
from nnwidgets.training.run import Run
from tests.browser.lab import Lab, Notebook
from tests.browser.started import started

if TYPE_CHECKING:
    from playwright.sync_api import Browser

COST = 1.15
BUDGET = 33.4  # milliseconds: every other frame of a screen, as timestamps are rounded
ANSWER = (
    0.08  # seconds from a frame to its answer: six views in a browser were seen to take as long
)
SECONDS = 5.0  # of training in the page, each time
ALONE = 2.5  # of training without a page, each time
PATIENCE = 30.0  # seconds more, until every view has followed training
SETTINGS: dict[str, Any] = {"optimizer": "adam", "lr": 0.001, "batch_size": 64, "seed": 0}
WIDTH = 440  # of each view
WINDOW = {"width": 1700, "height": 1400}  # all six are on screen

SHOW = """
import ipywidgets, nnwidgets as nnw
from benchmarks.inside import SETTINGS, task, views
net = nnw.Network(*task({pixels}))
trainer = nnw.Trainer(net, **SETTINGS)
all_views = views(net)
ipywidgets.HBox([ipywidgets.VBox(all_views[column::3]) for column in range(3)])
"""

LISTEN = """() => {
    const views = [...document.querySelectorAll(".nnw[data-frame]")];
    const frames = () => views.map((el) => Number(el.dataset.frame));
    const seen = (window.seen = { interval: [], views: views.length, from: frames() });
    let before = 0;
    const step = (time) => {
        if (before && time > before) seen.interval.push(time - before);
        before = time;
        if (window.seen === seen) requestAnimationFrame(step);
    };
    window.followed = () => frames().every((frame, each) => frame > seen.from[each]);
    window.finish = () => {
        window.seen = null;
        return { ...seen, to: frames() };
    };
    requestAnimationFrame(step);
}"""


@dataclass(frozen=True)
class Case:
    """A network that looks at so many pixels."""

    name: str
    pixels: int


VIEWS: dict[Any, dict[str, str]] = {
    nnw.NetworkGraph: {"edges": "gradients"},
    nnw.Activations: {},
    nnw.GradientFlow: {},
    nnw.TrainingCurves: {},
    nnw.WeightUpdates: {"quantity": "gradient"},
    nnw.ForwardBackward: {},
}

CASES = (Case("64-64-32-10, digits", 64), Case("784-64-32-10, 10 000 pictures", 784))


def task(pixels: int) -> tuple[torch.nn.Sequential, Any, Any]:
    """Return a network and its data, the same each time: scikit-learn's digits, or noise."""
    model = nnw.mlp([pixels, 64, 32, 10], "tanh", seed=1)
    if pixels == 64:
        return model, *nnw.datasets.digits()
    generator = torch.Generator().manual_seed(1)
    X = torch.rand(10_000, pixels, generator=generator)
    return model, X, torch.randint(10, (10_000,), generator=generator)


def views(net: nnw.Network) -> list[Any]:
    """Return all of them, at work."""
    return [view(net, width=WIDTH, **options) for view, options in VIEWS.items()]


def run(effort: Effort) -> list[Comparison]:
    """Time the trainer, then frames."""
    trained = [trainer_of(case, effort) for case in CASES]
    with started() as (browser, lab):
        return trained + [frames_of(browser, lab, case, effort) for case in CASES]


# -- the trainer -----------------------------------------------------------------------------


def trainer_of(case: Case, effort: Effort) -> Comparison:
    """Compare an epoch of training in the background, watched and unwatched."""
    seconds = 0.05 if effort.smoke else ALONE
    models: dict[str, torch.nn.Module] = {}
    epochs = max(2, round(seconds / alone(case, 2)[0]))

    def ours() -> float:
        with shown(ANSWER) as page:
            taken, models["ours"] = watched(page, case, epochs)
        return taken * 1e3

    def theirs() -> float:
        taken, models["theirs"] = alone(case, epochs)
        return taken * 1e3

    pair = in_turns(ours, theirs, effort.turns(7))
    cost = median(a / b for a, b in zip(*pair, strict=True)) - 1
    same = Check("the same weights", distance(models["ours"], models["theirs"]) == 0.0)
    return Comparison(
        *(f"an epoch, {case.name}", "ms", *pair, "nobody watching, no widget", 1 / COST),
        checks=(same,),
        notes=(f"cost {cost:+.1%} (≤ {COST - 1:.0%})",),
        limit=pair[1],
        limit_is="the other side: being watched cannot make it faster",
    )


def alone(case: Case, epochs: int) -> tuple[float, torch.nn.Module]:
    """Train without a widget; return the seconds of an epoch, and the model."""
    model, X, y = task(case.pixels)
    return timed(nnw.Trainer(Run(Problem(model, X, y)), **SETTINGS), epochs), model


def watched(page: Page, case: Case, epochs: int) -> tuple[float, torch.nn.Module]:
    """Train with all views open."""
    model, X, y = task(case.pixels)
    net = nnw.Network(model, X, y)
    looking = views(net)
    page.open(net)
    for view in looking:
        page.feed(view)
    taken = timed(nnw.Trainer(net, **SETTINGS), epochs)
    for widget in (*looking, net):
        widget.close()
    return taken, model


def timed(trainer: nnw.Trainer, epochs: int) -> float:
    """Return the seconds that an epoch takes in the background."""
    began = time.perf_counter()
    trainer.play(epochs)
    trainer.wait()
    return (time.perf_counter() - began) / epochs


# -- the page --------------------------------------------------------------------------------


def frames_of(browser: Browser, lab: Lab, case: Case, effort: Effort) -> Comparison:
    """Compare the time from one frame to the next with the budget, while training goes on."""
    name = f"inside-{case.pixels}.ipynb"
    lab.write(name, [SHOW.format(pixels=case.pixels)])
    book = Notebook.open(browser, lab, name, viewport=WINDOW)
    book.run(0, seconds=120)
    book.page.locator(".nnw-by-hand .katex").first.wait_for(timeout=60_000)
    book.page.locator(".jp-OutputArea-output").first.scroll_into_view_if_needed()
    seconds = 0.5 if effort.smoke else SECONDS
    book.ask("trainer.play()")
    wander(book, seconds / 2)  # the compiler's share
    epoch = book.numbers("net.epoch")
    rounds = [wander(book, seconds) for _ in range(effort.turns(3))]
    rate = (book.numbers("net.epoch") - epoch) / sum(sum(each["interval"]) for each in rounds) * 1e3
    book.ask("trainer.pause()")
    unwatched = 1 / alone(case, 3 if effort.smoke else 20)[0]
    book.close()
    interval = [time for each in rounds for time in each["interval"]]
    return within(
        *(f"a frame, {case.name}", "ms", interval, BUDGET),
        checks=(
            *drawn(rounds),
            *(Check(f"the page complained: {x}", False) for x in book.complaints),
        ),
        notes=(
            f"mean {sum(interval) / len(interval):.1f} ms",
            f"{rate:.1f} epochs a second, {unwatched:.1f} in a process without a page",
        ),
    )


def drawn(rounds: list[dict[str, Any]]) -> Iterator[Check]:
    """Every view went along."""
    count = rounds[0]["views"]
    yield Check(f"{count} views on the page", count == len(VIEWS))
    least = min(b - a for each in rounds for a, b in zip(each["from"], each["to"], strict=True))
    yield Check(f"the slowest view followed {least:.0f} states", least > 0)


def wander(book: Notebook, seconds: float) -> dict[str, Any]:
    """Let the mouse pass over all views so long and until all followed; return the page's notes."""
    book.page.evaluate(LISTEN)
    began = time.monotonic()
    turn = 0
    while (taken := time.monotonic() - began) < seconds or (
        # a state can take longer than a short look: only a view that stands still does not follow
        taken < seconds + PATIENCE and not book.page.evaluate("() => window.followed()")
    ):
        across, down = 0.1 + 0.8 * (turn * 0.0137 % 1), 0.1 + 0.8 * (turn * 0.0031 % 1)
        book.page.mouse.move(WINDOW["width"] * across, WINDOW["height"] * down)
        turn += 1
    noted: dict[str, Any] = book.page.evaluate("() => window.finish()")
    return noted
