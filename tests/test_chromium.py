"""How the browser tests come by a Chromium, on machines made of shell scripts."""

import os
import sys
from pathlib import Path

import pytest

from scripts import ensure_chromium


class Machine:
    """A folder of programs that is all the PATH has."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.log = folder / "log"

    def has(self, name: str, *lines: str) -> Path:
        program = self.folder / name
        program.write_text("\n".join(["#!/bin/sh", f'echo {name} "$@" >> {self.log}', *lines, ""]))
        program.chmod(0o755)
        return program

    @property
    def calls(self) -> list[str]:
        return self.log.read_text().splitlines() if self.log.exists() else []


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    """Return a machine with nothing on it, where Playwright's download fails."""
    machine = Machine(tmp_path)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv(ensure_chromium.VARIABLE, raising=False)
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setattr(ensure_chromium, "playwright_chromium", lambda: None)
    monkeypatch.setattr(sys, "executable", str(machine.has("python", "exit 1")))
    return machine


APT_THAT_INSTALLS = (
    'test "$1" = update && exit 0',
    'here=${0%/*}; printf "#!/bin/sh\\n" > "$here/chromium"; /bin/chmod +x "$here/chromium"',
)


def test_a_browser_on_the_path_is_taken_as_it_is(machine: Machine) -> None:
    chromium = machine.has("chromium")
    machine.has("apt-get")

    assert ensure_chromium.main() == 0
    assert ensure_chromium.find_chromium() == str(chromium)
    assert set(machine.calls) == {"chromium --version"}


def test_a_browser_that_does_not_start_is_passed_over(machine: Machine) -> None:
    machine.has("chromium", "exit 127")
    chrome = machine.has("google-chrome")

    assert ensure_chromium.find_chromium() == str(chrome)


def test_root_installs_the_systems_package(machine: Machine) -> None:
    machine.has("env", 'shift; exec "$@"')
    machine.has("apt-get", *APT_THAT_INSTALLS)

    assert ensure_chromium.main() == 0
    assert "apt-get update -qq" in machine.calls
    assert "apt-get install -yqq chromium fonts-dejavu-core" in machine.calls


def test_sudo_is_asked_without_a_password(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    machine.has("env", 'shift; exec "$@"')
    machine.has("sudo", 'test "$1" = -n || exit 1; shift; exec "$@"')
    machine.has("apt-get", *APT_THAT_INSTALLS)

    assert ensure_chromium.main() == 0


def test_playwrights_download_is_the_last_resort(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    machine.has("apt-get", "exit 100")
    downloaded = machine.folder / "downloaded"
    machine.has("python", f'printf "#!/bin/sh\\n" > {downloaded}; /bin/chmod +x {downloaded}')
    found = lambda: str(downloaded) if downloaded.exists() else None  # noqa: E731
    monkeypatch.setattr(ensure_chromium, "playwright_chromium", found)

    assert ensure_chromium.main() == 0
    assert machine.calls == ["apt-get update -qq", "python -m playwright install chromium"]


def test_one_line_says_what_to_do_where_nothing_helps(
    machine: Machine, capfd: pytest.CaptureFixture[str]
) -> None:
    assert ensure_chromium.main() == 1
    assert capfd.readouterr().err.splitlines()[-1] == ensure_chromium.ADVICE


def test_a_wrong_override_is_an_error_and_nothing_is_installed(
    machine: Machine, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    machine.has("chromium")
    monkeypatch.setenv(ensure_chromium.VARIABLE, "/nowhere/chrome")

    assert ensure_chromium.main() == 1
    assert "NNWIDGETS_CHROMIUM is '/nowhere/chrome'" in capfd.readouterr().err
    assert machine.calls == []
