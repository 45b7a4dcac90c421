"""``ForwardBackward``: one forward and backward pass, worked by hand."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Any, ClassVar

import traitlets

from nnwidgets.core import by_hand
from nnwidgets.widgets import _json, _options
from nnwidgets.widgets._answers import answer_to, reference
from nnwidgets.widgets._background import Background
from nnwidgets.widgets._library import LibraryView
from nnwidgets.widgets._live import call_in_main_thread
from nnwidgets.widgets._view import option

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import ArrayLike
    from torch import nn

    from nnwidgets.core.datasets import Dataset
    from nnwidgets.widgets.network import Network

#: Multiplications that the page has time for in a frame; worked.ts has the same.
AFFORDABLE = 4e6

#: What the update takes where neither the view nor a trainer says.
RATE = 0.1

#: Answers that are kept: all of them go to the page with every new one.
MOST_ANSWERS = 1000


class ForwardBackward(LibraryView):
    """A pass through the network, one step at a time, with the numbers put into the formulas.

    Forward: the weighted sums z and the activations a of each layer, the prediction, the loss.
    Backward: each layer's δ = ∂L/∂z, the gradients of its weights and biases. Then the update, a
    step of plain gradient descent, which a button makes in earnest (undo takes it back). Weights
    can be typed; every view moves, and every number is worked anew.

    With ``you_try`` the results are hidden: the reader types them, and ``answers`` and ``score``
    have what was typed.

    Parameters
    ----------
    net
        A :class:`Network`; or a module, followed by ``X`` and ``y``.
    sample : int, default 0
        The row of the data that is worked. A sample under the pointer in another view is shown
        meanwhile.
    batch : int, optional
        None works the sample alone. A number makes the loss and the gradients means over so many
        of the first rows.
    step : str
        The step shown, by its id: ``view.steps`` lists them.
    lr : float, optional
        The learning rate η. None takes the trainer's, or 0.1.
    you_try : bool, default False
        Whether results are hidden, to be typed.
    tolerance : float, default 0.01
        An answer is right within so much of the expected number, as a share of it.
    precision : int, default 4
        Significant digits shown.
    seconds : float, default 2.5
        How long a step is shown while the steps are played.
    controls : bool, default False
        Whether the control bar is shown.
    width : int, default 760
        Width in pixels.
    title : str

    Attributes
    ----------
    answers : list of dict
        Trait, observable. One for each question that was tried: ``step`` and ``entry`` (of the
        step's result), ``asked`` (both as text), ``sample``, ``given`` (the last number typed, None
        where the answer was only looked up), ``expected`` (by torch's autograd, at the time),
        ``correct``, ``attempts``, ``revealed`` (whether the answer was looked up). Assign ``[]``
        to begin anew. The newest thousand are kept.
    score : float
        The share of the questions about ``sample`` that were answered rightly, and not looked up.
    steps : list of str
        The ids of all steps, in order.
    questions : list of str
        All that is asked: ``"z1[0]"``, ``"dW2[0,1]"``.

    Raises
    ------
    ValueError
        For a model that is not made of dense layers one after the other, or a loss that is a
        callable.

    Notes
    -----
    δ and the gradients are by the chain rule from the last layer to the first (Rumelhart, Hinton
    and Williams 1986, *Learning representations by back-propagating errors*).

    Examples
    --------
    >>> view = ForwardBackward(net, sample=3, you_try=True)  # doctest: +SKIP
    >>> view.score  # doctest: +SKIP
    0.4
    """

    _bundle_name: ClassVar[str] = "by_hand"

    sample = option(_options.Row())
    batch = option(traitlets.Int(None, allow_none=True))
    step = option(traitlets.Unicode())
    lr = option(_options.Float(None, allow_none=True))
    you_try = option(traitlets.Bool(False))
    tolerance = option(_options.Real(0.01, 0.0, 0.5))
    precision = option(_options.Whole(4, 2, 12))
    seconds = option(_options.Real(2.5, 0.2, 60.0))
    controls = option(traitlets.Bool(False))
    width = option(_options.Whole(760, 240, 4000))
    title = option(traitlets.Unicode())

    answers = traitlets.List(traitlets.Dict()).tag(sync=True)

    def __init__(
        self,
        net: Network | nn.Module,
        X: ArrayLike | Dataset | None = None,
        y: ArrayLike | None = None,
        **options: Any,
    ) -> None:
        self._given: deque[tuple[str, tuple[int, ...], int, float | None]] = deque()
        self._grading = Background(self._grade, "grading")
        super().__init__(net, X, y, **options)

    @property
    def steps(self) -> list[str]:
        """The ids of all steps, in order."""
        return [step.id for step in self._steps()]

    @property
    def questions(self) -> list[str]:
        """All that is asked."""
        return [reference(step.id, entry) for step in self._steps() for entry in step.entries]

    @property
    def score(self) -> float:
        """The share of the questions about ``sample`` that were answered rightly."""
        asked = self.questions
        right = {
            answer["asked"]
            for answer in self.answers
            if answer["sample"] == self.sample and answer["correct"] and not answer["revealed"]
        }
        return len(right.intersection(asked)) / len(asked)

    def _resolve(self, net: Network, options: dict[str, Any]) -> None:
        problem = net.run.problem
        if problem.stack is None:
            raise ValueError(
                "ForwardBackward needs Linear layers one after the other, with activations that "
                f"nnw.ACTIVATIONS lists; {net!r} is another kind of model. nnw.WeightSliders, "
                "nnw.LossSurface and nnw.DecisionLines can show it"
            )
        if problem.loss.name == "custom":
            raise ValueError(
                "ForwardBackward needs a named loss: 'mse', 'half_mse', 'bce' or 'cross_entropy'; "
                f"the loss of {net!r} is a callable. nnw.LossSurface and nnw.DecisionLines can "
                "show such a network"
            )

    @traitlets.validate("sample")
    def _check_sample(self, proposal: Any) -> int | None:
        count = len(self.net.X)
        if proposal["value"] < 0:  # an exercise says in words which sample it is about
            raise traitlets.TraitError(
                f"sample must be a row of the data, from 0 to {count - 1}; got {proposal['value']}"
            )
        return _options.row(proposal["value"], count, "sample")

    @traitlets.validate("batch")
    def _check_batch(self, proposal: Any) -> Any:
        value, problem = proposal["value"], self.net.run.problem
        most = max(1, min(len(problem.data.X), int(AFFORDABLE // (3 * problem.parameters.size))))
        if value is not None and not 1 <= value <= most:
            raise traitlets.TraitError(
                f"batch must be None or a number of rows from 1 to {most}, as many as there are or "
                f"the page has time for; got {value}"
            )
        return value

    @traitlets.validate("step")
    def _check_step(self, proposal: Any) -> Any:
        value = proposal["value"]
        if value and value not in self.steps:
            raise traitlets.TraitError(
                f"step must be one of {', '.join(self.steps)}; got {value!r}"
            )
        return value

    @traitlets.validate("lr")
    def _check_lr(self, proposal: Any) -> Any:
        value = proposal["value"]
        if value is not None and not 0 < value < 1e30:
            raise traitlets.TraitError(f"lr must be None or positive and finite; got {value}")
        return value

    def _steps(self) -> list[by_hand.Step]:
        problem = self.net.run.problem
        if problem.stack is None:  # the model was changed since
            return []
        return by_hand.steps(problem.stack, problem.loss.name)

    def _asked(self, content: dict[str, object]) -> bool:
        """Take an answer; null as the number says that it was looked up."""
        if content.get("type") != "answer":
            return False
        known = {step.id: step for step in self._steps()}
        step = known[_json.choice(content, "step", list(known))]
        length = 2 if "W" in step.id else 1
        entry = tuple(
            _json.whole(i, "entry", most - 1)
            for i, most in zip(
                _json.exactly(content.get("entry"), "entry", length),
                (step.rows, step.columns),
                strict=False,
            )
        )
        if entry not in step.entries:
            raise _json.WireError(f"entry must be one that is asked for; got {entry}")
        most = len(self.net.run.problem.data.X) - 1
        sample = _json.integer(content, "sample", most)
        given = content.get("given")
        number = None if given is None else _json.number(given, "given", 1.7e308)
        self._given.append((step.id, entry, sample, number))
        self._grading.request()
        return True

    def _grade(self, _stopped: Callable[[], bool]) -> None:
        """Hold what was typed against autograd's numbers, on a thread of its own."""
        while self._given:
            step, entry, sample, given = self._given.popleft()
            try:
                expected = float(self._results(sample)[step][entry])
            except (KeyError, IndexError, ValueError):  # the network has changed meanwhile
                continue
            self._note(step, entry, sample, given, expected)

    def _results(self, sample: int) -> dict[str, Any]:
        rows = [sample] if self.batch is None else list(range(self.batch))
        shown = 0 if self.batch is None else min(sample, self.batch - 1)
        return by_hand.results(self.net.run.problem, rows, shown, self._rate)

    @property
    def _rate(self) -> float:
        if self.lr is not None:
            return float(self.lr)
        rate = self.net.run.status.lr
        return RATE if rate is None else float(rate)

    def _note(
        self, step: str, entry: tuple[int, ...], sample: int, given: float | None, expected: float
    ) -> None:
        asked = reference(step, entry)

        def note() -> None:
            others, before = [], None
            for answer in self.answers:
                if answer["asked"] == asked and answer["sample"] == sample:
                    before = answer
                else:
                    others.append(answer)
            answer = answer_to(before, step, entry, sample, given, expected, self.tolerance)
            self.answers = [*others, answer][-MOST_ANSWERS:]

        call_in_main_thread(note)
