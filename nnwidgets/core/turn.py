"""A fair lock: whoever waits for the model is served before its holder comes round again."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:

    class RLock:
        """What is used of threading.RLock, which may not be inherited from by its stub."""

        def acquire(self, blocking: bool = True) -> bool: ...  # noqa: D102
        def release(self) -> None: ...  # noqa: D102
        def _is_owned(self) -> bool: ...
        def __exit__(self, *error: object) -> None: ...
else:
    from _thread import RLock

_BLOCKING = (True,)


class Turn(RLock):
    """Whose turn it is to read or write the module: a re-entrant lock that is fair.

    A training loop takes the turn for every step and lets go for a moment in between. With a
    plain lock it would nearly always win that moment against a thread that waits, because the
    waiter has to wake up first. So there are two locks, in the manner of the "two mutexes and a
    queue" pattern: to come in one stands at the door (``_door``) until the room, which is this
    lock, is free, and who has just left the room finds the waiter in the door.

    A thread that has the turn may take it again; it keeps it until it has let go as often.

    Letting go is RLock's own ``__exit__``, in C. Python raises KeyboardInterrupt at the start of
    a function that is written in Python: one that lets go would then not, and the turn be taken
    for ever.

    Examples
    --------
    >>> turn = Turn()
    >>> with turn:
    ...     pass  # step, read or write the module
    """

    def __init__(self) -> None:
        self._door = threading.Lock()

    @property
    def mine(self) -> bool:
        """Whether the calling thread has the turn."""
        return self._is_owned()

    def __enter__(self) -> Turn:
        """Wait for the turn (at once if this thread has it) and take it."""
        taken: list[bool] = []
        # Taken and noted in one call of C, between which nothing can be interrupted.
        take = map(self.acquire, _BLOCKING)
        try:
            # Who has it does not go by the door: whoever stands there waits for this thread.
            if self._is_owned():
                taken.extend(take)
            else:
                with self._door:
                    taken.extend(take)
        except BaseException:
            if taken:  # a KeyboardInterrupt may arrive when the room is ours already
                self.release()
            raise
        return self
