"""The state of a network as text, and back: plain values only, never pickle."""

from nnwidgets.core.state._fields import StateError
from nnwidgets.core.state._network import FORMAT, NetworkState, TrainerSettings
from nnwidgets.core.state._structure import Structure
from nnwidgets.core.state.restore import Ready, prepare

__all__ = [
    "FORMAT",
    "NetworkState",
    "Ready",
    "StateError",
    "Structure",
    "TrainerSettings",
    "prepare",
]
