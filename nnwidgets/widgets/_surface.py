"""The part of a loss surface that pages see, and how it is computed while they wait.

What is synced, besides the options of :class:`LossSurface` (bytes are little-endian float64):

- ``_surface``: {} or {serial, generation, x, y, z, nx, ny, names, origin, directions, how, share,
  explained, data}: the newest grid, coarse at first. ``z`` has ny rows of nx.
- ``_tracks``: [{name, current, epochs, xy, off, loss}]: recorded runs seen in its plane.
- ``_state``: {state: "idle" | "computing" | "failed", share, message, seconds, stale}.

The page sends, besides options, ``{type: "compute"}``, ``{type: "cancel"}`` and
``{type: "chunk", name: "plotly"}``, which is answered by the same message with the gzipped file.
"""

from __future__ import annotations

import threading
import time
import weakref
from concurrent.futures import CancelledError
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

import numpy as np
import traitlets

from nnwidgets.core._threads import one_thread
from nnwidgets.core.landscape import LossGrid, Stage, Survey, prepare
from nnwidgets.widgets import _clock
from nnwidgets.widgets._background import Background
from nnwidgets.widgets._clock import Throttle
from nnwidgets.widgets._library import LibraryView
from nnwidgets.widgets._tracks import Tracks
from nnwidgets.widgets._traffic import MOVING
from nnwidgets.widgets._window import holds, pack, windowed

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from nnwidgets.core.landscape import Plane

#: Seconds that a surface may take to be computed without being asked for.
CHEAP = 0.15
#: Of all time, so much may be spent on that: at rest, and while training goes on.
DUTY = 0.2
DUTY_IN_TRAINING = 0.05

# Seconds between two looks at where the network is, and between two updates of its track.
_LOOK = 0.1
# Seconds between two reports of a long computation.
_REPORT = 0.1
# Off the plane by more than rounding, as a share of the parameters' size.
_ROUNDING = 1e-5

_IDLE = {"state": "idle", "share": 0.0, "message": "", "seconds": None, "stale": False}


def _synced(trait: traitlets.TraitType[Any, Any]) -> Any:
    """Tag a trait that the browser reads and never writes."""
    return trait.tag(sync=True, echo_update=False)


class SurfaceModel(LibraryView):
    """A view with a surface that is computed in the background."""

    _bundle_name = "surface"

    _surface = _synced(traitlets.Dict())
    _tracks = _synced(traitlets.List())
    _state = _synced(traitlets.Dict(_IDLE))

    axes: Any
    ranges: Any
    resolution: int
    data: str
    seed: int
    auto: bool

    def __init__(
        self, *args: Any, tracks: Mapping[str, object] | None = None, **options: Any
    ) -> None:
        self._writing = threading.RLock()
        self._grid: LossGrid | None = None
        self._runs = Tracks()
        self._serial = self._generation = self._changes = self._revision = 0
        self._computed = -1  # which of the changes the surface has seen
        self._rest_until = float("-inf")
        self._background = Background(_weakly(self, SurfaceModel._compute), "surface")
        self._looking = Throttle(_clock.EVENTS, _LOOK, _weakly(self, SurfaceModel._look))
        super().__init__(*args, **options)
        self._revision = self.net.run.problem.revision
        try:
            # Before the first surface is laid, which has room for them.
            self._runs.take_all(tracks or {}, self.net.run.problem.parameters)
        except (TypeError, ValueError):
            self.close()
            raise
        self.observe(self._chosen, names=["axes", "ranges", "resolution", "data", "seed"])
        self._background.request()

    def open(self) -> None:
        """Open the view in the page if it is not; a surface that is out of date is made anew."""
        again = self.comm is None and self._generation > 0
        super().open()
        if again:
            self._background.request()

    def close(self) -> None:
        """Remove the view from every page. Displaying it opens it again."""
        if self.is_open:
            self._background.cancel()
        super().close()

    def set_state(self, sync_data: dict[str, Any]) -> None:
        """Take options and layout from the page; the rest is Python's to write."""
        with self._writing:
            super().set_state(sync_data)

    def _asked(self, content: dict[str, object]) -> bool:
        kind = content.get("type")
        if kind == "compute":
            self._background.request()
        elif kind == "cancel":
            self._background.cancel()
        return kind in ("compute", "cancel")

    # -- when it is computed ------------------------------------------------------------------

    def _chosen(self, _change: object) -> None:
        self._background.request()

    def _default_axes(self) -> Any:
        """Return the axes of a view that was given none."""
        raise NotImplementedError

    def _refit(self) -> None:
        """Start over where units or layers came or went: directions and tracks are of no use."""
        if self._revision == self.net.run.problem.revision:
            return
        self._background.cancel()
        self._runs = Tracks()
        self._grid, self._revision = None, self.net.run.problem.revision
        with self._writing:
            self._tracks, self._surface = [], {}
        try:
            self.axes = self.axes
        except traitlets.TraitError:
            self.axes = self._default_axes()
        self._background.request()

    def _changed(self, kind: str) -> None:
        """Something happened to the run, in whichever thread that was."""
        if kind == "structure" or (kind == "data" and self.data == "train"):
            self._changes += 1
        if kind in ("parameters", "epoch", "structure", "data"):
            self._looking.touch()

    def _look(self) -> None:
        """See whether the surface is still that of the network, and have it made anew if not."""
        grid = self._grid
        if grid is None or self._revision != self.net.run.problem.revision:
            return
        self._update_tracks(grid.plane)
        away, outside = self._place(grid)
        stale = away or self._computed != self._changes
        if (stale or outside) and self.auto and self.is_open and self._is_cheap():
            busy = self._background.busy or self.net.run.problem.held.any()
            if busy or _clock.EVENTS.now() < self._rest_until:
                _clock.EVENTS.call_at(_clock.EVENTS.now() + _LOOK, self._looking.touch)
            else:
                self._background.request()
                return
        self._report(stale=stale)

    def _place(self, grid: LossGrid) -> tuple[bool, bool]:
        """Return whether the network has left the plane, and whether the part that is shown."""
        problem = self.net.run.problem
        with problem.turn:
            now = problem.parameters.read().astype(np.float64)
        if now.size != grid.plane.origin.size:  # units came or went since: off every plane
            return True, False
        x, y, off = grid.plane.project(now)
        inside = holds(grid.x, x) and holds(grid.y, y)
        with np.errstate(over="ignore"):  # of weights beyond 1e154
            length = float(np.linalg.norm(now))
        return off > _ROUNDING * (1 + length), self.ranges is None and not inside

    def _is_cheap(self) -> bool:
        seconds = self._state["seconds"]
        return seconds is not None and seconds < CHEAP

    def _recorded(self) -> None:
        """Wait for the surface of the network as it is now: an exported page begins with it."""
        self._background.wait()
        if self._grid is not None:
            away, outside = self._place(self._grid)
            if away or outside or self._computed != self._changes:
                self._background.request()
                self._background.wait()
            self._update_tracks(self._grid.plane)

    # -- computing it -------------------------------------------------------------------------

    def _compute(self, stopped: Callable[[], bool]) -> None:
        """Compute the surface of the network as it is now; runs in the background."""
        start = time.perf_counter()
        self._generation += 1
        changes, revision = self._changes, self.net.run.problem.revision
        try:
            survey = self._survey()
            self._report(state="computing", share=0.0, message="", seconds=survey.seconds)
            progress = self._progress(start)
            with ExitStack() as threads:
                if self.net.run.status.state in MOVING:
                    threads.enter_context(one_thread())
                for stage in survey.stages(cancelled=stopped, on_progress=progress):
                    if stopped():
                        raise CancelledError
                    self._show(survey, stage, time.perf_counter() - start, revision)
                    # Something is on screen: the browser needs the other threads from now on.
                    threads.enter_context(one_thread())
        except CancelledError:
            self._report(state="idle", message="cancelled")
            return
        except Exception as error:  # noqa: BLE001  (told to the reader of the page)
            self._report(state="failed", message=f"{type(error).__name__}: {error}")
            return
        seconds = time.perf_counter() - start
        self._computed = changes
        duty = DUTY_IN_TRAINING if self.net.run.status.state in MOVING else DUTY
        self._rest_until = _clock.EVENTS.now() + seconds * (1 / duty - 1)
        # The shorter one: training and the page may have had the processor meanwhile.
        estimate = min(seconds, survey.seconds)
        self._report(state="idle", share=1.0, seconds=estimate, stale=False)
        self._looking.touch()  # it may have moved on meanwhile

    def _prepared(self, resolution: int) -> Survey:
        run = self.net.run
        return prepare(
            run.problem,
            axes=self.axes,
            data=self.data,
            ranges=self.ranges,
            resolution=resolution,
            trajectory=run.history if isinstance(self.axes, str) and self.axes == "pca" else None,
            seed=self.seed,
        )

    def _survey(self) -> Survey:
        survey = self._prepared(self.resolution)
        if self.ranges is not None:
            return survey
        self._update_tracks(survey.plane)
        return windowed(survey, self._grid, self._tracks)

    def _show(self, survey: Survey, stage: Stage, seconds: float, revision: int) -> None:
        plane = survey.plane
        self._serial += 1
        first = self._grid is None or self._grid.plane is not plane
        self._grid = survey.grid(stage.x, stage.y, stage.z, seconds)
        with self._writing:
            if first:
                self._update_tracks(plane)
            self._surface = {
                **pack(survey, stage, self.net.lang),
                "serial": self._serial,
                "generation": self._generation,
                "revision": revision,
                "data": self.data,
            }

    def _update_tracks(self, plane: Plane) -> None:
        tracks = self._runs.packed(plane, self.net.run.history, self.data)
        with self._writing:
            self._tracks = tracks

    def _progress(self, start: float) -> Callable[[float], None]:
        last = start

        def report(share: float) -> None:
            nonlocal last
            now = time.perf_counter()
            if now - last >= _REPORT:
                last = now
                self._report(share=share)

        return report

    def _report(self, **changes: Any) -> None:
        with self._writing:
            self._state = {**self._state, **changes}


def _weakly(view: SurfaceModel, method: Callable[..., None]) -> Callable[..., None]:
    """Return a call of a method of a view that does not keep it alive."""
    reference = weakref.ref(view)

    def call(*arguments: Any) -> None:
        alive = reference()
        if alive is not None:
            method(alive, *arguments)

    return call
