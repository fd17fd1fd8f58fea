"""How long a test waits for what must come: as long as the whole run may take."""

from typing import Final

PATIENCE_SECONDS: Final = 900.0
