"""The last lines of a test run name the tests it skipped."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

ROOT: Final = Path(__file__).parents[1]


@pytest.mark.long
def test_last_lines_name_tests_skipped_without_chromium() -> None:
    variables = {name: value for name, value in os.environ.items() if name != "TEST_BROWSER"}
    variables["PATH"] = str(Path(sys.executable).parent)
    run = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-rs", "tests/browser"],
        cwd=ROOT,
        env=variables,
        capture_output=True,
        text=True,
        check=True,
    )
    *_, told, counts = run.stdout.splitlines()
    assert "there is no Chromium, which 'apt-get install chromium' installs" in told
    assert counts.strip("= ").startswith(f"{told.split()[0]} skipped")
