"""Print the service's OpenAPI document: `python -m alerting.api.schema`.

The pages' TypeScript types are generated from it.
"""

import json
import sys
from typing import Any

from alerting.api.document import document_of
from alerting.api.routes import ROUTES


def openapi() -> dict[str, Any]:
    """Return the OpenAPI document of all routes under /api, with the feed's frames."""
    return document_of(ROUTES)


if __name__ == "__main__":
    json.dump(openapi(), sys.stdout, ensure_ascii=False, indent=1, sort_keys=True)
