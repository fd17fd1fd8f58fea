"""The time limit of waits in tests, as long as a whole test run may take."""

from typing import Final

PATIENCE_SECONDS: Final = 900.0
