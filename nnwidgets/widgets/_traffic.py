"""What one network has to say to its pages, and when."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from nnwidgets.core.probe import Probe
from nnwidgets.widgets import _clock, _pack, _wire
from nnwidgets.widgets._live import in_main_thread
from nnwidgets.widgets._sender import Sender

if TYPE_CHECKING:
    from nnwidgets.core.problem import Problem
    from nnwidgets.widgets._model import NetworkModel

#: Durable state is written at most once in so many seconds, and always after the last change.
STATE_INTERVAL = 1.0
DATA_INTERVAL = 1 / 30
PROBE_INTERVAL = 1 / 30
#: So many pages have their edits acknowledged: those that were heard last.
PAGES = 16
#: A page that watches something says so again and again; one that has been silent for so many
#: seconds is gone. The timers of a page that is hidden ring once a minute.
LOOKING = 90.0
MOVING = ("playing", "fitting")

Probed = _wire.FieldProbe | _wire.LayerProbe
Probes = tuple[Probed, ...]


class Traffic:
    """Frames, durable state, data and probes of one network.

    Parameters
    ----------
    net
        The network, which owns this object.
    """

    def __init__(self, net: NetworkModel) -> None:
        self._net = net
        self._run = net.run
        self._problem = net.run.problem
        self._probe = _probe(self._problem)
        self.sender = Sender(_clock.FRAMES, self._send_frame)
        self._state = _clock.Throttle(_clock.FRAMES, STATE_INTERVAL, self.write_state)
        self._data = _clock.Throttle(_clock.FRAMES, DATA_INTERVAL, self.write_data)
        self._probes = _clock.Throttle(_clock.PROBES, PROBE_INTERVAL, self._send_probes)
        self._watched: dict[int, tuple[float, Probes]] = {}
        self._probe_serial = 0
        self._edit_acks: dict[int, int] = {}
        self._data_acks: dict[int, int] = {}

    def changed(self, kind: str) -> None:
        """Something happened to the run: pass it on, without waiting."""
        inline = in_main_thread()
        moving = self._run.status.state in MOVING
        self.sender.offer(more=kind == "epoch" or (moving and kind == "parameters"))
        if kind == "structure":
            self._probe = _probe(self._problem)
            before = self._net._spec["revision"]
            with self._net.hold_sync():
                self.write_structure()
                if self._net._spec["revision"] != before:
                    # Other parameters: nothing that went by their index holds any more.
                    self.write_frozen()
                    self.write_state()
        elif kind == "frozen":
            self.write_frozen()
        elif kind == "data":
            self._data.touch(inline=inline)
        if kind == "status" and not moving:
            self._state.flush()  # at rest: what is saved now is what will be reopened
        else:
            self._state.touch(inline=inline)
        if self._watched:
            self._probes.touch()

    def hello(self) -> None:
        """A page has opened, or wants to be sure: it needs a frame."""
        self.sender.hello()

    def acknowledge_edit(self, page: int, seq: int) -> None:
        """The next frame contains this edit, or leaves it out for good."""
        with self._problem.turn:  # pages may be heard in several threads
            self._edit_acks = _with(self._edit_acks, page, seq)
        self.sender.offer()

    def include_points(self, page: int, seq: int) -> None:
        """The data will contain this change, once the turn that the caller has is given back."""
        self._data_acks = _with(self._data_acks, page, seq)

    def acknowledge_points(self, page: int, seq: int) -> None:
        """The data contains this change, or leaves it out for good."""
        with self._problem.turn:
            self.include_points(page, seq)
        self._data.touch()

    def watch(self, page: int, probes: Probes) -> None:
        """Compute these for a page from now on, instead of what it watched before."""
        others = {known: seen for known, seen in self._watched.items() if known != page}
        if probes and self._probe is not None:
            while len(others) >= PAGES:
                del others[next(iter(others))]
            others[page] = (_clock.PROBES.now(), probes)
        self._watched = others
        if others:
            self._probes.touch()

    def write_all(self) -> None:
        """Bring every durable trait up to date."""
        self.write_structure()
        self.write_frozen()
        self.write_data()
        self.write_state()

    def write_structure(self) -> None:
        """Write what the network is."""
        with self._problem.turn:
            self._net._spec = _pack.spec(self._problem, self._probe)

    def write_frozen(self) -> None:
        """Write which entries may not move."""
        self._net._frozen = np.flatnonzero(self._problem.frozen).tolist()

    def write_data(self) -> None:
        """Write the points."""
        dtype = self._problem.parameters.dtype
        with self._problem.turn:  # data and the changes in them, of one moment
            data, test, acks = self._problem.data, self._problem.test, self._data_acks
        self._net._data = _pack.data(data, dtype, acks, test)

    def write_state(self) -> None:
        """Write the parameters and where training stands."""
        with self._problem.turn:  # units may be added in another thread
            parameters = self._problem.parameters
            values = _pack.values(parameters.read(), parameters)
            initial = _pack.values(self._problem.initial, parameters)
            status = _pack.status(self._run, lang=self._net.lang)
        self._net._initial = initial
        self._net._values = values
        self._net._status = status

    def _send_frame(self, serial: int) -> None:
        # A pass over the data costs more than all the rest of a frame: left to the page if it can.
        left = self._problem.stack is not None and self._problem.loss.name != "custom"
        with self._problem.turn:
            acks, revision = self._edit_acks, self._problem.revision
            parameters = self._problem.parameters
            values = _pack.values(parameters.read(), parameters)
            status = _pack.status(self._run, scored=not left, lang=self._net.lang)
        self._net.send(_pack.frame(serial, acks, revision, status), [values])

    def _send_probes(self) -> None:
        if self._probe is None or not self.sender.listening:
            return
        for page, (told, probes) in self._watched.items():
            if _clock.PROBES.now() > told + LOOKING:
                self.watch(page, ())  # the page has gone without a word
                continue
            for request in probes:
                self._send_probe(self._probe, request, page)

    def _send_probe(self, probe: Probe, request: Probed, page: int) -> None:
        values = self._compute(probe, request)
        self._probe_serial += 1
        content = {
            "type": "probe",
            "key": request.key,
            "serial": self._probe_serial,
            "shape": list(values.shape),
            "page": page,
        }
        self._net.send(content, [values.tobytes()])

    def _compute(
        self, probe: Probe, request: Probed
    ) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
        with self._problem.turn:
            if isinstance(request, _wire.LayerProbe):
                return np.ascontiguousarray(np.stack(probe.activations(request.layer)), np.float32)
            axes = request.axes
            fixed = np.asarray(request.fixed, self._problem.parameters.dtype)
            plane = (axes[0], axes[1]) if len(axes) == 2 else (axes[0],)
            x0, x1, y0, y1 = request.extent
            nx, ny = request.size
            field = probe.field(plane, (x0, x1, y0, y1), (nx, ny), fixed)
            return np.ascontiguousarray(field, np.float32)


def _with(acks: dict[int, int], page: int, seq: int) -> dict[int, int]:
    """Return the acknowledgements with a newer one; those of a page long silent are left out."""
    others = [(known, last) for known, last in acks.items() if known != page]
    return {**dict(others[-(PAGES - 1) :]), page: seq}


def _probe(problem: Problem) -> Probe | None:
    """What computes fields and activations where the browser cannot; None where it can."""
    return None if problem.stack else Probe(problem)
