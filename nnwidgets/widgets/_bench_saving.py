"""A playground as text and as files, and from its text again."""

from __future__ import annotations

import csv
import dataclasses
import io
import json
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from nnwidgets.core.state import StateError, _text
from nnwidgets.training.bench.subject import OWN
from nnwidgets.widgets._bench_parts import LOOK
from nnwidgets.widgets._lifetime import Owned
from nnwidgets.widgets.network import Network

if TYPE_CHECKING:
    from torch import nn

    from nnwidgets.widgets._bench import Bench

FORMAT = "nnwidgets.playground"
VERSION = 1
#: What a page may ask for.
GIFTS = ("code", "state", "link", "weights", "data")


class Saving(Owned):
    """A playground that can be kept, shared and taken elsewhere."""

    net: Any
    _bench: Bench

    def code(self) -> str:
        """Return a script in plain PyTorch that does the same; see :meth:`Network.code`.

        Examples
        --------
        >>> print(playground.code())  # doctest: +SKIP
        """
        text: str = self.net.code()
        return text

    def to_json(self) -> str:
        """Return the playground as JSON that :meth:`from_json` makes it from again.

        It holds every choice, and the network as :meth:`Network.to_json` does: weights bit for
        bit, points as they are now, the epoch; not the history, nor what else belongs to views.

        Examples
        --------
        >>> again = nnw.Playground.from_json(playground.to_json())  # doctest: +SKIP
        """
        choices = dataclasses.asdict(self._bench.choices)
        network = json.loads(self.net.to_json())
        look = {name: getattr(self, name) for name in LOOK}
        content = {"choices": choices, "network": network, "look": look}
        return _text.to_json({"format": FORMAT, "version": VERSION, **content})

    def permalink(self, address: str = "") -> str:
        """Return the same, compressed, as one word for a link, after an address and "#"."""
        if "#" in address:
            raise ValueError(f"address must have no '#' yet, got {address!r}")
        link = _text.to_link(self.to_json())
        return f"{address}#{link}" if address else link

    @classmethod
    def from_json(cls, text: str, model: nn.Module | None = None) -> Self:
        """Make a playground from what :meth:`to_json` or :meth:`permalink` returned.

        Parameters
        ----------
        text
            The JSON, the string, or an address that ends in it. It may come from anywhere:
            nothing in it is executed, and all of it is checked.
        model
            An instance of your own class, where the playground was one of such a model.

        Raises
        ------
        StateError
            For a text that is damaged, foreign or of another version, which the error names.
        """
        choices, network, look = _read(text)
        make: Any = cls  # Playground, whose arguments are not this class's
        own = choices.get("dataset") == OWN
        try:
            if own:
                made: Self = make(Network.from_json(network, model), **look)
            else:
                made = make(**{**choices, **look})
                made.net.load_json(network)
            made._restore(choices if own else {})
        except (ValueError, TypeError) as error:
            raise StateError(f"state: {error}") from error
        return made

    def to_csv(self) -> str:
        """Return all points: the inputs, the target, and whether they are test data."""
        problem = self.net.run.problem
        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\n")
        columns = 1 if problem.data.y.ndim == 1 else problem.data.y.shape[1]
        targets = ["target"] if columns == 1 else [f"target {i + 1}" for i in range(columns)]
        writer.writerow([*problem.feature_names, *targets, "set"])
        for name, data in (("train", problem.data), ("test", problem.test)):
            if data is not None:
                rows = zip(data.X, data.y.reshape(len(data), -1), strict=True)
                writer.writerows([*map(_plain, x), *map(_plain, y), name] for x, y in rows)
        return out.getvalue()

    def _restore(self, choices: dict[str, Any]) -> None:
        raise NotImplementedError

    def _gift(self, what: str) -> tuple[dict[str, str], list[bytes]]:
        """Return what a page asked for, as a message and buffers."""
        if what == "weights":
            return {"name": "weights.safetensors"}, [self._weights()]
        if what == "data":
            return {"name": "data.csv", "text": self.to_csv()}, []
        text = {"code": self.code, "state": self.to_json, "link": self.permalink}[what]()
        return {"name": what, "text": text}, []

    def _weights(self) -> bytes:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "weights.safetensors"
            self.net.save_weights(path)
            return path.read_bytes()


def _plain(number: Any) -> str:
    return str(int(number)) if number == int(number) else str(number)


def _read(text: str) -> tuple[dict[str, Any], str, dict[str, bool]]:
    """Return the choices, unchecked, the network's state as JSON, and how lines are drawn."""
    found = _text.read(text)
    kind = found.get("format") if isinstance(found, dict) else None
    if not isinstance(found, dict) or kind != FORMAT:
        what = f"a state of {kind[:40]!r}" if isinstance(kind, str) else "something else"
        raise StateError(
            f"the text must be of a playground, as Playground.to_json() returns; it is {what}"
        )
    version = found.get("version")
    if version != VERSION:
        shown = version if isinstance(version, int) and abs(version) < 10**9 else "unknown"
        raise StateError(f"state.version must be {VERSION}; this one is of version {shown}")
    choices, network = found.get("choices"), found.get("network")
    if not isinstance(choices, dict) or not isinstance(network, dict):
        raise StateError("state must have choices and a network")
    look = found.get("look", {})
    if not isinstance(look, dict) or not all(
        name in LOOK and isinstance(value, bool) for name, value in look.items()
    ):
        raise StateError(f"state.look must have {' and '.join(LOOK)}, each true or false")
    return choices, json.dumps(network), look
