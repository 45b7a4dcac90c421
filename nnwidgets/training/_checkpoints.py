"""What it takes to train on from an earlier epoch: optimizer and random numbers, now and then."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

    from torch import Tensor

    from nnwidgets.training._memory import Memory

#: A checkpoint takes as long as a tenth of the smallest step: one in so many is not noticed.
STEPS = 16
#: That the tensors of all of them may take.
MOST_BYTES = 32 * 2**20
#: And how many there may be: one of a small model takes some 9 kB, as Python's objects are not in
#: its tensors. At least half as many are left, which is one in 200 of 100 000 epochs.
MOST = 1000


class Checkpoint(NamedTuple):
    """A trainer between two epochs, about to begin the one after `epoch`."""

    epoch: int
    memory: Memory
    order: Tensor
    random: list[Tensor]
    penalty: tuple[float, float]

    @property
    def bytes(self) -> int:
        """How much it takes."""
        tensors = (*self.memory.tensors(), self.order, *self.random)
        return sum(tensor.nbytes for tensor in tensors)


class Checkpoints:
    """Checkpoints of a trainer, of growing epochs; fewer and fewer when they become many.

    One is taken where an epoch begins, unless there was one less than so many steps ago and
    nothing but training has changed anything since: what lies between is found again by training.
    The first and the last are always there.

    Parameters
    ----------
    most_bytes : int
    most : int
    """

    def __init__(self, most_bytes: int = MOST_BYTES, most: int = MOST) -> None:
        self._most_bytes, self._most = most_bytes, most
        self.clear()

    def clear(self) -> None:
        """Forget all."""
        self._kept: list[Checkpoint] = []
        self._bytes = 0
        self._spacing = STEPS
        self._steps = 0
        self._key: Hashable = None

    def __len__(self) -> int:
        return len(self._kept)

    def step(self) -> None:
        """Training makes a step."""
        self._steps += 1

    def offer(self, epoch: int, key: Hashable, make: Callable[[], Checkpoint]) -> None:
        """An epoch begins after `epoch`; `key` differs where more than training has happened."""
        last = self._kept[-1].epoch if self._kept else -1
        if last < epoch and key == self._key and self._steps < self._spacing:
            return
        self.cut(epoch - 1)
        self._kept.append(made := make())
        self._bytes += made.bytes
        self._steps, self._key = 0, key
        while self._too_many() and len(self._kept) > 2:
            self._thin()

    def cut(self, epoch: int) -> None:
        """Forget those after `epoch`."""
        while self._kept and self._kept[-1].epoch > epoch:
            self._bytes -= self._kept.pop().bytes
            self._key = None  # the next epoch that begins is marked

    def before(self, epoch: int) -> Checkpoint | None:
        """The last that is not after `epoch`."""
        return next((each for each in reversed(self._kept) if each.epoch <= epoch), None)

    def nearest(self, epoch: int) -> Checkpoint | None:
        """The one whose epoch is nearest, the earlier of two."""
        return min(self._kept, key=lambda each: abs(each.epoch - epoch), default=None)

    def _too_many(self) -> bool:
        return self._bytes > self._most_bytes or len(self._kept) > self._most

    def _thin(self) -> None:
        self._kept = [*self._kept[:-1:2], self._kept[-1]]
        self._bytes = sum(each.bytes for each in self._kept)
        self._spacing *= 2
