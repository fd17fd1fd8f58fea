"""Sample facts, so that every kind of text can be composed for a preview."""

from typing import Final

from alerting.messages.parts import joined
from alerting.messages.text import TextFacts, TextKind

_CODED: Final = frozenset(
    {TextKind.RAISED, TextKind.APPROVAL, TextKind.PROPOSAL, TextKind.FOR_LIVE_ALERT}
)
"""Kinds of texts that name their alert by its code."""

_OF_SENSORS: Final = frozenset(
    {TextKind.SENSOR_YELLOW, TextKind.SENSOR_SILENT, TextKind.SENSOR_CLOCK_WRONG}
)


def with_samples(told: TextFacts, kind: TextKind, language: str) -> TextFacts:
    """Return the alert's facts, completed with sample numbers, codes and a sample list.

    `told` has the facts known from the alert: issuer, hazard, place, time and assembly point.
    """
    return told.model_copy(
        update={
            "code": 10 if kind in _CODED else None,
            "codes": (10, 27),
            "households": 22,
            "people": 57,
            "missing": 2,
            "count": 2,
            "listed": "gauge-1" if kind in _OF_SENSORS else joined(language, ("012", "034")),
            "example": "012",
            "reply_code": "4821",
            "measured": "31.5 mm/h",
            "day": "2026-12-05",
        }
    )
