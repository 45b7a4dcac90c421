"""How large the gradients are, layer by layer and epoch after epoch."""

from __future__ import annotations

import math
import threading
import time
import weakref
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from nnwidgets.core.gradient import KeptRandomness, loss_gradient
from nnwidgets.training._flow import Flow, checked, judge
from nnwidgets.training._flow_layers import DECADES, PER_DECADE, FlowLayers
from nnwidgets.training._flow_rows import FlowRows
from nnwidgets.training._status import describe
from nnwidgets.training.run import Run

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from nnwidgets.training.trainer import Trainer

    Floats = NDArray[np.float64]
    Recorded = tuple[int, NDArray[Any]]

#: Of the time that training takes, so much is spent on gradients where `every` is "auto".
SHARE = 0.03
MOST_EPOCHS = 1000


class GradientRecorder:
    """Records the size of every layer's gradient at the ends of epochs, from now on.

    Under a `Trainer` it is the gradient of the loss over the training data at the parameters of
    the epoch's end, computed anew in evaluation mode: it does not depend on which batch came
    last, and training goes on bit for bit as without. After ``net.record()`` in a loop of your
    own it is what stands in ``p.grad`` then (usually the last batch's, from before the step); if
    nothing does, it is computed as well. A layer's numbers are of its weights (parameters of two
    dimensions or more), without its biases.

    Parameters
    ----------
    net : Network or Run
    every : int or "auto", default "auto"
        Record each so many epochs; "auto" as many as fit into 3 % of the time.
    of : {"auto", "loss", "grad"}
        "loss" always computes, "grad" always reads ``p.grad``.
    rows : int, default 2048
        The gradient is of the loss over so many rows of the data at most, evenly spaced.

    Attributes
    ----------
    layers : tuple of str
        Names of the modules, the first layer first.
    error : str
        Why it stopped recording; "" while all is well.

    Examples
    --------
    >>> recorder = GradientRecorder(net, every=1)  # doctest: +SKIP
    >>> trainer.fit(20)  # doctest: +SKIP
    >>> recorder.gradient[0], recorder.flow(0).verdict  # at initialisation  # doctest: +SKIP
    """

    def __init__(
        self,
        net: Any,
        *,
        every: int | Literal["auto"] = "auto",
        of: str = "auto",
        rows: int = 2048,
    ) -> None:
        run = getattr(net, "run", net)
        if not isinstance(run, Run):
            raise TypeError(f"net must be a Network, got {type(net).__name__}")
        self._every, self._most_rows = checked(every, of, rows)
        self._run, self._of = run, of
        self._lock = threading.RLock()
        self._rows = FlowRows(MOST_EPOCHS)
        self._layers = FlowLayers(run.problem.parameters)
        self._before: Recorded | None = None
        self._earlier: Recorded | None = None
        self._by_trainer: Trainer | None = None
        self._rest_until = -math.inf
        self._randomness = KeptRandomness(run.problem)
        self._users = 0
        self._ends: list[Callable[[], None]] = []
        self.error = ""
        self.start()

    # -- beginning and end -------------------------------------------------------------------

    def start(self) -> None:
        """Record from now on; each call wants its `stop`."""
        self._users += 1
        if self._users > 1:
            return
        me = weakref.ref(self)

        def witness(epoch: int, parameters: NDArray[Any]) -> None:
            recorder = me()
            if recorder is not None:
                recorder._committed(epoch, parameters)

        def told(kind: str) -> None:
            recorder = me()
            if recorder is not None and kind == "status":
                recorder._catch_up()

        self._ends = [self._run.witnesses.add(witness), self._run.subscribe(told)]
        weakref.finalize(self, _call_all, self._ends)
        with self._run.problem.turn:
            if self._run.seat.look()[0] is None:  # else at the end of this epoch
                self._committed(self._run.epoch, self._run.problem.parameters.read())

    def stop(self) -> None:
        """Record no more; what there is stays."""
        self._users = max(0, self._users - 1)
        if self._users == 0:
            _call_all(self._ends)
            self._ends = []

    def __enter__(self) -> GradientRecorder:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    # -- recording ---------------------------------------------------------------------------

    def _committed(self, epoch: int, parameters: NDArray[Any]) -> None:
        """Record an epoch that has just been. The turn is the caller's."""
        trainer = self._run.seat.look()[0]
        with self._lock:
            if not self._layers.fits(self._run.problem.parameters):
                self._layers = FlowLayers(self._run.problem.parameters)
                self._rows.clear()
                self._before = self._earlier = None
            self._by_trainer = trainer
            self._rows.cut(epoch)
            if not self.error and self._due(epoch):
                self._record(epoch, parameters, self._before)
            self._earlier, self._before = self._before, (epoch, parameters)

    def _due(self, epoch: int) -> bool:
        if epoch == 0 or len(self._rows) == 0:
            return True
        if self._every is not None:
            return epoch % self._every == 0 and self._rows.wants()
        return time.perf_counter() >= self._rest_until and self._rows.wants()

    def _catch_up(self) -> None:
        """Training has stopped: its last epoch is wanted, even where there was no time for it."""
        if self._run.status.state in ("playing", "fitting") or self._every is not None:
            return
        with self._run.problem.turn, self._lock:
            before = self._before
            if before is None or before[0] <= self._rows.last or self.error:
                return
            if np.array_equal(self._run.problem.parameters.read(), before[1]):
                self._record(before[0], before[1], self._earlier)

    def _record(self, epoch: int, parameters: NDArray[Any], before: Recorded | None) -> None:
        began = time.perf_counter()
        try:
            layers = self._layers
            gradient, computed = self._gradient()
            g, w = layers.of(gradient), layers.of(parameters)
            nothing = np.full(len(layers.names), math.nan)
            known = before is not None and before[0] == epoch - 1
            step = self._by_trainer.last_step if self._by_trainer is not None else None
            row = {
                "gradient": layers.rms(g),
                "weight": layers.rms(w),
                "update": layers.rms(w - layers.of(before[1])) if before and known else nothing,
                "step": nothing if step is None else layers.rms(layers.of(step)),
                "zeros": layers.zeros(g),
                "histogram": layers.histogram(g),
                "computed": np.array(computed),
            }
            self._rows.add(epoch, row)
        except Exception as error:  # noqa: BLE001  (who looks on must not end training)
            self.error = describe(error)
        now = time.perf_counter()
        self._rest_until = now + (now - began) * (1 / SHARE - 1)

    def _gradient(self) -> tuple[Floats, bool]:
        """The flat gradient, NaN where there is none, and whether it was computed here."""
        parameters = self._run.problem.parameters
        reads = self._of == "grad" or (self._of == "auto" and self._by_trainer is None)
        found = {name: p.grad for name, p in parameters.tensors.items()} if reads else {}
        computes = self._of != "grad" and all(each is None for each in found.values())
        if computes:
            found = loss_gradient(self._run.problem, self._most_rows, self._randomness)
        flat = np.full(parameters.size, math.nan)
        for name, start in parameters.offsets.items():
            tensor = found[name]
            if tensor is not None:
                values = tensor.detach().double().reshape(-1).cpu().numpy()
                flat[start : start + len(values)] = values
        return flat, computes

    # -- reading -----------------------------------------------------------------------------

    @property
    def layers(self) -> tuple[str, ...]:
        """Names of the layers, the first first."""
        return self._layers.names

    @property
    def sizes(self) -> NDArray[np.int64]:
        """How many weights each layer has; rms times the root of it is the 2-norm."""
        return self._layers.sizes

    @property
    def epochs(self) -> NDArray[np.int64]:
        """The epochs there are, (m,)."""
        return self._rows.epochs()

    @property
    def gradient(self) -> Floats:
        """Root mean square of each layer's gradient, (m, layers); NaN where there is none."""
        return self._rows.column("gradient")

    @property
    def weight(self) -> Floats:
        """Root mean square of each layer's weights, (m, layers)."""
        return self._rows.column("weight")

    @property
    def update(self) -> Floats:
        """Root mean square of what an epoch changed, (m, layers); NaN where that is not known."""
        return self._rows.column("update")

    @property
    def step(self) -> Floats:
        """Root mean square of what the epoch's last step changed, (m, layers); by a Trainer."""
        return self._rows.column("step")

    @property
    def zeros(self) -> Floats:
        """Share of each layer's gradient that is exactly 0, (m, layers)."""
        return self._rows.column("zeros")

    @property
    def histogram(self) -> NDArray[np.uint32]:
        """Counts of ``|g|`` in each bin, (m, layers, bins); exact zeros are in none."""
        return self._rows.column("histogram")

    @property
    def edges(self) -> Floats:
        """The bins' edges in ``|g|``, (bins + 1,): four to a decade; the outermost have no end."""
        exponents = np.arange(DECADES[0] * PER_DECADE, DECADES[1] * PER_DECADE + 1)
        return np.asarray(10.0 ** (exponents / PER_DECADE), np.float64)

    def flow(
        self, epoch: int | None = None, *, vanishing: float = 1e-3, exploding: float = 1e3
    ) -> Flow:
        """Compare the first layer's gradient with the last's at the recorded epoch next to `epoch`.

        The rule: rms of the first / rms of the last below `vanishing` is "vanishing", above
        `exploding` "exploding"; so is a first layer's gradient below 1e-8 of its weights, or above
        a hundred times these.

        Raises
        ------
        LookupError
            When nothing has been recorded.
        """
        epochs, gradient, weight = self.epochs, self.gradient, self.weight
        if not len(epochs):
            raise LookupError(f"nothing has been recorded. {self.error}".strip())
        row = -1 if epoch is None else int(np.argmin(np.abs(epochs - epoch)))
        first, last, own = (float(n) for n in (gradient[row, 0], gradient[row, -1], weight[row, 0]))
        bounds = (vanishing, exploding)
        return judge(int(epochs[row]), len(self.layers), first, last, own, bounds)

    def to_dataframe(self) -> pd.DataFrame:
        """A pandas DataFrame with a row for each epoch and layer."""
        try:
            import pandas as pd
        except ImportError as error:
            raise ImportError("to_dataframe() needs pandas: pip install pandas") from error
        names = ("gradient", "weight", "update", "step", "zeros")
        _, _, epochs, rows = self._rows.since(-1, 0)  # of one moment, also while training runs
        index = pd.MultiIndex.from_product([epochs, self.layers], names=["epoch", "layer"])
        columns = {name: np.array([row[name] for row in rows]).reshape(-1) for name in names}
        return pd.DataFrame(columns, index=index)


def _call_all(functions: list[Callable[[], None]]) -> None:
    for function in functions:
        function()
