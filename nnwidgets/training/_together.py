"""Several trainers at once: those that are alike in one pass, the others one after the other."""

from __future__ import annotations

import traceback
import warnings
from contextlib import ExitStack
from typing import TYPE_CHECKING

from nnwidgets.training._checks import count
from nnwidgets.training._engine import Diverged
from nnwidgets.training._fleet import Fleet, alike
from nnwidgets.training._interrupts import Interrupts
from nnwidgets.training._progress import Reporter
from nnwidgets.training._session import Ending
from nnwidgets.training._status import describe

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from nnwidgets.training._progress import Logs
    from nnwidgets.training.trainer import Trainer


def fit_together(
    trainers: Iterable[Trainer], epochs: int, progress: bool | Callable[[Logs], object] = True
) -> None:
    """Train all so many epochs further, and wait for it; as `Trainer.fit` of each does.

    One that diverges stops, which its run's status says. `pause` of one that trains together with
    others stops them all.

    Parameters
    ----------
    trainers
        Of different networks.
    epochs : int
    progress : bool or callable
        As for `Trainer.fit`; the epochs of all are counted.
    """
    groups = _groups(trainers)
    report = Reporter(progress, len(groups) * count("epochs", epochs))
    try:
        for group in groups:
            if len(group) > 1:
                _Group(group).fit(epochs, report.epoch)
                continue
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", RuntimeWarning)  # the status says so
                group[0].fit(epochs, report.epoch)
    finally:
        report.close()


def _groups(trainers: Iterable[Trainer]) -> list[list[Trainer]]:
    groups: dict[object, list[Trainer]] = {}
    for trainer in trainers:
        groups.setdefault(alike(trainer) or id(trainer), []).append(trainer)
    return list(groups.values())


class _Group:
    """Trainers whose networks take every step together."""

    def __init__(self, trainers: list[Trainer]) -> None:
        self._trainers = trainers
        self._endings = dict.fromkeys(trainers, Ending("idle", "interrupted"))
        self._live = list(trainers)

    def fit(self, epochs: int, report: Callable[[Logs], object]) -> None:
        """Train; every trainer is left as one that has trained by itself."""
        with Interrupts() as interrupts, ExitStack() as seats:
            for trainer in self._trainers:
                trainer._begin("fitting", epochs)
                seats.callback(self._leave, trainer)
            try:
                self._train(epochs, report, interrupts)
            except Exception as error:
                trace = traceback.format_exc()
                self._end(Ending("failed", describe(error), trace, error))
                raise
            self._end(Ending("idle", ""))

    def _train(self, epochs: int, report: Callable[[Logs], object], interrupts: Interrupts) -> None:
        for trainer in self._trainers:
            trainer.run.follow()
            trainer._stepper.begin()
        fleet = Fleet(self._live)
        for _ in range(epochs):
            if not self._live:
                return
            done = False
            while not done:
                with ExitStack() as turns:
                    for trainer in self._live:
                        turns.enter_context(trainer.run.problem.turn)
                    fleet = self._without(fleet, fleet.step())
                interrupts.check()
                if any(trainer._player.stopping for trainer in self._trainers):
                    return
                done = not self._live or self._live[0]._stepper.epoch_done
            fleet = self._without(fleet, self._close_epoch(report))

    def _close_epoch(self, report: Callable[[Logs], object]) -> dict[Trainer, Diverged]:
        diverged, logs = {}, {}
        for trainer in self._live:
            try:
                logs = trainer._stepper.close_epoch()
            except Diverged as why:
                diverged[trainer] = why
            else:
                trainer.run.notify("epoch")
        report({"epoch": logs["epoch"]} if logs else {})
        return diverged

    def _without(self, fleet: Fleet, diverged: dict[Trainer, Diverged]) -> Fleet:
        if not diverged:
            return fleet
        for trainer, why in diverged.items():
            self._endings[trainer] = Ending.diverged(trainer.run, why)
            self._live.remove(trainer)
        return Fleet(self._live) if self._live else fleet

    def _end(self, ending: Ending) -> None:
        for trainer in self._live:
            self._endings[trainer] = ending

    def _leave(self, trainer: Trainer) -> None:
        trainer._session.close(self._endings[trainer])
