"""Background work, with threads that run when the test says so."""

import subprocess
import sys
import threading
from collections.abc import Callable

import pytest

from nnwidgets.widgets import _background
from nnwidgets.widgets._background import Background


@pytest.fixture
def threads(monkeypatch: pytest.MonkeyPatch) -> list[Callable[[], None]]:
    started: list[Callable[[], None]] = []
    monkeypatch.setattr(_background, "spawn", lambda work, name: started.append(work))
    return started


def test_requests_before_it_starts_are_one(threads: list[Callable[[], None]]) -> None:
    runs: list[bool] = []
    background = Background(lambda stopped: runs.append(stopped()))
    background.request()
    background.request()
    assert background.busy
    assert len(threads) == 1
    threads[0]()
    assert runs == [False]
    assert not background.busy


def test_a_newer_request_stops_the_work_and_starts_it_anew(
    threads: list[Callable[[], None]],
) -> None:
    told: list[tuple[bool, bool]] = []

    def work(stopped: Callable[[], bool]) -> None:
        before = stopped()
        if not told:
            background.request()
        told.append((before, stopped()))

    background = Background(work)
    background.request()
    threads[0]()
    assert told == [(False, True), (False, False)]
    assert len(threads) == 1


def test_cancelled_work_is_told_and_not_done_again(threads: list[Callable[[], None]]) -> None:
    told: list[bool] = []

    def work(stopped: Callable[[], bool]) -> None:
        background.cancel()
        told.append(stopped())

    background = Background(work)
    background.request()
    threads[0]()
    assert told == [True]
    background.request()
    background.cancel()
    threads[1]()
    assert told == [True]


def test_waiting_ends_when_all_is_done() -> None:
    may_end = threading.Event()
    background = Background(lambda stopped: may_end.wait(5) and None, "tea")
    assert background.wait(0)
    background.request()
    assert not background.wait(0.01)
    assert "nnwidgets-tea" in [thread.name for thread in threading.enumerate()]
    may_end.set()
    assert background.wait(5)


def test_work_that_fails_is_logged_and_waited_for_no_longer(
    caplog: pytest.LogCaptureFixture,
) -> None:
    def work(stopped: Callable[[], bool]) -> None:
        raise RuntimeError("out of tea")

    background = Background(work)
    background.request()
    assert background.wait(5)
    assert "out of tea" in caplog.text


BUSY = """
import torch
from nnwidgets.widgets import _clock
from nnwidgets.widgets._background import Background

started = __import__("threading").Event()

def work(stopped=lambda: False):
    started.set()
    a = torch.ones(200, 200)
    for _ in range(1000):
        if stopped():
            return
        a = torch.tanh(a @ a)
"""


@pytest.mark.parametrize(
    "begin",
    [
        "background = Background(work); background.request()",
        "_clock.EVENTS.call_at(0, work)",
    ],
    ids=["surface", "clock"],
)
def test_a_script_that_ends_while_it_works_ends_well(begin: str) -> None:
    """Python would end a thread inside of torch, and the process would abort."""
    script = f"{BUSY}\n{begin}\nstarted.wait(20)\nprint('done')"
    found = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, timeout=120, check=False
    )
    assert (found.returncode, found.stdout, found.stderr) == (0, "done\n", "")


def test_nothing_begins_when_the_process_ends(threads: list[Callable[[], None]]) -> None:
    background = Background(lambda stopped: None)
    background.end()
    background.request()
    assert (threads, background.busy) == ([], False)
