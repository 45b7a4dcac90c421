"""Weights in a safetensors file: names, shapes and bytes, and nothing that could be executed."""

from __future__ import annotations

import json
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from torch import Tensor, nn

import nnwidgets
from nnwidgets.core._files import destination, write_whole
from nnwidgets.core.state._fields import StateError
from nnwidgets.core.state.restore import compare, kinds
from nnwidgets.core.structure import hidden_activations

if TYPE_CHECKING:
    import os
    from types import ModuleType

# The format's names for those that a parameter or buffer can have.
_DTYPES = {
    "F64": "float64",
    "F32": "float32",
    "F16": "float16",
    "BF16": "bfloat16",
    "I64": "int64",
    "I32": "int32",
    "I16": "int16",
    "I8": "int8",
    "U8": "uint8",
    "BOOL": "bool",
}


def save(model: nn.Module, path: str | os.PathLike[str], epoch: int) -> None:
    """Write a model's parameters and buffers, whole or not at all.

    The header says besides which nnwidgets wrote it, the hidden activations and the epoch.

    Raises
    ------
    ImportError
        If safetensors is missing.
    OSError
        Where the file cannot be written; what was there is as it was.
    """
    target = destination(path)
    names = [str(site.spec["name"]) for site in hidden_activations(model)]
    about = {
        "format": "pt",
        "nnwidgets": nnwidgets.__version__,
        "activation": json.dumps(names),
        "epoch": str(epoch),
    }
    # Copies: the format has no tensors that share memory, or lie otherwise than row after row.
    tensors = {n: t.detach().cpu().contiguous().clone() for n, t in _tensors(model).items()}
    data: bytes = _library("safetensors.torch").save(tensors, metadata=about)
    write_whole(target, data)


def read(model: nn.Module, path: str | os.PathLike[str]) -> dict[str, Tensor]:
    """Return what a file has for a model's parameters and buffers, by name; the model stays.

    A tied parameter may have any of its names in the file, or several.

    Raises
    ------
    StateError
        If it is no safetensors file, or has other names, shapes or dtypes than the model.
    OSError
        If there is no such file, or it cannot be read.
    """
    with Path(path).open("rb"):
        pass  # an error of the system's, with its own words
    library = _library("safetensors")
    try:
        with library.safe_open(path, framework="pt") as file:
            names = _first_names(model)
            found = {n: _kind(file.get_slice(n)) for n in file.keys()}  # noqa: SIM118
            known = {names.get(n, n): kind for n, kind in found.items()}
            compare("tensor", known, kinds(_tensors(model)), "the file")
            return {names.get(n, n): file.get_tensor(n).clone() for n in found}
    except library.SafetensorError as error:
        raise StateError(f"{Path(path).name!r} must be a safetensors file: {error}") from None


def _tensors(model: nn.Module) -> dict[str, Tensor]:
    """Return what a file holds: each parameter once, and the buffers that a state dict has."""
    parameters: dict[str, Tensor] = dict(model.named_parameters())
    kept = model.state_dict()
    return parameters | {name: b for name, b in model.named_buffers() if name in kept}


def _first_names(model: nn.Module) -> dict[str, str]:
    first = {id(p): name for name, p in model.named_parameters()}
    return {n: first[id(p)] for n, p in model.named_parameters(remove_duplicate=False)}


def _kind(part: Any) -> tuple[tuple[int, ...], str]:
    dtype = part.get_dtype()
    return tuple(part.get_shape()), _DTYPES.get(dtype, dtype)


def _library(name: str) -> ModuleType:
    try:
        return import_module(name)  # only here: not everybody needs it
    except ModuleNotFoundError as error:
        raise ImportError(
            "weights in files need safetensors: pip install 'nnwidgets[safetensors]'"
        ) from error
