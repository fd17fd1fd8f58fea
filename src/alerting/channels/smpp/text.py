"""A text on its way through an SMS centre: split into segments, and read from them."""

from dataclasses import dataclass
from typing import Final

from gsm0338 import Codec

from alerting.messages.text import Encoding, segments

UDH_INDICATOR: Final = 0x40
"""The bit of esm_class that says that the text begins with a header (SMPP 3.4, 5.2.12)."""

_UCS2: Final = 0x08

_CODINGS: Final = {Encoding.GSM_7: 0x00, Encoding.UCS_2: _UCS2}

# Octets in a single message, and in each of several. A GSM character has an octet of its own
# here; the centre packs them, and the header then takes the room of seven.
_ROOM: Final = {Encoding.GSM_7: (160, 153), Encoding.UCS_2: (140, 134)}

_GSM: Final = Codec()

# Where a centre names another alphabet (SMPP 3.4, 5.2.19); all others are GSM's own.
_ALPHABETS: Final = {0x01: "ascii", 0x03: "latin-1", _UCS2: "utf-16-be"}

# Concatenation with a reference of 8 and of 16 bits (3GPP TS 23.040, 9.2.3.24.1 and .8).
_REFERENCE_OCTETS: Final = {0x00: 1, 0x08: 2}


@dataclass(frozen=True, slots=True)
class Written:
    """A text as submit_sm carries it: one short_message for each segment."""

    data_coding: int
    esm_class: int
    parts: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class Place:
    """Which part of a longer text something is."""

    reference: int
    number: int
    """From 1."""
    total: int


def write(text: str, reference: int) -> Written:
    """Split a text, so that no character is cut in two; `reference` (0-255) joins its parts."""
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
    """Return the text; what cannot be read is shown as such, since a reply must not be lost."""
    alphabet = _ALPHABETS.get(data_coding)
    if alphabet is None:
        decoded: str = _GSM.decode(octets, "replace")[0]
        return decoded
    return octets.decode(alphabet, "replace")


def split_header(octets: bytes) -> tuple[Place | None, bytes]:
    """Take the header off a text that has one; say which part it is, if it is one."""
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
