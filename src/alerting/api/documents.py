"""The API's documents: OpenAPI, AsyncAPI, and the HTML page of the feed.

They need no authentication, because they describe only the source code. Each is made at its first
request and then cached.
"""

import asyncio
import gzip
import json
from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Request, Response
from starlette.routing import BaseRoute

from alerting.api.document import document_of
from alerting.api.feed_document import feed_document_of
from alerting.api.feed_page import HEADERS, feed_page

router = APIRouter(prefix="/api", include_in_schema=False)

_ASK_FIRST: Final = {"Cache-Control": "no-cache", "Vary": "Accept-Encoding"}


class Documents:
    """The gzip-compressed documents of an application's routes."""

    def __init__(self, routes: Sequence[BaseRoute]) -> None:
        self._routes = routes

    @cached_property
    def openapi(self) -> bytes:
        """The OpenAPI document as JSON."""
        return _packed(json.dumps(document_of(self._routes), ensure_ascii=False))

    @cached_property
    def asyncapi(self) -> bytes:
        """The AsyncAPI document as JSON."""
        return _packed(json.dumps(self._feed, ensure_ascii=False))

    @cached_property
    def feed_page(self) -> bytes:
        """The HTML page that describes the websockets."""
        return _packed(feed_page(self._feed))

    @cached_property
    def _feed(self) -> dict[str, Any]:
        return feed_document_of(self._routes)


async def _documents(request: Request) -> Documents:
    documents: Documents = request.app.state.documents
    return documents


DocumentsDep = Annotated[Documents, Depends(_documents)]


@router.get("/openapi.json")
async def get_openapi(request: Request, documents: DocumentsDep) -> Response:
    """Return the OpenAPI document of every route below /api."""
    return await _answer(request, lambda: documents.openapi, "application/json")


@router.get("/asyncapi.json")
async def get_asyncapi(request: Request, documents: DocumentsDep) -> Response:
    """Return the AsyncAPI document of the websockets."""
    return await _answer(request, lambda: documents.asyncapi, "application/json")


@router.get("/reference/feed")
async def get_feed_page(request: Request, documents: DocumentsDep) -> Response:
    """Return the HTML page that describes the websockets."""
    return await _answer(request, lambda: documents.feed_page, "text/html; charset=utf-8", HEADERS)


def _packed(text: str) -> bytes:
    return gzip.compress(text.encode())


async def _answer(
    request: Request,
    make: Callable[[], bytes],
    media_type: str,
    more: dict[str, Any] | None = None,
) -> Response:
    """Answer with a document, compressed if the client accepts gzip."""
    # In a thread, because the first request takes about half a second.
    packed = await asyncio.to_thread(make)
    headers = {**_ASK_FIRST, **(more or {})}
    if "gzip" in request.headers.get("accept-encoding", ""):
        headers["Content-Encoding"] = "gzip"
        return Response(packed, headers=headers, media_type=media_type)
    return Response(gzip.decompress(packed), headers=headers, media_type=media_type)
