"""The model whose comm carries messages from the browser to Python."""

from __future__ import annotations

import weakref
from typing import TYPE_CHECKING

import traitlets

from nnwidgets.widgets._lifetime import Owned

if TYPE_CHECKING:
    from nnwidgets.widgets._commands import Commands


class Uplink(Owned):
    """Takes messages for a network, on a comm that nothing is ever written to.

    Where a cell trains in the foreground, a comm that is busy with frames would deliver the
    reader's Stop seconds late.

    Parameters
    ----------
    commands
        What messages are given to.
    """

    _esm = traitlets.Unicode("export default {}").tag(sync=True)

    def __init__(self, commands: Commands) -> None:
        super().__init__()
        receiver = weakref.ref(commands)  # the network owns both

        def on_message(_widget: object, content: object, _buffers: object) -> None:
            commands = receiver()
            if commands is not None:
                commands.receive(content)

        self._told = receiver
        self.on_msg(on_message)

    def _handle_custom_msg(self, content: object, buffers: object) -> None:
        self._msg_callbacks(self, content, buffers)  # commands read all of it themselves

    def _refuse(self, message: str) -> None:
        commands = self._told()
        if commands is not None:
            commands.refuse(message)
