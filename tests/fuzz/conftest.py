"""Says at the end how many messages of each kind were tried, and what became of them."""

from typing import Any

from tests.fuzz import rig


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Write a table of all that was sent, where the long share ran or -v asks for it."""
    if not rig.SENT or terminalreporter.verbosity < 1:
        return
    line = "{:<24} {:>8} {:>8} {:>8} {:>6}".format
    terminalreporter.section("fuzz")
    terminalreporter.write_line(line("kind", "sent", "refused", "done", "texts"))
    for kind, sent in sorted(rig.SENT.items()):
        refused = rig.REFUSED[kind]
        texts = len(rig.SAID[kind])
        terminalreporter.write_line(line(kind, sent, refused, sent - refused, texts))
    sent, refused = rig.SENT.total(), rig.REFUSED.total()
    texts = sum(map(len, rig.SAID.values()))
    terminalreporter.write_line(line("all", sent, refused, sent - refused, texts))
