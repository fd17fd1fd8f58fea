"""A CAP 1.2 message of another system: the parts of the standard that this service uses."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from alerting.cap.alert import Category, Certainty, ResponseType, Scope, Severity, Urgency
from contacts import shapes

Pair = tuple[str, str]
"""(valueName, value)."""

Ring = tuple[tuple[float, float], ...]
"""Corners (latitude, longitude) in degrees, WGS 84; the last corner equals the first."""


class MessageStatus(StrEnum):
    """CAP's status, with all values of the standard."""

    ACTUAL = "Actual"
    EXERCISE = "Exercise"
    SYSTEM = "System"
    TEST = "Test"
    DRAFT = "Draft"


class MessageType(StrEnum):
    """CAP's msgType, with all values of the standard."""

    ALERT = "Alert"
    UPDATE = "Update"
    CANCEL = "Cancel"
    ACK = "Ack"
    ERROR = "Error"


class Identity(NamedTuple):
    """The three elements that identify a message across systems."""

    sender: str
    identifier: str
    sent: datetime


class Circle(NamedTuple):
    """A circle: position in degrees (WGS 84), radius in kilometres."""

    latitude: float
    longitude: float
    radius: float


@dataclass(frozen=True, slots=True)
class CapArea:
    """An area of an info block."""

    description: str
    polygons: tuple[Ring, ...] = ()
    drawn: tuple[tuple[shapes.Ring, ...], ...] = ()
    """Polygons with holes, from the parameter `geometry`; CAP itself has no holes."""
    circles: tuple[Circle, ...] = ()
    geocodes: tuple[Pair, ...] = ()


@dataclass(frozen=True, slots=True)
class CapInfo:
    """An info block: an event in one language; missing texts are empty."""

    language: str
    category: Category
    event: str
    response_type: ResponseType | None
    urgency: Urgency
    severity: Severity
    certainty: Certainty
    event_codes: tuple[Pair, ...] = ()
    effective: datetime | None = None
    expires: datetime | None = None
    sender_name: str = ""
    headline: str = ""
    description: str = ""
    instruction: str = ""
    parameters: tuple[Pair, ...] = ()
    areas: tuple[CapArea, ...] = ()


def subtag(language: str) -> str:
    """Return the first part of a language tag in lower case: 'zh' for 'zh-CN'."""
    return language.lower().replace("_", "-").partition("-")[0]


@dataclass(frozen=True, slots=True)
class CapMessage:
    """A CAP message."""

    identity: Identity
    status: MessageStatus
    msg_type: MessageType
    scope: Scope
    restriction: str
    note: str
    references: tuple[Identity, ...]
    infos: tuple[CapInfo, ...]
