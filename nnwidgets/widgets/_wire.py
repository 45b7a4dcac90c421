"""The one wire format, Python side. Its browser twin is ``js/src/wire.ts``.

What is durable is synced state of the ``Network`` model; the browser reads it when the model is
made and again whenever it changes:

==============  ==================================================================================
``_spec``       what the network is: layers, their offsets in the flat vector, names, loss, dtype
``_values``     the flat parameters as bytes of the spec's dtype
``_initial``    the same at the initial point
``_data``       ``{n, d, k, X, steps, y, acks, test}``: the points as row-major bytes, y with k
                columns; where ``steps`` is a number, X has a byte for each, which counts steps to
                1; ``test`` is null or ``{n, X, y}`` of points that are only scored
``_frozen``     flat indices that neither training nor a drag may move
``_status``     epoch, loss, accuracy and what the trainer is doing
``uplink``      the small model whose comm carries everything from the browser to Python
==============  ==================================================================================

What moves goes as custom messages. Python to browser, on the network's comm:

- ``frame {serial, acks, revision, status} [params]``: at most sixty a second, the latest only, at
  most two unanswered; the last one is always sent. ``acks`` has, for each page that was heard
  lately, the number of its last edit that is in it. Loss and accuracy in its status are null where
  they are not known and the page can work them out.
- ``pong {n}``, ``error {message, detail, page, seq}`` (seq where an edit was refused),
  ``recalled {epoch, page} [params]``, ``probe {key, serial, shape, page} [float32]``. A layer's
  probe is of shape (2, n, units), the sums before the activations; a field's is (outputs, ny, nx).
- ``history {revision, run, serial, from, rows, columns, stride, former, page} [numbers, params]``
  answers one of the same name with the rows that are new, from row ``from`` on; what the page has
  from there on is outdated. ``numbers`` is float64, column by column ("epoch", "loss", "accuracy",
  "test_loss", "test_accuracy", "kept"; NaN for what is missing), at most 20 000 rows of the
  ``rows`` there are: for the rest the page asks again. ``params`` has the parameters, in the spec's
  dtype, of each row whose ``kept`` is 1. Of all rows together they are at most 8 MiB: rows that
  ``stride`` does not divide are dropped, but for the last. ``former`` lists the runs
  ``{name, epoch}`` that were left by a branch at an epoch. ``serial`` counts changes of a history;
  that of the run is ``recorded`` in the status, so that a page knows when to ask.

A notebook may be open in several tabs, and what Python says reaches all of them. So every page has
a number of its own (``page``), drawn by lot and said with every message. Edits are counted and
acknowledged, and parameters held, for each page by itself; ``recalled``, ``history``, ``probe`` and
``error`` say whom they answer, and are nothing to the others.

Browser to Python, on the uplink's comm. The uplink is a model of its own because a comm that is
busy sending frames delays what arrives on it:

- ``hello`` asks for a frame; ``got {serial}`` answers one; ``ping {n}`` asks for a pong.
- ``edit {seq, index, value, held}`` sets parameters; a repeated one is only acknowledged.
  ``held`` are the ones under the reader's finger: training leaves them alone until ``held`` is
  empty or nothing was heard for three seconds. It may carry ``got`` and so answer a frame.
- ``freeze {index, frozen}``, ``points {seq, op, row, x, y}``, ``activation {value}``,
  ``train {action, unit, n, lr, speed, l1, l2}``, ``recall {epoch}``, ``watch {probes}``,
  the last said anew now and then as long as somebody looks.
- ``history {run, serial, rows}`` asks for what is new in a run ("" is the network's own) to a page
  that has so many rows as of this serial; -1 and 0 where it has none.
- ``branch {epoch, play}`` goes back to an epoch with the optimizer's state of then, and trains on
  from there if ``play``; the former run stays among ``former``.
- ``structure {op, layer, unit, after, units}`` adds or removes a unit or a hidden layer, where the
  spec says that it is ``editable``; what comes back is a new spec and all that belongs to it.

A flat index, or the place of a unit, means another one once units or layers have come or gone. The
spec numbers the structure that it describes by ``revision``; a frame says of which its parameters
are, and ``edit``, ``freeze``, ``activation``, ``structure``, ``recall``, ``history`` and ``branch``
say which they mean.
One that is outdated is refused like any other that is wrong, and so acknowledged.

Every one of these is read by :func:`parse`, which returns a message that is safe to apply or
raises :class:`WireError` naming what was expected and what came. Nothing is changed by parsing.
"""

from __future__ import annotations

from nnwidgets.core._revision import Outdated
from nnwidgets.widgets import _json
from nnwidgets.widgets._json import WireError
from nnwidgets.widgets._messages import (
    Activation,
    Bounds,
    Branch,
    Edit,
    FieldProbe,
    Freeze,
    Got,
    Hello,
    History,
    LayerProbe,
    Message,
    Ping,
    Points,
    Recall,
    Structure,
    Train,
    Watch,
)
from nnwidgets.widgets._readers import MAX_SERIAL, READERS, STRUCTURED

__all__ = [
    "MAX_SERIAL",
    "Activation",
    "Bounds",
    "Branch",
    "Edit",
    "FieldProbe",
    "Freeze",
    "Got",
    "Hello",
    "History",
    "LayerProbe",
    "Message",
    "Ping",
    "Points",
    "Recall",
    "Structure",
    "Train",
    "Watch",
    "WireError",
    "answered",
    "page_of",
    "parse",
    "sequence_of",
]


def parse(content: object, bounds: Bounds) -> Message:
    """Read one message from the browser.

    Parameters
    ----------
    content
        Whatever arrived: any JSON.
    bounds
        The sizes that indices and lists are held against.

    Returns
    -------
    Message
        A frozen message whose every number is finite and in range.

    Raises
    ------
    WireError
        For anything else. Nothing but this is raised.

    Examples
    --------
    >>> parse({"type": "ping", "n": 3}, Bounds(0, 9, 400, 2, 1, 2, 3.4e38))
    Ping(n=3)
    """
    message = _json.mapping(content, "message")
    kind = message.get("type")
    reader = READERS.get(kind) if isinstance(kind, str) else None
    if reader is None:
        raise WireError(f"type must be one of {', '.join(READERS)}; got {_json.short(kind)}")
    if kind in STRUCTURED and _json.integer(message, "revision", MAX_SERIAL) != bounds.revision:
        raise WireError(str(Outdated()))
    return reader(message, bounds)


def sequence_of(content: object) -> int | None:
    """Return the number of an edit even where the rest of it cannot be read.

    A refused edit is acknowledged as well: the page then drops what it showed in advance.
    """
    try:
        return _json.integer(_json.mapping(content, "message"), "seq", MAX_SERIAL)
    except WireError:
        return None


def page_of(content: object) -> int:
    """Return the number of the page that speaks; 0 where it does not say, or nothing sensible."""
    try:
        message = _json.mapping(content, "message")
        return _json.integer(message, "page", MAX_SERIAL) if "page" in message else 0
    except WireError:
        return 0


def answered(content: object) -> int | None:
    """Return the serial number of the frame that an edit answers on its way, if it does.

    It counts even where the edit itself is a repetition or is refused.
    """
    try:
        message = _json.mapping(content, "message")
        return _json.integer(message, "got", MAX_SERIAL) if "got" in message else None
    except WireError:
        return None
