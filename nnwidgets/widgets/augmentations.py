"""``Augmentations``: a picture before and after it is scaled and changed at random."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
import traitlets

from nnwidgets.core.augment import SCALINGS, Augmentation, Scaling, as_pictures
from nnwidgets.widgets import _options
from nnwidgets.widgets._pictures import (
    Floats,
    Json,
    SampleView,
    answers,
    finite,
    outputs_of,
    target,
)
from nnwidgets.widgets._view import option

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from nnwidgets.widgets._feed import Payload
    from nnwidgets.widgets.network import Network

_AMOUNTS = ("rotate", "shift", "zoom", "flip", "noise", "fill")


class Augmentations(SampleView):
    """One picture scaled in value, and changed at random several times, with what was drawn.

    Under each picture stands what the network says of it. The pictures are those that
    :class:`Augmentation` makes: ``view.augmentation(X)`` makes a training set of them.

    Parameters
    ----------
    net
        A :class:`Network` whose rows are pictures; or a module, followed by ``X`` and ``y``.
    rotate, shift, zoom, flip, noise, fill
        How far each change may go; see :class:`Augmentation`. Default: up to 15 degrees, 1 pixel,
        a tenth, no mirroring, no noise, 0.
    scaling : {"none", "minmax", "standard"}
        A scaling of values with numbers learned from all of the data: shown before and after. The
        network gets the pictures without it, as it was trained on them.
    count : int, default 8
        How many changed pictures, from 1 to 32.
    seed : int, default 0
        The same seed draws the same changes.
    shape : tuple of int, optional
        (h, w) or (c, h, w) of flat rows; default what the model makes of them, or a square.
    sample, controls, width, title
        As for :class:`FeatureMaps`.

    Raises
    ------
    ValueError
        If the rows are no pictures, or an amount is out of range.

    Examples
    --------
    >>> view = Augmentations(net, rotate=20, noise=0.1)  # doctest: +SKIP
    >>> X_more = view.augmentation(X, seed=0, copies=3)  # doctest: +SKIP
    """

    _fed_by: ClassVar[tuple[str, ...]] = ("epoch", "parameters", "data", "structure")

    rotate = option(_options.Real(15, 0, 180))
    shift = option(_options.Real(1, 0, 100))
    zoom = option(_options.Real(0.1, 0, 0.9))
    flip = option(traitlets.Bool(False))
    noise = option(_options.Real(0, 0, 1e6))
    fill = option(_options.Real(0, -1e6, 1e6))
    scaling = option(traitlets.Enum(SCALINGS, "none"))
    count = option(_options.Whole(8, 1, 32))
    seed = option(_options.Whole(0, 0, 2**32 - 1))

    def __init__(self, net: Any, X: Any = None, y: Any = None, **options: Any) -> None:
        self._shape = options.pop("shape", None)
        super().__init__(net, X, y, **options)

    @property
    def augmentation(self) -> Augmentation:
        """What is shown, as a function of pictures."""
        return Augmentation(**{name: getattr(self, name) for name in _AMOUNTS})

    def _resolve(self, net: Network, options: dict[str, Any]) -> None:
        problem = net.run.problem
        if self._shape is None and len(problem.row_shape) in (2, 3):
            self._shape = problem.row_shape
        self._pictures(problem.data.X[:1])

    def _pictures(self, rows: NDArray[Any]) -> NDArray[np.float32]:
        try:
            return as_pictures(np.asarray(rows, np.float32), self._shape)
        except ValueError as error:
            raise ValueError(f"Augmentations needs pictures: {error}") from error

    @traitlets.observe(*_AMOUNTS, "scaling", "count", "seed")
    def _options_changed(self, _change: object) -> None:
        self._feed.offer()

    def _payload(self) -> Payload:
        problem, augment = self.net.run.problem, self.augmentation
        with problem.turn:
            row, data = self._row(), problem.data
            told = target(problem, row)
        picture = self._pictures(data.X[row : row + 1])[0]
        rng = np.random.default_rng(self.seed)
        changes = [augment.draw(rng) for _ in range(self.count)]
        made = np.stack([picture, *(augment.apply(picture, change, rng) for change in changes)])
        outputs = outputs_of(problem, made)
        scaling = Scaling.fit(data.X, self.scaling)
        floats = Floats()
        channels, height, width = picture.shape
        content: Json = {
            "sample": row,
            "n": self._rows(),
            "epoch": self.net.run.epoch,
            "target": told,
            "c": channels,
            "h": height,
            "w": width,
            "at": floats.add(made),
            "scaled": floats.add(scaling(picture)),
            "scaling": {"kind": scaling.kind, "centre": scaling.centre, "scale": scaling.scale},
            "range": [finite(data.X.min()), finite(data.X.max())],
            "changes": [vars(change) for change in changes],
            "answers": [answers(problem, each) for each in outputs],
        }
        return content, [floats.buffer()]
