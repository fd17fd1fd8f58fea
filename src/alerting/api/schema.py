"""The service's OpenAPI document: `python -m alerting.api.schema` prints it.

The types of the pages are generated from it.
"""

import json
import sys
from typing import Any

from alerting.api.document import document_of
from alerting.api.routes import ROUTES


def openapi() -> dict[str, Any]:
    """Return the document of all routes under /api and of the feed's frames."""
    return document_of(ROUTES)


if __name__ == "__main__":
    json.dump(openapi(), sys.stdout, ensure_ascii=False, indent=1, sort_keys=True)
