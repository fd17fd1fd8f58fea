"""Conditional requests (RFC 9110, section 13): answer 304 if the client has the content."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from functools import cached_property

from fastapi import Response, status


@dataclass(frozen=True)
class Content:
    """A response body, and the time of its last change."""

    body: bytes
    changed: datetime

    @cached_property
    def etag(self) -> str:
        """Strong ETag of the body."""
        return f'"{hashlib.sha256(self.body).hexdigest()[:32]}"'


def answer(content: Content, asked: Mapping[str, str], media_type: str, cache: str) -> Response:
    """Return a response with the content, or 304 if the client already has it.

    `asked` holds the request's headers; `cache` is the value of the Cache-Control header.
    """
    headers = {
        "Cache-Control": cache,
        "ETag": content.etag,
        "Last-Modified": format_datetime(content.changed.astimezone(UTC), usegmt=True),
    }
    if _has(content, asked):
        return Response(status_code=status.HTTP_304_NOT_MODIFIED, headers=headers)
    return Response(content.body, headers=headers, media_type=media_type)


def _has(content: Content, asked: Mapping[str, str]) -> bool:
    """Return whether the client has the content; If-None-Match overrides If-Modified-Since."""
    if tags := asked.get("if-none-match"):
        given = {tag.strip().removeprefix("W/") for tag in tags.split(",")}
        return bool(given & {content.etag, "*"})
    try:
        since = parsedate_to_datetime(asked.get("if-modified-since", ""))
    except ValueError:
        return False
    # A date without a time zone ('-0000') is not a valid HTTP date.
    return bool(since.tzinfo) and content.changed.replace(microsecond=0) <= since
