"""What a page, its browser and its kernel hold at one moment."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import psutil

from soak import scripts

if TYPE_CHECKING:
    from playwright.sync_api import CDPSession

    from tests.browser.lab import Notebook

#: Renderers of the browser, by what its processes are told to be.
KINDS = ("renderer", "gpu-process")

Numbers = dict[str, float]


@dataclass
class Watcher:
    """Measures one notebook."""

    book: Notebook
    cdp: CDPSession = field(init=False)
    began: float = field(default_factory=time.monotonic)

    def __post_init__(self) -> None:
        self.cdp = self.book.page.context.new_cdp_session(self.book.page)
        for domain in ("Performance", "HeapProfiler", "Runtime"):
            self.cdp.send(f"{domain}.enable")

    def record(self) -> None:
        """Note down frames from now on."""
        self.book.page.evaluate(scripts.RECORD)

    def take(self) -> dict[str, list[float]]:
        """Stop, and return what was noted down, in milliseconds."""
        found: dict[str, list[float]] = self.book.page.evaluate(scripts.TAKE)
        return found

    def sample(self) -> Numbers:
        """Return what there is now, and record on."""
        frames = self.take()
        now = time.monotonic() - self.began
        backlog = self.book.page.evaluate(scripts.BACKLOG)
        asked = time.perf_counter()
        kernel = json.loads(self.book.tell(scripts.KERNEL))
        answered = time.perf_counter() - asked
        found: Numbers = {"time": now, "answer": 1000 * answered, **percentiles(frames)}
        found |= {f"page {name}": value for name, value in backlog.items()}
        found |= {f"kernel {name}": value for name, value in kernel.items()}
        found |= {f"page {name}": value for name, value in self.heap().items()}
        found |= {f"{kind} rss": value for kind, value in processes().items()}
        self.record()
        return found

    def heap(self) -> Numbers:
        """Return the page's own numbers after a garbage collection."""
        self.cdp.send("HeapProfiler.collectGarbage")
        metrics = self.cdp.send("Performance.getMetrics")["metrics"]
        said = {each["name"]: each["value"] for each in metrics}
        names = {"heap": "JSHeapUsedSize", "nodes": "Nodes", "listeners": "JSEventListeners"}
        return {name: said[metric] for name, metric in names.items()}

    def census(self) -> Numbers:
        """Return how many of everything the page has, for comparing with later."""
        for _ in range(3):
            self.cdp.send("HeapProfiler.collectGarbage")
            self.book.page.wait_for_timeout(100)
        found: Numbers = self.book.page.evaluate(scripts.CENSUS)
        found |= {f"{name} objects": self.count(name) for name in scripts.PROTOTYPES}
        heap = self.heap()
        return found | {
            "DOM nodes": heap["nodes"],
            "event listeners": heap["listeners"],
            "heap, KiB": heap["heap"] // 1024,
        }

    def count(self, kind: str) -> float:
        """Return how many objects of a kind are alive after a garbage collection."""
        group = {"objectGroup": "soak"}
        prototype = self.cdp.send("Runtime.evaluate", {"expression": f"{kind}.prototype", **group})
        asked = {"prototypeObjectId": prototype["result"]["objectId"], **group}
        objects = self.cdp.send("Runtime.queryObjects", asked)["objects"]["objectId"]
        length = {"functionDeclaration": "function () { return this.length; }"}
        counted = {"objectId": objects, "returnByValue": True, **length}
        answer: dict[str, Any] = self.cdp.send("Runtime.callFunctionOn", counted)
        self.cdp.send("Runtime.releaseObjectGroup", group)
        return float(answer["result"]["value"])

    def kernel_census(self) -> dict[str, Any]:
        """Return how many of everything the kernel has."""
        said = self.book.tell(scripts.KERNEL_CENSUS, seconds=120)
        if not said.startswith("{"):
            raise RuntimeError(f"the kernel could not count: {said[-2000:]}")
        found: dict[str, Any] = json.loads(said)
        return found


def percentiles(frames: dict[str, list[float]]) -> Numbers:
    """Return those of the frames of a while."""
    found: Numbers = {"frames": float(len(frames["interval"]))}
    for name, values in frames.items():
        given = values or [0.0]
        p50, p95, p99 = np.percentile(given, (50, 95, 99))
        found |= {f"{name} p50": p50, f"{name} p95": p95, f"{name} p99": p99}
        found[f"{name} worst"] = max(given)
    return {name: float(value) for name, value in found.items()}


def processes() -> Numbers:
    """Return the memory of the browser's processes, in bytes, summed by kind."""
    found = dict.fromkeys(KINDS, 0.0)
    for each in psutil.Process().children(recursive=True):
        try:
            told = " ".join(each.cmdline())
            for kind in KINDS:
                if f"--type={kind}" in told:
                    found[kind] += each.memory_info().rss
        except psutil.Error:
            continue  # it ended meanwhile
    return found
