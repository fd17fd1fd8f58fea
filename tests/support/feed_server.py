"""A server of CAP feeds for tests, which records the requests."""

import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from tests.support.running import serving


@dataclass
class FeedServer:
    """Serves documents by path; sends one with a version only to clients with another version."""

    url: str = ""
    documents: dict[str, Response] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    versions: list[tuple[str | None, str | None]] = field(default_factory=list)
    """The headers If-None-Match and If-Modified-Since of each request."""

    def put(self, path: str, document: str | bytes, **headers: str) -> None:
        """Serve a document as XML."""
        kind = headers.pop("Content-Type", "application/xml")
        self.documents[path] = Response(document, headers=headers | {"Content-Type": kind})

    def put_feed(self, *paths: str, **headers: str) -> None:
        """Serve an Atom feed at /feed whose entries link to these paths."""
        entries = "".join(
            f'<entry><link type="application/cap+xml" href="{path}"/></entry>' for path in paths
        )
        self.put("/feed", f'<feed xmlns="http://www.w3.org/2005/Atom">{entries}</feed>', **headers)

    def answer(self, request: Request) -> Response:
        path = request.url.path
        self.asked.append(path)
        match = request.headers.get("if-none-match")
        self.versions.append((match, request.headers.get("if-modified-since")))
        document = self.documents.get(path, Response(status_code=404))
        if match and match == document.headers.get("etag"):
            return Response(status_code=304, headers={"etag": match})
        return document


@contextlib.asynccontextmanager
async def feed_server() -> AsyncIterator[FeedServer]:
    """Yield a server of feeds on a loopback port."""
    server = FeedServer()

    async def answer(request: Request) -> Response:
        return server.answer(request)

    async with serving(Starlette(routes=[Route("/{path:path}", answer)])) as server.url:
        yield server
