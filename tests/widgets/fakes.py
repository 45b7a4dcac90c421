"""A transport and a time that tests hold in their hands; everything else is real."""

import itertools
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import ipywidgets
import torch
from torch import nn


class FakeClock:
    """Time passes when the test says so; what is due runs then, in this thread."""

    def __init__(self) -> None:
        self.time = 100.0
        self._order = itertools.count()
        self._waiting: list[tuple[float, int, Callable[[], None]]] = []

    def now(self) -> float:
        return self.time

    def call_at(self, when: float, function: Callable[[], None]) -> None:
        self._waiting.append((when, next(self._order), function))

    def advance(self, seconds: float = 0.0) -> None:
        end = self.time + seconds
        while due := sorted(entry for entry in self._waiting if entry[0] <= end):
            entry = due[0]
            self._waiting.remove(entry)
            self.time = max(self.time, entry[0])
            entry[2]()
        self.time = end


@dataclass
class FakeComm:
    """Records what the kernel sends, and hands over what the page sends."""

    data: dict[str, Any]
    buffers: Any = None
    target_name: str = ""
    metadata: Any = None
    comm_id: str = field(default_factory=itertools.count().__next__)
    kernel: str = "a kernel"
    closed: bool = False

    def __post_init__(self) -> None:
        self.comm_id = f"comm-{self.comm_id}"
        self.sent: list[tuple[dict[str, Any], list[bytes]]] = []

    def on_msg(self, callback: Callable[[dict[str, Any]], None]) -> None:
        self.receive = callback

    def send(self, data: dict[str, Any], buffers: Any = None) -> None:
        assert not self.closed
        self.sent.append((data, [bytes(buffer) for buffer in buffers or ()]))

    def close(self) -> None:
        self.closed = True


REVISED = ("edit", "freeze", "activation", "structure", "recall", "history", "branch")


class Page:
    """The browser's end of a network and its uplink; one of several has a number of its own."""

    def __init__(self, net: Any, number: int | None = None) -> None:
        self.net = net
        self.own = {} if number is None else {"page": number}

    def say(self, **message: Any) -> None:
        """Say this of the structure as the page has it, or of the revision that is given."""
        if message["type"] in REVISED:
            message = {"revision": self.net._spec["revision"], **message}
        self.say_anything({**message, **self.own})

    def say_anything(self, content: Any) -> None:
        deliver(self.net.uplink, {"method": "custom", "content": content})

    def heard(self, kind: str | None = None) -> list[dict[str, Any]]:
        found = []
        for data, buffers in self.net.comm.sent:
            if data["method"] == "custom" and kind in (None, data["content"]["type"]):
                found.append({**data["content"], "buffers": buffers})
        return found

    def updates(self, name: str) -> int:
        sent = self.net.comm.sent
        return sum(
            data["method"] == "update"
            and (name in data["state"] or [name] in [path[:1] for path in data["buffer_paths"]])
            for data, _ in sent
        )

    def forget(self) -> None:
        self.net.comm.sent.clear()


def deliver(widget: ipywidgets.Widget, data: dict[str, Any]) -> None:
    widget.comm.receive({"content": {"data": data}, "buffers": []})


class Opaque(nn.Module):
    """A module that the browser cannot compute."""

    def __init__(self) -> None:
        super().__init__()
        self.inner = nn.Linear(2, 3)
        self.outer = nn.Linear(3, 1)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.outer(torch.sin(self.inner(x)) ** 2)
