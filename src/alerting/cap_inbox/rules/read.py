"""Read a document as a CAP message, with the order and number of elements of the OASIS schema.

Elements of other namespaces, such as a signature, are ignored.
"""

from typing import Final
from xml.etree.ElementTree import Element

from alerting.cap.alert import Category, Certainty, ResponseType, Scope, Severity, Urgency
from alerting.cap_inbox.rules.message import (
    CapArea,
    CapInfo,
    CapMessage,
    Identity,
    MessageStatus,
    MessageType,
)
from alerting.cap_inbox.rules.parts import Part
from alerting.cap_inbox.rules.shape import with_drawing
from alerting.cap_inbox.rules.tree import UnreadableError, local_name, namespace_of, read_tree
from alerting.cap_inbox.rules.values import circle, if_given, name, references, ring, time

NAMESPACE: Final = "urn:oasis:names:tc:emergency:cap:1.2"

_NAMESPACES: Final = frozenset({NAMESPACE, "urn:oasis:names:tc:emergency:cap:1.1"})
"""CAP 1.1 has the same elements, and a subset of the enumerated values."""

_MOST_CORNERS: Final = 20_000

_MOST_INFOS: Final = 100

_MOST_PROSE: Final = 20_000
"""Maximum characters read of a description or instruction; the stored document keeps the rest."""

_TARGETS: Final = frozenset({MessageType.UPDATE, MessageType.CANCEL})


def read_message(raw: bytes, charset: str | None = None) -> CapMessage:
    """Return the CAP message in a document; `charset` is from its Content-Type, or None.

    Raises:
        UnreadableError: if it is not a CAP message; the error names the element and what to change.
    """
    return message_in(read_tree(raw, charset))


def message_in(root: Element) -> CapMessage:
    """Return the CAP message in the root element of a document.

    Raises:
        UnreadableError: if it is not a CAP message; the error names the element and what to change.
    """
    if local_name(root.tag) != "alert" or namespace_of(root.tag) not in _NAMESPACES:
        raise UnreadableError(
            local_name(root.tag)[:40], f"write an alert of the namespace {NAMESPACE}"
        )
    alert = Part(root, "alert")
    identity = Identity(
        alert.value("sender", name), alert.value("identifier", name), alert.value("sent", time)
    )
    msg_type = alert.word("msgType", MessageType)
    message = CapMessage(
        identity,
        alert.word("status", MessageStatus),
        msg_type,
        alert.word("scope", Scope),
        alert.line("restriction"),
        alert.line("note"),
        _targets(alert, msg_type),
        tuple(_info(each) for each in alert.parts("info")),
    )
    _check_size(message)
    return message


def _targets(alert: Part, msg_type: MessageType) -> tuple[Identity, ...]:
    """Return the references of an Update or Cancel; for other types, return none."""
    if msg_type not in _TARGETS:
        return ()
    found = references(alert.text("references") or "", "alert/references")
    if not found:
        raise UnreadableError(
            "alert/references", f"name the messages of this {msg_type}: 'sender,identifier,sent'"
        )
    return found


def _check_size(message: CapMessage) -> None:
    if len(message.infos) > _MOST_INFOS:
        raise UnreadableError("alert/info", f"there are more than {_MOST_INFOS}; send fewer")
    areas = [area for info in message.infos for area in info.areas]
    corners = sum(len(each) for area in areas for each in area.polygons)
    if corners > _MOST_CORNERS:
        raise UnreadableError(
            "alert/info/area/polygon", f"there are more than {_MOST_CORNERS:,} corners; draw fewer"
        )


def _info(info: Part) -> CapInfo:
    category, *_ = info.words("category", Category)
    responses = info.words("responseType", ResponseType)
    if_given(info.text("onset"), info.at("onset"), time)
    info.parts("resource")
    return CapInfo(
        info.line("language") or "en-US",
        category,
        info.filled("event"),
        responses[0] if responses else None,
        info.word("urgency", Urgency),
        info.word("severity", Severity),
        info.word("certainty", Certainty),
        info.pairs("eventCode"),
        if_given(info.text("effective"), info.at("effective"), time),
        if_given(info.text("expires"), info.at("expires"), time),
        info.line("senderName"),
        info.line("headline"),
        (info.text("description") or "")[:_MOST_PROSE],
        (info.text("instruction") or "")[:_MOST_PROSE],
        info.pairs("parameter"),
        with_drawing(tuple(_area(each) for each in info.parts("area")), info.pairs("parameter")),
    )


def _area(area: Part) -> CapArea:
    return CapArea(
        area.filled("areaDesc"),
        tuple(ring(each, area.at("polygon")) for each in area.texts("polygon")),
        (),
        tuple(circle(each, area.at("circle")) for each in area.texts("circle")),
        area.pairs("geocode"),
    )
