"""Pure rules that remove personal data from log entries and from households on the roll."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from alerting.ledger.events.households import EvidenceGiven
from alerting.ledger.events.kinds import EventKind
from alerting.ledger.events.registry import PAYLOADS

_PHONE: Final = "+"
"""The first character of a phone number in E.164; no officer's id begins with it."""

_STAND_IN: Final = "#"
"""The first character of a phone's stand-in. Like '+', it sorts before officers' ids."""

_NOBODY: Final = "–"
"""Replaces each name. Names are not removed, because a standing depends on their number."""

WITH_FREE_TEXT: Final = sorted(kind for kind, payload in PAYLOADS.items() if payload.free_text)
"""The kinds of log entries that contain people's own words."""


def stand_ins(givers: Iterable[str | None]) -> dict[str, str]:
    """Return a stand-in for each phone that gave evidence about one household.

    Equal phones get equal stand-ins, and their sort order stays the same, so that the standing does
    not change. The numbering starts anew for each household, so that stand-ins cannot link two
    households.
    """
    known = {giver for giver in givers if giver}
    before = sum(giver.startswith(_STAND_IN) for giver in known)
    phones = sorted(giver for giver in known if giver.startswith(_PHONE))
    return {phone: f"{_STAND_IN}{before + at:04d}" for at, phone in enumerate(phones, start=1)}


def left_of(kind: str, stored: str, phones: Mapping[str, str]) -> str | None:
    """Return the reduced payload of a log entry; None if it needs no change or cannot be read.

    `phones` holds the stand-ins of the household that the entry is about.
    """
    if kind not in PAYLOADS:
        # A newer version of the service wrote the entry, and can reduce it.
        return None
    try:
        payload = PAYLOADS[EventKind(kind)].read(stored)
    except ValueError:
        # The entry cannot be decrypted or is damaged, which `ledger verify` reports.
        return None
    left: dict[str, Any] = dict.fromkeys(payload.free_text, "")
    if isinstance(payload, EvidenceGiven) and payload.by in phones:
        left["by"] = phones[payload.by]
    return payload.model_copy(update=left).written() if left else None


def home_left(head: str, address: str, persons: str, *, is_named: bool) -> dict[str, str]:
    """Return the reduced text columns of a household on the roll.

    `is_named` keeps the name and address, because the report lists the household.
    """
    return {
        "head": head if is_named else "",
        "address": address if is_named else "",
        "vulnerable": "",
        "persons": ";".join(_NOBODY for _ in persons.split(";")) if persons else "",
    }
