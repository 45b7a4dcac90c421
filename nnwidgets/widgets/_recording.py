"""What was recorded of a network, and where it goes back to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from nnwidgets.core._inits import draw_seed
from nnwidgets.training._checks import count
from nnwidgets.training._code import code_of
from nnwidgets.training._reinitialize import reinitialize
from nnwidgets.widgets._restructuring import Restructuring

if TYPE_CHECKING:
    from nnwidgets.core.code import Code
    from nnwidgets.core.problem import Score
    from nnwidgets.training.history import History


class Recording(Restructuring):
    """A network with its history: of its trainer, or of a training loop of the user's own."""

    @property
    def history(self) -> History:
        """Every epoch so far."""
        return self.run.history

    def record(
        self,
        epoch: int | None = None,
        loss: float | None = None,
        accuracy: float | None = None,
        **metrics: float,
    ) -> None:
        """Call once an epoch from a training loop of your own: views and history follow.

        Parameters
        ----------
        epoch
            Default: one more than before.
        loss, accuracy
            Worked out over the training data where not given.
        **metrics
            Further numbers for the history.
        """
        self.run.record(epoch=epoch, loss=loss, accuracy=accuracy, **metrics)

    def reset(self) -> None:
        """Go back to epoch 0 and the parameters of then, or of :meth:`mark_initial`."""
        (self.run.trainer or self.run).reset()

    def reinitialize(self, seed: int | None = None, init: str | None = None) -> None:
        """Draw other initial weights, in place, and start over at epoch 0 from them.

        The optimizer has no memory then, the order of the samples starts again, and :meth:`reset`
        goes back to these weights. Frozen ones stay as they are.

        Parameters
        ----------
        seed
            The same seed gives the same weights: ``nnw.mlp(sizes, init=…, seed=…)`` has those of
            ``reinitialize(seed)``. Default: one at random, by torch's generator.
        init
            "torch" (each module's own ``reset_parameters()``), "xavier", "xavier_uniform",
            "kaiming", "kaiming_uniform", "uniform" (−½ to ½), "small", "large" or "zeros"; also
            "glorot" and "he". Default: what ``nnw.mlp`` was told, else "torch".

        Raises
        ------
        ValueError, TypeError
            For an unknown name, a seed that is no whole number, or a model whose modules cannot
            draw their own weights.
        RuntimeError
            While the network is being trained; pause() first.

        Examples
        --------
        >>> net.reinitialize(seed=1, init="xavier")  # doctest: +SKIP
        """
        chosen = draw_seed() if seed is None else count("seed", seed, most=2**63 - 1)
        reinitialize(self.run, chosen, init)

    def mark_initial(self) -> None:
        """Make the parameters of now the initial ones: what :meth:`reset` goes back to.

        Views that show the initial state show it from now on. Epoch and history go on as they
        are; but where nothing has been trained yet, epoch 0 in the history becomes that of now.

        Examples
        --------
        >>> net.set_weights(kernels, layout="keras")  # doctest: +SKIP
        >>> net.mark_initial()  # training starts from these, each time  # doctest: +SKIP
        """
        run = self.run
        with run.problem.turn:
            run.problem.mark_initial()
            if run.epoch == 0:
                run.begin_history()
        run.notify("parameters" if run.epoch else "epoch")

    def code(self, epochs: int | None = None, start: Literal["initial", "now"] = "initial") -> Code:
        """Return the plain PyTorch script that does the same, without this package.

        It has the data, the model with its weights, the loss, optimizer and settings of now of its
        trainer (of `Trainer` by default where there is none) and the same order of batches, and
        ends with the same weights. Weights that were moved by hand and settings that were others
        before are not in it, nor are callbacks.

        Parameters
        ----------
        epochs : int, optional
            Default: as many as were trained, or 100 before there were any.
        start : {"initial", "now"}
            From the weights that ``reset`` goes back to, or from those of now.

        Returns
        -------
        Code
            A str that a notebook shows as it is; ``code.save("train.py")`` writes it.

        Examples
        --------
        >>> net.code()  # doctest: +SKIP
        """
        return code_of(self.run, epochs, start)

    def evaluate(self, which: Literal["train", "test"] = "train") -> Score:
        """Return loss and accuracy over all of the data, in evaluation mode."""
        return self.run.problem.evaluate(which)
