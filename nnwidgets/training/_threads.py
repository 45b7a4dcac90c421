"""How many threads a stretch of training gets: one where it is small, sooner in the background."""

from __future__ import annotations

import threading
from contextlib import AbstractContextManager

from nnwidgets.core._threads import SMALL, one_thread_if_small

# Threads other than the main one have pools of their own, which are slower to wake: 784-64-32-10
# with batches of 64 to 1024 took 1.3 to 2 times as long with two threads as with one.
SMALL_IN_BACKGROUND = 1 << 26
# One large call an epoch among many small ones may be slower, but not very large.
CALLS_IN_AN_EPOCH = 16


def one_thread_if_small_steps(size: int, batch: int, rows: int) -> AbstractContextManager[None]:
    """Have torch use one thread, in the calling thread, to train a small model.

    Parameters
    ----------
    size : int
        Parameters of the model.
    batch, rows : int
        Rows of a batch, and of all the data, which are evaluated once an epoch.
    """
    main = threading.current_thread() is threading.main_thread()
    work = max(size * batch, size * rows // CALLS_IN_AN_EPOCH)
    return one_thread_if_small(work, SMALL if main else SMALL_IN_BACKGROUND)
