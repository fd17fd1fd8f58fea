"""HTTP routes of the public feed, which need no authentication; the policy enables them."""

from typing import Annotated, Final

from fastapi import APIRouter, Depends, Path, Query, Request, Response

from alerting.access.callers import RuntimeDep
from alerting.cap.document import MEDIA_TYPE as CAP_TYPE
from alerting.cap_messages.atom import DOCUMENTS, MEDIA_TYPE, PATH
from alerting.cap_messages.conditional import answer
from alerting.cap_messages.feed import PublicFeed
from alerting.errors import NotFoundError

router = APIRouter(include_in_schema=False)

_SHORTLY: Final = "public, max-age=5"

_LONG: Final = "public, max-age=86400, immutable"
"""Caches may keep a message for a day, because the message of an identifier never changes."""

_MOST_PAGES: Final = 10_000


def _feed(request: Request, runtime: RuntimeDep) -> PublicFeed:
    if not runtime.policy.cap.public_feed:
        raise NotFoundError("this service has no public feed")
    feed: PublicFeed = request.app.state.public_feed
    return feed


Feed = Annotated[PublicFeed, Depends(_feed)]

_Page = Annotated[int, Query(ge=1, le=_MOST_PAGES)]

_Identifier = Annotated[str, Path(max_length=160)]


@router.api_route(PATH, methods=["GET", "HEAD"])
async def get_feed(request: Request, feed: Feed, page: _Page = 1) -> Response:
    """Return a page of the feed of live public alerts."""
    content = await feed.page(page)
    if content is None:
        raise NotFoundError(f"the feed has no page {page}")
    return answer(content, request.headers, MEDIA_TYPE, _SHORTLY)


@router.api_route(DOCUMENTS + "{identifier}.xml", methods=["GET", "HEAD"])
async def get_public_message(identifier: _Identifier, request: Request, feed: Feed) -> Response:
    """Return a public CAP message."""
    content = await feed.message(identifier)
    if content is None:
        raise NotFoundError("there is no such public message")
    return answer(content, request.headers, CAP_TYPE, _LONG)
