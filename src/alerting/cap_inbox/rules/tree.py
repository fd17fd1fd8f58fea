"""Parse XML from outside safely: no DTD, no entities, no external files, no network.

The bytes are decoded here, because expat supports few encodings, and GB18030 is not one of them.
"""

import codecs
import re
from collections.abc import Mapping
from typing import Final
from xml.etree.ElementTree import Element, TreeBuilder

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser, ParseError

MOST_BYTES: Final = 1024 * 1024
"""Maximum size of a document in bytes."""

_MOST_DEPTH: Final = 32
"""A signed CAP message has about 10 levels."""

_MOST_ELEMENTS: Final = 20_000

_MOST_TEXT: Final = 400_000
"""Maximum characters of one element, enough for a polygon of about 20,000 corners."""

_DOCUMENT: Final = "document"

_BY_MARK: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)

_BY_FIRST_BYTES: Final = ((b"<\0", "utf-16-le"), (b"\0<", "utf-16-be"))

_DECLARED: Final = re.compile(
    rb"""\s*<\?xml\s[^>]{0,200}?encoding\s*=\s*["']([A-Za-z][A-Za-z0-9._-]{0,39})["']"""
)

_ENCODINGS: Final[Mapping[str, str]] = {
    "utf-8": "utf-8",
    "utf8": "utf-8",
    "us-ascii": "ascii",
    "ascii": "ascii",
    "iso-8859-1": "iso-8859-1",
    "latin1": "iso-8859-1",
    "windows-1252": "cp1252",
    "gb18030": "gb18030",
    "gbk": "gb18030",
    "gb2312": "gb18030",
}
"""Supported encodings by IANA name; UTF-16 is recognised by its first bytes."""


class UnreadableError(ValueError):
    """A document cannot be read; `element` tells where, the message tells what to change."""

    def __init__(self, element: str, problem: str) -> None:
        super().__init__(f"{element}: {problem}")
        self.element = element
        self.problem = problem


def read_tree(raw: bytes, charset: str | None = None) -> Element:
    """Return the root element of a document; `charset` is from its Content-Type, or None.

    Raises:
        UnreadableError: if it is too large, not XML, or has a DOCTYPE or entities.
    """
    if len(raw) > MOST_BYTES:
        raise UnreadableError(_DOCUMENT, f"it is larger than {MOST_BYTES:,} bytes; send less")
    parser = DefusedXMLParser(target=_BoundedBuilder(), forbid_dtd=True)
    try:
        parser.feed(_text_of(raw, charset))
        root: Element = parser.close()
    except DefusedXmlException:
        raise UnreadableError(
            _DOCUMENT, "it has a DOCTYPE or entities, which are not read; leave them out"
        ) from None
    except ParseError as wrong:
        raise UnreadableError(_DOCUMENT, f"it is not well-formed XML: {wrong}") from None
    return root


def _text_of(raw: bytes, charset: str | None) -> str:
    encoding, start = _encoding_of(raw, charset)
    try:
        return raw[start:].decode(encoding)
    except UnicodeDecodeError as wrong:
        raise UnreadableError(
            _DOCUMENT,
            f"byte {wrong.start + start:,} is not {encoding}; declare the encoding that it has",
        ) from None


def _encoding_of(raw: bytes, charset: str | None) -> tuple[str, int]:
    """Return the encoding, and the length of the byte order mark.

    A byte order mark overrides `charset` (RFC 7303), and `charset` overrides the XML declaration.
    """
    for mark, encoding in _BY_MARK:
        if raw.startswith(mark):
            return encoding, len(mark)
    for first, encoding in _BY_FIRST_BYTES:
        if raw.startswith(first):
            return encoding, 0
    found = _DECLARED.match(raw)
    declared = charset or (found[1].decode("ascii") if found else "utf-8")
    known = _ENCODINGS.get(declared.lower())
    if known is None:
        raise UnreadableError(
            _DOCUMENT,
            f"the encoding {declared[:40]!r} is unknown or not supported; send UTF-8",
        )
    return known, 0


class _BoundedBuilder(TreeBuilder):
    """Builds an element tree; refuses it during parsing if it is too deep or too large."""

    def __init__(self) -> None:
        super().__init__()
        self._path: list[str] = []
        self._elements = 0
        self._text = 0

    def start(self, tag: str, attrs: dict[str, str], /) -> Element:
        """Start an element; called by the parser."""
        self._elements += 1
        self._text = 0
        self._path.append(local_name(tag)[:40])
        if len(self._path) > _MOST_DEPTH or self._elements > _MOST_ELEMENTS:
            raise UnreadableError(
                "/".join(self._path[:4]),
                f"there are more than {_MOST_ELEMENTS:,} elements or {_MOST_DEPTH} levels; "
                "send less",
            )
        return super().start(tag, attrs)

    def end(self, tag: str, /) -> Element:
        """End an element; called by the parser."""
        self._path.pop()
        return super().end(tag)

    def data(self, data: str, /) -> None:
        """Add text to the current element; called by the parser."""
        self._text += len(data)
        if self._text > _MOST_TEXT:
            raise UnreadableError(
                "/".join(self._path), f"it is longer than {_MOST_TEXT:,} characters; shorten it"
            )
        super().data(data)


def local_name(tag: str) -> str:
    """Return a tag without its namespace."""
    return tag.rpartition("}")[2]


def namespace_of(tag: str) -> str:
    """Return the namespace of a tag, or ''."""
    return tag.rpartition("}")[0].removeprefix("{")
