"""``Playground``: data, network, training and every view of them, on one bench."""

from __future__ import annotations

import weakref
from typing import TYPE_CHECKING, Any

import traitlets

from nnwidgets.core import catalogue
from nnwidgets.training.bench.choices import NAMES, PROBLEMS
from nnwidgets.widgets import _bundle
from nnwidgets.widgets._bench import Bench
from nnwidgets.widgets._bench_model import BenchModel, state
from nnwidgets.widgets._bench_page import about
from nnwidgets.widgets._bench_parts import LOOK
from nnwidgets.widgets._live import Live, notify
from nnwidgets.widgets._options import Refused
from nnwidgets.widgets._presets import THEMES
from nnwidgets.widgets.network import Network

if TYPE_CHECKING:
    from collections.abc import Mapping

    from nnwidgets.training.trainer import Trainer
    from nnwidgets.widgets._view import View


def _choice(name: str, help: str) -> Any:
    """Make a trait of one of the choices; they live in the bench."""
    return state(
        Live(
            lambda self: getattr(self._bench.choices, name),
            lambda self, value: self._choose({name: value}),
            help=help,
        )
    )


class Playground(BenchModel):
    """Everything on one bench: choose data and a network, train it, and see what becomes of it.

    Without an argument it begins with toy data and a small network. Given a network of your own
    it keeps your model and begins with your data. Every choice is a trait with the name of its
    control: setting it moves the page, and what is chosen in the page is set here.

    Parameters
    ----------
    net : Network, optional
        Your own. Its model is kept; what would make another one, as more layers do, is possible
        for models of :func:`nnwidgets.mlp` only.
    lang, theme : str, optional
        As for :class:`Network`, where none is given.
    **choices
        Any of the traits below.

    Attributes
    ----------
    net : Network
        What is shown now. Other inputs, outputs or losses make it another one.
    trainer : Trainer
        Of this network: ``playground.trainer.play()``.
    data : tuple of ndarray
        The training data, X and y.
    dataset : str
        One of ``nnw.datasets``, such as ``"ring"``, ``"xor"``, ``"gauss"``, ``"spiral"``; or
        ``"own"``, your own. Other data begin with their own noise and number of points.
    problem : {"classification", "regression"}
        Setting it chooses the first such data.
    n, noise, ratio, data_seed : int, float, float, int
        Points in all, how far they are scattered, the share of them to train on (the others are
        test data), and their seed.
    features : tuple of str
        Formulas of the inputs that the network is given, as in ``nnw.mlp(features=...)``:
        ``("x1", "x2", "x1^2", "x1*x2", "sin(x1)")``.
    hidden : tuple of int
        Units of each hidden layer; setting it draws new weights.
    activation : str or tuple of str
        Of the hidden layers.
    loss : {"bce", "cross_entropy", "mse", "half_mse"}
    optimizer : {"sgd", "momentum", "adam", "adamw", "rmsprop"}
    learning_rate : float
    batch_size : int or None
        None is all the data at once.
    regularization : {"none", "l1", "l2"}
    regularization_rate : float
    init : {"torch", "xavier", "kaiming", "small", "large"}
        How weights are drawn.
    seed : int
        Of the weights and the order of the samples; setting it draws new weights.
    discretize, show_test : bool
        Whether the decision lines stand over the network's decision or its output, and whether
        they show the test data, too: ``discrete`` and ``show_test`` of :class:`DecisionLines`.

    Raises
    ------
    ValueError, TypeError
        For a choice that there is not, or that does not fit, naming it and what is near. Nothing
        has changed then.

    Notes
    -----
    What TensorFlow Playground (Smilkov, Carter, Sculley, Viégas and Wattenberg 2017, *Direct-
    manipulation visualization of deep networks*) made everyone's first bench, on your own models.

    Examples
    --------
    >>> import nnwidgets as nnw
    >>> playground = nnw.Playground(dataset="spiral", hidden=[8, 8], learning_rate=0.01)
    >>> playground.trainer.fit(3, progress=False).epochs.tolist()
    [0, 1, 2, 3]
    >>> playground.optimizer = "momentum"
    >>> playground.dataset = "three_blobs"
    >>> playground.loss, playground.net.run.problem.outputs
    ('cross_entropy', 3)
    >>> nnw.Playground(nnw.Network(nnw.mlp([2, 3, 1]), nnw.datasets.moons()))  # doctest: +SKIP
    """

    net = Live(lambda self: self._bench.net)
    problem = state(
        Live(
            lambda self: PROBLEMS[self._bench.subject.task == "regression"],
            lambda self, value: self._choose_problem(value),
        )
    )

    dataset = _choice("dataset", "What is learned.")
    n = _choice("n", "Points in all.")
    noise = _choice("noise", "How far points are scattered.")
    ratio = _choice("ratio", "Share of the points to train on.")
    data_seed = _choice("data_seed", "Seed of the points.")
    features = _choice("features", "Formulas of the inputs that the network is given.")
    hidden = _choice("hidden", "Units of each hidden layer.")
    activation = _choice("activation", "Activation of the hidden layers.")
    loss = _choice("loss", "What training makes less of.")
    optimizer = _choice("optimizer", "How it does.")
    learning_rate = _choice("learning_rate", "How far a step goes.")
    batch_size = _choice("batch_size", "Samples of a step; None is all.")
    regularization = _choice("regularization", "What keeps weights small.")
    regularization_rate = _choice("regularization_rate", "How strongly.")
    init = _choice("init", "How weights are drawn.")
    seed = _choice("seed", "Seed of weights and batches.")

    theme = state(traitlets.Enum(THEMES, "auto"))
    discretize = traitlets.Bool(False, help="Whether lines stand over the decision.")
    show_test = traitlets.Bool(True, help="Whether lines show the test data.")

    def __init__(
        self,
        net: Network | None = None,
        *,
        lang: str | None = None,
        theme: str | None = None,
        **choices: Any,
    ) -> None:
        if net is not None and not isinstance(net, Network):
            raise TypeError(
                f"net must be a Network, got {type(net).__name__}: "
                "nnw.Playground(nnw.Network(model, X, y))"
            )
        look = {name: value for name, value in (("lang", lang), ("theme", theme)) if value}
        if net is not None and look:
            raise TypeError(f"{' and '.join(look)} can only be given without a network: it has one")
        _bundle.text("bench.js")  # where it is missing, that is said before anything is open
        problem = choices.pop("problem", None)
        drawn = {name: choices.pop(name) for name in LOOK if name in choices}
        for name, value in drawn.items():
            if not isinstance(value, bool):
                raise TypeError(f"{name} must be True or False, got {value!r:.80}")
        super().__init__(Bench(net, **look, **choices))
        self.theme = self.net.theme
        for name, value in drawn.items():
            setattr(self, name, value)
        if problem is not None:
            self.problem = problem

    def __repr__(self) -> str:
        return f"Playground({self.dataset!r}, {self.net!r})"

    @property
    def trainer(self) -> Trainer:
        """The trainer of the network that is shown."""
        return self._bench.trainer

    @property
    def data(self) -> tuple[Any, Any]:
        """The training data: X and y, read-only."""
        return self.net.X, self.net.y

    @property
    def views(self) -> Mapping[str, View]:
        """The views of the network that is shown, by name."""
        return dict(self._parts["views"])

    # -- how lines are drawn --------------------------------------------------------------------

    def _show_network(self) -> None:
        super()._show_network()
        lines = self.views.get("lines")
        if lines is None:
            return
        names = {option: name for name, option in LOOK.items()}
        reference = weakref.ref(self)  # a view outlives its playground's last name

        def changed(change: Any) -> None:
            playground = reference()
            if playground is not None and playground.views.get("lines") is change["owner"]:
                setattr(playground, names[change["name"]], change["new"])

        for option, name in names.items():
            setattr(lines, option, getattr(self, name))
        lines.observe(changed, list(names))

    @traitlets.observe(*LOOK)
    def _draw_lines(self, change: Any) -> None:
        lines = self.views.get("lines")
        if lines is not None:
            setattr(lines, LOOK[change["name"]], change["new"])

    # -- choosing ------------------------------------------------------------------------------

    def _choose(self, given: dict[str, Any]) -> None:
        with self._working:
            before = self._read()
            try:
                another = self._bench.change(**given)
            except (ValueError, TypeError) as error:
                raise Refused(str(error)) from None
            if another:
                self._show_network()
            self._tell(before)

    def _choose_problem(self, value: Any) -> None:
        if not isinstance(value, str) or value not in PROBLEMS:
            raise Refused(f"problem must be {' or '.join(map(repr, PROBLEMS))}, got {value!r:.80}")
        if value == self.problem:
            return
        own = self._bench.chooser.own
        fits = own is not None and (own.task == "regression") == (value == "regression")
        toys = [toy.name for toy in catalogue.TOYS if toy.problem == value]
        self._choose({"dataset": "own" if fits else toys[0]})

    def _read(self) -> dict[str, Any]:
        names = (*NAMES, "problem", "net")
        return {name: getattr(self, name) for name in names}

    def _tell(self, before: Mapping[str, Any]) -> None:
        """Tell page and observers what is another now."""
        self._about = about(self._bench, self._missing)
        for name, old in before.items():
            new = getattr(self, name)
            if new is not old and (name == "net" or new != old):
                notify(self, name, old, new)
