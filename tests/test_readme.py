"""The examples of the README and of the guides run as they stand; what they say of tests is so."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parent.parent
README = ROOT / "README.md"
GUIDES = [ROOT / "docs" / f"{name}.md" for name in ("guide", "hosts", "teaching")]


def run(path: Path) -> dict[str, Any]:
    """Run the examples of a file, one after the other; return what they have named."""
    blocks = re.findall(r"^ *```python\n(.*?)^ *```", path.read_text("utf-8"), re.M | re.S)
    names: dict[str, Any] = {}
    for block in blocks:
        indent = len(block) - len(block.lstrip(" "))
        code = re.sub(rf"(?m)^ {{{indent}}}", "", block)
        exec(compile(code, str(path), "exec"), names)
        if "trainer" in names:
            names["trainer"].pause()
    return names


def test_the_examples_of_the_readme_run() -> None:
    names = run(README)

    assert names["net"].epoch >= 100  # its loop of 100 records, after some epochs of playing
    assert (Path(names["folder"]) / "lesson.html").exists()


@pytest.mark.parametrize("path", GUIDES, ids=lambda path: path.stem)
def test_the_examples_of_a_guide_run(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)  # where they write
    names = run(path)

    if path.stem == "guide":
        net, slider = names["net"], names["slider"]
        slider.value = 1.25
        assert net.weights["0.weight"][0, 0] == 1.25
        assert names["model"][0].weight[0, 0].item() == 1.25
        names["free"].value = -0.75
        assert net.weights["0.weight"][0].tolist() == [1.25, -0.75]
    if path.stem == "teaching":
        assert names["task"].solved


def test_every_host_names_a_test_that_exists() -> None:
    """What works where is what the tests open."""
    table = README.read_text("utf-8").split("## What works where")[1].split("\n\n")[1]
    named = [row.split("|")[3].strip() for row in table.splitlines()[2:]]

    assert named[-1] == "not tested"
    for cell in named[:-1]:
        file, _, test = re.findall(r"`([^`]+)`", cell)[0].partition("::")
        assert f"def {test}" in (ROOT / file).read_text("utf-8")


def test_pictures_and_pages_that_are_linked_exist() -> None:
    text = README.read_text("utf-8")

    links = re.findall(r"""(?:\]\(|src="|srcset=")([^)"#:]+)[)"]""", text)

    assert [link for link in links if not (ROOT / link).exists()] == []
    assert "docs/images/tour.webp" in links
