"""Find a model's hidden activations and swap them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from torch import nn

from nnwidgets.core import activations
from nnwidgets.core._stack import Spec, join, leaves, read_stack


@dataclass(frozen=True)
class ActivationSite:
    """A hidden layer's activation; ``path`` is None where a stack has no module for it."""

    path: str | None
    spec: Spec


def hidden_activations(model: nn.Module) -> list[ActivationSite]:
    """List the hidden layers' activations in order, without what ends the model.

    For a stack there is one for every Linear but the last, with path None where no module
    follows it. Of any other module: those of the table's modules that come before the last
    layer, in the order of definition.
    """
    stack = read_stack(model)
    if stack is not None:
        return [ActivationSite(la.activation_path, la.activation) for la in stack.layers[:-1]]
    return list(_sites(model))


def _sites(model: nn.Module) -> Iterator[ActivationSite]:
    places = list(_places(model))
    weighted = [i for i, (_, _, module) in enumerate(places) if module._parameters]
    last = weighted[-1] if weighted else -1
    for i, (path, parent, module) in enumerate(places):
        spec = activations.describe(module)
        if spec is None:
            continue
        # Elsewhere an Identity may be a residual connection's.
        if spec["name"] == "linear" and not (
            type(parent) is nn.Sequential or hasattr(module, "_activation")
        ):
            continue
        # A Sequential runs as it is defined; elsewhere only a Sigmoid is taken for the head.
        if i > last and (type(model) is nn.Sequential or spec["name"] == "sigmoid"):
            continue
        yield ActivationSite(path, spec)


def _places(model: nn.Module) -> Iterator[tuple[str, nn.Module, nn.Module]]:
    """Yield every place (path, parent, module) once, in the order of definition."""
    seen: set[int] = set()

    def visit(parent: nn.Module, path: str) -> Iterator[tuple[str, nn.Module, nn.Module]]:
        if id(parent) in seen:
            return
        seen.add(id(parent))
        for name, child in parent._modules.items():
            if child is not None:
                yield join(path, name), parent, child
                yield from visit(child, join(path, name))

    return visit(model, "")


def set_activation(model: nn.Module, value: str | Sequence[str]) -> None:
    """Swap the hidden layers' activation modules in place; what ends the model stays.

    A module that is of the wanted activation already is kept, with its slope or alpha; a new one
    has torch's defaults and the old one's training mode. Hooks on a module go when it goes.

    Parameters
    ----------
    model : nn.Module
    value : str or sequence of str
        A name for all hidden layers, or one for each.

    Raises
    ------
    TypeError, ValueError
        For an unknown name, another number of names than hidden layers, or a place in the model
        with no module to swap. The model is unchanged then.

    Examples
    --------
    >>> model = nn.Sequential(nn.Linear(2, 2), nn.Tanh(), nn.Linear(2, 1))
    >>> set_activation(model, "relu")
    >>> model[1]
    ReLU()
    """
    sites = hidden_activations(model)
    names = names_for(value, sites)
    for site, name, where in zip(sites, names, _between(model, sites), strict=True):
        if site.path is None and name != "linear":
            raise ValueError(f"no activation module between {where}; put nn.Identity() there")
    for site, name in zip(sites, names, strict=True):
        if site.path is not None and site.spec["name"] != name:
            _swap(model, site.path, name)


def names_for(value: object, sites: Sequence[ActivationSite]) -> list[str]:
    """Return one activation name for each of ``sites``, or raise as :func:`set_activation`."""
    if isinstance(value, str):
        activations.check(value)
        if not sites:
            raise ValueError(f"the model has no hidden activation that could become {value!r}")
        return [value] * len(sites)
    if not isinstance(value, Sequence):
        raise TypeError(f"activation must be a str or a list of str, got {type(value).__name__}")
    names = [activations.check(name) for name in value]
    if len(names) != len(sites):
        at = ", ".join(repr(site.path) for site in sites) or "nowhere"
        raise ValueError(
            f"activation must be one name or {len(sites)} (hidden activations: {at}), "
            f"got {len(names)}: {names}"
        )
    return names


def _between(model: nn.Module, sites: Sequence[ActivationSite]) -> list[str]:
    linears = [path for path, module in leaves(model) if type(module) is nn.Linear]
    pairs = [f"{a!r} and {b!r}" for a, b in pairwise(linears)]
    return (pairs + [""] * len(sites))[: len(sites)]


def _swap(model: nn.Module, path: str, name: str) -> None:
    parent, _, attribute = path.rpartition(".")
    new = activations.make(name)
    new.train(model.get_submodule(path).training)
    new._activation = True  # type: ignore[assignment]  # so that an Identity is found again
    setattr(model.get_submodule(parent), attribute, new)
