"""``TrainingCurves``: losses, accuracies and your own metrics over the epochs, of several runs."""

from __future__ import annotations

import threading
import weakref
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import traitlets

from nnwidgets import words
from nnwidgets.training import curves
from nnwidgets.widgets import _json, _options
from nnwidgets.widgets._library import LibraryView
from nnwidgets.widgets._view import option
from nnwidgets.widgets.network import Network

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd
    from numpy.typing import ArrayLike
    from torch import nn

    from nnwidgets.core.datasets import Dataset
    from nnwidgets.training.curves import Columns
    from nnwidgets.widgets._feed import Payload

#: So many rows go to the page in one message: 20 000 epochs of five columns are 0.8 MB.
MOST_ROWS = 20_000
#: So many rows of a run are kept in an exported page.
KEPT_ROWS = 4000
#: Other runs that a page may have kept: each holds a copy of the history.
MOST_KEPT = 20


class TrainingCurves(LibraryView):
    """Training and test loss and accuracy over the epochs, live, with other runs beside it.

    Point at a curve, or focus it and use the arrow keys, to read every number of an epoch; other
    views that show epochs point at the same one. However long the history is, every pixel shows
    the lowest and the highest number of its epochs, so no spike is lost.

    Parameters
    ----------
    net
        A :class:`Network`; or a module, followed by ``X`` and ``y``; or the dict of ``runs`` with
        a Network among them.
    runs : dict, optional
        Other runs by name; see :meth:`add_run`.
    name : str
        What the network's own run is called.
    log : bool, default False
        Whether losses are shown on a logarithmic scale.
    smoothing : float, default 0
        Share of the past, from 0 (none) to 0.999, in an exponential moving average, drawn over
        the raw line. It starts without bias: ``m[t] = s m[t-1] + (1 - s) y[t]`` is divided by
        ``1 - s**t``, as in Adam (Kingma and Ba 2015, algorithm 1) and TensorBoard.
    columns : list of str, optional
        What to show, such as ``["loss", "margin"]``; each with its ``test_`` twin, where there is
        one. Default: loss, accuracy and every metric of your own.
    hidden : list of str
        Runs that are not drawn; a click in the legend adds one. ``"train"`` and ``"test"`` stand
        for these curves of all runs.
    controls : bool, default False
        Whether the control bar is shown.
    width : int, default 880
        In pixels.
    height : int, default 240
        Of each plot.
    title : str

    Examples
    --------
    >>> curves = TrainingCurves(net, log=True, smoothing=0.9)  # doctest: +SKIP
    >>> curves.add_run("SGD", other)  # a Network, Trainer or History  # doctest: +SKIP
    >>> curves.to_dataframe().loc["SGD", "loss"].min()  # doctest: +SKIP
    """

    _bundle_name = "inside"
    _fed_by = ("epoch",)

    name = option(traitlets.Unicode())
    log = option(traitlets.Bool(False))
    smoothing = option(_options.Real(0.0, 0.0, 0.999))
    columns = option(traitlets.List(traitlets.Unicode(), None, allow_none=True))
    hidden = option(traitlets.List(traitlets.Unicode()))
    controls = option(traitlets.Bool(False))
    width = option(_options.Whole(880, 120, 4000))
    height = option(_options.Whole(240, 120, 4000))
    title = option(traitlets.Unicode())

    def __init__(
        self,
        net: Network | nn.Module | Mapping[str, object],
        X: ArrayLike | Dataset | None = None,
        y: ArrayLike | None = None,
        *,
        runs: Mapping[str, object] | None = None,
        **options: Any,
    ) -> None:
        self._others: dict[str, curves.Source] = {}
        self._slots: dict[str, int] = {}
        self._sent: dict[str, Columns] = {}
        self._told: list[dict[str, Any]] | None = None
        self._lock = threading.Lock()
        self._unfollow: list[Callable[[], None]] = []
        if isinstance(net, Mapping):
            runs = {**net, **(runs or {})}
            net, options["name"] = _own(runs)
        super().__init__(net, X, y, **options)
        for name, run in (runs or {}).items():
            self.add_run(name, run)

    # -- runs --------------------------------------------------------------------------------

    @traitlets.default("name")
    def _default_name(self) -> str:
        return words.t(self.net.lang, "this run")

    @property
    def runs(self) -> tuple[str, ...]:
        """The names of all runs, the network's own first."""
        return (self.name, *self._others)

    def add_run(self, name: str, run: object) -> None:
        """Draw another run.

        Parameters
        ----------
        name : str
            What it is called; a run of that name is replaced.
        run : Network, Trainer, History, dict of columns or DataFrame
            The first two are followed live. Of a History, or of columns ("epoch", "loss",
            "accuracy", ...), what they hold now is drawn, so
            ``add_run("lr 0.1", net.history)`` keeps a run before the next is begun.

        Raises
        ------
        TypeError, ValueError
            If it is none of these, or the name is that of the network's own run.
        """
        if not isinstance(name, str):
            raise TypeError(f"name must be text, got {type(name).__name__}")
        source = curves.Source(run, name)
        if source.run is self.net.run:
            self.name = name
            return
        if name == self.name:
            raise ValueError(f"{name!r} is the name of the network's own run: set .name first")
        with self._lock:
            taken = set(self._slots.values())
            free = next(slot for slot in range(1, len(taken) + 2) if slot not in taken)
            self._slots.setdefault(name, free)
            self._others[name] = source
        self._follow()
        self._feed.offer()

    def remove_run(self, name: str) -> None:
        """Draw a run no longer.

        Raises
        ------
        KeyError
            If no other run has that name.
        """
        if name not in self._others:
            there = ", ".join(map(repr, self._others)) or "none"
            raise KeyError(f"there is no run {name!r} that was added; there are {there}")
        with self._lock:
            del self._others[name], self._slots[name]
            self._sent.pop(name, None)
        self._follow()
        self._feed.offer()

    def _changed(self, kind: str) -> None:
        super()._changed(kind)
        if kind == "branch":  # what was given up is drawn beside what comes in its place
            for name, former in self.net.run.former.items():
                if name not in self.runs:
                    self.add_run(name, former.history)

    # -- taking it elsewhere -----------------------------------------------------------------

    def to_csv(self, path: str | Path | None = None) -> str:
        """All runs as CSV text, a line for each run and epoch; also written to ``path``."""
        return curves.to_csv(self._columns(), path)

    def to_dataframe(self) -> pd.DataFrame:
        """All runs as a pandas DataFrame indexed by run and epoch."""
        return curves.to_dataframe(self._columns())

    def _columns(self) -> dict[str, Columns]:
        with self._lock:
            others = dict(self._others)
        own = self.net.run.history.columns()
        return {self.name: own, **{name: source.columns() for name, source in others.items()}}

    # -- what the page gets ------------------------------------------------------------------

    def close(self) -> None:
        """Remove the view from every page. Displaying it opens it again."""
        self._stop_following()
        super().close()

    def _listen(self) -> None:
        super()._listen()
        self._follow()

    def _follow(self) -> None:
        """Hear of the epochs of the other networks."""
        self._stop_following()
        reference = weakref.ref(self)

        def changed(kind: str) -> None:
            view = reference()
            if view is not None and kind == "epoch":
                view._feed.offer()

        runs = [source.run for source in self._others.values() if source.run is not None]
        self._unfollow = [run.subscribe(changed) for run in runs]

    def _stop_following(self) -> None:
        for end in self._unfollow:
            end()
        self._unfollow = []

    @traitlets.observe("name")
    def _renamed(self, change: Any) -> None:
        if "net" in self._trait_values:  # not while it is being made
            with self._lock:
                self._sent.pop(change["old"], None)
            self._feed.offer()

    def _payload(self) -> Payload | None:
        """Rows that the page does not have: for each run from where it differs from what was sent.

        ``{runs: [{name, slot, live, columns, from, to}]}`` and one buffer of float64: for each run,
        column by column, rows ``from`` to ``to``. What a page has after ``from`` is outdated.
        """
        every = self._columns()
        with self._lock:
            entries, parts, room = list[dict[str, Any]](), list[Any](), MOST_ROWS
            for name, columns in every.items():
                before = self._sent.get(name)
                start = curves.shared_rows(before, columns) if before else 0
                stop = min(len(columns["epoch"]), start + room)
                room -= stop - start
                self._sent[name] = {key: column[:stop] for key, column in columns.items()}
                parts += [column[start:stop] for column in columns.values()]
                entries.append(self._entry(name, list(columns)) | {"from": start, "to": stop})
            told = [{**entry, "from": 0} for entry in entries]
            news, self._told = told != self._told, told
            news = news or any(entry["from"] < entry["to"] for entry in entries)
        if room <= 0:
            self._feed.offer()  # the rest
        if not news:
            return None
        return _packed(entries, parts)

    def _recorded(self) -> Payload | None:
        """Return every run, of a long one so many epochs that no curve looks another."""
        every = {name: _thinned(columns) for name, columns in self._columns().items()}
        entries = [
            self._entry(name, list(columns)) | {"from": 0, "to": len(columns["epoch"])}
            for name, columns in every.items()
        ]
        return _packed(entries, [column for each in every.values() for column in each.values()])

    def _entry(self, name: str, columns: list[str]) -> dict[str, Any]:
        source = self._others.get(name)
        live = source is None or source.run is not None
        return {"name": name, "slot": self._slots.get(name, 0), "live": live, "columns": columns}

    def _asked(self, content: dict[str, object]) -> bool:
        kind = content.get("type")
        if kind == "again":
            self._forget_sent()
            self._feed.offer()
        elif kind == "keep":
            if len(self._others) >= MOST_KEPT:
                raise _json.WireError(f"at most {MOST_KEPT} other runs are kept: remove one first")
            self.add_run(self._free_name(), self.net.run.history)
        elif kind == "remove":
            name = _json.choice(content, "name", list(self._others))
            self.remove_run(name)
        else:
            return False
        return True

    def _free_name(self) -> str:
        numbers = (words.t(self.net.lang, "run {n}", n=n) for n in range(1, len(self._others) + 2))
        return next(name for name in numbers if name not in self.runs)

    def _forget_sent(self) -> None:
        with self._lock:
            self._sent, self._told = {}, None

    def _on_message(self, widget: object, content: object, buffers: object) -> None:
        if isinstance(content, dict) and content.get("type") == "hello":
            self._forget_sent()  # a page that has nothing yet
        super()._on_message(widget, content, buffers)


def _packed(entries: list[dict[str, Any]], parts: list[Any]) -> Payload:
    numbers = np.concatenate(parts, dtype=np.float64).astype("<f8", copy=False)
    return {"runs": entries}, [numbers.tobytes()] if numbers.size else []


def _thinned(columns: Columns) -> Columns:
    """Return every k-th row of many, and the last."""
    n = len(columns["epoch"])
    rows = np.unique(np.append(np.arange(0, n, -(-n // KEPT_ROWS) or 1), max(n - 1, 0)))
    return {name: column[rows[:n]] for name, column in columns.items()}


def _own(runs: Mapping[str, object]) -> tuple[Network, str]:
    """Return the first Network among runs, and its name."""
    for name, run in runs.items():
        if isinstance(run, Network):
            return run, name
    kinds = ", ".join(f"{name!r}: {type(run).__name__}" for name, run in runs.items())
    raise TypeError(
        f"runs must have a Network among them, got {{{kinds}}}; TrainingCurves(net, runs=...) "
        "draws histories beside a network"
    )
