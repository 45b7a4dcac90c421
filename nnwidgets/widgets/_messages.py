"""What a page says, once it has been read and is safe to apply; ``_wire`` tells the protocol."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from nnwidgets.core._restructure import Change


@dataclass(frozen=True)
class Bounds:
    """What a message may refer to: the sizes of the network and of its data."""

    revision: int
    """Of the structure; see :attr:`nnwidgets.core.problem.Problem.revision`."""
    size: int
    rows: int
    features: int
    columns: int
    layers: int
    largest: float
    """The largest finite number of the parameters' dtype."""


@dataclass(frozen=True)
class Hello:
    """A page has opened, or has found its way back."""


@dataclass(frozen=True)
class Got:
    """The page has the frame of this serial number."""

    serial: int


@dataclass(frozen=True)
class Ping:
    """The page asks whether anybody is there."""

    n: int


@dataclass(frozen=True)
class Edit:
    """Parameters to set, by flat index, and the ones that are held."""

    seq: int
    index: tuple[int, ...]
    value: tuple[float, ...]
    held: tuple[int, ...]


@dataclass(frozen=True)
class Freeze:
    """Parameters to freeze or to thaw."""

    index: tuple[int, ...]
    frozen: bool


@dataclass(frozen=True)
class Points:
    """One change of the data."""

    seq: int
    op: str
    row: int
    x: tuple[float, ...]
    y: tuple[float, ...]


@dataclass(frozen=True)
class Activation:
    """The activation of every hidden layer, or one for each."""

    value: str | tuple[str, ...]


@dataclass(frozen=True)
class Structure:
    """A unit or a hidden layer to add or to remove."""

    change: Change


@dataclass(frozen=True)
class Train:
    """What the control bar asks of the trainer. ``settings`` holds only what was sent."""

    action: str
    unit: str
    n: int | None
    settings: Mapping[str, float | None]


@dataclass(frozen=True)
class Recall:
    """The parameters of a recorded epoch."""

    epoch: int


@dataclass(frozen=True)
class History:
    """What is new in the history of a run: "" is the network's own, others were branched from."""

    run: str
    serial: int
    rows: int


@dataclass(frozen=True)
class Branch:
    """An epoch to go back to, with the optimizer's state of then; to train on from, or not."""

    epoch: int
    play: bool


@dataclass(frozen=True)
class FieldProbe:
    """The model's outputs over a plane, which only Python can compute."""

    key: str
    axes: tuple[int, ...]
    extent: tuple[float, ...]
    size: tuple[int, ...]
    fixed: tuple[float, ...]


@dataclass(frozen=True)
class LayerProbe:
    """One layer's activations of every point."""

    key: str
    layer: int


@dataclass(frozen=True)
class Watch:
    """Every probe that the page shows now; it replaces what was watched before."""

    probes: tuple[FieldProbe | LayerProbe, ...]


Message = (
    Hello
    | Got
    | Ping
    | Edit
    | Freeze
    | Points
    | Activation
    | Structure
    | Train
    | Recall
    | History
    | Branch
    | Watch
)
