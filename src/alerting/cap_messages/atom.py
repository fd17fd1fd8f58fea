"""The Atom feed (RFC 4287) of live public alerts, in pages (RFC 5005)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final
from xml.etree import ElementTree as ET

from alerting.cap.document import MEDIA_TYPE as CAP_TYPE
from alerting.cap.document import NAMESPACE as CAP

MEDIA_TYPE: Final = "application/atom+xml"

PATH: Final = "/feeds/alerts.atom"

DOCUMENTS: Final = "/feeds/cap/"
"""Prefix of the path of a public message; its identifier and '.xml' follow."""

PAGE: Final = 50
"""Number of entries per page."""

_TITLE: Final = "现行预警 / Live alerts"

_TOLD: Final = (
    *(f"alert/{name}" for name in ("status", "msgType", "scope")),
    *(f"info/{name}" for name in ("category", "event", "responseType", "urgency")),
    *(f"info/{name}" for name in ("severity", "certainty", "expires", "area/areaDesc")),
)
"""CAP elements that a feed entry repeats, so that readers can select messages by them."""


@dataclass(frozen=True)
class PublicMessage:
    """A CAP message that everybody may read."""

    identifier: str
    sent: datetime
    document: str


@dataclass(frozen=True)
class Source:
    """The publisher of the feed: the service's public URL, and the sender's name as author."""

    public_url: str
    sender: str

    def page(self, number: int) -> str:
        """Return the URL of a page of the feed, counted from 1."""
        return f"{self.public_url}{PATH}{f'?page={number}' if number > 1 else ''}"


def pages(source: Source, listed: Sequence[PublicMessage], updated: datetime) -> list[bytes]:
    """Return the pages of the feed as XML; there is at least one, which may be empty.

    `listed` are the messages, newest first.
    """
    last = max(1, -(-len(listed) // PAGE))
    return [
        _page(source, listed[PAGE * (n - 1) : PAGE * n], updated, (n, last))
        for n in range(1, last + 1)
    ]


def _page(
    source: Source, listed: Sequence[PublicMessage], updated: datetime, place: tuple[int, int]
) -> bytes:
    number, last = place
    feed = ET.Element("feed", {"xmlns": "http://www.w3.org/2005/Atom", "xmlns:cap": CAP})
    _add(feed, "id", source.page(1))
    _add(feed, "title", _TITLE)
    _add(feed, "updated", _time(updated))
    _add(ET.SubElement(feed, "author"), "name", source.sender)
    _link(feed, "self", MEDIA_TYPE, source.page(number))
    _link(feed, "first", MEDIA_TYPE, source.page(1))
    _link(feed, "last", MEDIA_TYPE, source.page(last))
    if number > 1:
        _link(feed, "previous", MEDIA_TYPE, source.page(number - 1))
    if number < last:
        _link(feed, "next", MEDIA_TYPE, source.page(number + 1))
    for each in listed:
        _add_entry(feed, source, each)
    ET.indent(feed)
    return bytes(ET.tostring(feed, encoding="utf-8", xml_declaration=True))


def _add_entry(feed: ET.Element, source: Source, listed: PublicMessage) -> None:
    alert = ET.fromstring(listed.document)  # noqa: S314 - this service wrote it
    address = f"{source.public_url}{DOCUMENTS}{listed.identifier}.xml"
    entry = ET.SubElement(feed, "entry")
    _add(entry, "id", address)
    place, event = _said(alert, "info/area/areaDesc"), _said(alert, "info/event")
    _add(entry, "title", _said(alert, "info/headline") or f"{event} · {place}")
    _add(entry, "updated", _time(listed.sent))
    _link(entry, "alternate", CAP_TYPE, address)
    _add(entry, "summary", _said(alert, "info/instruction"))
    for path in _TOLD:
        _add(entry, f"cap:{path.rpartition('/')[2]}", _said(alert, path.removeprefix("alert/")))


def _said(alert: ET.Element, path: str) -> str:
    """Return the text of the first element at a path of CAP element names, or ''."""
    return alert.findtext("/".join(f"{{{CAP}}}{name}" for name in path.split("/"))) or ""


def _add(parent: ET.Element, name: str, text: str) -> None:
    ET.SubElement(parent, name).text = text


def _link(parent: ET.Element, rel: str, media_type: str, address: str) -> None:
    ET.SubElement(parent, "link", {"rel": rel, "type": media_type, "href": address})


def _time(time: datetime) -> str:
    return time.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
