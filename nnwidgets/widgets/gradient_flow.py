"""``GradientFlow``: how large every layer's gradient is, from the last layer to the first."""

from __future__ import annotations

import threading
import weakref
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import traitlets

from nnwidgets.training._flow import checked
from nnwidgets.training._flow_layers import DECADES, PER_DECADE, FlowLayers
from nnwidgets.training.gradients import GradientRecorder
from nnwidgets.widgets import _options
from nnwidgets.widgets._flow_comparison import FlowComparison, compare
from nnwidgets.widgets._library import LibraryView
from nnwidgets.widgets._view import option

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import pandas as pd
    from numpy.typing import ArrayLike
    from torch import nn

    from nnwidgets.core.datasets import Dataset
    from nnwidgets.training._flow import Flow
    from nnwidgets.training.run import Run
    from nnwidgets.widgets._feed import Payload
    from nnwidgets.widgets.network import Network

#: So many rows go to the page in one message; of eight layers they take half a megabyte.
MOST_ROWS = 200
NUMBERS = ("gradient", "weight", "update", "step", "zeros")

_recorders: weakref.WeakKeyDictionary[Run, weakref.WeakValueDictionary[Any, GradientRecorder]] = (
    weakref.WeakKeyDictionary()
)


class GradientFlow(LibraryView):
    """The size of every layer's gradient over the epochs, its distribution, and the updates'.

    Left the root mean square of each layer's gradient; in the middle how the sizes of single
    entries are distributed at the epoch pointed at; right the size of the updates beside that of
    the weights. Gradients are recorded while such a view is open and from then on: see
    :class:`GradientRecorder` for which gradient that is. Other views point at the same epoch and
    at the same layer.

    Parameters
    ----------
    net
        A :class:`Network`; or a module, followed by ``X`` and ``y``.
    every : int or "auto", default "auto"
        Record each so many epochs; "auto" as many as fit into 3 % of the time.
    of : {"auto", "loss", "grad"}
        Which gradient, as for :class:`GradientRecorder`.
    rows : int, default 2048
        Most rows of the data that a gradient is computed over.
    vanishing, exploding : float, default 1e-3 and 1e3
        The rule: the first layer's gradient (root mean square) is less than ``vanishing`` of the
        last layer's, or more than ``exploding`` times as large. So that weights which are all too
        small or too large are told as well, a first layer's gradient below 1e-8 of its weights
        counts as vanishing, and above a hundred times these as exploding.
    layer : str, optional
        The layer whose distribution over the epochs is shaded behind the curves.
    hidden : list of str
        Layers that are not drawn; a click in the legend adds one.
    controls : bool, default False
        Whether the control bar is shown.
    width : int, default 880
        In pixels.
    height : int, default 250
        Of each plot.
    title : str

    Notes
    -----
    Where the right plot shows the last optimizer step of each epoch, a line at 1e-3 marks what
    is often given as a healthy size of an update relative to the weights (Karpathy, notes of
    Stanford's CS231n, "Ratio of weights:updates"). It is a rule of thumb and no more.

    Examples
    --------
    >>> GradientFlow(net, every=1)  # doctest: +SKIP
    >>> GradientFlow(net).flow(0).verdict  # at initialisation  # doctest: +SKIP
    'vanishing'
    """

    _bundle_name = "inside"
    _fed_by = ("epoch", "status", "structure")

    vanishing = option(_options.Real(1e-3, 0.0, 1.0))
    exploding = option(_options.Real(1e3, 1.0, 1e300))
    layer = option(traitlets.Unicode(None, allow_none=True))
    hidden = option(traitlets.List(traitlets.Unicode()))
    controls = option(traitlets.Bool(False))
    width = option(_options.Whole(880, 120, 4000))
    height = option(_options.Whole(250, 120, 4000))
    title = option(traitlets.Unicode())

    def __init__(
        self,
        net: Network | nn.Module,
        X: ArrayLike | Dataset | None = None,
        y: ArrayLike | None = None,
        *,
        every: int | Literal["auto"] = "auto",
        of: str = "auto",
        rows: int = 2048,
        **options: Any,
    ) -> None:
        self._how = (every, of, rows)
        self._recorder: GradientRecorder | None = None
        self._sent = (-1, 0)
        self._told = ""
        self._lock = threading.Lock()
        super().__init__(net, X, y, **options)

    @classmethod
    def compare(
        cls,
        X: ArrayLike | Dataset,
        y: ArrayLike | None = None,
        candidates: Mapping[str, Any] | None = None,
        *,
        depth: int = 10,
        width: int = 16,
        epochs: int = 15,
        loss: Any = "auto",
        seed: int = 0,
        training: dict[str, Any] | None = None,
        progress: bool | Callable[[dict[str, Any]], object] = True,
        **options: Any,
    ) -> FlowComparison:
        """Train deep networks that differ in activation and initialisation; show their gradients.

        The numbers are real ones: each network is made, initialised and trained here, and the
        gradient of the loss over the data is recorded at initialisation and after every epoch.

        Parameters
        ----------
        X, y
            The data, as for :class:`Network`.
        candidates : dict, optional
            Name to ``(activation, initialisation)`` or to a module of your own. Initialisations:
            "xavier" (Glorot and Bengio 2010), "kaiming" (He et al. 2015), "small" (standard
            deviation 0.01), "large" (1), "torch" (as modules come). Default: sigmoid, tanh and
            ReLU with Xavier, ReLU with Kaiming, tanh too small, ReLU too large.
        depth, width : int, default 10 and 16
            Hidden layers of each network, and units of each.
        epochs : int, default 15
            How long each is trained.
        loss : str or callable, default "auto"
        seed : int, default 0
            Of weights and order.
        training : dict, optional
            Options of :class:`Trainer`; default ``{"optimizer": "sgd", "lr": 0.1,
            "batch_size": 32}``.
        progress : bool or callable, default True
            As for ``Trainer.fit``.
        **options
            ``vanishing``, ``exploding``, ``width_px``, ``height``, ``title``.

        Returns
        -------
        FlowComparison
            A view, with ``.flows(epoch)``, ``.recorders`` and ``.to_dataframe()``.

        Examples
        --------
        >>> compared = GradientFlow.compare(*nnw.datasets.moons())  # doctest: +SKIP
        >>> compared.flows(0)["sigmoid, Xavier"].verdict  # doctest: +SKIP
        'vanishing'
        """
        if "width_px" in options:  # width is that of the networks
            options["width"] = options.pop("width_px")
        how = {"depth": depth, "width": width, "epochs": epochs, "loss": loss, "seed": seed}
        return compare(
            X, y, candidates, **how, training=training or {}, progress=progress, options=options
        )

    @property
    def recorder(self) -> GradientRecorder:
        """All numbers, as arrays by epoch and layer."""
        assert self._recorder is not None
        return self._recorder

    def flow(self, epoch: int | None = None) -> Flow:
        """Say what becomes of the gradient at an epoch (default the last), by the view's rule."""
        bounds = {"vanishing": self.vanishing, "exploding": self.exploding}
        return self.recorder.flow(epoch, **bounds)

    def to_dataframe(self) -> pd.DataFrame:
        """All numbers as a pandas DataFrame with a row for each epoch and layer."""
        return self.recorder.to_dataframe()

    def close(self) -> None:
        """Remove the view from every page; nothing is recorded for it any more."""
        if self.is_open and self._recorder is not None:
            self._recorder.stop()
        super().close()

    def _resolve(self, net: Network, options: dict[str, Any]) -> None:
        checked(*self._how)  # before anything is open

    def _listen(self) -> None:
        if self._recorder is None:
            self._recorder = _recorder_of(self.net.run, *self._how)
        else:
            self._recorder.start()
        super()._listen()

    @traitlets.validate("layer")
    def _check_layer(self, proposal: Any) -> str | None:
        name: str | None = proposal["value"]
        layers = FlowLayers(self.net.run.problem.parameters).names
        if name is not None and name not in layers:
            raise traitlets.TraitError(f"layer must be among {', '.join(layers)}; got {name!r}")
        return name

    def _payload(self) -> Payload | None:
        """Rows that the page does not have.

        ``{generation, from, rows, layers, sizes, ...}`` and two buffers: of float64 (rows, 2 +
        5 layers), the epoch, whether its gradient was computed or read, and `NUMBERS` of all
        layers; of uint32 (rows, layers, bins), the histograms.
        """
        recorder = self.recorder
        with self._lock:
            generation, start, epochs, rows = recorder._rows.since(*self._sent)
            layers = recorder.layers
            if rows and len(rows[0]["gradient"]) != len(layers):
                return None  # the structure changes at this moment: there will be another
            more = len(rows) > MOST_ROWS
            epochs, rows = epochs[:MOST_ROWS], rows[:MOST_ROWS]
            self._sent = (generation, start + len(rows))
            told = f"{generation} {layers} {recorder.error}"
            news, self._told = told != self._told or bool(rows), told
        if more:
            self._feed.offer()  # the rest
        if not news:
            return None
        content = {"generation": generation, "from": start, "rows": len(rows), **self._about()}
        return content, _packed(epochs, rows)

    def _recorded(self) -> Payload | None:
        generation, start, epochs, rows = self.recorder._rows.since(-1, 0)
        if rows and len(rows[0]["gradient"]) != len(self.recorder.layers):
            return None
        content = {"generation": generation, "from": start, "rows": len(rows), **self._about()}
        return content, _packed(epochs, rows)

    def _about(self) -> dict[str, Any]:
        recorder, n = self.recorder, len(self.net.run.problem.data)
        return {
            "layers": list(recorder.layers),
            "sizes": recorder.sizes.tolist(),
            "decades": [*DECADES, PER_DECADE],
            "samples": [min(n, self._how[2]), n],
            "every": self._how[0],
            "failure": recorder.error,
        }

    def _asked(self, content: dict[str, object]) -> bool:
        if content.get("type") != "again":
            return False
        self._forget_sent()
        self._feed.offer()
        return True

    def _forget_sent(self) -> None:
        with self._lock:
            self._sent, self._told = (-1, 0), ""

    def _on_message(self, widget: object, content: object, buffers: object) -> None:
        if isinstance(content, dict) and content.get("type") == "hello":
            self._forget_sent()  # a page that has nothing yet
        super()._on_message(widget, content, buffers)


def _packed(epochs: list[int], rows: list[dict[str, Any]]) -> list[bytes]:
    if not rows:
        return []
    numbers = [
        np.concatenate([[epoch, row["computed"]], *(row[name] for name in NUMBERS)])
        for epoch, row in zip(epochs, rows, strict=True)
    ]
    counts = np.stack([row["histogram"] for row in rows])
    return [np.array(numbers).astype("<f8").tobytes(), counts.astype("<u4").tobytes()]


def _recorder_of(run: Run, every: int | Literal["auto"], of: str, rows: int) -> GradientRecorder:
    """Return the recorder that views of this run and these settings share, recording."""
    known = _recorders.setdefault(run, weakref.WeakValueDictionary())
    found = known.get((every, of, rows))
    if found is None:
        found = known[every, of, rows] = GradientRecorder(run, every=every, of=of, rows=rows)
    else:
        found.start()
    return found
