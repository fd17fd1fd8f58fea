"""The documents of the API, which take most of a second to make, made once in a process."""

import json
from functools import cache
from typing import Any, Final

from alerting.api.documents import Documents
from alerting.api.routes import ROUTES
from alerting.api.schema import openapi

DOCUMENTS: Final = Documents(ROUTES)
"""What every service of a test serves; each document is made at its first request."""


def openapi_document() -> dict[str, Any]:
    """Return a copy of the OpenAPI document that the caller may change."""
    document: dict[str, Any] = json.loads(_openapi())
    return document


@cache
def _openapi() -> str:
    return json.dumps(openapi())
