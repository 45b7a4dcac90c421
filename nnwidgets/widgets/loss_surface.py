"""``LossSurface``: the loss over two directions, with the network as a ball on it."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import traitlets

from nnwidgets.core.landscape import read_trajectory, resolve_axes
from nnwidgets.core.landscape._checks import check_size
from nnwidgets.core.landscape._notices import notice_training_mode
from nnwidgets.widgets import _options
from nnwidgets.widgets._surface import SurfaceModel
from nnwidgets.widgets._view import option

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import ArrayLike
    from torch import nn

    from nnwidgets.core.datasets import Dataset
    from nnwidgets.core.landscape import LossGrid
    from nnwidgets.core.parameters import Parameters
    from nnwidgets.widgets.network import Network

_WORDS = ("random", "pca")

# More than this no screen shows, and every surface is sent to the page.
_MOST_POINTS = 1000 * 1000

_PICTURES = (".png", ".jpg", ".jpeg", ".webp", ".svg", ".pdf")
_INSTEAD = "Without it there is the camera button of the picture in the page, and save_html()"

# Pixels: the map alone stands beside another view.
_WIDTHS = {"both": 880, "contour": 500, "surface": 640}


class LossSurface(SurfaceModel):
    """The loss over a plane of parameter space, as a map and in three dimensions.

    The ball is the network as it is now: drag it on the map, move it with the arrow keys, or
    click the surface, and every other view of the network moves in the same frame. The curve is
    where training has been. When other parameters than the two shown change, the network leaves
    the plane: the view then says how far, and computes the surface through where it is now, by
    itself where that is quick and on request where it is not.

    Parameters
    ----------
    net
        A :class:`Network`; or a module, followed by ``X`` and ``y``.
    axes : pair, "random" or "pca", optional
        What is across and what is up, as for :func:`loss_surface`: two parameters such as
        ``("0.weight[0,0]", "2.weight[0,0]")``; ``"random"`` for two filter-normalised random
        directions; ``"pca"`` for the principal directions of the recorded training. Default: a
        weight of the first layer and one of the last.
    ranges : ((x0, x1), (y0, y1)), optional
        None shows what suits the axes, and all of the trajectory.
    resolution : int, default 61
        Points along each axis, 1000 at most.
    data : {"train", "test"}
        What the loss is of.
    seed : int, default 0
        For random directions.
    kind : {"both", "contour", "surface"}
        The map, the picture in three dimensions, or both.
    log : bool, default False
        Whether the loss is shown on a logarithmic scale.
    trajectory, gradient : bool, default True
        Whether to draw where training has been, and the direction of steepest descent.
    auto : bool, default True
        Whether a surface that takes less than 0.15 s is made anew without being asked for.
    controls : bool, default False
        Whether the control bar is shown.
    width : int, optional
        In pixels; by default 880 for both pictures, 500 for the map alone, 640 for the other.
    height : int, default 420
        In pixels.
    title : str
    tracks : dict of str to History, optional
        Other runs to draw, by name; see :meth:`add_track`.

    Raises
    ------
    ValueError
        For axes that the network does not have.
    traitlets.TraitError
        For that, and for any other option that is none.

    Examples
    --------
    >>> LossSurface(net)  # doctest: +SKIP
    >>> LossSurface(net, axes="pca", kind="contour", log=True)  # doctest: +SKIP
    >>> LossSurface(net, tracks={"Adam": other.history}).save_html("race.html")  # doctest: +SKIP
    """

    axes = option(traitlets.Any()).tag(to_json=lambda value, _view: _axes_json(value))
    ranges = option(_options.Window())
    resolution = option(_options.Whole(61, 2, _options.LAST_EPOCH))
    data = option(traitlets.Enum(("train", "test"), "train"))
    seed = option(_options.Whole(0, 0, 2**32 - 1))
    kind = option(traitlets.Enum(("both", "contour", "surface"), "both"))
    log = option(traitlets.Bool(False))
    trajectory = option(traitlets.Bool(True))
    gradient = option(traitlets.Bool(True))
    auto = option(traitlets.Bool(True))
    controls = option(traitlets.Bool(False))
    width = option(_options.Whole(_WIDTHS["both"], 120, 4000))
    height = option(_options.Whole(420, 120, 4000))
    title = option(traitlets.Unicode())

    def __init__(
        self,
        net: Network | nn.Module,
        X: ArrayLike | Dataset | None = None,
        y: ArrayLike | None = None,
        *,
        tracks: Mapping[str, object] | None = None,
        **options: Any,
    ) -> None:
        options.setdefault("width", _WIDTHS.get(str(options.get("kind")), _WIDTHS["both"]))
        super().__init__(net, X, y, tracks=tracks, **options)
        notice_training_mode(self.net.run.problem.model, stacklevel=2)

    @property
    def grid(self) -> LossGrid:
        """The surface that is shown, once it is complete.

        Raises
        ------
        RuntimeError
            If it could not be computed, saying why.
        """
        self._background.wait()
        if self._grid is None:
            why = self._state["message"] or "it was cancelled"
            raise RuntimeError(f"there is no surface: {why}")
        return self._grid

    def compute(self) -> None:
        """Compute the surface anew, through the network as it is now; returns at once."""
        self._background.request()

    def add_track(self, name: str, run: object) -> None:
        """Draw another run: that of another optimizer from the same start, for one.

        Parameters
        ----------
        name : str
            What it is called; a run of that name is replaced.
        run : History, array (m, size), or list of snapshots, dicts or vectors
            Parameters over time, of a network with the same parameters. Of a History, what it
            has now: it is not followed.

        Raises
        ------
        TypeError, ValueError
            If it is none of these, or of another network.
        """
        self._runs.take(name, run, self.net.run.problem.parameters)
        if self._grid is not None:
            self._update_tracks(self._grid.plane)

    def remove_track(self, name: str) -> None:
        """Draw a run no longer.

        Raises
        ------
        KeyError
            If there is none of that name.
        """
        self._runs.drop(name)
        if self._grid is not None:
            self._update_tracks(self._grid.plane)

    def save_html(self, path: str | Path, template: str = "plotly_white") -> None:
        """Write the surface and the trajectory as a page that needs neither Python nor a network.

        Parameters
        ----------
        path
            Where to; 4 to 5 MB, for plotly.js is inside.
        template : str
            A plotly template, "plotly_white" or "plotly_dark".
        """
        Path(path).write_text(self._figure(template).to_html(), encoding="utf-8")

    def save_image(self, path: str | Path, template: str = "plotly_white") -> None:
        """Write the surface and the trajectory as a picture, for slides.

        plotly makes it with the package kaleido, which needs a Chrome or Chromium on the machine:
        ``pip install kaleido``, and where there is no such browser ``plotly_get_chrome``.

        Parameters
        ----------
        path
            A file whose name ends in .png, .jpg, .jpeg, .webp, .svg or .pdf.
        template : str
            A plotly template, "plotly_white" or "plotly_dark".

        Raises
        ------
        ValueError
            For a name that ends otherwise.
        ImportError
            Without kaleido.
        RuntimeError
            If kaleido's browser is not there, or does not start.
        """
        if Path(path).suffix.lower() not in _PICTURES:
            raise ValueError(f"path must end in {', '.join(_PICTURES)}; got {str(path)!r}")
        if find_spec("kaleido") is None:
            raise ImportError(f"save_image() needs kaleido: pip install kaleido. {_INSTEAD}")
        size = {"width": self.width, "height": self.height}
        figure = self._figure(template)
        try:
            figure.write_image(path, scale=2, **size)
        except RuntimeError as error:  # kaleido's own say how to log them, not what to do
            raise RuntimeError(
                f"kaleido could not make the picture ({type(error).__name__}). It needs a Chrome "
                f"or Chromium that starts: plotly_get_chrome gets one. {_INSTEAD}"
            ) from error

    def _figure(self, template: str) -> Any:
        history = self.net.run.history if self.trajectory else None
        return self.grid.to_plotly(history, log=self.log, template=template)

    def _resolve(self, net: Network, options: dict[str, Any]) -> None:
        if options.get("axes") is None:
            options["axes"] = _two_weights(net.run.problem.parameters)

    def _default_axes(self) -> tuple[str, str]:
        return _two_weights(self.net.run.problem.parameters)

    @traitlets.validate("axes")
    def _check_axes(self, proposal: Any) -> Any:
        run = self.net.run
        parameters, axes = run.problem.parameters, proposal["value"]
        if axes is None:
            return _two_weights(parameters)
        axes = tuple(axes) if isinstance(axes, list) else axes
        pca = isinstance(axes, str) and axes == "pca"
        try:
            track = read_trajectory(run.history, parameters.size, parameters) if pca else None
            plane = resolve_axes(axes, parameters, trajectory=track, seed=self.seed)
        except (TypeError, ValueError) as error:
            raise _options.Refused(str(error)) from error
        if plane.is_line:
            raise _options.Refused(
                f"axes must be two for a surface; {plane.names[0]!r} alone is a line: "
                "nnw.loss_surface() computes that"
            )
        return axes

    @traitlets.validate("resolution")
    def _check_resolution(self, proposal: Any) -> Any:
        resolution = proposal["value"]
        if resolution**2 > _MOST_POINTS:
            try:
                survey = self._prepared(2)
                check_size(resolution, resolution, survey.evaluator.cost, _MOST_POINTS)
            except (TypeError, ValueError) as error:
                raise _options.Refused(str(error)) from error
        return resolution

    @traitlets.validate("data")
    def _check_data(self, proposal: Any) -> Any:
        if proposal["value"] == "test" and self.net.run.problem.test is None:
            raise traitlets.TraitError("data='test' needs test data: Network(..., test=(X, y))")
        return proposal["value"]


def _two_weights(parameters: Parameters) -> tuple[str, str]:
    """Return a weight of the first layer and one of the last, or what there is."""
    if parameters.size < 2:
        raise ValueError("LossSurface needs a model of two parameters at least; this one has one")
    weights = [name for name in parameters.names if len(parameters.shapes[name]) > 1]
    starts = [parameters.offsets[name] for name in weights]
    ends = (starts[0], starts[-1]) if len(starts) > 1 else (0, 1)
    first, last = (parameters.reference(flat) for flat in ends)
    return first, last


def _axes_json(axes: Any) -> Any:
    """Return axes as the page can have them: directions stay in Python."""
    if isinstance(axes, tuple) and all(isinstance(axis, str) for axis in axes):
        return list(axes)
    return axes if isinstance(axes, str) else "custom"
