"""SMPP PDUs as the SMS centre reads and writes them, by smpplib."""

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
    """A part of a text; a short text is its own only part."""

    reference: int
    """Tells the parts of one text from those of the next; -1 for a short text."""
    number: int
    total: int
    body: str


class Sequence:
    """Sequence numbers, in the interface that smpplib expects."""

    def __init__(self) -> None:
        self.sequence = 0

    def next_sequence(self) -> int:
        """Return the next number."""
        self.sequence = self.sequence % _LAST_SEQUENCE + 1
        return self.sequence


def made(command: str, sequence: Sequence, **fields: object) -> Any:
    """Return a PDU with the next sequence number."""
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
    """Return the part of a text that a submit_sm carries."""
    octets, place = pdu.short_message, (-1, 1, 1)
    if pdu.esm_class & _HAS_USER_DATA_HEADER:
        # 05 00 03 reference total number (3GPP TS 23.040, 9.2.3.24.1)
        reference, total, number = octets[3:6]
        octets, place = octets[octets[0] + 1 :], (reference, number, total)
    if pdu.data_coding == consts.SMPP_ENCODING_ISO10646:
        return Part(*place, octets.decode("utf-16-be"))
    return Part(*place, _GSM.decode(octets)[0])


def read_validity(period: bytes) -> timedelta | None:
    """Return a relative validity period; None if there is none."""
    found = _RELATIVE.fullmatch(period)
    if found is None:
        return None
    days, hours, minutes, seconds = map(int, found.groups())
    return timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)
