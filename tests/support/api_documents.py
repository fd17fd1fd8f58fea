"""The API's documents, made only once a process because that takes most of a second."""

import json
from functools import cache
from typing import Any, Final

from alerting.api.documents import Documents
from alerting.api.routes import ROUTES
from alerting.api.schema import openapi

DOCUMENTS: Final = Documents(ROUTES)
"""The documents that every test's service shares; each is made at its first request."""


def openapi_document() -> dict[str, Any]:
    """Return a copy of the OpenAPI document that the caller may change."""
    document: dict[str, Any] = json.loads(_openapi())
    return document


@cache
def _openapi() -> str:
    return json.dumps(openapi())
