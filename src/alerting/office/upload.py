"""Reads an uploaded file of limited size after the caller is authenticated."""

import asyncio
from typing import Any, Final

from fastapi import HTTPException, Request, status
from starlette.requests import ClientDisconnect

from alerting.access.openapi import MOST_BODY, UNBOUNDED

MOST_BYTES: Final = 16 * 1024 * 1024
"""A county's 100,000 households are about 12 MiB of text; import larger files by command line."""

_MOST_DROPPED: Final = 4 * MOST_BYTES

_SECONDS: Final = 120.0


def takes_file(most: int) -> dict[str, Any]:
    """Return the `openapi_extra` of a route whose body is a file of at most `most` bytes."""
    schema = {"type": "string", "format": "binary", "maxLength": most}
    content = {"application/octet-stream": {"schema": schema}}
    return {"requestBody": {"required": True, "content": content}, MOST_BODY: most}


UPLOAD: Final[dict[str, Any]] = takes_file(MOST_BYTES) | {MOST_BODY: UNBOUNDED}
"""The `openapi_extra` of a route that reads its file with `uploaded`."""


async def uploaded(request: Request) -> bytes:
    """Return the uploaded file from the body of a request.

    Raises:
        HTTPException: 413 if it is too large, 408 if it takes too long, 400 if it breaks off.
    """
    parts: list[bytes] = []
    size = 0
    try:
        async with asyncio.timeout(_SECONDS):
            async for part in request.stream():
                size += len(part)
                # Read and drop the rest, because closing the connection now would lose the
                # response.
                if size <= MOST_BYTES:
                    parts.append(part)
                elif size > _MOST_DROPPED:
                    break
    except TimeoutError:
        late = f"the file took longer than {_SECONDS:.0f} s: send it again"
        raise HTTPException(status.HTTP_408_REQUEST_TIMEOUT, late) from None
    except ClientDisconnect:
        raise HTTPException(status.HTTP_400_BAD_REQUEST, "the file broke off") from None
    if size > MOST_BYTES:
        raise HTTPException(
            status.HTTP_413_CONTENT_TOO_LARGE,
            f"the file is larger than {MOST_BYTES:,} bytes: split it, town by town",
        )
    return b"".join(parts)
