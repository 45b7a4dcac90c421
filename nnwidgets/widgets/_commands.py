"""What a message from the browser does to the network."""

from __future__ import annotations

import logging
import threading
import traceback
from collections import deque
from typing import TYPE_CHECKING

import torch

from nnwidgets import words
from nnwidgets.core._revision import Outdated
from nnwidgets.training._branch import branch
from nnwidgets.training._restructure import restructure
from nnwidgets.training.trainer import Trainer
from nnwidgets.widgets import _pack, _wire
from nnwidgets.widgets._background import spawn
from nnwidgets.widgets._guard import check_text
from nnwidgets.widgets._hands import Hands
from nnwidgets.widgets._history_message import history_message

if TYPE_CHECKING:
    from collections.abc import Callable

    from nnwidgets.core.data import Data
    from nnwidgets.widgets._model import NetworkModel

_log = logging.getLogger("nnwidgets")

#: Numbers of edits that are remembered, to know a repetition.
REMEMBERED = 256
#: Messages that may be carried out at once, each in a thread of its own; pauses are beside them.
MOST_ASIDE = 16
MOST_PAUSING = 2


class Commands:
    """Applies messages, one at a time, in whatever thread they arrive.

    Comm callbacks may come on the main thread or on another, and either may be in the middle of
    training. Edits are nevertheless applied here and now instead of being queued for the trainer:
    a few floats are written in microseconds, the turn is handed over fairly between two batch
    steps, and the same path works while nothing trains. What takes longer (training steps) gets a
    thread of its own; fields of opaque models are left to the probes' thread.

    Parameters
    ----------
    net
        The network, which owns this object.
    """

    def __init__(self, net: NetworkModel) -> None:
        self._net = net
        self._run = net.run
        self._problem = net.run.problem
        self._hands = Hands(self._problem)
        self._stepping = threading.Lock()
        self._aside_room = threading.Semaphore(MOST_ASIDE)
        self._pausing = threading.Semaphore(MOST_PAUSING)
        self._seen: deque[tuple[int, int]] = deque(maxlen=REMEMBERED)
        tensors = self._problem.parameters.tensors.values()
        self._largest = min(float(torch.finfo(tensor.dtype).max) for tensor in tensors)

    def receive(self, content: object) -> None:
        """Apply one message; whatever is wrong with it is told to the page and changes nothing."""
        traffic = self._net._traffic
        traffic.sender.alive()
        page = _wire.page_of(content)
        kind = content.get("type") if isinstance(content, dict) else None
        if (serial := _wire.answered(content)) is not None:
            traffic.sender.got(serial)
        numbered = kind in ("edit", "points")
        seq = _wire.sequence_of(content) if numbered else None
        # A page repeats what was not acknowledged in time: by now the value may be a newer one.
        if seq is None or (page, seq) not in self._seen:
            self._guarded(lambda: self._take(content, page), page, seq)
        else:
            self._hands.keep(page)  # a repeat changes nothing, but says that the hand is there
        if seq is not None:  # refused ones as well, so that the page goes back to what Python has
            self._seen.append((page, seq))
            acknowledge = traffic.acknowledge_edit if kind == "edit" else traffic.acknowledge_points
            acknowledge(page, seq)

    def refuse(self, message: str) -> None:
        """Tell the pages that what one sent was no message at all."""
        self._report(_wire.WireError(message), 0, None)

    def _take(self, content: object, page: int) -> None:
        check_text(content)
        bounds = self._bounds()
        self._apply(_wire.parse(content, bounds), bounds.revision, page)

    def _bounds(self) -> _wire.Bounds:
        revision = self._problem.revision  # first: what is read after it is no older
        data = self._problem.data
        return _wire.Bounds(
            revision=revision,
            size=self._problem.parameters.size,
            rows=len(data.X),
            features=data.X.shape[1],
            columns=1 if data.y.ndim == 1 else data.y.shape[1],
            layers=len(self._net._spec.get("layers", ())),
            largest=self._largest,
        )

    def _guarded(self, function: Callable[[], object], page: int, seq: int | None = None) -> None:
        try:
            function()
        except (ValueError, TypeError, LookupError, RuntimeError) as error:
            self._report(error, page, seq)
        except Exception as error:  # noqa: BLE001  (logged, and told to the page)
            _log.exception("a message from the browser could not be applied")
            self._report(error, page, seq)

    def _report(self, error: Exception, page: int, seq: int | None) -> None:
        # A KeyError shows its argument quoted; the text itself is meant.
        said = error.args[0] if error.args else ""
        quoted = isinstance(error, KeyError) or isinstance(said, words.Text)
        message = words.say(self._net.lang, said) if quoted else str(error)
        detail = "" if isinstance(error, _wire.WireError | Outdated) else _trace(error)
        about = {"page": page} if seq is None else {"page": page, "seq": seq}
        self._net.send({"type": "error", "message": message, "detail": detail, **about})

    def _apply(self, message: _wire.Message, revision: int, page: int) -> None:
        """Do what a page says, which was understood by the structure of this revision."""
        self._net._presets.check(message, self._net._views)
        match message:
            case _wire.Hello():
                self._net._traffic.hello()
            case _wire.Got(serial):
                self._net._traffic.sender.got(serial)
            case _wire.Ping(n):
                self._net.send({"type": "pong", "n": n})
            case _wire.Edit():
                self._edit(message, revision, page)
            case _wire.Freeze(index, frozen):
                self._freeze(index, frozen, revision)
            case _wire.Points():
                self._points(message, page)
            case _wire.Activation(value):
                names = value if isinstance(value, str) else list(value)
                self._run.set_activation(names, revision)
            case _wire.Structure(change):
                restructure(self._run, change, revision)
            case _wire.Train():
                self._train(message, page)
            case _wire.Recall(epoch):
                self._recall(epoch, revision, page)
            case _wire.History():
                self._history(message, revision, page)
            case _wire.Branch(epoch, play):
                self._aside(lambda: self._branch(epoch, play, revision), page)
            case _wire.Watch(probes):
                self._net._traffic.watch(page, probes)

    # -- parameters --------------------------------------------------------------------------

    def _edit(self, edit: _wire.Edit, revision: int, page: int) -> None:
        self._hands.hold(page, edit.held, revision)
        if edit.index:
            self._run.write(edit.index, edit.value, by="browser", revision=revision)

    def _freeze(self, index: tuple[int, ...], frozen: bool, revision: int) -> None:
        with self._problem.turn:
            self._problem.check_revision(revision)
            references = [self._problem.parameters.reference(entry) for entry in index]
        mark = self._run.freeze if frozen else self._run.unfreeze
        mark(*references, revision=revision)

    def _recall(self, epoch: int, revision: int, page: int) -> None:
        history = self._run.history
        with self._problem.turn:
            self._problem.check_revision(revision)
            # Before anything was recorded, epoch 0 is where reset goes back to.
            fresh = epoch == 0 and not len(history)
            flat = self._problem.initial if fresh else history.parameters(epoch)
            values = _pack.values(flat, self._problem.parameters)
        self._net.send({"type": "recalled", "epoch": epoch, "page": page}, [values])

    def _history(self, asked: _wire.History, revision: int, page: int) -> None:
        with self._problem.turn:
            self._problem.check_revision(revision)
            content, buffers = history_message(self._run, asked)
        self._net.send({**content, "page": page}, buffers)

    def _branch(self, epoch: int, play: bool, revision: int) -> None:
        self._problem.check_revision(revision)
        branch(self._run, epoch)
        if play:
            self._trainer().play()

    # -- data --------------------------------------------------------------------------------

    def _points(self, points: _wire.Points, page: int) -> None:
        with self._problem.turn:  # two pages may edit at once: read, change and write as one
            # Data that contain this change must say so, or they look like someone else's.
            self._net._traffic.include_points(page, points.seq)
            self._run.replace_data(self._edited(points))

    def _edited(self, points: _wire.Points) -> Data:
        data = self._problem.data
        y = points.y[0] if points.y and data.y.ndim == 1 else list(points.y)
        if points.op == "move":
            return data.move(points.row, list(points.x))
        if points.op == "add":
            return data.add(list(points.x), y)
        if points.op == "label":
            return data.label(points.row, y)
        return data.delete(points.row)

    # -- training ----------------------------------------------------------------------------

    def _train(self, train: _wire.Train, page: int) -> None:
        trainer = self._trainer()
        for name, value in train.settings.items():
            setattr(trainer, name, value)
        # Each waits for training in its own way, so none of them may be waited for here.
        if train.action == "pause":
            self._pause(trainer, page)
        elif train.action == "play":
            self._aside(lambda: trainer.play(train.n), page)
        elif train.action == "reset":
            self._aside(trainer.reset, page)
        elif train.action == "step":
            self._aside(lambda: self._step(trainer, train), page)

    def _step(self, trainer: Trainer, train: _wire.Train) -> None:
        if not self._stepping.acquire(blocking=False):
            return  # a key that is held down asks faster than training can follow
        try:
            if trainer.playing:
                trainer.pause()
            trainer.step(train.n or 1, unit="batch" if train.unit == "batch" else "epoch")
        finally:
            self._stepping.release()

    def _trainer(self) -> Trainer:
        return self._run.trainer or Trainer(self._run)

    def _pause(self, trainer: Trainer, page: int) -> None:
        if self._pausing.acquire(blocking=False):
            self._spawn(trainer.pause, page, self._pausing)
            return
        active, _ = self._run.seat.look()
        if active is not None:  # others wait for the end of it already
            active._player.stop()

    def _aside(self, action: Callable[[], object], page: int) -> None:
        """Do what takes longer in a thread of its own; what waits there is bounded."""
        if not self._aside_room.acquire(blocking=False):
            raise _wire.WireError(
                f"train and branch must wait: {MOST_ASIDE} such messages are being carried out"
            )
        self._spawn(action, page, self._aside_room)

    def _spawn(self, action: Callable[[], object], page: int, room: threading.Semaphore) -> None:
        def work() -> None:
            try:
                self._guarded(action, page)
            finally:
                room.release()

        spawn(work, "command")


def _trace(error: Exception) -> str:
    return "".join(traceback.format_exception(error))
