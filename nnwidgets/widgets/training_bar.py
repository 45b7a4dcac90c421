"""``TrainingBar``: reset, play, step, and where training stands."""

from __future__ import annotations

import traitlets

from nnwidgets.widgets._view import View, option


class TrainingBar(View):
    """The control bar by itself: reset, play and pause, step, speed, epoch, loss, accuracy.

    It drives the network's newest ``Trainer``, or one with the defaults if none was made.

    Parameters
    ----------
    net
        A :class:`Network`; or a module, followed by ``X`` and ``y``.
    shortcuts : bool, default True
        Whether Space and the arrow keys work where the bar has the focus.

    Examples
    --------
    >>> TrainingBar(net)  # doctest: +SKIP
    """

    shortcuts = option(traitlets.Bool(True))
