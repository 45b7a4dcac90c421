"""``FeatureMaps``: what the layers of a convolutional model make of a picture."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import traitlets

from nnwidgets.core.feature_maps import FeatureRecord, MapStep, record_maps
from nnwidgets.widgets import _options
from nnwidgets.widgets._pictures import (
    Floats,
    Json,
    SampleView,
    answers,
    check_sample,
    target,
    tensor_of,
)
from nnwidgets.widgets._view import option

if TYPE_CHECKING:
    from nnwidgets.core.problem import Problem
    from nnwidgets.widgets._feed import Payload
    from nnwidgets.widgets.network import Network

#: Numbers of one step's maps, and of one kernel, that are sent: half a megabyte, and a whole one.
MOST_PIXELS = 1 << 17
MOST_WEIGHTS = 1 << 18


class FeatureMaps(SampleView):
    """A picture, the kernels and feature maps of every layer, and where each pixel looks.

    Point at a pixel of any map: its receptive field is marked in every map before it and in the
    picture, and how it was computed is worked out below, patch times kernel, summed. A click keeps
    the pixel while weights train. Arrow keys move it.

    Parameters
    ----------
    net
        A :class:`Network` of a model with two-dimensional convolutions; or a module, followed by
        ``X`` and ``y``. Pictures are (n, c, h, w), (n, h, w), or flat rows where the model begins
        with ``nn.Unflatten``.
    sample : int, default 0
        Which row of the data is shown; another view may point at another one meanwhile.
    layer : int or str, default the first convolution
        The step that is worked out, by number or by the module's name.
    channels : int, default 16
        Most maps that are shown of one layer, from 1 to 64.
    scale : {"layer", "map"}
        Whether all maps of a layer share one scale of colours, or each has its own.
    controls : bool, default False
        Whether the control bar is shown.
    width : int, default 760
        In pixels.
    title : str

    Raises
    ------
    ValueError
        For a model without convolutions, naming the views that show it.

    Notes
    -----
    Steps are seen as they are called, by modules or by functions, with the model in evaluation
    mode: batch normalisation uses its running statistics, dropout is off.

    Examples
    --------
    >>> FeatureMaps(net, layer="3")  # doctest: +SKIP
    >>> FeatureMaps(cnn, X, y)  # doctest: +SKIP
    """

    layer = option(_options.Place())
    channels = option(_options.Whole(16, 1, 64))
    scale = option(traitlets.Enum(("layer", "map"), "layer"))

    def _resolve(self, net: Network, options: dict[str, Any]) -> None:
        sample = options.get("sample", 0)
        row = check_sample(sample, len(net.run.problem.data)) if isinstance(sample, int) else 0
        self._names, kinds = _steps(net.run.problem, row)
        kernels = [i for i, kind in enumerate(kinds) if kind == "convolution"]
        options.setdefault("layer", kernels[0] if kernels else 0)

    @traitlets.validate("layer")
    def _check_layer(self, proposal: Any) -> Any:
        return _options.choose(self._names, proposal["value"], "layer")

    def _payload(self) -> Payload:
        problem = self.net.run.problem
        with problem.turn:
            row, epoch = self._row(), self.net.run.epoch
            record = record_maps(problem.model, tensor_of(problem, row))
            told = target(problem, row)
        self._names = [step.name for step in record.steps]
        floats = Floats()
        content: Json = {
            "sample": row,
            "n": self._rows(),
            "epoch": epoch,
            "target": told,
            "answers": answers(problem, record.outputs),
            "picture": _maps(record.picture, floats),
            "steps": [self._step(step, record, floats) for step in record.steps],
        }
        return content, [floats.buffer()]

    def _step(self, step: MapStep, record: FeatureRecord, floats: Floats) -> Json:
        offsets = self.net.run.problem.parameters.offsets
        window = step.window
        return {
            **_maps(step.maps, floats),
            "name": step.name,
            "function": step.function,
            "kind": step.kind,
            "reads": list(step.reads),
            "rows": None if step.rows is None else step.rows.tolist(),
            "columns": None if step.columns is None else step.columns.tolist(),
            "window": None
            if window is None
            else {
                "kernel": window.kernel,
                "stride": window.stride,
                "padding": window.padding,
                "after": window.after,
                "dilation": window.dilation,
                "ceil": window.ceil,
            },
            "weight": _tensor(step.weight, step.weight_name, offsets, floats),
            "bias": _tensor(step.bias, step.bias_name, offsets, floats),
            "groups": step.groups,
        }


def _steps(problem: Problem, row: int) -> tuple[list[str], list[str]]:
    with problem.turn:
        steps = record_maps(problem.model, tensor_of(problem, row)).steps
    return [step.name for step in steps], [step.kind for step in steps]


def _maps(maps: Any, floats: Floats) -> Json:
    channels, height, width = maps.shape
    sent = max(1, min(channels, MOST_PIXELS // (height * width)))
    return {"c": channels, "h": height, "w": width, "sent": sent, "at": floats.add(maps[:sent])}


def _tensor(array: Any, name: str | None, offsets: Any, floats: Floats) -> Json | None:
    if array is None or array.size > MOST_WEIGHTS:
        return None
    flat = offsets.get(name) if name is not None else None
    return {"shape": list(array.shape), "at": floats.add(array), "name": name, "flat": flat}
