"""A part of a history as the wire carries it (see ``_wire``)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from nnwidgets.training.run import Run
    from nnwidgets.widgets._messages import History

#: Rows in one message: 20 000 of six columns are 1 MB.
MOST_ROWS = 20_000
#: Of parameters that a page is given, of all rows of a run together.
MOST_BYTES = 8 * 2**20


def history_message(run: Run, asked: History) -> tuple[dict[str, Any], list[bytes]]:
    """Return what is new in a history, as JSON and buffers. The turn must be the caller's.

    Raises
    ------
    LookupError
        If there is no such run (any more).
    """
    parameters = run.problem.parameters
    if asked.run and asked.run not in run.former:
        raise LookupError(f"there is no run {asked.run!r} that was branched from")
    history = run.former[asked.run].history if asked.run else run.history
    part = history.part(asked.serial, asked.rows, most_rows=MOST_ROWS, max_bytes=MOST_BYTES)
    count = len(part.columns["epoch"])
    kept = np.zeros(count)
    kept[part.kept - part.start] = 1
    columns = {**part.columns, "kept": kept}
    content = {
        "type": "history",
        "revision": run.problem.revision,
        "run": asked.run,
        "serial": part.serial,
        "from": part.start,
        "rows": part.rows,
        "columns": list(columns),
        "stride": part.stride,
        "former": [{"name": name, "epoch": left.epoch} for name, left in run.former.items()],
    }
    numbers = np.concatenate(list(columns.values()), dtype=np.float64).astype("<f8", copy=False)
    vectors = np.ascontiguousarray(part.vectors, parameters.dtype)
    return content, [numbers.tobytes(), vectors.tobytes()]
