"""Policy sections for systems that deliver CAP messages, and what their messages trigger."""

import re
from collections import Counter
from enum import StrEnum
from typing import Annotated, Final, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, StringConstraints, model_validator

from alerting.cap.alert import Certainty, Severity, Urgency
from alerting.policy.sections import Count, Flag, Period, _Section
from contacts.bounds import OfficerId
from contacts.division import DivisionCode

_NAME: Final = re.compile("[a-z][a-z0-9-]{1,39}")

_HOST: Final = re.compile(r"[a-z0-9.-]{1,253}(:[0-9]{1,5})?")


class CapAction(StrEnum):
    """The effect that a rule gives a message."""

    NOTE = "note"
    """The message appears on the boards of the divisions that it covers."""
    PROPOSE = "propose"
    """The message also becomes a proposal, which an officer may raise as an alert."""
    ALERT = "alert"
    """The message becomes an alert at once."""


def _name(name: str) -> str:
    if not _NAME.fullmatch(name):
        raise ValueError("write 2 to 40 of a-z, 0-9 and '-', a letter first")
    return name


def _host(host: str) -> str:
    if not _HOST.fullmatch(host):
        raise ValueError("write a host in small letters, such as cap.example or cap.example:8443")
    return host


def _feed_address(text: str) -> str:
    try:
        parts = urlsplit(text)
        host, _ = parts.hostname, parts.port
    except ValueError:
        host = None
    if not host or parts.scheme not in {"http", "https"}:
        raise ValueError("write the feed's address, such as https://cap.example/alerts.atom")
    if parts.username is not None or parts.password is not None:
        raise ValueError("leave user and password out of the address: logs would show them")
    return text


SourceName = Annotated[str, AfterValidator(_name)]

_Word = Annotated[str, StringConstraints(min_length=1, max_length=200)]


class CapRule(_Section):
    """An effect, and the conditions under which a message has it.

    An omitted condition is always met. `event` lists events or event codes, ignoring case. `area`
    is met if all of the message's divisions lie in these divisions. `sender` lists CAP's senders.
    """

    do: CapAction
    sender: tuple[_Word, ...] = ()
    event: tuple[_Word, ...] = ()
    severity: tuple[Severity, ...] = ()
    certainty: tuple[Certainty, ...] = ()
    urgency: tuple[Urgency, ...] = ()
    area: tuple[DivisionCode, ...] = ()
    exercises: Flag = False
    """Whether CAP exercises have this effect too, as exercises; otherwise they become notes."""


class CapSource(_Section):
    """A system that delivers CAP messages; its first rule that fits a message decides.

    A message that fits no rule becomes a note. A message that becomes an alert at once is raised in
    the name of the officer `acts_for`, with the rights of this officer.
    """

    name: SourceName
    acts_for: OfficerId | None = None
    rules: tuple[CapRule, ...] = ()
    per_minute: Count = 60
    """Maximum number of messages a minute; more are refused, or left for the next poll."""

    @model_validator(mode="after")
    def _alerts_have_an_officer(self) -> Self:
        if self.acts_for is None and any(rule.do is CapAction.ALERT for rule in self.rules):
            raise ValueError(
                "a rule alerts at once: write acts_for, the id of the officer who raises the alert"
            )
        return self


class CapSender(CapSource):
    """A system that posts its messages, authenticated by a token from `alerting cap token NAME`."""


class Feed(CapSource):
    """A polled URL: an Atom or RSS feed of CAP messages, or a single CAP message."""

    url: Annotated[str, AfterValidator(_feed_address)]
    every: Period
    hosts: tuple[Annotated[str, AfterValidator(_host)], ...] = ()
    """Hosts, besides the feed's own, from which its messages may be fetched."""


def check_names(sources: tuple[CapSource, ...]) -> None:
    """Refuse sources with the same name.

    Raises:
        ValueError: if sources have the same name; it lists the repeated names.
    """
    counted = Counter(each.name for each in sources)
    if doubled := sorted(name for name, times in counted.items() if times > 1):
        raise ValueError(f"{', '.join(doubled)}: give each source of CAP a name of its own")


def keys_beside(section: str, tables: tuple[str | int, ...]) -> list[str]:
    """Return the keys allowed in a TOML table below [cap_senders] or [feeds]."""
    model: type[BaseModel] = CapSender if section == "cap_senders" else Feed
    return [*(CapRule if "rules" in tables else model).model_fields]
