"""Encoding of texts for an SMS centre: split into segments, and decoded from them."""

from dataclasses import dataclass
from typing import Final

from gsm0338 import Codec

from alerting.messages.text import Encoding, segments

UDH_INDICATOR: Final = 0x40
"""Bit of esm_class that marks a user data header at the start of the text (SMPP 3.4, 5.2.12)."""

_UCS2: Final = 0x08

_CODINGS: Final = {Encoding.GSM_7: 0x00, Encoding.UCS_2: _UCS2}

# Octets in a single message, and in each of several. Here each GSM character takes one octet. The
# centre packs them, and the header then takes the room of 7 characters.
_ROOM: Final = {Encoding.GSM_7: (160, 153), Encoding.UCS_2: (140, 134)}

_GSM: Final = Codec()

# Other data codings (SMPP 3.4, 5.2.19); every unlisted one is the GSM alphabet.
_ALPHABETS: Final = {0x01: "ascii", 0x03: "latin-1", _UCS2: "utf-16-be"}

# Concatenation with a reference of 8 and of 16 bits (3GPP TS 23.040, 9.2.3.24.1 and .8).
_REFERENCE_OCTETS: Final = {0x00: 1, 0x08: 2}


@dataclass(frozen=True, slots=True)
class Written:
    """A text as submit_sm carries it: one short_message per segment."""

    data_coding: int
    esm_class: int
    parts: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class Place:
    """The position of a part in a longer text."""

    reference: int
    number: int
    """Counted from 1."""
    total: int


def write(text: str, reference: int) -> Written:
    """Split a text without cutting a character; `reference` (0-255) identifies its parts."""
    encoding = segments(text).encoding
    single, each = _ROOM[encoding]
    characters = [_encode(character, encoding) for character in text]
    if sum(map(len, characters)) <= single:
        return Written(_CODINGS[encoding], 0, (b"".join(characters),))
    bodies = _pack(characters, each)
    parts = tuple(
        bytes((5, 0, 3, reference, len(bodies), number)) + body
        for number, body in enumerate(bodies, start=1)
    )
    return Written(_CODINGS[encoding], UDH_INDICATOR, parts)


def read(octets: bytes, data_coding: int) -> str:
    """Return the text; undecodable octets become U+FFFD, because a reply must not be lost."""
    alphabet = _ALPHABETS.get(data_coding)
    if alphabet is None:
        decoded: str = _GSM.decode(octets, "replace")[0]
        return decoded
    return octets.decode(alphabet, "replace")


def split_header(octets: bytes) -> tuple[Place | None, bytes]:
    """Split off the user data header; return the part's position, or None if it is no part."""
    end = octets[0] + 1 if octets else 0
    header, body = octets[1:end], octets[end:]
    while len(header) > 1:
        width = _REFERENCE_OCTETS.get(header[0])
        if width and header[1] == width + 2 and len(header) >= width + 4:
            reference = int.from_bytes(header[2 : 2 + width], "big")
            return Place(reference, header[3 + width], header[2 + width]), body
        header = header[2 + header[1] :]
    return None, body


def _encode(character: str, encoding: Encoding) -> bytes:
    if encoding is Encoding.UCS_2:
        return character.encode("utf-16-be")
    octets: bytes = _GSM.encode(character)[0]
    return octets


def _pack(characters: list[bytes], room: int) -> list[bytes]:
    packed = [b""]
    for octets in characters:
        if len(packed[-1]) + len(octets) > room:
            packed.append(b"")
        packed[-1] += octets
    return packed
