"""Bundles that only some views need: one a network, loaded when the first such view is shown."""

from __future__ import annotations

import threading
import weakref
from typing import TYPE_CHECKING, Any, ClassVar

import traitlets
from anywidget import WidgetTrait

from nnwidgets.widgets import _bundle, _json
from nnwidgets.widgets._bundled import Bundled
from nnwidgets.widgets._feed import Feed, Payload
from nnwidgets.widgets._guard import said
from nnwidgets.widgets._lifetime import Owned
from nnwidgets.widgets._stub import stub
from nnwidgets.widgets._view import View

if TYPE_CHECKING:
    from numpy.typing import ArrayLike
    from torch import nn

    from nnwidgets.core.datasets import Dataset
    from nnwidgets.widgets.network import Network

_STUB = stub("net", "_library")

# What a page may ask for, by name, and the files that answer it.
_CHUNKS: dict[str, str] = {"katex": "katex.js.gz", "plotly": "plotly.js.gz"}

_PARTS = {"esm": "js", "css": "css"}


def _style_id(name: str) -> str:
    """Return what a bundle's style sheet goes by: pages keep one of each id, the last."""
    return f"{__name__}.{name}"


class Library(Bundled):
    """A bundle as a model in the page, which views of one network come to to be drawn.

    Parameters
    ----------
    name
        ``"inside"`` for ``static/inside.js`` and ``static/inside.css``.
    lang
        The language of its views.
    """

    def __init__(self, name: str, lang: str) -> None:
        super().__init__(name, lang, _anywidget_id=_style_id(name))

    @classmethod
    def of(cls, name: str, lang: str) -> Owned:
        """Make the library of a name; where files are watched, one that follows its files."""
        if not _bundle.live():
            return cls(name, lang)
        files = {f"_{part}": _bundle.STATIC / f"{name}.{kind}" for part, kind in _PARTS.items()}
        watched: type[Owned] = type("Library", (Owned,), {**files, "give_up": cls.give_up})
        return watched(_anywidget_id=_style_id(name))

    def give_up(self) -> None:
        """Stay when the cell is run again: the library closes with its network."""


class LibraryView(View):
    """A view that is drawn by a bundle other than the network's own.

    A view that shows what only Python can compute overrides :meth:`_payload`; it is computed in
    the background and sent no faster than the page takes it. A subclass names its bundle in
    ``_bundle_name``.
    """

    _bundle_name: ClassVar[str] = "inside"
    #: Changes of the run after which the payload is another.
    _fed_by: ClassVar[tuple[str, ...]] = ()

    _esm: Any = traitlets.Unicode(_STUB).tag(sync=True)
    _library = WidgetTrait().tag(sync=True, echo_update=False)

    def __init__(
        self,
        net: Network | nn.Module,
        X: ArrayLike | Dataset | None = None,
        y: ArrayLike | None = None,
        **options: Any,
    ) -> None:
        _bundle.text(f"{self._bundle_name}.js")  # where it is missing, that is said at once
        self._sending = threading.Lock()
        self._feed = Feed(self)
        self._forget: Any = None
        super().__init__(net, X, y, **options)
        self._listen()

    @traitlets.default("_library")
    def _default_library(self) -> Owned:
        known = self.net._libraries
        if self._bundle_name not in known:
            known[self._bundle_name] = Library.of(self._bundle_name, self.net.lang)
        library: Owned = known[self._bundle_name]
        return library

    def open(self) -> None:
        """Open the view in the page if it is not."""
        again = self.comm is None and self._forget is not None
        super().open()
        if again:
            self._listen()

    def close(self) -> None:
        """Remove the view from every page. Displaying it opens it again."""
        if self.is_open and self._forget is not None:
            self._feed.stop()
            self._forget()
        super().close()

    def _payload(self) -> Payload | None:
        """Return what the page cannot compute, as JSON and buffers; None for nothing yet.

        It is called on a thread of its own, at most some sixty times a second, and takes the
        turn of the problem itself where it reads the model.
        """
        return None

    def _recorded(self) -> Payload | None:
        """Return all of the payload, as it is now, for a page that will have no Python.

        A view whose :meth:`_payload` is only what a page lacks overrides this.
        """
        return self._payload()

    def _asked(self, content: dict[str, object]) -> bool:
        """Take a message of the view's own; answer whether it was one.

        What it raises as ``WireError`` or ``ValueError`` is told to the reader of the page.
        """
        del content
        return False

    def _changed(self, kind: str) -> None:
        """Something happened to the run, in whichever thread that was."""
        if kind in self._fed_by:
            self._feed.offer()

    def _send(self, msg: Any, buffers: Any = None) -> None:
        with self._sending:  # the feed comes from another thread than the options
            super()._send(msg, buffers)

    def _listen(self) -> None:
        reference = weakref.ref(self)

        def changed(kind: str) -> None:
            view = reference()
            if view is not None:
                view._changed(kind)

        self._forget = self.net.run.subscribe(changed)

    def _on_message(self, widget: object, content: object, buffers: object) -> None:
        try:
            message = dict(_json.mapping(content, "message"))
            if message.get("type") == "chunk":
                self._send_chunk(message)
            elif not self._feed.heard(message) and not self._asked(message):
                super()._on_message(widget, content, buffers)
        except FileNotFoundError as error:
            self._refuse(str(error))
        except Exception as error:  # noqa: BLE001  (told to the reader of the page)
            self._refuse(said(error))

    def _send_chunk(self, message: dict[str, object]) -> None:
        name = _json.choice(message, "name", list(_CHUNKS))
        self.send({"type": "chunk", "name": name}, [_bundle.chunk(_CHUNKS[name])])
