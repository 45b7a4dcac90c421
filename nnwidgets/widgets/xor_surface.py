"""``XorSurface``: exclusive or, by networks that differ in nothing but their activation."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any

import ipywidgets
import traitlets

from nnwidgets.core import datasets, structure
from nnwidgets.training.in_step import InStep
from nnwidgets.training.trainer import Trainer
from nnwidgets.widgets.network import Network
from nnwidgets.widgets.output_surface import OutputSurface
from nnwidgets.widgets.training_bar import TrainingBar

if TYPE_CHECKING:
    from collections.abc import Sequence

#: Squared error below which the truth table counts as learned.
GOAL = 1e-5


class XorSurface(ipywidgets.VBox):  # type: ignore[misc]  # it has no types
    """Networks that learn exclusive or side by side, from the same weights, under one control.

    Each is 2 inputs, hidden units and one linear output, trained on the truth table by squared
    error and full-batch Adam, as in C. Lang's "Why neural networks have activation functions".
    They begin with the same numbers and differ in their activation alone. With linear units the
    output is a plane, and the best plane is 0.5 everywhere: a mean squared error of 0.25.

    An epoch of the first is an epoch of all. One that gets below 1e-5, or whose loss has not
    fallen by 1e-6 in 200 epochs, rests; the first goes on until all do. Turning one surface
    turns the others.

    Parameters
    ----------
    seed : int, default 4
        Of the weights. With the defaults sigmoid and ReLU learn the table from seed 4; from seed
        6 the ReLU network dies: two of its units are 0 on the whole table, the other two are
        nowhere 0, and it is as linear as the first one. Its surface says so.
    activations : sequence of str
        One network for each.
    hidden : int, default 4
        Hidden units.
    lr : float, default 0.01
    steps : int, default 1000
        Epochs after which training ends.
    projection : {"3d", "2d"}
    width, height : int, default 264 and 230
        Of each picture, in pixels.
    lang : {"en", "zh"}
    theme : {"auto", "light", "dark"}
        As for ``Network``.

    Attributes
    ----------
    networks : dict of str to Network
        By activation: any other view can show them.
    surfaces : dict of str to OutputSurface
    trainer : Trainer
        The one that leads; the bar drives it.

    Examples
    --------
    >>> xor = XorSurface()
    >>> xor.fit()
    >>> round(xor.losses["linear"], 4), xor.losses["relu"] < 1e-5
    (0.25, True)
    >>> XorSurface(seed=6)  # doctest: +SKIP
    """

    def __init__(
        self,
        seed: int = 4,
        *,
        activations: Sequence[str] = ("linear", "sigmoid", "relu"),
        hidden: int = 4,
        lr: float = 0.01,
        steps: int = 1000,
        projection: str = "3d",
        width: int = 264,
        height: int = 230,
        lang: str = "en",
        theme: str = "auto",
    ) -> None:
        names = _different(activations)
        table = datasets.xor()
        self.networks = {
            name: Network(
                structure.mlp([2, hidden, 1], name, seed=seed),
                table.X,
                table.y,
                loss="mse",
                lang=lang,
                theme=theme,
            )
            for name in names
        }
        self.steps = steps
        look: dict[str, Any] = {"projection": projection, "width": width, "height": height}
        self.surfaces = {
            name: OutputSurface(net, title=name, **look) for name, net in self.networks.items()
        }
        self.trainer = self._in_step(lr, steps)
        self._linked = [
            traitlets.link((one, "eye"), (other, "eye"))
            for one, other in itertools.pairwise(self.surfaces.values())
        ]
        super().__init__(children=[self._bar(), self._row()])

    @property
    def losses(self) -> dict[str, float]:
        """The mean squared error of each network now, by activation."""
        return {name: net.loss for name, net in self.networks.items()}

    def fit(self) -> None:
        """Train all of them to the end, and wait for it."""
        left = self.steps - self.trainer.run.epoch
        if left > 0:
            self.trainer.fit(left, progress=False)

    def play(self) -> None:
        """Train in the background, until all are settled or :meth:`pause` is called."""
        self.trainer.play()

    def pause(self) -> None:
        """Stop training; :meth:`play` goes on from there."""
        self.trainer.pause()

    def reset(self) -> None:
        """Go back to the weights of the seed."""
        self.trainer.reset()

    def _in_step(self, lr: float, steps: int) -> Trainer:
        first, *others = self.networks.values()
        followers = [Trainer(net, "adam", lr, batch_size=None) for net in others]
        group = InStep(followers, GOAL, steps)
        leader = Trainer(
            first, "adam", lr, batch_size=None, callbacks=[group], stop=group.all_settled
        )
        leader.speed = 60
        group.follow_resets(leader)
        for surface in list(self.surfaces.values())[1:]:
            surface._led = True
        return leader

    def _bar(self) -> TrainingBar:
        bar = TrainingBar(next(iter(self.networks.values())))
        bar.add_class("nnw-in-step")  # whose loss is that of the first alone, and not shown
        return bar

    def _row(self) -> ipywidgets.Box:
        layout = ipywidgets.Layout(display="flex", flex_flow="row wrap", align_items="flex-start")
        return ipywidgets.Box(list(self.surfaces.values()), layout=layout)


def _different(activations: Sequence[str]) -> list[str]:
    names = [activations] if isinstance(activations, str) else list(activations)
    if not names or len(set(names)) != len(names):
        raise ValueError(
            f"activations must be one or more names, all of them different; got {activations!r}"
        )
    return names
