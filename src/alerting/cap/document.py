"""CAP 1.2 documents (OASIS, 2010): write an alert message as XML."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final
from xml.etree import ElementTree as ET

from alerting.cap.alert import (
    Category,
    Certainty,
    MsgType,
    ResponseType,
    Scope,
    Severity,
    Status,
    Urgency,
)
from alerting.cap.area_forms import VALUE_NAME
from contacts.shapes import Circle, Ring

NAMESPACE: Final = "urn:oasis:names:tc:emergency:cap:1.2"

MEDIA_TYPE: Final = "application/cap+xml"

_UNWRITABLE: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that XML 1.0 does not allow."""


@dataclass(frozen=True)
class Reference:
    """An earlier message that CAP's references element names."""

    sender: str
    identifier: str
    sent: datetime

    def written(self) -> str:
        """Return the reference in CAP's form: sender, identifier and time, separated by commas."""
        return f"{self.sender},{self.identifier},{cap_time(self.sent)}"


@dataclass(frozen=True)
class AreaPart:
    """CAP's area element: the union of polygons, circles and geocodes."""

    description: str
    polygons: tuple[Ring, ...] = ()
    circles: tuple[Circle, ...] = ()
    divisions: tuple[str, ...] = ()


@dataclass(frozen=True)
class Info:
    """The words of a CAP info block in one language; `Message` has the rest of the block."""

    language: str
    """Language tag, such as zh-CN."""
    event: str
    headline: str | None
    description: str | None
    instruction: str | None
    sender_name: str | None
    parameters: tuple[tuple[str, str], ...]
    areas: tuple[AreaPart, ...]


@dataclass(frozen=True)
class Message:
    """The content of a CAP message; times are in the time zone in which they are written."""

    identifier: str
    sender: str
    sent: datetime
    status: Status
    msg_type: MsgType
    scope: Scope
    restriction: str | None
    addresses: tuple[str, ...]
    code: str
    references: tuple[Reference, ...]
    infos: tuple[Info, ...]
    category: Category
    response_type: ResponseType
    urgency: Urgency
    severity: Severity
    certainty: Certainty
    effective: datetime | None
    expires: datetime


def write(message: Message) -> bytes:
    """Return the message as an XML document in UTF-8; equal messages give equal bytes."""
    alert = ET.Element("alert", xmlns=NAMESPACE)
    _add(alert, "identifier", message.identifier)
    _add(alert, "sender", message.sender)
    _add(alert, "sent", cap_time(message.sent))
    _add(alert, "status", message.status)
    _add(alert, "msgType", message.msg_type)
    _add(alert, "scope", message.scope)
    _add(alert, "restriction", message.restriction)
    _add(alert, "addresses", " ".join(message.addresses))
    _add(alert, "code", message.code)
    _add(alert, "references", " ".join(each.written() for each in message.references))
    for each in message.infos:
        _add_info(alert, message, each)
    ET.indent(alert)
    return bytes(ET.tostring(alert, encoding="utf-8", xml_declaration=True))


def cap_time(time: datetime) -> str:
    """Return a time in CAP's form: whole seconds, and a numeric offset (-00:00 for UTC)."""
    written = time.replace(microsecond=0)
    if not written.utcoffset():
        return written.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S-00:00")
    return written.isoformat()


def _add_info(alert: ET.Element, message: Message, said: Info) -> None:
    info = ET.SubElement(alert, "info")
    _add(info, "language", said.language)
    _add(info, "category", message.category)
    _add(info, "event", said.event)
    _add(info, "responseType", message.response_type)
    _add(info, "urgency", message.urgency)
    _add(info, "severity", message.severity)
    _add(info, "certainty", message.certainty)
    _add(info, "effective", cap_time(message.effective) if message.effective else None)
    _add(info, "expires", cap_time(message.expires))
    _add(info, "senderName", said.sender_name)
    _add(info, "headline", said.headline)
    _add(info, "description", said.description)
    _add(info, "instruction", said.instruction)
    for name, value in said.parameters:
        _add_named(info, "parameter", name, value)
    for part in said.areas:
        _add_area(info, part)


def _add_area(info: ET.Element, part: AreaPart) -> None:
    area = ET.SubElement(info, "area")
    _add(area, "areaDesc", part.description)
    for ring in part.polygons:
        _add(area, "polygon", _polygon(ring))
    for circle in part.circles:
        centre = f"{_degrees(circle.latitude)},{_degrees(circle.longitude)}"
        _add(area, "circle", f"{centre} {_degrees(circle.radius_km)}")
    for code in part.divisions:
        _add_named(area, "geocode", VALUE_NAME, code)


def _polygon(ring: Iterable[tuple[float, float]]) -> str:
    """Return a ring in CAP's form: latitude before longitude, first corner repeated at the end."""
    corners = [f"{_degrees(latitude)},{_degrees(longitude)}" for longitude, latitude in ring]
    return " ".join(corners if corners[0] == corners[-1] else [*corners, corners[0]])


def _degrees(number: float) -> str:
    # Python writes small numbers with an exponent, which CAP does not allow in coordinates.
    return f"{number:.7f}".rstrip("0").rstrip(".")


def _add(parent: ET.Element, name: str, value: str | None) -> None:
    if value:
        ET.SubElement(parent, name).text = _UNWRITABLE.sub("\ufffd", value)


def _add_named(parent: ET.Element, name: str, value_name: str, value: str) -> None:
    element = ET.SubElement(parent, name)
    _add(element, "valueName", value_name)
    # Written even if empty: CAP requires the element, and an empty value clears an earlier one.
    ET.SubElement(element, "value").text = _UNWRITABLE.sub("\ufffd", value)
