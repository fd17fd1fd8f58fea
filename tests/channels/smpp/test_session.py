"""A connection to an SMS centre that responds oddly or not at all."""

import asyncio
import struct
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest

from alerting.channels.smpp.pdu import receive, response
from alerting.channels.smpp.session import Login, NotSentError, RefusedError, UnansweredError, bound
from tests.support.patience import PATIENCE_SECONDS

TEXT: dict[str, Any] = {"destination_addr": "861", "short_message": b"now"}
Answer = Callable[[Any], bytes]


def echo(pdu: Any) -> bytes:
    return response(f"{pdu.command}_resp", pdu.sequence)


async def nothing_comes(_: Any) -> None:
    raise AssertionError


@asynccontextmanager
async def centre(answer: Answer) -> AsyncIterator[int]:
    """Serve on a free port, respond to each request with `answer`, and never close a connection."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                pdu, _ = await receive(reader)
                if pdu and not pdu.is_response():
                    writer.write(answer(pdu))
        except (OSError, asyncio.IncompleteReadError):
            writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        await server.wait_closed()


def login(port: int, answer_seconds: float = 5.0) -> Login:
    return Login("127.0.0.1", port, "alerting", "secret", answer_seconds=answer_seconds)


def answering(command: str, octets: Callable[[Any], bytes]) -> Answer:
    return lambda pdu: octets(pdu) if pdu.command == command else echo(pdu)


def raw(command: int, sequence: int, body: bytes = b"") -> bytes:
    return struct.pack(">4I", 16 + len(body), command, 0, sequence) + body


async def submitted(answer: Answer) -> str:
    async with centre(answer) as port, bound(login(port), nothing_comes) as (session, _):
        return await session.submit(**TEXT)


async def test_submit_returns_the_centres_message_id() -> None:
    answer = answering("submit_sm", lambda pdu: raw(0x8000_0004, pdu.sequence, b"7f\0"))
    assert await submitted(answer) == "7f"


@pytest.mark.parametrize(
    "octets",
    [
        lambda pdu: raw(0x8000_0004, pdu.sequence, b"\0"),
        lambda pdu: raw(0x8000_0004, pdu.sequence),
        lambda pdu: raw(0x8000_0015, pdu.sequence),
        lambda pdu: raw(0x8000_0666, pdu.sequence),
        lambda pdu: b"HTTP/1.1 400 Bad Request\r\n\r\n",
    ],
)
async def test_invalid_response_counts_as_unanswered(octets: Callable[[Any], bytes]) -> None:
    with pytest.raises(UnansweredError):
        await submitted(answering("submit_sm", octets))


async def test_generic_nack_is_a_refusal() -> None:
    nack = answering("submit_sm", lambda pdu: response("generic_nack", pdu.sequence, 3))
    with pytest.raises(RefusedError) as refused:
        await submitted(nack)
    assert refused.value.status == 3


async def test_responses_match_their_requests_in_any_order() -> None:
    waiting: list[int] = []

    def last_first(pdu: Any) -> bytes:
        waiting.append(pdu.sequence)
        if len(waiting) < 3:
            return b""
        return b"".join(raw(0x8000_0004, n, b"%d\0" % n) for n in reversed(waiting))

    async with (
        centre(answering("submit_sm", last_first)) as port,
        bound(login(port), nothing_comes) as (session, _),
    ):
        ids = await asyncio.gather(*(session.submit(**TEXT) for _ in range(3)))
    assert ids == [str(sequence) for sequence in waiting]


async def test_nothing_is_written_after_the_end() -> None:
    async with centre(echo) as port, bound(login(port), nothing_comes) as (session, running):
        session.end()
        with pytest.raises(NotSentError):
            await session.submit(**TEXT)
        with pytest.raises(ConnectionResetError):
            await running


@pytest.mark.parametrize("status", [0x05, 0x0D, 0x0E])
async def test_refused_bind_reports_its_status(status: int) -> None:
    refusing = answering(
        "bind_transceiver", lambda pdu: response("bind_transceiver_resp", pdu.sequence, status)
    )
    with pytest.raises(RefusedError) as refused:
        await submitted(refusing)
    assert refused.value.status == status


async def test_unanswered_bind_times_out() -> None:
    async with centre(lambda _: b"") as port:
        with pytest.raises(UnansweredError):
            await _bind(login(port, answer_seconds=0.05))


async def test_unreachable_centre_raises_an_error() -> None:
    async with centre(echo) as port:
        pass
    with pytest.raises(ConnectionRefusedError):
        await _bind(login(port))


async def test_incoming_requests_are_acknowledged_and_unknown_ones_nacked() -> None:
    heard: asyncio.Queue[Any] = asyncio.Queue()
    odd = raw(0x0666, 41) + raw(0x0103, 42)
    empty = raw(0x05, 43, b"\0" * 17) + raw(0x05, 44, b"\0" * 17)

    async def take(pdu: Any) -> None:
        heard.put_nowait(pdu.sequence)
        if pdu.sequence == 44:
            raise OSError("the disk is full")

    answers: asyncio.Queue[Any] = asyncio.Queue()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        bind, _ = await receive(reader)
        writer.write(echo(bind) + odd + empty)
        for _ in range(4):
            pdu, sequence = await receive(reader)
            assert pdu
            answers.put_nowait((sequence, pdu.command, pdu.status))
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    async with bound(login(port), take), asyncio.timeout(PATIENCE_SECONDS):
        told = {await answers.get() for _ in range(4)}
    assert told == {
        (41, "generic_nack", 3),
        (42, "generic_nack", 3),
        (43, "deliver_sm_resp", 0),
        (44, "deliver_sm_resp", 0x64),
    }
    assert [heard.get_nowait() for _ in range(2)] == [43, 44]
    server.close()
    await server.wait_closed()


async def _bind(to: Login) -> None:
    async with bound(to, nothing_comes):
        pass
