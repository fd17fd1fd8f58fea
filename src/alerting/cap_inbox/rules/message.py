"""A message of CAP 1.2 as another system sends it: all that the standard allows, as far as used."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from alerting.cap.alert import Category, Certainty, ResponseType, Scope, Severity, Urgency
from contacts import shapes

Pair = tuple[str, str]
"""A valueName and its value."""

Ring = tuple[tuple[float, float], ...]
"""Corners (latitude, longitude) in degrees WGS 84; the last is the first."""


class MessageStatus(StrEnum):
    """CAP's status, whole."""

    ACTUAL = "Actual"
    EXERCISE = "Exercise"
    SYSTEM = "System"
    TEST = "Test"
    DRAFT = "Draft"


class MessageType(StrEnum):
    """CAP's msgType, whole."""

    ALERT = "Alert"
    UPDATE = "Update"
    CANCEL = "Cancel"
    ACK = "Ack"
    ERROR = "Error"


class Identity(NamedTuple):
    """The three elements that identify a message everywhere."""

    sender: str
    identifier: str
    sent: datetime


class Circle(NamedTuple):
    """A circle in degrees WGS 84 and kilometres."""

    latitude: float
    longitude: float
    radius: float


@dataclass(frozen=True, slots=True)
class CapArea:
    """One area of an info."""

    description: str
    polygons: tuple[Ring, ...] = ()
    drawn: tuple[tuple[shapes.Ring, ...], ...] = ()
    """Polygons with holes, which CAP itself cannot say."""
    circles: tuple[Circle, ...] = ()
    geocodes: tuple[Pair, ...] = ()


@dataclass(frozen=True, slots=True)
class CapInfo:
    """One info: an event in one language; texts that were not given are empty."""

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
    """Return the first part of a language's tag in small letters, such as 'zh' of 'zh-CN'."""
    return language.lower().replace("_", "-").partition("-")[0]


@dataclass(frozen=True, slots=True)
class CapMessage:
    """A whole message."""

    identity: Identity
    status: MessageStatus
    msg_type: MessageType
    scope: Scope
    restriction: str
    note: str
    references: tuple[Identity, ...]
    infos: tuple[CapInfo, ...]
