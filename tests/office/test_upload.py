"""An uploaded file is read only from administrators, and up to a maximum size."""

import asyncio
from typing import Final

from alerting.office.upload import MOST_BYTES
from tests.support.roster_files import send
from tests.support.running import Running

_HEAD: Final = "POST /api/roster/preview HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n"


async def answer_to_head(service: Running, head: str) -> bytes:
    """Send the head of a request and no body; return the first line of the answer."""
    host, _, port = service.url.removeprefix("http://").partition(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    writer.write(f"{head}\r\n".encode())
    line = await reader.readline()
    writer.close()
    return line


async def test_stranger_is_refused_before_the_file_is_read(service: Running) -> None:
    assert b" 401 " in await answer_to_head(service, _HEAD)


async def test_officer_is_refused_before_the_file_is_read(service: Running) -> None:
    head = f"{_HEAD}Authorization: Bearer {service.tokens['grid']}\r\n"
    assert b" 403 " in await answer_to_head(service, head)


async def test_oversized_file_is_refused(service: Running) -> None:
    status, told = await send(service, "preview", "administrator", b"a" * (MOST_BYTES + 1))
    assert (status, told["code"]) == (413, "too_large")


async def test_file_may_be_larger_than_other_request_bodies(service: Running) -> None:
    status, told = await send(service, "preview", "administrator", b"a,b\n" * 40_000)
    assert (status, told["faults"][0]["line"]) == (200, 1)
