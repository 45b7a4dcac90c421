"""What a model is built of, as plain data: enough to build one of ``nnw.mlp`` again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import torch
from torch import nn

from nnwidgets.core import activations
from nnwidgets.core._inits import INITS, made_with, remember
from nnwidgets.core.input_features import InputFeatures
from nnwidgets.core.state._fields import Fields, StateError
from nnwidgets.core.structure import hidden_activations, is_editable, mlp, set_activation

#: Of the record below. Whatever is added to it that older readers would miss makes it grow: a
#: model that has formulas of its inputs is of version 2, any other of version 1.
VERSIONS = (1, 2)

_SLOPES = {"leaky_relu": "slope", "elu": "alpha"}


@dataclass(frozen=True)
class Structure:
    """A model's making.

    Attributes
    ----------
    made_by : str
        "mlp", or "" for a class of the user's own.
    name : str
        The class's.
    sizes : tuple of int
        Of an mlp, the inputs first; else empty.
    bias : bool
        Of an mlp.
    init : str
        How its weights are drawn anew.
    activations : tuple of mapping
        What :func:`nnwidgets.core.activations.describe` says of each hidden activation.
    features : tuple of str
        Formulas of the inputs that an mlp is given; empty where these are the inputs.
    """

    made_by: str
    name: str
    sizes: tuple[int, ...]
    bias: bool
    init: str
    activations: tuple[Mapping[str, object], ...]
    features: tuple[str, ...] = ()

    @classmethod
    def of(cls, model: nn.Module) -> Structure:
        """Describe a model."""
        specs = tuple(dict(site.spec) for site in hidden_activations(model))
        name = type(model).__name__
        if not is_editable(model):
            return cls("", name, (), False, "torch", specs)
        linears = [module for module in model.children() if isinstance(module, nn.Linear)]
        lift = next((m for m in model.children() if isinstance(m, InputFeatures)), None)
        inputs = linears[0].in_features if lift is None else lift.in_features
        sizes = (inputs, *(linear.out_features for linear in linears))
        features = () if lift is None else lift.features
        biased = linears[0].bias is not None
        return cls("mlp", name, sizes, biased, made_with(model), specs, features)

    def plain(self) -> dict[str, Any]:
        """Return it as what JSON can hold."""
        made: dict[str, Any] = {"sizes": list(self.sizes), "bias": self.bias, "init": self.init}
        if self.features:
            made["features"] = list(self.features)
        return {
            "version": 2 if self.features else 1,
            "made_by": self.made_by or None,
            "class": self.name,
            **(made if self.made_by else {}),
            "activations": [dict(spec) for spec in self.activations],
        }

    @classmethod
    def read(cls, fields: Fields) -> Structure:
        """Read what :meth:`plain` gave."""
        with fields:
            version = fields.whole("version", 1)
            if version not in VERSIONS:
                raise StateError(
                    f"{fields.name('version')} is {version}; this nnwidgets reads "
                    f"{' and '.join(map(str, VERSIONS))}"
                )
            made_by = fields.choice("made_by", ("mlp",)) if fields.maybe("made_by") else ""
            sizes = fields.wholes("sizes", 1) if made_by else ()
            bias = fields.flag("bias") if made_by else False
            init = fields.choice("init", tuple(INITS)) if made_by else "torch"
            features = fields.texts("features") if made_by and version == 2 else ()
            name, where = fields.text("class"), fields.name("activations")
            given = fields.list("activations")
        specs = tuple(_spec(Fields(spec, f"{where}[{i}]")) for i, spec in enumerate(given))
        if made_by and not 0 <= len(specs) == len(sizes) - 2:
            raise StateError(
                f"{where} must be one fewer than layers; got {len(specs)} for sizes {sizes}"
            )
        _check_features(sizes, features)
        return cls(made_by, name, sizes, bias, init, specs, features)

    def count(self) -> int:
        """Return how many parameters an mlp of these sizes has."""
        inputs = len(self.features) or self.sizes[0]
        return sum(b * (a + self.bias) for a, b in pairwise((inputs, *self.sizes[1:])))

    def build(self, dtype: torch.dtype) -> nn.Sequential:
        """Build the mlp, with weights of no meaning."""
        features = self.features or None
        model = mlp(self.sizes, "linear", features=features, bias=self.bias, seed=0, dtype=dtype)
        first = len(list(model.children())) - 2 * len(self.activations)  # the last Linear is one
        for i, spec in enumerate(self.activations):
            model[2 * i + first] = activations.rebuild(spec)
        remember(model, self.init)
        return model

    def check_activations(self, model: nn.Module) -> None:
        """Raise `StateError` where a model of the user's cannot be given these activations."""
        sites = hidden_activations(model)
        names = [str(spec["name"]) for spec in self.activations]
        now = [str(site.spec["name"]) for site in sites]
        if len(now) != len(names):
            raise StateError(
                f"the state is of a model with the hidden activations {names}; model has {now}"
            )
        for site, name in zip(sites, names, strict=True):
            if site.spec["name"] != name and site.path is None:
                raise StateError(
                    f"the state has the hidden activations {names}, and model {now}, of which one "
                    "is no module that could be swapped"
                )

    def activate(self, model: nn.Module) -> None:
        """Give a model these hidden activations, slopes included."""
        if not self.activations:
            return
        set_activation(model, [str(spec["name"]) for spec in self.activations])
        for site, spec in zip(hidden_activations(model), self.activations, strict=True):
            if site.path is None or site.spec == spec:
                continue
            module = model.get_submodule(site.path)
            for name, value in activations.arguments(spec).items():
                setattr(module, name, value)


def _spec(fields: Fields) -> dict[str, object]:
    with fields:
        name = fields.choice("name", tuple(activations.ACTIVATIONS))
        slope = _SLOPES.get(name)
        return {"name": name} | ({slope: fields.number(slope)} if slope else {})


def _check_features(sizes: tuple[int, ...], features: tuple[str, ...]) -> None:
    if not features:
        return
    try:
        InputFeatures(sizes[0], features)
    except ValueError as error:
        raise StateError(f"state.structure: {error}") from None
