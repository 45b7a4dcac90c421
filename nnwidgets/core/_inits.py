"""Initial weights by name, the same for the same seed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import torch
from torch import Tensor, nn

from nnwidgets.core._arrays import did_you_mean

#: Standard deviations of initial weights that are much too small and much too large.
SMALL, LARGE = 0.01, 1.0

INITS: Mapping[str, Callable[..., Tensor] | None] = {
    "torch": None,
    "xavier": nn.init.xavier_normal_,
    "xavier_uniform": nn.init.xavier_uniform_,
    "kaiming": partial(nn.init.kaiming_normal_, nonlinearity="relu"),
    "kaiming_uniform": partial(nn.init.kaiming_uniform_, nonlinearity="relu"),
    "uniform": partial(nn.init.uniform_, a=-0.5, b=0.5),
    "small": partial(nn.init.normal_, std=SMALL),
    "large": partial(nn.init.normal_, std=LARGE),
    "zeros": lambda weight, generator: nn.init.zeros_(weight),
}
"""Ways to draw weights: torch's own, which draws biases as well; Glorot and Bengio (2010), variance
2 / (in + out); He et al. (2015), variance 2 / in; U(−½, ½); standard deviation 0.01; 1; and nothing
but 0, from which all units of a layer learn the same."""

ALIASES = {
    "default": "torch",
    "glorot": "xavier",
    "glorot_uniform": "xavier_uniform",
    "he": "kaiming",
    "he_uniform": "kaiming_uniform",
}


_MADE_WITH = "_initialised_by"


def init_name(init: object) -> str:
    """Return the name of an initialisation as in `INITS`; "glorot" and "he" are known as well.

    Raises
    ------
    ValueError
        For an unknown one, with those that are near.
    """
    name = ALIASES.get(init, init) if isinstance(init, str) else init
    if not isinstance(name, str) or name not in INITS:
        near = did_you_mean(str(init), [*INITS, *ALIASES])
        raise ValueError(f"there is no initialisation {init!r}. {near}")
    return name


def initialise(model: nn.Module, init: str = "torch", seed: int = 0) -> None:
    """Draw a model's weights anew, in place; biases become 0, but for "torch".

    Parameters
    ----------
    model : Module
        Its parameters of two dimensions or more are weights. For "torch" it is told to draw them
        itself: each of its modules that has ``reset_parameters()``, in their order.
    init : str
        One of `INITS` or `ALIASES`.
    seed : int
        The same numbers each time; torch's global generator is left as it was. For "torch" they
        are those that ``torch.manual_seed(seed)`` gives a model that is made right after it.

    Raises
    ------
    ValueError
        For an unknown name, or for "torch" where no module can draw its parameters.

    Examples
    --------
    >>> model = nn.Linear(100, 100)
    >>> initialise(model, "small")
    >>> round(model.weight.std().item(), 3), model.bias.abs().max().item()
    (0.01, 0.0)
    """
    draw = INITS[init_name(init)]
    if draw is None:
        _torchs_own(model, seed)
        return
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for parameter in model.parameters():
            if parameter.ndim < 2:
                parameter.zero_()
                continue
            drawn = draw(torch.empty(parameter.shape), generator=generator)
            parameter.copy_(drawn)


def _torchs_own(model: nn.Module, seed: int) -> None:
    modules: list[Any] = [m for m in model.modules() if hasattr(m, "reset_parameters")]
    if not modules:
        raise ValueError(
            f"{type(model).__name__} has no module with reset_parameters(), so torch cannot draw "
            'its weights anew: name another init, such as "xavier"'
        )
    devices = {p.device for p in model.parameters() if p.device.type == "cuda"}
    with torch.random.fork_rng(list(devices)):
        if devices:
            torch.manual_seed(seed)
        else:  # that would seed every GPU as well
            torch.default_generator.manual_seed(seed)
        for module in modules:
            module.reset_parameters()


def draw_seed() -> int:
    """Return a seed at random, by torch's global generator."""
    return int(torch.randint(2**31, ()))


def remember(model: nn.Module, init: str) -> None:
    """Note how a model's weights were drawn."""
    setattr(model, _MADE_WITH, init)


def made_with(model: nn.Module) -> str:
    """Return how a model's weights were drawn, "torch" where nobody has noted it."""
    return str(getattr(model, _MADE_WITH, "torch"))
