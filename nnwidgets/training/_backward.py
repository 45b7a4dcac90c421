"""`loss.backward()` for losses so small that getting there takes longer than the work."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor
from torch.autograd import Variable

if TYPE_CHECKING:
    from collections.abc import Callable


def _through_python(loss: Tensor) -> None:
    loss.backward()  # type: ignore[no-untyped-call]


def _straight(loss: Tensor) -> None:
    if type(loss) is not Tensor:  # a subclass may have its own idea of backward
        _through_python(loss)
        return
    seed = _seed(loss.dtype, loss.device)
    _engine.run_backward(
        (loss,), (seed,), False, False, (), allow_unreachable=True, accumulate_grad=True
    )


_seeds: dict[tuple[torch.dtype, torch.device], Tensor] = {}


def _seed(dtype: torch.dtype, device: torch.device) -> Tensor:
    """A one like the loss: where the chain rule starts."""
    found = _seeds.get((dtype, device))
    if found is None:
        found = _seeds[dtype, device] = torch.ones((), dtype=dtype, device=device)
    return found


def _choose() -> Callable[[Tensor], None]:
    # torch.autograd.backward checks and prepares for a third of the time that such a pass takes,
    # and then calls the engine. The engine's own door comes with no promise, so it is tried out.
    try:
        x = torch.full((), 3.0, requires_grad=True)
        _straight(x * x)
        return _straight if x.grad is not None and x.grad.item() == 6.0 else _through_python
    except Exception:  # noqa: BLE001  (whatever a coming version of torch answers)
        return _through_python


_engine: Any = getattr(Variable, "_execution_engine", None)
with torch.enable_grad():
    backward = _choose()
