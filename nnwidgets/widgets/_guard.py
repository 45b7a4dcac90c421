"""What a page may say to a widget at all: checked before ipywidgets or anybody else reads it.

A comm's messages are ``update {state, buffer_paths}``, ``request_state`` and ``custom {content}``.
ipywidgets would write whatever state arrives into any synced trait, which is how a page could put
other JavaScript into ``_esm`` for all other pages, and would leave what goes wrong to the log.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import anywidget
import traitlets

from nnwidgets.widgets import _json

if TYPE_CHECKING:
    from collections.abc import Mapping

_log = logging.getLogger("nnwidgets")

#: Characters of an answer that quotes what came.
LONGEST = 500

#: What any widget lets a page set: ipywidgets' own, which front ends do.
_OF_ALL = ("layout", "tooltip", "tabbable", "_dom_classes", "_view_count")

_METHODS = ("update", "request_state", "custom")


class Guarded(anywidget.AnyWidget):
    """A widget that takes from a page what a page has to say, and answers the rest."""

    def _settable(self) -> Sequence[str]:
        """Return the traits that a page may set."""
        return _OF_ALL

    def _refuse(self, message: str) -> None:
        """Tell the reader of the page what is wrong with what it sent."""
        _log.info("%s: %s", type(self).__name__, message)

    def set_state(self, sync_data: dict[str, Any]) -> None:
        """Take from the page what it may set; the rest is Python's to write."""
        allowed = self._settable()
        super().set_state({name: value for name, value in sync_data.items() if name in allowed})

    def _handle_msg(self, msg: Mapping[str, Any]) -> None:
        try:
            data = _json.mapping(msg["content"]["data"], "message")
            method = _json.choice(data, "method", _METHODS)
            if method == "update":
                self._update(_json.mapping(data.get("state"), "state"), data.get("buffer_paths"))
                return
        except Exception as error:  # noqa: BLE001  (told to the reader of the page)
            self._refuse(said(error))
            return
        super()._handle_msg(msg)

    def _handle_custom_msg(self, content: Any, buffers: Any) -> None:
        try:
            check_text(content)
        except ValueError as error:
            self._refuse(said(error))
            return
        super()._handle_custom_msg(content, buffers)

    def _update(self, state: Mapping[str, Any], binary: object) -> None:
        if binary:
            raise _json.WireError("state must have no binary parts: nothing that may be set has")
        check_text(state)
        allowed = self._settable()
        for name in state:
            if name not in allowed:
                raise _json.WireError(f"{_json.short(name)} is not for a page to set")
        if not isinstance(state.get("layout", ""), str):
            raise _json.WireError("layout must be the name of a layout's model")
        self.set_state(dict(state))


def check_text(value: object) -> None:
    """Raise `WireError` for JSON that could not be sent to a page again.

    Half of a surrogate pair is no text, and one that was kept in a trait would keep the widget
    from ever being shown again.
    """
    try:
        json.dumps(value, ensure_ascii=False, default=_binary).encode()
    except UnicodeEncodeError:
        raise _json.WireError("message must be text of whole characters") from None
    except (ValueError, TypeError, RecursionError) as error:
        raise _json.WireError(f"message must be JSON: {error}") from None


def _binary(_value: object) -> None:
    return None


def said(error: Exception) -> str:
    """Return an error's text for a page, however much it quotes of what came."""
    if isinstance(error, RecursionError):
        return "message must be nested less deeply"
    expected = isinstance(error, ValueError | TypeError | traitlets.TraitError)
    text = str(error) if expected else f"{type(error).__name__}: {error}"
    if not expected:
        _log.exception("a message from the browser could not be applied")
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"
