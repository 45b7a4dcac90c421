"""A network's state as text, and back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from nnwidgets import words
from nnwidgets.core.state import NetworkState, StateError, prepare, weights
from nnwidgets.training._saved import check_trainer, load, load_weights, restore, state_of
from nnwidgets.widgets._given import given
from nnwidgets.widgets._recording import Recording

if TYPE_CHECKING:
    import os
    from collections.abc import Callable

    from numpy.typing import ArrayLike
    from torch import nn

    from nnwidgets.core.datasets import Dataset


class Saving(Recording):
    """A network that can be kept as text: plain JSON, or a short string for links."""

    def to_json(self, *, data: bool = True) -> str:
        """Return the network as JSON that :meth:`from_json` makes it from again.

        It holds the structure, the weights of now and of the start (bit for bit), activations,
        buffers, what is frozen, the points with their names, the loss, the epoch, the trainer's
        optimizer, learning rate, batch size, seed and speed, and the language. It does not hold
        code (a class, loss or optimizer of your own), the optimizer's memory, the history between
        start and now, callbacks, or views.

        Parameters
        ----------
        data
            Whether the points are in it; without them it is a few hundred characters for a small
            network, and ``from_json`` needs X and y.

        Raises
        ------
        StateError
            If it would be longer than 64 Mi characters.

        Examples
        --------
        >>> pathlib.Path("net.json").write_text(net.to_json())  # doctest: +SKIP
        """
        return state_of(self.run, lang=self.lang, data=data).to_json()

    def permalink(self, address: str = "", *, data: bool = True) -> str:
        """Return the same, compressed, as one word for a link: "nnw1." and base64url.

        :meth:`from_json` reads it, with or without the address.

        Parameters
        ----------
        address
            Put before it, with "#" between the two. What follows the "#" stays in the browser:
            the address's server never gets it.
        data
            As in :meth:`to_json`.

        Examples
        --------
        >>> net.permalink("https://example.org/lesson.html", data=False)  # doctest: +SKIP
        'https://example.org/lesson.html#nnw1.eNqNU01v...'
        """
        if "#" in address:
            raise ValueError(f"address must have no '#' yet, got {address!r}")
        link = state_of(self.run, lang=self.lang, data=data).to_link()
        return f"{address}#{link}" if address else link

    @classmethod
    def from_json(
        cls,
        text: str,
        model: nn.Module | None = None,
        X: ArrayLike | Dataset | None = None,
        y: ArrayLike | None = None,
        *,
        loss: Callable[..., Any] | None = None,
    ) -> Self:
        """Make a network from what :meth:`to_json` or :meth:`permalink` returned.

        Parameters
        ----------
        text
            The JSON, the string, or an address that ends in it. It may come from anywhere:
            nothing in it is executed, and all of it is checked before anything changes.
        model
            Where :func:`nnwidgets.mlp` made the model it is built again. An instance of a class
            of your own is for you to pass: parameters and buffers must have the state's names,
            shapes and dtypes. It gets the state's weights and activations, in place.
        X, y
            Data to use in place of the state's, or where it has none.
        loss
            Your own function, where the network had one.

        Raises
        ------
        StateError
            For a text that is damaged, cut off, foreign, too long or of another version (which
            the error names), or that does not fit what is given with it. ``model`` is unchanged.

        Examples
        --------
        >>> net = nnw.Network.from_json(pathlib.Path("net.json").read_text())  # doctest: +SKIP
        """
        state = NetworkState.parse(text)
        check_trainer(state)
        if state.lang not in words.LANGUAGES:
            known = ", ".join(map(repr, words.LANGUAGES))
            raise StateError(f"state.lang must be one of {known}, got {state.lang[:40]!r}")
        names: dict[str, Any] = {}
        if X is not None:
            X, y, *given_names = given(X, y)
            pairs = zip(("feature_names", "class_names"), given_names, strict=True)
            names = {name: value for name, value in pairs if value is not None}
        ready = prepare(state, model, X, y, loss=loss, **names)
        ready.start()
        make: Any = cls  # Network, whose arguments are not this class's
        net: Self = make(ready.model, **ready.arguments, lang=state.lang)
        restore(net.run, state)
        return net

    def load_json(self, text: str) -> None:
        """Put what :meth:`to_json` or :meth:`permalink` returned into this network.

        All views of it follow. Hidden layers of a model that :func:`nnwidgets.mlp` made become
        those of the state; any other model must have the state's parameters, by name, shape and
        dtype. The points are replaced if the state has some, training is paused, and a new trainer
        is made if the state has one. The language stays.

        Raises
        ------
        StateError
            As :meth:`from_json`; also if the state has another number of inputs or outputs, or
            another loss or dtype, than this network. Nothing has changed then.
        RuntimeError
            When a callback of the training calls it.

        Examples
        --------
        >>> net.load_json(text)  # doctest: +SKIP
        """
        load(self.run, NetworkState.parse(text))

    def save_weights(self, path: str | os.PathLike[str]) -> None:
        """Write the weights and buffers to a safetensors file, which any framework can read.

        Names and shapes are those of ``model.state_dict()``, a tied parameter is in it once. The
        file is there whole or not at all. It needs ``pip install 'nnwidgets[safetensors]'``.

        Raises
        ------
        OSError
            Where it cannot be written: what was there is as it was.
        ImportError
            If safetensors is missing.

        Examples
        --------
        >>> net.save_weights("net.safetensors")  # doctest: +SKIP
        """
        with self.run.problem.turn:
            weights.save(self.run.problem.model, path, self.run.epoch)

    def load_weights(self, path: str | os.PathLike[str]) -> None:
        """Write the weights and buffers of a safetensors file into the module, in place.

        As :meth:`set_weights`, this is no training: epoch and history stay.

        Raises
        ------
        StateError
            If it is no safetensors file or damaged, has other names, shapes or dtypes than the
            model, or a number that is not finite. Nothing has changed then.
        ValueError
            If a frozen parameter would change; nothing has.
        OSError, ImportError
            If the file cannot be read, or safetensors is missing.

        Examples
        --------
        >>> net.load_weights("net.safetensors")  # doctest: +SKIP
        """
        load_weights(self.run, path)
