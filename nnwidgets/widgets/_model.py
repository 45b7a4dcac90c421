"""The part of a network that pages see: its synced state, its comms and their lifetime."""

from __future__ import annotations

import threading
import weakref
from typing import TYPE_CHECKING, Any

import traitlets
from anywidget import WidgetTrait

from nnwidgets import words
from nnwidgets.widgets import _bundle
from nnwidgets.widgets._bundled import Bundled
from nnwidgets.widgets._commands import Commands
from nnwidgets.widgets._presets import THEMES, Presets
from nnwidgets.widgets._traffic import Traffic
from nnwidgets.widgets._uplink import Uplink

if TYPE_CHECKING:
    from nnwidgets.training.run import Run
    from nnwidgets.widgets._lifetime import Owned
    from nnwidgets.widgets._view import View


def _state(trait: traitlets.TraitType[Any, Any]) -> Any:
    """Tag a trait that the browser reads and never writes."""
    return trait.tag(sync=True, echo_update=False)


class NetworkModel(Bundled):
    """A run as a model in the page, which every view of it refers to.

    Parameters
    ----------
    run
        What is shown.
    lang
        The language of the pages.
    theme
        Of views that do not say.
    """

    if _bundle.live():  # only then: a path-valued _esm keeps every widget alive for ever
        _esm = _bundle.STATIC / "network.js"
        _css = _bundle.STATIC / "network.css"

    _view = traitlets.Unicode("TrainingBar").tag(sync=True)
    _spec = _state(traitlets.Dict())
    _values = _state(traitlets.Bytes())
    _initial = _state(traitlets.Bytes())
    _data = _state(traitlets.Dict())
    _frozen = _state(traitlets.List())
    _status = _state(traitlets.Dict())
    _words = _state(traitlets.Dict())
    uplink = _state(WidgetTrait())

    lang = traitlets.Unicode("en", read_only=True)
    theme = traitlets.Enum(THEMES, "auto").tag(sync=True, echo_update=False)

    def __init__(self, run: Run, lang: str = "en", theme: str = "auto") -> None:
        _bundle.text("network.js")  # where it is missing, that is said before anything is open
        self.set_trait("lang", lang)
        self.theme = theme
        self._words = words.table(lang)
        self.run = run
        self._sending = threading.Lock()
        self._adding = threading.Lock()
        self._added: weakref.WeakSet[View] = weakref.WeakSet()
        self._libraries: dict[str, Owned] = {}
        self._superseded = False
        self._presets = Presets()
        self._traffic = Traffic(self)
        self._commands = Commands(self)
        self._traffic.write_all()
        super().__init__("network", lang, uplink=Uplink(self._commands))
        self._listen()

    def open(self) -> None:
        """Open the network in the page if it is not."""
        if self.comm is not None:
            return
        if self.uplink is not None and not self.uplink.is_open:
            self._traffic.write_all()
            self.uplink.open()
            self._listen()
        self._superseded = False
        super().open()

    def close(self) -> None:
        """Remove the network and its views from every page. Displaying a view opens it again."""
        if self.comm is None:
            return
        for view in self._views:  # nothing would move or answer in them any more
            view.close()
        if self.comm is None:  # it went with the last of them
            return
        self._traffic.sender.stop()
        self._forget()
        super().close()
        self.uplink.close()
        for library in self._libraries.values():
            library.close()

    def give_up(self) -> None:
        """Close when no view is open any more: the cell that made the network is run again."""
        self._superseded = True
        self._view_closed()

    def _refuse(self, message: str) -> None:
        if self.is_open:
            self.send({"type": "error", "message": message, "detail": ""})

    def _send(self, msg: Any, buffers: Any = None) -> None:
        with self._sending:  # frames and state come from different threads
            super()._send(msg, buffers)

    def _add_view(self, view: View) -> None:
        """Have a view of this network; it is not kept alive."""
        with self._adding:
            self._added.add(view)

    @property
    def _views(self) -> list[View]:
        """All views that there are, open or not; in any thread, while another makes one."""
        with self._adding:
            return list(self._added)

    def _view_closed(self) -> None:
        self._dress_views()
        if not self._superseded or any(view.is_open for view in self._views):
            return
        if self.run.trainer is not None:
            self.run.trainer.pause()  # nobody could see it, or stop it
        self.close()

    def _dress_views(self) -> None:
        """Have every view, and the network's own, hide what is hidden in it."""
        self._presets.dress(self._views, self)

    def _layer_names(self) -> list[str]:
        return [layer["name"] for layer in self._spec["layers"]]

    def _listen(self) -> None:
        reference = weakref.ref(self)  # a trainer's thread must not keep a closed network alive

        def changed(kind: str) -> None:
            net = reference()
            if net is not None:
                net._changed(kind)

        self._forget = self.run.subscribe(changed)

    def _changed(self, kind: str) -> None:
        """Something happened to the run."""
        self._traffic.changed(kind)
