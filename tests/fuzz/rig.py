"""A kernel's end of the wire as Jupyter has it, and everything that a message may not change."""

from __future__ import annotations

import hashlib
import itertools
import json
import logging
import threading
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest import mock

import comm
import ipywidgets
import numpy as np
from jupyter_client.jsonutil import json_default
from traitlets.log import get_logger

import nnwidgets as nnw
from nnwidgets.widgets import _bundle, _clock
from nnwidgets.widgets._background import _backgrounds
from nnwidgets.widgets._json import MAX_TEXT
from tests.widgets.fakes import FakeClock

#: Seconds that what one message asks for may take, and the longest text that may answer it.
PATIENCE = 20.0
LONGEST_ANSWER = 4 * MAX_TEXT
#: Characters that an error about a text or a file of any length may have.
LONGEST_ERROR = 2000
#: Threads that a flood of messages may leave at work at any moment.
MOST_THREADS = 40

#: By kind of message: how many were sent, refused and done, and what was said of the refused.
SENT: Counter[str] = Counter()
REFUSED: Counter[str] = Counter()
SAID: defaultdict[str, set[str]] = defaultdict(set)


class StrictComm:
    """Packs what the kernel sends as Jupyter does, which is where a NaN or half a letter shows."""

    ids = itertools.count()

    def __init__(self, data: Any = None, buffers: Any = None, **_: Any) -> None:
        self.comm_id = f"comm-{next(self.ids)}"
        self.kernel = "a kernel"
        self.sent: list[dict[str, Any]] = []
        packed(data)

    def on_msg(self, callback: Any) -> None:
        self.receive = callback

    def send(self, data: Any, buffers: Any = None) -> None:
        packed(data)
        if data["method"] == "custom":
            self.sent.append(data["content"])
        del self.sent[:-200]

    def close(self) -> None:
        """Nothing is left to do."""


def packed(data: Any) -> bytes:
    """Pack a message as jupyter_client does, without its way out for what is no JSON."""
    text = json.dumps(data, default=json_default, ensure_ascii=False, allow_nan=False)
    return text.encode("utf8", errors="surrogateescape")


@contextmanager
def kernel() -> Iterator[FakeClock]:
    """Stand in for a kernel: its comms, its time, and nobody who swallows an exception."""
    clock = FakeClock()
    names = ("FRAMES", "EVENTS", "PROBES", "FEEDS")
    raised: list[str] = []
    swallowed, loggers = _Swallowed(raised), [get_logger(), logging.getLogger("nnwidgets")]
    threads = mock.patch.object(threading, "excepthook", lambda hook: raised.append(repr(hook)))
    with (
        mock.patch.object(comm, "create_comm", StrictComm),
        mock.patch.object(_bundle, "text", lambda name: f"/* {name} */"),
        mock.patch.multiple(_clock, **dict.fromkeys(names, clock)),
        threads,
    ):
        for logger in loggers:
            logger.addHandler(swallowed)
        try:
            yield clock
        finally:
            for logger in loggers:
                logger.removeHandler(swallowed)
            ipywidgets.Widget.close_all()
    assert not raised, raised[0]


class _Swallowed(logging.Handler):
    """Hears what ipywidgets and the clocks log of an exception, which is a defect here."""

    def __init__(self, raised: list[str]) -> None:
        super().__init__(logging.WARNING)
        self._raised = raised

    def emit(self, record: logging.LogRecord) -> None:
        why = record.exc_info[1] if record.exc_info else ""
        self._raised.append(f"{record.getMessage()[:300]} {why!r}")


def settle(clock: FakeClock) -> None:
    """Let everything that a message has set going come to rest."""
    for thread in threading.enumerate():
        if thread.name in ("nnwidgets-command", "nnwidgets-task"):
            thread.join(PATIENCE)
            assert not thread.is_alive(), "a message computes for longer than anybody waits"
    for background in list(_backgrounds):
        assert background.wait(PATIENCE), "a message computes for longer than anybody waits"
    clock.advance(0.2)


def deliver(widget: Any, data: Any, buffers: Any = ()) -> None:
    """Hand a widget what a page sent, as the kernel's comm does."""
    if widget.comm is not None:
        widget.comm.receive({"content": {"data": data}, "buffers": list(buffers)})


class Listener:
    """Counts what is said to a page about messages that were refused."""

    def __init__(self, *widgets: Any) -> None:
        self.widgets = [widget for widget in widgets if widget.comm is not None]
        self._start = [len(widget.comm.sent) for widget in self.widgets]
        for widget in self.widgets:
            widget.comm.sent.clear()

    def refusals(self) -> list[str]:
        """Return the texts of all errors since."""
        return [
            said["message"]
            for widget in self.widgets
            if widget.comm is not None
            for said in widget.comm.sent
            if said["type"] in ("error", "refused")
        ]

    def answers(self) -> list[dict[str, Any]]:
        """Return every custom message since."""
        found = (widget.comm.sent for widget in self.widgets if widget.comm is not None)
        return [said for sent in found for said in sent]


def note(kind: str, refusals: list[str]) -> None:
    """Count a message, and hold what was said of it to the rules of every answer."""
    SENT[kind] += 1
    if refusals:
        REFUSED[kind] += 1
    for text in refusals:
        assert text, "a refusal says why"
        assert len(text) <= LONGEST_ANSWER, f"an answer of {len(text)} characters"
        SAID[kind].add(text[:60])


def refused(kind: str, text: str) -> None:
    """Count a text or a file that was refused, and hold what was said of it to the rules."""
    REFUSED[kind] += 1
    SAID[kind].add(text[:60])
    assert 0 < len(text) <= LONGEST_ERROR, f"an error of {len(text)} characters"


def _bytes(value: Any) -> bytes:
    return value.tobytes() if isinstance(value, np.ndarray) else bytes(value)


def fingerprint(net: nnw.Network, *views: Any) -> dict[str, Any]:
    """Return everything that a message may change, in parts with names, all of one moment."""
    with net.run.problem.turn:
        return _parts(net, *views)


def _parts(net: nnw.Network, *views: Any) -> dict[str, Any]:
    run = net.run
    problem, parameters = run.problem, run.problem.parameters
    history = run.history
    epochs, vectors = history.kept(history.epochs.tolist())
    found: dict[str, Any] = {
        "weights": _bytes(parameters.read()),
        "initial": _bytes(problem.initial),
        "X": (problem.data.X.shape, _bytes(problem.data.X)),
        "y": (problem.data.y.shape, _bytes(problem.data.y)),
        "structure": (str(problem.model), parameters.dtype.name, problem.revision),
        "frozen": _bytes(problem.frozen),
        "history": (
            history.epochs.tobytes(),
            history.loss.tobytes(),
            epochs.tobytes(),
            hashlib.blake2b(vectors.tobytes()).hexdigest(),
            tuple(run.former),
        ),
        "epoch": run.epoch,
        "trainer": _trainer(run.trainer),
    }
    for view in (net, *views):
        found |= {
            f"{type(view).__name__}.{name}": repr(getattr(view, name))
            for name in view.keys
            if not name.startswith("_") and name not in ("layout", "uplink", "net")
        }
        for name in ("_esm", "_css", "_code", "_key"):
            found[f"{type(view).__name__}.{name}"] = getattr(view, name, None)
    return found


def _trainer(trainer: Any) -> Any:
    if trainer is None:
        return None
    rates = (trainer.lr, trainer.speed, trainer.l1, trainer.l2)
    return (*rates, _memory(trainer._stepper.engine))


def _memory(engine: Any) -> list[str]:
    """The optimizer's own numbers: its momenta and counts of steps."""
    states = engine.optimizer.state.values()
    return [f"{key} {value!r}" for state in states for key, value in sorted(state.items())]


def changed(before: dict[str, Any], after: dict[str, Any]) -> set[str]:
    """Return the names of the parts that differ."""
    names = before.keys() | after.keys()
    return {name for name in names if before.get(name) != after.get(name)}
