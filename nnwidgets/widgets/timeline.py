"""``Timeline``: every recorded epoch of a network under one playhead that all its views follow."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import traitlets

from nnwidgets.training._branch import told
from nnwidgets.widgets import _options
from nnwidgets.widgets._library import LibraryView
from nnwidgets.widgets._live import Live, notify
from nnwidgets.widgets._view import option
from nnwidgets.widgets.network import Network

if TYPE_CHECKING:
    from numpy.typing import ArrayLike
    from torch import nn

    from nnwidgets.core.datasets import Dataset

#: Networks that one playhead can drive beside the first.
MOST_BESIDE = 5
SPEEDS = (0.1, 1000.0)
SECONDS = (0.5, 3600.0)


class Playhead(traitlets.TraitType[Any, Any]):
    """The epoch that views show, or None where they follow the training."""

    allow_none = True
    default_value = None

    def validate(self, obj: Any, value: Any) -> int:
        """Return an int that is a recorded epoch."""
        if isinstance(value, bool) or not isinstance(value, int | np.integer):
            raise traitlets.TraitError(f"epoch must be None or a whole number; got {value!r}")
        last = obj._last
        if not 0 <= value <= last:
            raise traitlets.TraitError(f"epoch must be from 0 to {last}, the last; got {value}")
        return int(value)


class Speed(traitlets.TraitType[Any, Any]):
    """Epochs per second, or text such as "5 s": the whole run in so long."""

    default_value: Any = 20.0

    def validate(self, obj: Any, value: Any) -> float | str:
        """Return a float, or text with one space."""
        del obj
        if isinstance(value, str):
            found = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*s\s*", value)
            if found and SECONDS[0] <= float(found[1]) <= SECONDS[1]:
                return f"{float(found[1]):g} s"
        elif _is_number(value) and SPEEDS[0] <= value <= SPEEDS[1]:
            return float(value)
        raise traitlets.TraitError(
            f"speed must be epochs per second from {SPEEDS[0]:g} to {SPEEDS[1]:g}, or the "
            f'seconds that the whole run takes, such as "5 s"; got {value!r}'
        )


class Timeline(LibraryView):
    """Scrub, play back and loop over every recorded epoch; all views of the network follow.

    The whole history is in the page, so that none of this asks the kernel: it works while a cell
    runs, or when the kernel is gone. The model is not touched: only what the page shows is of the
    past, and every view says so. Weights are kept of as many epochs as fit into 8 MiB (every
    second where they do not, every fourth, ... and the last); losses of all.

    "Branch from here" takes weights and optimizer back to the epoch shown and trains on from
    there, see `Trainer.branch`; the former future stays on the track.

    Parameters
    ----------
    net
        A :class:`Network`; or a module, followed by ``X`` and ``y``. A second network in the place
        of ``X`` is one ``beside``.
    beside : Network, list of Network or dict of str to Network, optional
        Networks whose views the same playhead drives, epoch by epoch, with their names for the
        legend: such as two runs from the same weights.
    name : str
        What the network's own run is called.
    speed : float or str, default 20
        Epochs per second of playing back, 0.1 to 1000; or the time for the whole run, ``"5 s"``.
        At most one epoch a frame is shown; others are skipped.
    loop : bool, default False
        Whether it begins again at the end; else it follows the training from there.
    log : bool, default False
        Whether losses are drawn on a logarithmic scale.
    controls : bool, default False
        Whether the control bar is shown.
    width : int, default 880
        In pixels.
    height : int, default 72
        Of the track.
    title : str

    Attributes
    ----------
    epoch : int
        Trait. The epoch that views show; setting it moves the playhead, None follows the training.
    playing : bool
        Trait. Whether it is played back.

    Raises
    ------
    TraitError, ValueError, TypeError
        For an option that is none of these, naming it.

    Examples
    --------
    >>> timeline = Timeline(net, speed="5 s", loop=True)  # doctest: +SKIP
    >>> timeline.epoch = 10  # every view shows epoch 10, net stays as it is  # doctest: +SKIP
    >>> timeline.play()  # doctest: +SKIP
    >>> Timeline(net, beside={"SGD": other})  # doctest: +SKIP
    """

    _bundle_name = "bench"

    name = option(traitlets.Unicode("this run"))
    playhead = option(Playhead())
    playing = option(traitlets.Bool(False))
    speed = option(Speed())
    loop = option(traitlets.Bool(False))
    log = option(traitlets.Bool(False))
    controls = option(traitlets.Bool(False))
    width = option(_options.Whole(880, 120, 4000))
    height = option(_options.Whole(72, 40, 1000))
    title = option(traitlets.Unicode())

    _beside = traitlets.List(traitlets.Unicode()).tag(sync=True, echo_update=False)
    _names = traitlets.List(traitlets.Unicode()).tag(sync=True, echo_update=False)

    epoch = Live(
        lambda self: self.net.epoch if self.playhead is None else self.playhead,
        lambda self, epoch: setattr(self, "playhead", epoch),
        help="The epoch that views show.",
    )

    def __init__(
        self,
        net: Network | nn.Module,
        X: Network | ArrayLike | Dataset | None = None,
        y: ArrayLike | None = None,
        *,
        beside: Network | Iterable[Network] | Mapping[str, Network] | None = None,
        **options: Any,
    ) -> None:
        if isinstance(X, Network):
            if beside is not None:
                raise TypeError("beside was given twice: as the second argument and by name")
            X, beside = None, X
        self.beside: dict[str, Network] = _named(net, beside)
        first = options.pop("epoch", None)
        super().__init__(net, X, y, **options)
        self._names = list(self.beside)
        self._beside = [f"anywidget:{other.model_id}" for other in self.beside.values()]
        if first is not None:
            self.epoch = first

    # -- runs --------------------------------------------------------------------------------

    @property
    def runs(self) -> tuple[str, ...]:
        """Names of what is on the track: the network's own run, those beside it, former ones."""
        return (self.name, *self.beside, *self.net.run.former)

    def branch(self, epoch: int | None = None) -> int:
        """Go back to an epoch with the optimizer's state of then, to train on from there.

        Networks ``beside`` go back to the same epoch, or to their last where that is earlier.

        Parameters
        ----------
        epoch : int, optional
            Default: the one that is shown.

        Returns
        -------
        int
            Where this network went; see `Trainer.branch` for that, for errors and warnings.
        """
        wanted = self.epoch if epoch is None else epoch
        reached = told(self.net.run, wanted)
        for other in self.beside.values():
            told(other.run, min(wanted, int(other.history.epochs[-1])))
        self.playhead = None
        return reached

    # -- playing back ------------------------------------------------------------------------

    def play(self) -> None:
        """Play back in the page, from the epoch that is shown, or from the first at the end."""
        self.playing = True

    def pause(self) -> None:
        """Stop playing back; the epoch stays."""
        self.playing = False

    @property
    def _last(self) -> int:
        if "net" not in self._trait_values:
            return _options.LAST_EPOCH
        runs = [self.net.run, *(other.run for other in self.beside.values())]
        return max((int(run.history.epochs[-1]) for run in runs if len(run.history)), default=0)

    @traitlets.observe("playhead")
    def _moved(self, change: Any) -> None:
        old, new = (
            self.net.epoch if epoch is None else epoch for epoch in (change["old"], change["new"])
        )
        if old != new:
            notify(self, "epoch", old, new)

    def _changed(self, kind: str) -> None:
        super()._changed(kind)
        if kind in ("branch", "structure") and self.playhead is not None:
            self.playhead = None  # what was shown may be no more


def _is_number(value: object) -> bool:
    return not isinstance(value, bool) and isinstance(value, int | float | np.number)


def _named(net: object, beside: object) -> dict[str, Network]:
    """Return the networks beside a first one by name."""
    if beside is None:
        return {}
    if isinstance(beside, Network):
        beside = {"beside": beside}
    elif not isinstance(beside, Mapping):
        if not isinstance(beside, Iterable):
            raise _wrong(beside)
        beside = {f"run {number}": other for number, other in enumerate(beside, 2)}
    for name, other in beside.items():
        if not isinstance(name, str) or not isinstance(other, Network):
            raise _wrong(beside)
    networks = list(beside.values())
    if len(networks) > MOST_BESIDE:
        raise ValueError(f"beside must be at most {MOST_BESIDE} networks, got {len(networks)}")
    if any(other is net for other in networks) or len(set(map(id, networks))) < len(networks):
        raise ValueError("beside must be other networks than net, all of them different")
    return dict(beside)


def _wrong(beside: object) -> TypeError:
    return TypeError(
        "beside must be a Network, a list of them, or a dict of name to Network; "
        f"got {type(beside).__name__}"
    )
