"""What a playground's choices do to its network: as little as each of them asks for."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

from nnwidgets.core import structure
from nnwidgets.training.bench import subject as subjects
from nnwidgets.training.bench.choices import Choices, Chooser
from nnwidgets.training.trainer import Trainer
from nnwidgets.widgets import _bench_making as making
from nnwidgets.widgets.network import Network

if TYPE_CHECKING:
    from collections.abc import Mapping

    from nnwidgets.training.bench.subject import Samples, Subject

#: What takes other data, weights, and another trainer.
DATA = ("dataset", "n", "noise", "ratio", "data_seed")
WEIGHTS = ("hidden", "init", "seed")
TRAINER = ("optimizer", "batch_size", "regularization", "regularization_rate", "seed")


class Bench:
    """A network and its trainer, made and remade by choices.

    Parameters
    ----------
    net : Network, optional
        The user's own: its model is kept where it can be, and its data are the first choice.
    **given
        Choices, see `Choices`.

    Attributes
    ----------
    net : Network
        What is shown now.
    choices : Choices
    editable : bool
        Whether a model may be made anew: those of ``nnw.mlp`` may.
    """

    def __init__(
        self, net: Network | None = None, *, lang: str = "en", theme: str = "auto", **given: Any
    ) -> None:
        self.own = net
        # Of the networks that are made here: those of one bench speak one language.
        self._look = {"lang": net.lang if net else lang, "theme": net.theme if net else theme}
        self.own_samples: Samples | None = None
        self.editable = True
        self.chooser = Chooser()
        if net is None:
            self.choices = self.chooser.first(**given)
            self.net = self._network(self.choices)
        else:
            self._take(net)
        if self.net.run.trainer is None:
            self._train(self.choices)
        if net is not None and given:
            self.change(**given)

    @property
    def trainer(self) -> Trainer:
        """The one that the bar drives."""
        trainer = self.net.run.trainer
        assert trainer is not None
        return trainer

    @property
    def subject(self) -> Subject:
        """What is to be learned."""
        return self.chooser.subject(self.choices)

    def change(self, **given: Any) -> bool:
        """Make other choices and do what they ask for.

        Returns
        -------
        bool
            Whether `net` is another network now.

        Raises
        ------
        TypeError, ValueError
            For what does not fit; nothing has changed then.
        """
        wanted = self.chooser.change(self.choices, **given)
        fresh = {name for name in given if name in ("data_seed", "seed")}  # asked for again
        changed = {
            name
            for name in type(wanted).__dataclass_fields__
            if getattr(wanted, name) != getattr(self.choices, name)
        } | fresh
        if not changed:
            return False
        if self._needs_another(wanted):
            self._replace(wanted)
            return True
        self._move(wanted, changed)
        return False

    def possible(self, dataset: str) -> bool:
        """Whether the network can learn these data, or another can be made that does."""
        if self.editable:
            return True
        try:
            wanted = self.chooser.change(self.choices, dataset=dataset)
        except ValueError:
            return False
        return self._fits(wanted)

    def follow(self) -> None:
        """Take over what was changed by other ways: in a view, by the user's own code."""
        run = self.net.run
        found: dict[str, Any] = {}
        status, stack = run.status, run.problem.stack
        if stack is not None:
            found["hidden"] = tuple(layer.out_features for layer in stack.layers[:-1])
        if found.get("hidden"):
            activation = self.net.activation
            found["activation"] = activation if isinstance(activation, str) else tuple(activation)
        if run.trainer is not None and status.optimizer:
            found |= {"optimizer": status.optimizer, "batch_size": status.batch_size}
            found["learning_rate"] = self.choices.learning_rate if status.lr is None else status.lr
        self.choices = dataclasses.replace(self.choices, **found)

    def restore(self, given: Mapping[str, Any]) -> None:
        """Go on with these choices; network and weights are those of a state already."""
        wanted = self.choices
        self.follow()
        kept: dict[str, Any] = {
            "hidden": self.choices.hidden,
            "activation": self.choices.activation,
        }
        self.choices = dataclasses.replace(self.chooser.change(wanted, **given), **kept)
        self._train(self.choices)

    # -- making -------------------------------------------------------------------------------

    def _take(self, net: Network) -> None:
        run = net.run
        problem = run.problem
        subject = subjects.own_subject(problem)
        self.editable = structure.is_editable(problem.model)
        self.own_samples = subjects.own_samples(problem.data, problem.test)
        kept = [problem.loss.name, run.status.optimizer] if run.trainer else [problem.loss.name]
        self.chooser = Chooser(subject, kept)
        found: dict[str, Any] = {"loss": problem.loss.name}
        lift = None if problem.stack is None else problem.stack.lift
        found["features"] = making.formulas(problem.inputs) if lift is None else lift.features
        if problem.stack is not None:
            found["hidden"] = tuple(layer.out_features for layer in problem.stack.layers[:-1])
            found["activation"] = net.activation if found["hidden"] else "tanh"
        if run.trainer is not None:
            status = run.status
            found |= {"optimizer": status.optimizer, "batch_size": status.batch_size}
            found |= {"learning_rate": run.trainer.lr}
        self.choices = self.chooser.first(**found)
        self.net = net

    def _data(self, choices: Choices) -> Samples:
        if choices.dataset == subjects.OWN:
            assert self.own_samples is not None
            samples = self.own_samples
        else:
            samples = subjects.toy_samples(
                choices.dataset, choices.n, choices.noise, choices.ratio, choices.data_seed
            )
        return subjects.targets(samples, choices.loss)

    def _network(self, choices: Choices) -> Network:
        subject, samples = self.chooser.subject(choices), self._data(choices)
        classes = subject.classes if choices.loss in ("bce", "cross_entropy") else None
        return Network(
            making.make_model(choices, subject),
            samples.X,
            samples.y,
            choices.loss,
            test=samples.test,
            feature_names=subject.features,
            class_names=classes,
            **self._look,
        )

    def _train(self, choices: Choices) -> None:
        speed = None if self.net.run.trainer is None else self.trainer.speed
        Trainer(
            self.net,
            choices.optimizer,
            choices.learning_rate,
            choices.batch_size,
            choices.seed,
            **making.penalty(choices),
        ).speed = speed

    # -- changing -----------------------------------------------------------------------------

    def _needs_another(self, wanted: Choices) -> bool:
        """Whether the network itself cannot become what is wanted."""
        if self.editable:
            then = self.chooser.subject(wanted)
            return not self._fits(wanted) or self._names() != (then.features, then.classes)
        if not self._fits(wanted):
            raise ValueError(
                "your own model is kept, and it cannot learn this: it takes "
                f"{self.net.run.problem.inputs} inputs and the loss {self.choices.loss!r}. "
                "Playground() without a model, or one of nnw.mlp, can"
            )
        return False

    def _fits(self, wanted: Choices) -> bool:
        """Whether the model has as many inputs and outputs, and the loss."""
        then, problem = self.chooser.subject(wanted), self.net.run.problem
        return (
            len(then.features) == problem.inputs
            and then.outputs(wanted.loss) == problem.outputs
            and wanted.loss == self.choices.loss
            and wanted.features == self.choices.features
        )

    def _names(self) -> tuple[Any, Any]:
        now = self.subject
        return now.features, now.classes

    def _replace(self, wanted: Choices) -> None:
        net = self._network(wanted)
        self.trainer.pause()
        speed = self.trainer.speed
        self.net, self.choices = net, wanted
        self._train(wanted)
        self.trainer.speed = speed

    def _move(self, wanted: Choices, changed: set[str]) -> None:
        rebuilt = changed & set(WEIGHTS)
        if "hidden" in changed and not self.editable:
            raise ValueError(
                "hidden would make the model anew, and it is your own: only models of nnw.mlp "
                "can be"
            )
        rests = changed & {*DATA, *WEIGHTS, *TRAINER}
        played = self.trainer.playing
        samples = self._data(wanted) if changed & set(DATA) else None
        if rests:
            self.trainer.pause()
        if samples is not None:
            self.net.set_data(samples.X, samples.y, test=samples.test)
        if "activation" in changed and "hidden" not in changed:
            self.net.activation = making.plain(wanted.activation)
        if rebuilt:
            self._redraw(wanted)
        if "learning_rate" in changed:
            self.trainer.lr = wanted.learning_rate
        if changed & set(TRAINER):
            self._train(wanted)
        self.choices = wanted
        if samples is not None or rebuilt:
            self.net.reset()
        elif rests and played:
            self.trainer.play()

    def _redraw(self, wanted: Choices) -> None:
        """Bring the hidden layers to what is wanted, with fresh weights."""
        if self.editable:
            making.reshape(self.net, wanted.hidden)
            if wanted.hidden:
                self.net.activation = making.plain(wanted.activation)
        self.net.reinitialize(wanted.seed, wanted.init)
