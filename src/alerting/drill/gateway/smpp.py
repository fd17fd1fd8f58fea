"""Read and write the SMS centre's SMPP PDUs with smpplib."""

import re
import struct
from asyncio import StreamReader
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from gsm0338 import Codec
from smpplib import consts
from smpplib.smpp import make_pdu, parse_pdu

_GSM: Final = Codec()

_HEADER: Final = struct.Struct(">4I")

_HAS_USER_DATA_HEADER: Final = 0x40

_LAST_SEQUENCE: Final = 0x7FFF_FFFF

# YYMMDDhhmmsstnnp with the R of a relative time (SMPP 3.4, 7.1.1.1); years and months are 00.
_RELATIVE: Final = re.compile(rb"0000(\d\d)(\d\d)(\d\d)(\d\d)000R")


@dataclass(frozen=True)
class Part:
    """A part of a long text, or a whole short text."""

    reference: int
    """The number that all parts of one long text share; -1 for a short text."""
    number: int
    total: int
    body: str


class Sequence:
    """A generator of sequence numbers with the interface that smpplib expects."""

    def __init__(self) -> None:
        self.sequence = 0

    def next_sequence(self) -> int:
        """Return the next sequence number."""
        self.sequence = self.sequence % _LAST_SEQUENCE + 1
        return self.sequence


def made(command: str, sequence: Sequence, **fields: object) -> Any:
    """Return a new PDU with the next sequence number."""
    return make_pdu(command, client=sequence, **fields)


async def read_pdu(reader: StreamReader) -> Any:
    """Read one PDU.

    Raises:
        asyncio.IncompleteReadError: if the connection has ended.
    """
    head = await reader.readexactly(_HEADER.size)
    length = _HEADER.unpack(head)[0]
    octets = head + await reader.readexactly(length - _HEADER.size)
    return parse_pdu(octets, client=Sequence(), allow_unknown_opt_params=True)


def read_text(pdu: Any) -> Part:
    """Return the part of a text in a submit_sm PDU."""
    octets, place = pdu.short_message, (-1, 1, 1)
    if pdu.esm_class & _HAS_USER_DATA_HEADER:
        # 05 00 03 reference total number (3GPP TS 23.040, 9.2.3.24.1)
        reference, total, number = octets[3:6]
        octets, place = octets[octets[0] + 1 :], (reference, number, total)
    if pdu.data_coding == consts.SMPP_ENCODING_ISO10646:
        return Part(*place, octets.decode("utf-16-be"))
    return Part(*place, _GSM.decode(octets)[0])


def read_validity(period: bytes) -> timedelta | None:
    """Return the duration of a relative validity period; None if it is missing or invalid."""
    found = _RELATIVE.fullmatch(period)
    if found is None:
        return None
    days, hours, minutes, seconds = map(int, found.groups())
    return timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)
