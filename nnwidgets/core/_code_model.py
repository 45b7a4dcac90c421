"""A module as the Python text that makes one like it."""

from __future__ import annotations

import ast
import inspect
import keyword
import re
import sys
import textwrap
from types import ModuleType
from typing import Any

from torch import nn

from nnwidgets.core.activations import Sine
from nnwidgets.core.input_features import InputFeatures, Term, written

_TORCHS = re.compile(r"torch\.nn\.modules\.")
_NAMES = {"torch": "import torch", "nn": "from torch import nn", "np": "import numpy as np"}


class ModelText:
    """What is to be written for a model.

    Attributes
    ----------
    imports : list of str
        Lines beyond numpy, torch and nn.
    classes : list of str
        Sources of classes that the script has to define.
    expression : str or None
        Makes the model; None where nobody can tell what its constructor was given.
    """

    def __init__(self, model: nn.Module) -> None:
        self.imports: list[str] = []
        self.classes: list[str] = []
        self.expression = self._text(model, 0)
        if self.expression is None:
            self.expression = self._own(model)

    def _text(self, module: nn.Module, indent: int) -> str | None:
        if type(module) is nn.Sequential:
            return self._sequential(module, indent)
        if type(module) is InputFeatures:
            self._define(_features_class(module))
            return "Features()"
        if type(module) is Sine:
            self._define(_SINE)
            return "Sine()"
        return _torchs(module)

    def _sequential(self, module: nn.Sequential, indent: int) -> str | None:
        inner = " " * (indent + 4)
        named = [name for name in module._modules if module._modules[name] is not None]
        if named != [str(i) for i in range(len(named))] or len(set(module)) < len(named):
            return None  # names of the user's own, or a module in two places
        parts = [self._text(part, indent + 4) for part in module]
        if None in parts:
            return None
        return "nn.Sequential(\n" + "".join(f"{inner}{p},\n" for p in parts) + " " * indent + ")"

    def _define(self, source: str) -> None:
        if source not in self.classes:
            self.classes.append(source)

    def _own(self, model: nn.Module) -> str | None:
        """Take the sources of the user's classes, its own base classes among them."""
        own = [t for t in type(model).__mro__ if not t.__module__.startswith(("torch", "builtins"))]
        parts = [type(m) for m in model.modules() if not type(m).__module__.startswith("torch.")]
        wanted = list(dict.fromkeys([*reversed(parts), *reversed(own)]))
        for kind in wanted:
            try:
                source = textwrap.dedent(inspect.getsource(kind)).rstrip()
            except (OSError, TypeError):
                name = class_name(kind)
                self._define(f"# Insert the class {name} here: its source could not be found.")
                return None
            self._define(source)
            self._import_for(kind, source)
        return _constructed(model)

    def _import_for(self, kind: type, source: str) -> None:
        """Import the modules that a class's source names."""
        home = vars(sys.modules.get(kind.__module__, ModuleType("")))
        for name, value in home.items():
            if isinstance(value, ModuleType) and re.search(rf"\b{re.escape(name)}\b", source):
                path = value.__name__
                line = f"import {path}" if path == name else f"import {path} as {name}"
                known = _NAMES.get(name)
                if line not in self.imports and known is None:
                    self.imports.append(line)


def _torchs(module: nn.Module) -> str | None:
    """Return a call of one of torch's own classes, if that makes the same."""
    if not _TORCHS.match(type(module).__module__):
        return None
    if type(module) is nn.Linear:
        bias = "" if "bias" in dict(module.named_parameters()) else ", bias=False"
        return f"nn.Linear({module.in_features}, {module.out_features}{bias})"
    for text in (f"nn.{type(module).__name__}()", f"nn.{module!r}"):
        made = called(text)
        if type(made) is type(module) and repr(made) == repr(module):
            shapes = {k: v.shape for k, v in module.state_dict().items()}
            if shapes == {k: v.shape for k, v in made.state_dict().items()}:
                return text
    return None


def called(text: str) -> nn.Module | None:
    """Return what a call of one of torch's classes with plain values makes; None of another text.

    The text is a module's repr, into which its parts, and whoever named them, may write what they
    like: it is read, and never executed.
    """
    try:
        call = ast.parse(text, mode="eval").body
        if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Attribute):
            return None
        if not isinstance(call.func.value, ast.Name) or call.func.value.id != "nn":
            return None
        given = [ast.literal_eval(value) for value in call.args]
        named = {str(word.arg): ast.literal_eval(word.value) for word in call.keywords}
        kind = getattr(nn, call.func.attr)
        made = kind(*given, **named) if issubclass(kind, nn.Module) else None
    except Exception:  # noqa: BLE001  (whatever a constructor raises, or no Python at all)
        return None
    return made


def _constructed(model: nn.Module) -> str | None:
    """Return a call of the user's class without arguments, if that makes the same shapes."""
    try:
        inspect.signature(type(model)).bind()
        made: Any = type(model)()
        alike = {k: v.shape for k, v in made.state_dict().items()} == {
            k: v.shape for k, v in model.state_dict().items()
        }
    except Exception:  # noqa: BLE001  (whatever a user's constructor raises)
        return None
    name = type(model).__name__
    return f"{name}()" if alike and class_name(type(model)) == name else None


def class_name(kind: type) -> str:
    """Return a class's name, or "Model" where it has one that is none in Python."""
    name = kind.__name__
    return name if name.isidentifier() and not keyword.iskeyword(name) else "Model"


_SINE = """class Sine(nn.Module):
    def forward(self, z):
        return torch.sin(z)"""


def _features_class(module: InputFeatures) -> str:
    used = sorted({int(i) for term in module.terms for i in _inputs(term)})
    columns = "\n".join(f"        x{i + 1} = x[:, {i}]" for i in used)
    listed = ", ".join(map(_formula, module.terms))
    return (
        "class Features(nn.Module):\n"
        "    def forward(self, x):\n"
        f"{columns}\n"
        f"        return torch.stack([{listed}], dim=1)"
    )


def _inputs(term: Term) -> list[Any]:
    return list(term[1:3]) if term[0] == "*" else [term[1]]


def _formula(term: Term) -> str:
    text = written(term).replace("^2", "**2").replace("*x", " * x")
    return f"torch.{text}" if term[0] in ("sin", "cos") else text
