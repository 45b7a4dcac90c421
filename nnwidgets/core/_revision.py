"""Which network an index is about: units and layers come and go, and indices move with them."""

from __future__ import annotations


class Outdated(ValueError):
    """Something was said of the network as it was before it got other units or layers."""

    def __init__(self) -> None:
        super().__init__("nothing was changed: the network has other units or layers by now")
