"""Encode and decode SMPP PDUs with smpplib."""

import contextlib
import struct
from asyncio import StreamReader
from collections.abc import Iterator
from typing import Any, Final

from smpplib import consts
from smpplib.exceptions import UnknownCommandError
from smpplib.smpp import make_pdu, parse_pdu

Pdu = Any
"""A command object of smpplib, which has no type annotations."""

OK: Final[int] = consts.SMPP_ESME_ROK

_HEADER: Final = struct.Struct(">4I")

# Enough for a text of 64 KiB in message_payload, and the other fields.
_LONGEST: Final = 70_000

_DELIVER_SM: Final = 0x05

_LAST_SEQUENCE: Final = 0x7FFF_FFFF

_UNREADABLE: Final = (UnknownCommandError, struct.error, LookupError, TypeError, ValueError)


class MalformedError(ConnectionError):
    """The input is not SMPP, so nothing after it can be parsed."""


class Sequence:
    """Sequence numbers of one side's requests, with the interface that smpplib expects."""

    def __init__(self) -> None:
        self.sequence = 0

    def next_sequence(self) -> int:
        """Return the next number; numbers restart at 1 after 2^31-1 (SMPP 3.4, 3.2)."""
        self.sequence = self.sequence % _LAST_SEQUENCE + 1
        return self.sequence


def request(sequence: Sequence, command: str, **fields: object) -> Pdu:
    """Return a request with the next sequence number."""
    return make_pdu(command, client=sequence, **fields)


def response(command: str, sequence: int, status: int = OK) -> bytes:
    """Return the encoded response to the request with this sequence number."""
    pdu = make_pdu(command, client=Sequence(), status=status)
    pdu.sequence = sequence
    octets: bytes = pdu.generate()
    return octets


async def receive(reader: StreamReader) -> tuple[Pdu | None, int]:
    """Read one PDU; return the PDU and its sequence number; an invalid PDU is None.

    Raises:
        MalformedError: if the input is not SMPP at all.
        asyncio.IncompleteReadError: if the connection ended.
    """
    head = await reader.readexactly(_HEADER.size)
    length, command, _, sequence = _HEADER.unpack(head)
    if not _HEADER.size <= length <= _LONGEST:
        raise MalformedError(f"a message of {length} octets")
    octets = head + await reader.readexactly(length - _HEADER.size)
    return _read(octets, command), sequence


def is_response(pdu: Pdu) -> bool:
    """Return whether a PDU is the response to a request of ours."""
    return bool(pdu.is_response())


def _read(octets: bytes, command: int) -> Pdu | None:
    if command == _DELIVER_SM:
        return _read_deliver_sm(octets)
    with contextlib.suppress(*_UNREADABLE):
        return parse_pdu(octets, client=Sequence(), allow_unknown_opt_params=True)
    return None


def _read_deliver_sm(octets: bytes) -> Pdu | None:
    """Return the parsed deliver_sm; None if a mandatory field before the text is missing.

    Unreadable optional parameters are ignored, so that no reply is lost because a centre adds a
    parameter of its own, or ends one differently.
    """
    end = _end_of_mandatory(octets)
    pdu = make_pdu("deliver_sm", client=Sequence(), allow_unknown_opt_params=True)
    with contextlib.suppress(*_UNREADABLE):
        pdu.parse(octets[:end])
    for tag, value in _parameters(octets[end:]):
        name, is_number = _PARAMETERS.get(tag, ("", False))
        if name:
            setattr(pdu, name, int.from_bytes(value, "big") if is_number else value)
    if pdu.receipted_message_id:
        # The specification ends the field with a NUL; some centres omit it, others pad with more.
        pdu.receipted_message_id = pdu.receipted_message_id.rstrip(b"\0 ")
    # This is the last mandatory field before the text. The text itself may be empty.
    return pdu if pdu.sm_default_msg_id is not None else None


# SMPP 3.4, 5.3.2: the parameters that are read, and whether each is a number.
_PARAMETERS: Final = {
    0x001E: ("receipted_message_id", False),
    0x0424: ("message_payload", False),
    0x0427: ("message_state", True),
    0x020C: ("sar_msg_ref_num", True),
    0x020E: ("sar_total_segments", True),
    0x020F: ("sar_segment_seqnum", True),
}

_TAG: Final = struct.Struct(">2H")

# Mandatory fields of a deliver_sm up to the text (SMPP 3.4, 4.6.1): octets, or None for a C string.
_FIELDS: Final = (None, 2, None, 2, None, 3, None, None, 4)


def _end_of_mandatory(octets: bytes) -> int:
    at = _HEADER.size
    for width in _FIELDS:
        end = octets.find(b"\0", at) + 1 if width is None else at + width
        if not at < end < len(octets):
            return len(octets)
        at = end
    return min(at + 1 + octets[at], len(octets))


def _parameters(octets: bytes) -> Iterator[tuple[int, bytes]]:
    at = 0
    while at + _TAG.size <= len(octets):
        tag, length = _TAG.unpack_from(octets, at)
        at += _TAG.size
        yield tag, octets[at : at + length]
        at += length
