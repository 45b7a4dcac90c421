"""What was recorded of a network, as an exported page keeps it (js/src/page/recording.ts)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from nnwidgets.training.run import Run

COLUMNS = ("epoch", "loss", "accuracy", "test_loss", "test_accuracy")

#: Epochs that a page keeps the scores of, and bytes of parameters of all networks of a page: of
#: more, every second is left out, then every fourth, and so on. The first and the last stay.
MOST_ROWS = 2000
MOST_BYTES = 128 * 1024


def past(run: Run, most_bytes: int = MOST_BYTES) -> dict[str, Any] | None:
    """Return the recorded epochs, or None where there are none.

    Parameters
    ----------
    run
        Whose history it is.
    most_bytes
        Of parameters.

    Returns
    -------
    dict
        ``content`` says the ``columns`` of the first of two ``buffers``, (columns, rows) float64,
        the last of which is 1 for rows with parameters; the second has these, in the network's
        dtype. Scores are rounded to float32, which makes half as many bytes of them.
    """
    history, parameters = run.history, run.problem.parameters
    columns = history.columns()
    n = len(columns["epoch"])
    if n == 0:
        return None
    rows = thinned(np.arange(n), MOST_ROWS)
    epochs = columns["epoch"][rows]
    known = [place for place, epoch in enumerate(epochs) if history.kept_epoch(epoch) == epoch]
    size = parameters.size * parameters.dtype.itemsize
    places = thinned(np.array(known, np.int64), max(2, most_bytes // max(1, size)))
    kept = np.zeros(len(rows))
    kept[places] = 1
    with np.errstate(over="ignore"):  # beyond float32 a loss is infinite
        scores = [columns[name][rows].astype(np.float32) for name in COLUMNS[1:]]
    table = [epochs, *scores, kept]
    vectors = [np.asarray(history.parameters(int(epoch))) for epoch in epochs[places]]
    values = np.array(vectors, parameters.dtype)
    numbers = np.array(table, np.float64).astype("<f8", copy=False)
    content = {"columns": [*COLUMNS, "kept"], "stride": 1}
    return {"content": content, "buffers": [numbers.tobytes(), values.tobytes()]}


def thinned(places: NDArray[np.int64], most: int) -> NDArray[np.int64]:
    """Return at most so many of these: the first, each so many, and the last."""
    step = 1
    while len(places) > 2 and -(-len(places) // step) >= max(2, most):
        step *= 2
    if len(places) == 0 or step == 1:
        return places
    return np.unique(np.append(places[::step], places[-1]))
