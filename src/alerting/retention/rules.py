"""Reduced forms of a log's entry and of a household on the roll: nothing personal is left."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from alerting.ledger.events.households import EvidenceGiven
from alerting.ledger.events.kinds import EventKind
from alerting.ledger.events.registry import PAYLOADS

_PHONE: Final = "+"
"""Beginning of a phone, E.164; ids of officers have others."""

_STAND_IN: Final = "#"
"""Beginning of a phone's stand-in. Like a phone, it sorts before ids."""

_NOBODY: Final = "–"
"""The stand-in for a person's name: a standing depends on the number of people named."""

WITH_FREE_TEXT: Final = sorted(kind for kind, payload in PAYLOADS.items() if payload.free_text)
"""The kinds of entries with people's own words."""


def stand_ins(givers: Iterable[str | None]) -> dict[str, str]:
    """Return a stand-in for each phone from which evidence about one household came.

    Equal phones stay equal and their order stays the same, so that the evidence folds to the same
    standing. Each household has its own numbering, so a stand-in links nobody across households.
    """
    known = {giver for giver in givers if giver}
    before = sum(giver.startswith(_STAND_IN) for giver in known)
    phones = sorted(giver for giver in known if giver.startswith(_PHONE))
    return {phone: f"{_STAND_IN}{before + at:04d}" for at, phone in enumerate(phones, start=1)}


def left_of(kind: str, stored: str, phones: Mapping[str, str]) -> str | None:
    """Return the payload that is left of an entry; None if nothing in it is personal.

    `phones` are the stand-ins of the household that the entry is about.
    """
    if kind not in PAYLOADS:
        # A newer process wrote it; its own version reduces it.
        return None
    try:
        payload = PAYLOADS[EventKind(kind)].read(stored)
    except ValueError:
        # It cannot be decrypted, or is damaged: `ledger verify` tells of it.
        return None
    left: dict[str, Any] = dict.fromkeys(payload.free_text, "")
    if isinstance(payload, EvidenceGiven) and payload.by in phones:
        left["by"] = phones[payload.by]
    return payload.model_copy(update=left).written() if left else None


def home_left(head: str, address: str, persons: str, *, is_named: bool) -> dict[str, str]:
    """Return what is left of a household's words; `is_named`: the report names it."""
    return {
        "head": head if is_named else "",
        "address": address if is_named else "",
        "vulnerable": "",
        "persons": ";".join(_NOBODY for _ in persons.split(";")) if persons else "",
    }
