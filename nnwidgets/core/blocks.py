"""A model as the modules it is made of, with the shapes they return: for any ``nn.Module``."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from typing import Any

from torch import Tensor, nn

from nnwidgets.core.problem import Problem

#: Rows on which the shapes are found.
_FEW = 2
#: Calls that are kept: a recurrent model may call a module a thousand times.
MOST = 200


@dataclass(frozen=True)
class Block:
    """One call of a module without parts.

    Attributes
    ----------
    path : str
        The module's path in the model, with " (2)" and so on where it is called again.
    kind : str
        The module's class, such as "Conv2d".
    detail : str
        What torch says of its options, such as "1, 8, kernel_size=(3, 3), stride=(1, 1)".
    shapes : tuple of tuple of int
        Of every tensor it returned, without the rows: (8, 6, 6). One for most modules.
    parameters : int
        How many numbers of its own it has.
    calls_before : int
        How often it had been called already in the same pass.
    """

    path: str
    kind: str
    detail: str
    shapes: tuple[tuple[int, ...], ...]
    parameters: int
    calls_before: int = 0

    def as_dict(self) -> dict[str, Any]:
        """Return plain data for JSON."""
        plain = asdict(self)
        plain["shapes"] = [list(shape) for shape in self.shapes]
        return plain


def blocks_of(problem: Problem) -> list[Block]:
    """Run the model on a few rows and list the modules that were called, in order.

    Parameters
    ----------
    problem : Problem
        Its model is called once, in evaluation mode, and left as it was.

    Returns
    -------
    list of Block
        At most ``MOST``. What ``forward`` computes by functions alone has no module and is not
        among them.

    Examples
    --------
    >>> from torch import nn
    >>> from nnwidgets.core.problem import Problem
    >>> image = nn.Sequential(nn.Unflatten(1, (1, 2, 2)), nn.Conv2d(1, 2, 2), nn.Flatten())
    >>> model = nn.Sequential(image, nn.Linear(2, 1))
    >>> blocks = blocks_of(Problem(model, [[0.0, 1.0, 2.0, 3.0]], [1.0], loss="mse"))
    >>> [(block.path, block.kind, block.shapes, block.parameters) for block in blocks]
    [('0.0', 'Unflatten', ((1, 2, 2),), 0), ('0.1', 'Conv2d', ((2, 1, 1),), 10), \
('0.2', 'Flatten', ((2,),), 0), ('1', 'Linear', ((1,),), 3)]
    """
    # The turn first: no training step may run past the hooks.
    with problem.turn, _calls(problem.model) as found:
        problem.outputs_at(problem.data.X[:_FEW])
    return found


@contextmanager
def _calls(model: nn.Module) -> Iterator[list[Block]]:
    """Note what is called by this thread inside the block."""
    found: list[Block] = []
    seen: Counter[str] = Counter()
    own = threading.get_ident()

    def hook(path: str) -> Any:
        def note(module: nn.Module, _args: Any, output: Any) -> None:
            if threading.get_ident() != own or len(found) >= MOST:
                return
            before = seen[path]
            seen[path] += 1
            name = path or "model"
            found.append(
                Block(
                    path=name if before == 0 else f"{name} ({before + 1})",
                    kind=type(module).__name__,
                    detail=module.extra_repr(),
                    shapes=tuple(tuple(each.shape[1:]) for each in _tensors(output)),
                    parameters=sum(each.numel() for each in module.parameters()),
                    calls_before=before,
                )
            )

        return note

    with ExitStack() as hooks:
        for path, module in _blocks(model, ""):
            hooks.callback(module.register_forward_hook(hook(path)).remove)
        yield found


def _blocks(module: nn.Module, path: str) -> Iterator[tuple[str, nn.Module]]:
    """Modules that are shown as one: those without parts, and torch's own that are no containers.

    An ``nn.MultiheadAttention`` is one block though it has a Linear inside, which it does not call.
    """
    home = type(module).__module__
    whole = home.startswith("torch.nn.modules.") and "container" not in home
    parts = dict(module.named_children())
    if not parts or (whole and not home.endswith(".transformer")):
        yield path, module
        return
    for name, child in parts.items():
        if name != "parametrizations":
            yield from _blocks(child, f"{path}.{name}" if path else name)


def _tensors(output: Any) -> list[Tensor]:
    if isinstance(output, Tensor):
        return [output] if output.ndim else []
    if isinstance(output, list | tuple):
        return [tensor for item in output for tensor in _tensors(item)]
    return []
