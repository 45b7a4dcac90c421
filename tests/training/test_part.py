"""What is new in a history, told to somebody who has an earlier state of it."""

from typing import Any

import numpy as np
from hypothesis import example, given, settings
from hypothesis import strategies as st

from nnwidgets.training._part import stride_for
from nnwidgets.training.history import History

SIZE = 3


class Reader:
    """A page: it keeps what it is given, and forgets what is outdated."""

    def __init__(self) -> None:
        self.serial = -1
        self.rows: list[tuple[float, float]] = []
        self.vectors: dict[int, Any] = {}

    def read(self, history: History, **bounds: int) -> None:
        while True:
            part = history.part(self.serial, len(self.rows), **bounds)
            epochs, losses = (part.columns[name].tolist() for name in ("epoch", "loss"))
            assert len(epochs) <= bounds["most_rows"]
            self.rows[part.start :] = zip(epochs, losses, strict=True)
            kept = {row: v for row, v in self.vectors.items() if row < part.start}
            last = part.rows - 1
            kept = {row: v for row, v in kept.items() if row % part.stride == 0 or row == last}
            self.vectors = kept | dict(zip(part.kept.tolist(), part.vectors, strict=True))
            self.serial = part.serial
            if len(self.rows) == part.rows:
                return


def vector(epoch: int, loss: float) -> Any:
    return np.array([epoch, loss, epoch + loss], np.float32)


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("append"), st.integers(0, 30)),
        st.tuples(st.just("run"), st.integers(1, 40)),
        st.tuples(st.just("clear"), st.just(0)),
        st.tuples(st.just("go back"), st.integers(0, 50)),
        st.tuples(st.just("read"), st.just(0)),
    ),
    max_size=30,
)


@settings(max_examples=150, deadline=None)
@given(STEPS, st.integers(2, 20), st.integers(1, 7))
# Fewer rows have a finer stride: what was dropped when there were more has to come again.
@example([("run", 25), ("read", 0), ("append", 2)], 4, 1)
@example([("run", 40), ("read", 0), ("append", 30), ("append", 9), ("run", 1)], 3, 5)
@example([("run", 3), ("read", 0), ("go back", 1)], 2, 1)
@example([("run", 40), ("read", 0), ("clear", 0), ("run", 3)], 3, 5)
def test_a_reader_has_what_the_history_has(
    steps: list[tuple[str, int]], most: int, most_rows: int
) -> None:
    history, reader = History(SIZE), Reader()
    bounds = {"most_rows": most_rows, "max_bytes": most * SIZE * 4}
    serials = [history.serial]
    loss = 0.0
    for kind, n in [*steps, ("read", 0)]:
        last = int(history.epochs[-1]) if len(history) else -1
        if kind in ("append", "run"):
            first = max(0, last + 1 - n) if kind == "append" else last + 1
            for epoch in range(first, first + (1 if kind == "append" else n)):
                loss += 1.0
                history.append(epoch, vector(epoch, loss), loss=loss)
        elif kind == "clear":
            history.clear()
        elif kind == "go back" and len(history):
            row = n % len(history)
            row_epoch, row_loss = int(history.epochs[row]), float(history.loss[row])
            history.go_back(row_epoch, vector(row_epoch, row_loss))
        else:
            reader.read(history, **bounds)
            serials.append(history.serial)
    want = list(zip(history.epochs.tolist(), history.loss.tolist(), strict=True))
    assert reader.rows == want
    assert len(reader.vectors) <= max(2, most)
    for row, found in reader.vectors.items():
        np.testing.assert_array_equal(found, vector(*want[row]))
    if want:
        assert len(want) - 1 in reader.vectors  # the newest
        stride = stride_for(len(want), most)
        assert set(range(0, len(want), stride)) <= set(reader.vectors)
    assert serials == sorted(serials)


@given(st.integers(1, 10**6), st.integers(2, 10**4))
def test_a_stride_is_the_smallest_power_of_two_that_fits(rows: int, most: int) -> None:
    def kept(stride: int) -> int:
        return len({*range(0, rows, stride), rows - 1})

    stride = stride_for(rows, most)
    assert stride & (stride - 1) == 0
    assert kept(stride) <= max(most, 2)
    assert stride == 1 or -(-rows // (stride // 2)) > most - 1


def test_a_serial_of_another_history_gets_everything() -> None:
    history = History(SIZE)
    history.append(0, np.zeros(SIZE), loss=1.0)
    part = history.part(10**9, 1, most_rows=10, max_bytes=100)
    assert (part.start, part.rows, len(part.vectors)) == (0, 1, 1)


def test_an_excerpt_is_a_history_of_its_own() -> None:
    history = History(SIZE)
    for epoch in range(40):
        history.append(epoch, vector(epoch, 0.5), loss=0.5, metrics={"margin": epoch})
    few = history.excerpt(10 * SIZE * 4)
    history.clear()
    assert few["margin"].tolist() == list(range(40))
    np.testing.assert_array_equal(few.parameters(0), vector(0, 0.5))
    np.testing.assert_array_equal(few.parameters(39), vector(39, 0.5))
    assert few.kept_epoch(5) in (4, 8)
