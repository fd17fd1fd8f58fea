"""PDUs are parsed even if a centre adds its own parameters."""

import asyncio
import struct
from typing import Any

import pytest

from alerting.channels.smpp.pdu import (
    MalformedError,
    Sequence,
    is_response,
    receive,
    request,
    response,
)


async def received(*octets: bytes) -> tuple[Any, int]:
    reader = asyncio.StreamReader()
    reader.feed_data(b"".join(octets))
    reader.feed_eof()
    return await receive(reader)


def pdu(command: int, body: bytes = b"", status: int = 0, sequence: int = 5) -> bytes:
    return struct.pack(">4I", 16 + len(body), command, status, sequence) + body


def deliver_sm(parameters: bytes) -> bytes:
    asked = request(Sequence(), "deliver_sm", source_addr="861", short_message=b"help")
    return pdu(5, asked.generate()[16:] + parameters)


async def test_response_has_the_number_of_its_request() -> None:
    numbers = Sequence()
    first, second = (request(numbers, "enquire_link") for _ in range(2))
    assert (first.sequence, second.sequence) == (1, 2)
    answer, sequence = await received(response("enquire_link_resp", second.sequence))
    assert (answer.command, answer.status, sequence) == ("enquire_link_resp", 0, 2)
    assert is_response(answer)
    assert not is_response(first)


def test_sequence_numbers_restart_at_one() -> None:
    numbers = Sequence()
    numbers.sequence = 2**31 - 2
    assert [numbers.next_sequence() for _ in range(2)] == [2**31 - 1, 1]


async def test_vendor_error_is_returned_as_the_status() -> None:
    answer, _ = await received(pdu(0x8000_0004, status=0x0400))
    assert (answer.command, answer.status) == ("submit_sm_resp", 0x0400)


@pytest.mark.parametrize(
    "parameters",
    [
        b"",
        b"\x14\x01\x00\x02ab",  # a vendor's own parameter
        b"\x00\x1d\x00\x02ab",  # a parameter of other commands
        b"\x00\x1e\x00",  # a truncated parameter
    ],
)
async def test_call_for_help_with_unknown_parameters_is_parsed(parameters: bytes) -> None:
    said, sequence = await received(deliver_sm(parameters))
    assert (said.command, said.source_addr, said.short_message) == ("deliver_sm", b"861", b"help")
    assert sequence == 5


@pytest.mark.parametrize("octets", [pdu(0x0666), pdu(5, b"\0\1\1"), pdu(0x8000_0103, b"\0\0\1")])
async def test_invalid_pdu_still_has_its_number(octets: bytes) -> None:
    assert await received(octets) == (None, 5)


async def test_text_of_64_kib_is_received_and_a_longer_pdu_is_refused() -> None:
    longest = "百".encode("utf-16-be") * 32_767
    payload = struct.pack(">2H", 0x0424, len(longest)) + longest
    taken, _ = await received(deliver_sm(payload))
    assert taken.message_payload == longest
    with pytest.raises(MalformedError, match="70001"):
        await received(struct.pack(">4I", 70_001, 5, 0, 5))


@pytest.mark.parametrize("length", [0, 15, 70_001, 0x48545450])
async def test_non_smpp_input_is_malformed(length: int) -> None:
    with pytest.raises(MalformedError, match=str(length)):
        await received(struct.pack(">4I", length, 0, 0, 0))


async def test_end_of_the_connection_is_raised() -> None:
    with pytest.raises(asyncio.IncompleteReadError):
        await received(pdu(0x15)[:-1])


@pytest.mark.parametrize(
    ("parameters", "message_id"),
    [
        (b"\x00\x1e\x00\x04abcd", b"abcd"),
        (b"\x00\x1e\x00\x05abcd\0", b"abcd"),
        (b"\x00\x1e\x00\x07abcd\0\0\0", b"abcd"),
        (b"\x14\x01\x00\x02ab\x00\x1e\x00\x04abcd", b"abcd"),
        (b"\x00\x1e\x00\x09abcd", b"abcd"),
    ],
)
async def test_receipted_id_is_read_with_and_without_its_terminator(
    parameters: bytes, message_id: bytes
) -> None:
    said, _ = await received(deliver_sm(parameters + b"\x04\x27\x00\x01\x02"))
    assert said.receipted_message_id.startswith(message_id)
    # A length that is too large extends to the end.
    is_too_long = parameters[3] > len(parameters[4:])
    assert said.message_state == (None if is_too_long else 2)


async def test_parameter_unknown_to_smpplib_does_not_hide_the_text() -> None:
    said, _ = await received(deliver_sm(b"\x00\x1d\x00\x02ab\x04\x24\x00\x04more"))
    assert said.message_payload == b"more"
