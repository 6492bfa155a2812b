"""The contracts of the layers, as pyproject.toml has them."""

import subprocess
import sys
from pathlib import Path

from tests.arch.guards.source import ROOT


def test_imports_keep_the_contracts() -> None:
    kept = subprocess.run(
        [str(Path(sys.executable).with_name("lint-imports")), "--no-cache", "--no-logo"],
        check=False,
        capture_output=True,
        text=True,
        cwd=ROOT,
    )
    assert kept.returncode == 0, kept.stdout
    assert "0 broken" in kept.stdout
