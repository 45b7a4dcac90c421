"""The one affine map that a model without nonlinearity comes to, however deep it is."""

from nnwidgets.core.collapse._refusal import NotAffine, Witness
from nnwidgets.core.collapse._steps import Step
from nnwidgets.core.collapse.result import Check, Collapse, collapse

__all__ = ["Check", "Collapse", "NotAffine", "Step", "Witness", "collapse"]
