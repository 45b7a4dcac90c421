"""Find a model's hidden activations and swap them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from torch import nn

from nnwidgets.core import activations
from nnwidgets.core._stack import Spec, Stack, read_stack
from nnwidgets.core._symbolic import join


@dataclass(frozen=True)
class ActivationSite:
    """A hidden layer's activation.

    Attributes
    ----------
    path : str or None
        The activation module's path; None where a stack has none: there ``forward`` calls a
        function, or goes straight on to the next Linear (and is "linear").
    spec : mapping
        What :func:`nnwidgets.core.activations.describe` says of it.
    between : pair of str, or None
        In a stack, the Linear before it and the one after it.
    """

    path: str | None
    spec: Spec
    between: tuple[str, str] | None = None


def hidden_activations(model: nn.Module) -> list[ActivationSite]:
    """List the hidden layers' activations in order, without what ends the model.

    For a stack there is one for every Linear but the last, with path None where no module
    follows it. Of any other module: those of the table's modules that come before the last
    layer, in the order of definition.
    """
    return _sites_of(model, read_stack(model))


def _sites_of(model: nn.Module, stack: Stack | None) -> list[ActivationSite]:
    if stack is None:
        return list(_sites(model))
    return [
        ActivationSite(layer.activation_path, layer.activation, (layer.name, following.name))
        for layer, following in pairwise(stack.layers)
    ]


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
        For an unknown name, another number of names than hidden layers, a place in the model
        with no module to swap, or a module that is used in several places which are to differ.
        The model is unchanged then.

    Examples
    --------
    >>> model = nn.Sequential(nn.Linear(2, 2), nn.Tanh(), nn.Linear(2, 1))
    >>> set_activation(model, "relu")
    >>> model[1]
    ReLU()
    """
    stack = read_stack(model)
    sites = _sites_of(model, stack)
    names = names_for(value, sites)
    swaps = [
        (_swappable(site), name)
        for site, name in zip(sites, names, strict=True)
        if site.spec["name"] != name
    ]
    _check_shared(model, sites, names)
    if swaps and stack is not None:
        _check_end(model, stack, [path for path, _ in swaps])
    for path, name in swaps:
        _swap(model, path, name)


def _swappable(site: ActivationSite) -> str:
    """Return the path of the site's module, or raise if there is none that could be swapped."""
    if site.path is not None:
        return site.path
    assert site.between is not None  # only a stack lists a place without a module
    before, after = site.between
    if site.spec["name"] == "linear":
        raise ValueError(
            f"no activation module between {before!r} and {after!r}; put nn.Identity() there"
        )
    raise ValueError(
        f"the activation after {before!r} is a function call in forward ({site.spec['name']}); "
        "make it a module, such as nn.Tanh(), to swap it"
    )


def _check_shared(model: nn.Module, sites: Sequence[ActivationSite], names: Sequence[str]) -> None:
    """Raise if one module, used several times in a forward, would have to become several."""
    wanted: dict[object, str] = {}
    for site, name in zip(sites, names, strict=True):
        if site.path is None:
            continue
        other = wanted.setdefault(_attribute(model, site.path), name)
        if other != name:
            raise ValueError(
                f"the module {site.path!r} is the activation of several layers and cannot be both "
                f"{other!r} and {name!r}; give each layer a module of its own, or all one name"
            )


def _check_end(model: nn.Module, stack: Stack, paths: Sequence[str]) -> None:
    """Raise if a module to be swapped is used once more after the last Linear."""
    ends = [path for path in (stack.head_path, stack.layers[-1].activation_path) if path]
    end = {_attribute(model, path) for path in ends}
    for path in paths:
        if _attribute(model, path) in end:
            raise ValueError(
                f"the module {path!r} is a hidden activation and ends the model as well, which "
                "must not change; give the hidden layers a module of their own to swap it"
            )


def _attribute(model: nn.Module, path: str) -> tuple[int, str]:
    """Tell one place for a module from another: a block used twice gives it two paths."""
    parent, _, attribute = path.rpartition(".")
    return id(model.get_submodule(parent)), attribute


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


def _swap(model: nn.Module, path: str, name: str) -> None:
    parent, _, attribute = path.rpartition(".")
    new = activations.make(name)
    new.train(model.get_submodule(path).training)
    new._activation = True  # type: ignore[assignment]  # so that an Identity is found again
    setattr(model.get_submodule(parent), attribute, new)
