"""One thread for small work: torch's own pool costs more than it brings there."""

from __future__ import annotations

import threading

import torch

# Multiplications of a step. Below this it is done before a second thread has woken up; worse,
# next to a busy browser every call waits for that thread to be given a core: steps of a 2-2-1
# network were measured 5 times slower.
SMALL = 1 << 21
# Threads other than the main one have pools of their own, which are slower to wake: 784-64-32-10
# with batches of 64 to 1024 took 1.3 to 2 times as long with two threads as with one.
SMALL_IN_BACKGROUND = 1 << 26


class OneThread:
    """Sets torch to one thread in the calling thread, and back.

    Parameters
    ----------
    size : int
        Parameters of the model.
    batch, rows : int
        Rows of a batch, and of all the data, which are evaluated once an epoch.
    """

    def __init__(self, size: int, batch: int, rows: int) -> None:
        self._step, self._epoch = size * batch, size * rows
        self._before: int | None = None

    def begin(self) -> None:
        """Remember how many threads there were, and take one if the work is small."""
        if self._small and self._before is None:
            self._before = torch.get_num_threads()
            torch.set_num_threads(1)

    @property
    def _small(self) -> bool:
        main = threading.current_thread() is threading.main_thread()
        limit = SMALL if main else SMALL_IN_BACKGROUND
        # One large call an epoch among many small ones may be slower, but not very large.
        return self._step <= limit and self._epoch <= 16 * limit

    def end(self) -> None:
        """As many as before. Harmless when nothing was begun."""
        before, self._before = self._before, None
        if before is not None:
            torch.set_num_threads(before)
