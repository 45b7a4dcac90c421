"""What the parameters of a model are, without their values."""

from __future__ import annotations

from dataclasses import dataclass

from torch import nn

from nnwidgets.core.state._fields import Fields, StateError

_DTYPES = ("float16", "bfloat16", "float32", "float64")


@dataclass(frozen=True)
class ParameterInfo:
    """What one parameter is; ``trained`` is its ``requires_grad``."""

    name: str
    shape: tuple[int, ...]
    dtype: str
    trained: bool = True


def parameters_of(model: nn.Module) -> tuple[ParameterInfo, ...]:
    """Say what a model's parameters are."""
    return tuple(
        ParameterInfo(name, tuple(p.shape), str(p.dtype).removeprefix("torch."), p.requires_grad)
        for name, p in model.named_parameters()
    )


def read_parameters(fields: Fields) -> tuple[ParameterInfo, ...]:
    """Read the list of them, which has each name once."""
    where, found = fields.name("parameters"), []
    for i, record in enumerate(fields.list("parameters")):
        with Fields(record, f"{where}[{i}]") as one:
            found.append(
                ParameterInfo(
                    one.text("name"),
                    one.wholes("shape"),
                    one.choice("dtype", _DTYPES),
                    one.flag("trained"),
                )
            )
    if len({p.name for p in found}) < len(found):
        raise StateError(f"{where} must have each name once")
    return tuple(found)
