"""Fixtures: a network whose transport and time are fake; everything else is real."""

from collections.abc import Iterator
from typing import Any

import comm
import ipywidgets
import numpy as np
import pytest
from torch import nn

import nnwidgets as nnw
from nnwidgets.widgets import _bundle, _clock
from tests.widgets.fakes import FakeClock, FakeComm, Opaque, Page


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> FakeClock:
    fake = FakeClock()
    for name in ("FRAMES", "EVENTS", "PROBES", "FEEDS"):
        monkeypatch.setattr(_clock, name, fake)
    return fake


@pytest.fixture(autouse=True)
def transport(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(comm, "create_comm", FakeComm)
    monkeypatch.setattr(_bundle, "text", lambda name: f"/* {name} */")
    yield
    ipywidgets.Widget.close_all()


@pytest.fixture
def model() -> nn.Sequential:
    return nnw.mlp([2, 2, 1], seed=0)


@pytest.fixture
def net(clock: FakeClock, model: nn.Sequential) -> nnw.Network:
    X, y = nnw.datasets.blobs4(n=40)
    return nnw.Network(model, X, y, loss="bce")


@pytest.fixture
def page(net: nnw.Network, clock: FakeClock) -> Page:
    page = Page(net)
    page.say(type="hello")
    clock.advance(0.1)
    for frame in page.heard("frame"):
        page.say(type="got", serial=frame["serial"])
    clock.advance(2.0)
    page.forget()
    return page


@pytest.fixture
def opaque(clock: FakeClock) -> nnw.Network:
    X, y = nnw.datasets.blobs4(n=40)
    return nnw.Network(Opaque(), X, y, loss="bce")


@pytest.fixture
def writes(net: nnw.Network, monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Every value that is written into the module, but for what training does."""
    found: list[float] = []
    write = net.run.write

    def noted(index: Any, value: Any, **options: Any) -> None:
        found.extend(np.atleast_1d(value).tolist())
        write(index, value, **options)

    monkeypatch.setattr(net.run, "write", noted)
    return found
