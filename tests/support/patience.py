"""The time limit of a test's waits: as long as the whole run may take."""

from typing import Final

PATIENCE_SECONDS: Final = 900.0
