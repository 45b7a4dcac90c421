"""Gradients of several deep networks side by side: what ``GradientFlow.compare`` returns."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import traitlets

from nnwidgets.core.initial import deep_models
from nnwidgets.core.problem import Problem
from nnwidgets.training._checks import count
from nnwidgets.training._together import fit_together
from nnwidgets.training.curves import joined
from nnwidgets.training.gradients import GradientRecorder
from nnwidgets.training.run import Run
from nnwidgets.training.trainer import Trainer
from nnwidgets.widgets import _options
from nnwidgets.widgets._given import given
from nnwidgets.widgets._library import LibraryView
from nnwidgets.widgets._view import option
from nnwidgets.widgets.network import Network

if TYPE_CHECKING:
    import pandas as pd

    from nnwidgets.training._flow import Flow
    from nnwidgets.widgets._feed import Payload


DEFAULT = {"optimizer": "sgd", "lr": 0.1, "batch_size": 32}


class FlowComparison(LibraryView):
    """Each network's gradient from the first layer to the last, at initialisation and trained.

    Made by ``GradientFlow.compare``. Left the root mean square of every layer's gradient at the
    epoch pointed at; in the middle the first layer's over the last layer's, over the epochs;
    right the losses.

    Attributes
    ----------
    recorders : dict of str to GradientRecorder
        All numbers, by candidate.
    trainers : dict of str to Trainer
    """

    _bundle_name = "inside"

    vanishing = option(_options.Real(1e-3, 0.0, 1.0))
    exploding = option(_options.Real(1e3, 1.0, 1e300))
    hidden = option(traitlets.List(traitlets.Unicode()))
    controls = option(traitlets.Bool(False))
    width = option(_options.Whole(880, 120, 4000))
    height = option(_options.Whole(250, 120, 4000))
    title = option(traitlets.Unicode())

    def __init__(
        self,
        trainers: Mapping[str, Trainer],
        net: Network,
        epochs: int,
        progress: bool | Callable[[dict[str, Any]], object] = True,
        **options: Any,
    ) -> None:
        self.trainers = dict(trainers)
        self.recorders = {
            name: GradientRecorder(trainer.run, every=1, of="loss")
            for name, trainer in trainers.items()
        }
        super().__init__(net, **options)
        self.train(epochs, progress)

    def train(
        self, epochs: int = 20, progress: bool | Callable[[dict[str, Any]], object] = True
    ) -> None:
        """Train every network so many epochs further, and wait for it.

        Networks of one shape are trained side by side, the others one after the other. One that
        diverges stops; its losses end there.

        Parameters
        ----------
        epochs : int, default 20
        progress : bool or callable, default True
            As for ``Trainer.fit``.
        """
        going = [each for each in self.trainers.values() if each.run.status.state != "diverged"]
        fit_together(going, epochs, progress)
        self._feed.offer()

    def flows(self, epoch: int | None = None) -> dict[str, Flow]:
        """What becomes of each network's gradient at an epoch (default its last), by the rule."""
        rule = {"vanishing": self.vanishing, "exploding": self.exploding}
        return {name: recorder.flow(epoch, **rule) for name, recorder in self.recorders.items()}

    def to_dataframe(self) -> pd.DataFrame:
        """All numbers as a pandas DataFrame with a row for each network, epoch and layer."""
        return joined({name: each.to_dataframe() for name, each in self.recorders.items()})

    def _payload(self) -> Payload | None:
        """All there is: ``{candidates: [{name, layers, epochs, losses, diverged}]}`` and a buffer.

        Of float64: for each, its recorded epochs, the first layer's weights, (epochs, layers)
        gradients, the history's epochs and its losses.
        """
        entries, parts = [], list[Any]()
        for name, recorder in self.recorders.items():
            run = self.trainers[name].run
            epochs, gradient = recorder.epochs, recorder.gradient
            history = run.history.columns()
            weight = recorder.weight[:, 0]
            parts += [epochs, weight, gradient.reshape(-1), history["epoch"], history["loss"]]
            entries.append(
                {
                    "name": name,
                    "layers": list(recorder.layers),
                    "epochs": len(epochs),
                    "losses": len(history["epoch"]),
                    "diverged": run.status.state == "diverged",
                }
            )
        numbers = np.concatenate(parts, dtype=np.float64).astype("<f8", copy=False)
        return {"candidates": entries}, [numbers.tobytes()]


def compare(
    X: Any,
    y: Any,
    candidates: Mapping[str, Any] | None,
    *,
    depth: int,
    width: int,
    epochs: int,
    loss: Any,
    seed: int,
    training: dict[str, Any],
    progress: bool | Callable[[dict[str, Any]], object],
    options: dict[str, Any],
) -> FlowComparison:
    """Make the models, their trainers and the view; see ``GradientFlow.compare``."""
    data = given(X, y)
    hidden = [count("width", width, least=1)] * count("depth", depth, least=1)
    count("epochs", epochs)
    outputs = _outputs(data.y, loss)
    sizes = [int(np.shape(data.X)[1]), *hidden, outputs]
    models = deep_models(candidates, sizes, seed)
    trainers: dict[str, Trainer] = {}
    net: Network | None = None
    for name, model in models.items():
        if net is None:
            net = Network(model, data.X, data.y, loss=loss)
            run = net.run
        else:
            run = Run(Problem(model, data.X, data.y, loss=loss))
        trainers[name] = Trainer(run, **{**DEFAULT, "seed": seed, **training})
    assert net is not None
    return FlowComparison(trainers, net, epochs, progress, **options)


def _outputs(y: Any, loss: Any) -> int:
    """One, or as many as there are classes or columns of targets."""
    targets = np.asarray(y)
    if targets.ndim == 2:
        return int(targets.shape[1])
    classes = np.unique(targets)
    whole = targets.dtype.kind in "iub" or bool((targets == np.round(targets)).all())
    wants = loss == "cross_entropy" or (loss == "auto" and whole and 2 < len(classes) <= 1000)
    return int(classes.max()) + 1 if wants else 1
