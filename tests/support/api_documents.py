"""The API's documents, made only once a process because that takes most of a second."""

import gzip
import json
from typing import Any, Final

from alerting.api.documents import Documents
from alerting.api.routes import ROUTES

DOCUMENTS: Final = Documents(ROUTES)
"""The documents that all tests share; each is made at its first request."""


def openapi_document() -> dict[str, Any]:
    """Return a copy of the OpenAPI document that the caller may change."""
    document: dict[str, Any] = json.loads(gzip.decompress(DOCUMENTS.openapi))
    return document


def feed_document() -> dict[str, Any]:
    """Return a copy of the AsyncAPI document."""
    document: dict[str, Any] = json.loads(gzip.decompress(DOCUMENTS.asyncapi))
    return document
