"""One thread for small work: torch's own pool costs more than it brings there."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import torch

#: Multiplications in one call. Below this it is done before a second thread has woken up, and that
#: thread goes on spinning for a while, on the core where a browser wants to draw: steps of a 2-2-1
#: network were measured 5 times slower with two.
SMALL = 1 << 21


@contextmanager
def one_thread_if_small(multiplications: int, limit: int = SMALL) -> Iterator[None]:
    """Have torch use one thread inside the block, in the calling thread, if the work is small."""
    if multiplications > limit:
        yield
    else:
        with one_thread():
            yield


@contextmanager
def one_thread() -> Iterator[None]:
    """Have torch use one thread inside the block, in the calling thread."""
    before = torch.get_num_threads()
    if before > 1:
        torch.set_num_threads(1)
    try:
        yield
    finally:
        if before > 1:
            torch.set_num_threads(before)
