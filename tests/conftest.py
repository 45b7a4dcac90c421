"""What all tests share: hypothesis' settings, the browser's path, and where pictures are kept."""

import os
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest

from scripts.ensure_chromium import ADVICE, find_chromium
from tests.js_process import Browser, build

ROOT = Path(__file__).parent.parent

# A thread each for two cores makes tiny tensors slower, and much slower beside a browser.
os.environ.setdefault("OMP_NUM_THREADS", "1")

# Timing an example on a busy machine finds no defect. On CI every run tries the same examples.
hypothesis.settings.register_profile("default", deadline=None)
hypothesis.settings.register_profile("ci", deadline=None, derandomize=True, print_blob=True)
# The whole of tests/fuzz, which every run of the suite tries a share of: `make fuzz`.
hypothesis.settings.register_profile("long", deadline=None, max_examples=6000, print_blob=True)
hypothesis.settings.load_profile("ci" if os.environ.get("CI") else "default")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests in tests/browser and tests/notebooks by their folder."""
    marks = {"browser": pytest.mark.browser, "notebooks": pytest.mark.notebook}
    for item in items:
        mark = marks.get(item.path.parent.name)
        if mark is not None:
            item.add_marker(mark)


@pytest.fixture(scope="session")
def chromium_path() -> str:
    """Return a Chromium that starts; a missing one is a failure, not a reason to skip."""
    path = find_chromium()
    if path is None:
        pytest.fail(ADVICE)
    return path


@pytest.fixture(scope="session")
def artifacts() -> Path:
    """Return the folder where screenshots and traces are kept."""
    folder = ROOT / "test-artifacts"
    folder.mkdir(exist_ok=True)
    return folder


@pytest.fixture(scope="module")
def browser(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Browser]:
    """Run the frontend's mathematics in Node: the forward pass, or what a module names ENTRY."""
    entry = getattr(request.module, "ENTRY", "forward-cli")
    bundle = tmp_path_factory.mktemp("js") / f"{entry}.mjs"
    build(bundle, entry)
    browser = Browser(bundle)
    yield browser
    browser.close()
