"""The page of faults names tests that there are."""

import re

from tests.browser.lab import ROOT

PAGE = ROOT / "docs" / "proof" / "faults.md"
NAMED = re.compile(r"`((?:tests|js)/[\w/.]+)::([^`]+)`")


def test_every_test_that_the_page_of_faults_names_is_there() -> None:
    rows = [line for line in PAGE.read_text("utf-8").splitlines() if "| `" in line]
    named = [NAMED.search(row) for row in rows]
    assert len(named) > 20
    for row, found in zip(rows, named, strict=True):
        assert found, f"a fault without a test: {row}"
        path, name = found.groups()
        text = (ROOT / path).read_text("utf-8")
        python = path.endswith(".py")
        wanted = [f"def {name}("] if python else [f'test("{name}"', f'it("{name}"']
        assert any(each in text for each in wanted), f"{path} has no test {name}"
