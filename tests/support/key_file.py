"""The key file of the tests' databases.

Tests share compiled statements, so they share one key file, separate from any key of a developer.
"""

from pathlib import Path
from typing import Final

import pytest

from alerting.migrations.upgrade import migrate

KEY_FILE: Final = str(Path(__file__).with_name("tests.key"))

# A checked-out file is readable by others, about which `alerting doctor` warns.
Path(KEY_FILE).chmod(0o600)


def migrate_with_tests_key(url: str) -> None:
    """Migrate a shared database with the tests' key file, whatever key file a test has set."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("ALERTING_KEY_FILE", KEY_FILE)
        migrate(url)
