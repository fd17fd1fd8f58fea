"""The key file of the tests' databases.

Tests share compiled statements, and so one key file, apart from any that a developer has.
"""

from pathlib import Path
from typing import Final

import pytest

from alerting.migrations.upgrade import migrate

KEY_FILE: Final = str(Path(__file__).with_name("tests.key"))

# A checkout lets others read it, of which the doctor warns.
Path(KEY_FILE).chmod(0o600)


def migrate_with_tests_key(url: str) -> None:
    """Migrate a database that tests share, whichever test is the first to need it."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("ALERTING_KEY_FILE", KEY_FILE)
        migrate(url)
