"""Encode texts as segments for an SMS centre, and decode received texts."""

import codecs
import contextlib
from dataclasses import dataclass
from typing import Final

from gsm0338 import Codec

from alerting.messages.text import Encoding, segments

UDH_INDICATOR: Final = 0x40
"""Bit of esm_class that marks a user data header at the start of the text (SMPP 3.4, 5.2.12)."""

_UCS2: Final = 0x08

_CODINGS: Final = {Encoding.GSM_7: 0x00, Encoding.UCS_2: _UCS2}

# Maximum octets of a text in one message, and of each part of a longer text. Each GSM character
# takes one octet; the centre packs them, and a part's header takes the room of 7 characters.
_ROOM: Final = {Encoding.GSM_7: (160, 153), Encoding.UCS_2: (140, 134)}

_GSM: Final = Codec()

# Data codings of SMPP 3.4, 5.2.19; and 15, which Chinese centres use for GB18030.
_ALPHABETS: Final = {
    0x01: "ascii",
    0x02: None,
    0x03: "latin-1",
    0x04: None,
    0x06: "iso8859-5",
    0x07: "iso8859-8",
    _UCS2: "utf-16",
    0x0E: "euc-kr",
    0x0F: "gb18030",
}

# The alphabet bits of a data coding with a message class (3GPP TS 23.038, 4). 0xE0-0xEF is a
# message waiting indication in UCS-2.
_CLASSED: Final = range(0x10, 0x80)

_ALPHABET_BITS, _8_BIT, _UCS2_BITS = 0x0C, 0x04, 0x08

_WAITING_UCS2: Final = range(0xE0, 0xF0)

_8_BIT_CLASSES: Final = range(0xF4, 0xF8)

_7_BITS: Final = 0x7F

_GUESSES: Final = ("utf-8", "gb18030")
"""Alphabets to try for octets whose data coding names none, strictest first."""

# Octets of a long text's reference, by the id of its header element (3GPP TS 23.040, 9.2.3.24.1
# and 9.2.3.24.8).
_REFERENCE_OCTETS: Final = {0x00: 1, 0x08: 2}


@dataclass(frozen=True, slots=True)
class Written:
    """A text as submit_sm carries it: one short_message per segment."""

    data_coding: int
    esm_class: int
    parts: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class Place:
    """The position of a part within a longer text."""

    reference: int
    number: int
    """Number of the part, from 1."""
    total: int

    @property
    def is_possible(self) -> bool:
        """Whether the number is between 1 and the total."""
        return 1 <= self.number <= self.total


def write(text: str, reference: int) -> Written:
    """Return a text as segments of whole characters; each part has `reference` (0-255)."""
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
    """Return the decoded text; undecodable octets become U+FFFD, so that no reply is lost."""
    alphabet = _alphabet(data_coding)
    if alphabet == "utf-16":
        return _read_ucs2(octets)
    if alphabet not in {None, "ascii", _GSM_NAME}:
        return octets.decode(alphabet, "replace")
    # An octet above 0x7F is neither ASCII nor GSM, so the centre passed on another alphabet.
    if any(octet > _7_BITS for octet in octets):
        for guess in _GUESSES:
            with contextlib.suppress(UnicodeDecodeError):
                return octets.decode(guess)
    if alphabet != _GSM_NAME:
        return octets.decode("ascii", "replace")
    decoded: str = _GSM.decode(octets, "replace")[0]
    return decoded


_GSM_NAME: Final = "gsm"


def _alphabet(data_coding: int) -> str | None:
    """Return the codec name of a data coding's alphabet, or None if it names none."""
    if data_coding in _ALPHABETS:
        return _ALPHABETS[data_coding]
    if data_coding in _8_BIT_CLASSES:
        return None
    if data_coding in _WAITING_UCS2:
        return "utf-16"
    if data_coding in _CLASSED:
        bits = data_coding & _ALPHABET_BITS
        return "utf-16" if bits == _UCS2_BITS else None if bits == _8_BIT else _GSM_NAME
    return _GSM_NAME


def _read_ucs2(octets: bytes) -> str:
    """Return decoded UTF-16, big-endian unless a byte order mark says otherwise."""
    is_marked = octets[:2] in {codecs.BOM_UTF16_BE, codecs.BOM_UTF16_LE}
    return octets.decode("utf-16" if is_marked else "utf-16-be", "replace")


def find_header(octets: bytes, *, is_flagged: bool) -> tuple[Place | None, bytes]:
    """Split off a part's header; if the flag is missing, the header's fixed octets reveal it."""
    if is_flagged:
        return split_header(octets)
    if octets[:3] in {b"\x05\x00\x03", b"\x06\x08\x04"}:
        place, body = split_header(octets)
        if place and place.is_possible:
            return place, body
    return None, octets


def split_header(octets: bytes) -> tuple[Place | None, bytes]:
    """Split off the user data header; return the part's position or None, and the rest."""
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
