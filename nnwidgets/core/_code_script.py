"""A script, part by part."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import torch

from nnwidgets.core._code_arrays import Arrays, quoted
from nnwidgets.core._code_loss import loss_text, right_text
from nnwidgets.core._code_model import ModelText, class_name

if TYPE_CHECKING:
    from nnwidgets.core.problem import Problem

FILE = "arrays.npz"


@dataclass(frozen=True)
class Recipe:
    """How a script trains.

    Attributes
    ----------
    optimizer : str
        "sgd", "momentum", "adam", "adamw", "rmsprop", or a call of an optimizer of torch's own,
        such as ``"torch.optim.Adagrad(model.parameters(), lr=0.1)"``; "" if nobody can tell.
    lr : float
    batch_size : int or None
    seed : int
        Of the order of the samples, and of what the model draws.
    l1, l2 : float
    epochs : int
    """

    optimizer: str = "adam"
    lr: float = 0.05
    batch_size: int | None = 16
    seed: int = 0
    l1: float = 0.0
    l2: float = 0.0
    epochs: int = 100


_OPTIMIZERS = {
    "sgd": "torch.optim.SGD(model.parameters(), lr={lr!r})",
    "momentum": "torch.optim.SGD(model.parameters(), lr={lr!r}, momentum=0.9)",
    "adam": "torch.optim.Adam(model.parameters(), lr={lr!r})",
    "adamw": "torch.optim.AdamW(model.parameters(), lr={lr!r})",
    "rmsprop": "torch.optim.RMSprop(model.parameters(), lr={lr!r})",
}


@dataclass
class Writer:
    """Writes the script of one problem."""

    problem: Problem
    recipe: Recipe
    start: str
    arrays: Arrays = field(default_factory=Arrays)

    def text(self) -> str:
        """Return the script; `arrays` then holds what it reads from a file."""
        model = ModelText(self.problem.model)
        parts = ["# Data", self._data(), "\n# Model", *self._classes(model), self._model(model)]
        parts += ["\n# Loss and optimizer", loss_text(self.problem.loss), self._optimizer()]
        parts += [
            self._frozen(),
            "\n\n" + self._evaluate() + "\n\n",
            "# Training",
            self._training(),
        ]
        head = ['"""' + self._title() + '"""\n', *self._imports(model)]
        return "\n".join(part for part in [*head, *parts] if part) + "\n"

    def _title(self) -> str:
        data, recipe = self.problem.data, self.recipe
        batches = f"batches of {recipe.batch_size}" if recipe.batch_size else "all data at once"
        return f"Trains a network on {len(data)} samples: {recipe.epochs} epochs, {batches}."

    def _imports(self, model: ModelText) -> list[str]:
        numpy = bool(self.arrays.kept) or any("np." in source for source in model.classes)
        numpys = ["import numpy as np"] if numpy else []
        lines = [*sorted(model.imports), *numpys, "import torch", "from torch import nn\n"]
        return [*lines, f'saved = np.load("{FILE}")\n' if self.arrays.kept else ""]

    def _classes(self, model: ModelText) -> list[str]:
        return [f"\n{source}\n\n" for source in model.classes]

    def _data(self) -> str:
        sets = {"": (self.problem.Xt, self.problem.yt)}
        if self.problem.test_tensors is not None:
            sets["_test"] = self.problem.test_tensors
        lines = []
        for suffix, tensors in sets.items():
            for letter, tensor in zip("Xy", tensors, strict=True):
                column = letter == "y" and tensor.ndim == 2 and tensor.shape[1] == 1
                flat = tensor[:, 0] if column else tensor
                text = self.arrays.text(f"{letter}{suffix}", flat)
                lines.append(f"{letter}{suffix} = {text}{'.reshape(-1, 1)' if column else ''}")
        return "\n".join(lines)

    def _model(self, model: ModelText) -> str:
        problem = self.problem
        dtype = problem.parameters.first.dtype
        cast = "" if dtype == torch.float32 else f".to({dtype})"
        if model.expression is None:
            name = class_name(type(problem.model))
            made = f"model = {name}(...)  # Insert what its constructor was given."
        else:
            made = f"model = {model.expression}{cast}"
        return made + "\n" + self._weights()

    def _weights(self) -> str:
        """Return the weights of the start as a state dict, buffers such as running means too."""
        problem = self.problem
        flat = problem.initial if self.start == "initial" else problem.parameters.read()
        state = {}
        for name, shape in problem.parameters.shapes.items():
            part = flat[problem.parameters.offsets[name] :][: int(np.prod(shape))]
            like = problem.parameters.tensors[name]
            state[name] = torch.from_numpy(np.array(part)).reshape(shape).to(like.dtype)
        buffers = dict(problem.model.named_buffers())
        if self.start == "initial":
            buffers |= problem.initial_buffers
        state |= {name: value for name, value in buffers.items() if name in _saved(problem)}
        lines = [f"    {quoted(n)}: {self.arrays.text(n, value, 4)}," for n, value in state.items()]
        which = "first" if self.start == "initial" else "present"
        strict = ", strict=False" if set(_saved(problem)) - set(state) else ""
        inside = "\n".join(lines)
        table = f"weights = {{  # the {which} ones\n{inside}\n}}"
        return f"{table}\nmodel.load_state_dict(weights{strict})"

    def _optimizer(self) -> str:
        recipe = self.recipe
        if not recipe.optimizer:
            return "optimizer = ...  # Insert yours here, on model.parameters()."
        call = _OPTIMIZERS.get(recipe.optimizer, recipe.optimizer)
        return "optimizer = " + (call.format(lr=recipe.lr) if call != recipe.optimizer else call)

    def _frozen(self) -> str:
        problem = self.problem
        lines = []
        for name, shape in problem.parameters.shapes.items():
            mask = problem.frozen[problem.parameters.index(name)]
            if mask.any():
                marks = torch.from_numpy(mask.copy()).reshape(shape)
                text = self.arrays.text(f"frozen {name}", marks, 4)
                lines.append(f"    {quoted(name)}: {text},")
        if not lines:
            return ""
        inside = "\n".join(lines)
        return f"frozen = {{  # entries that keep their values\n{inside}\n}}"

    def _training(self) -> str:
        recipe = self.recipe
        n = len(self.problem.data)
        size = recipe.batch_size or n
        setup = f"generator = torch.Generator().manual_seed({recipe.seed})  # of the samples' order"
        draws = any("Dropout" in type(m).__name__ for m in self.problem.model.modules())
        if draws or not self.problem.stack:
            setup += (
                f"\ntorch.manual_seed({recipe.seed})  # of what the model draws, such as dropout"
            )
        return "\n".join(
            [
                f"epochs = {recipe.epochs}",
                setup,
                "for epoch in range(1, epochs + 1):",
                "    model.train()",
                "    order = torch.randperm(len(X), generator=generator)",
                f"    for rows in order.split({size}):",
                "        optimizer.zero_grad()",
                "        loss = loss_fn(model(X[rows]), y[rows])",
                *self._penalty(),
                "        loss.backward()",
                *self._step(),
                *self._report(),
            ]
        )

    def _penalty(self) -> list[str]:
        l1, l2 = self.recipe.l1, self.recipe.l2
        if not (l1 or l2):
            return []
        terms = [f"{l1!r} * w.abs().sum()"] if l1 else []
        terms += [f"{l2!r} / 2 * w.square().sum()"] if l2 else []
        return [
            "        for w in model.parameters():",
            "            if w.ndim > 1:  # weights, and no biases",
            f"                loss = loss + {' + '.join(terms)}",
        ]

    def _step(self) -> list[str]:
        if not self.problem.frozen.any():
            return ["        optimizer.step()"]
        return [
            "        before = {name: p.detach().clone() for name, p in model.named_parameters()}",
            "        optimizer.step()",
            "        with torch.no_grad():",
            "            for name, still in frozen.items():",
            "                p = model.get_parameter(name)",
            "                p.copy_(torch.where(still, before[name], p))",
        ]

    def _evaluate(self) -> str:
        right = right_text(self.problem.loss)
        accuracy = "" if right is None else f"\n        accuracy = {right}.item()"
        answer = "loss" if right is None else "loss, accuracy"
        return (
            "def evaluate(X, y):\n"
            "    model.eval()\n"
            "    with torch.no_grad():\n"
            "        outputs = model(X)\n"
            f"        loss = loss_fn(outputs, y).item(){accuracy}\n"
            f"    return {answer}"
        )

    def _report(self) -> list[str]:
        names = ["loss"] if right_text(self.problem.loss) is None else ["loss", "accuracy"]
        every = max(1, self.recipe.epochs // 10)
        inside = " " * (8 if every > 1 else 4)
        lines = [""] + ([f"    if epoch % {every} == 0:"] if every > 1 else [])
        sets = [("", "X, y"), ("test ", "X_test, y_test")]
        for before, given in sets if self.problem.test is not None else sets[:1]:
            said = ", ".join(f"{before}{name} {{{name}:.4f}}" for name in names)
            lines += [
                f"{inside}{', '.join(names)} = evaluate({given})",
                f'{inside}print(f"epoch {{epoch}}: {said}")',
            ]
        return lines


def _saved(problem: Problem) -> list[str]:
    return list(problem.model.state_dict())
