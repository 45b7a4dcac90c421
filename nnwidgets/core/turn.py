"""A fair lock: whoever waits for the model is served before its holder comes round again."""

from __future__ import annotations

import threading
from contextlib import suppress
from types import TracebackType


class Turn:
    """Whose turn it is to read or write the module: a re-entrant lock that is fair.

    A training loop takes the turn for every step and lets go for a moment in between. With a
    plain lock it would nearly always win that moment against a thread that waits, because the
    waiter has to wake up first. So there are two locks, in the manner of the "two mutexes and a
    queue" pattern: to come in one stands at the door (``_door``) until the room (``_room``) is
    free, and who has just left the room finds the waiter in the door.

    A thread that has the turn may take it again; it keeps it until it has let go as often.

    Examples
    --------
    >>> turn = Turn()
    >>> with turn:
    ...     pass  # step, read or write the module
    """

    def __init__(self) -> None:
        self._door = threading.Lock()
        # An RLock only because its release() knows whether the room is this thread's.
        self._room = threading.RLock()
        self._owner: int | None = None
        self._depth = 0

    @property
    def mine(self) -> bool:
        """Whether the calling thread has the turn."""
        return self._owner == threading.get_ident()

    def __enter__(self) -> Turn:
        """Wait for the turn (at once if this thread has it) and take it."""
        me = threading.get_ident()
        if self._owner == me:
            # Not by the door: whoever stands there waits for this thread.
            self._depth += 1
            return self
        try:
            with self._door:
                self._room.acquire()
            self._owner, self._depth = me, 1
        except BaseException:
            # A KeyboardInterrupt may arrive when the room is ours already.
            with suppress(RuntimeError):
                self._room.release()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Let go of the turn (of one level of it)."""
        self._depth -= 1
        if self._depth == 0:
            self._owner = None
            self._room.release()
