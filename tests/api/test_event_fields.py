"""A payload's fields in words, for readers of the feed's page."""

from alerting.api.event_fields import fields_of, one_line
from alerting.ledger.events.kinds import EventKind
from alerting.ledger.events.registry import PAYLOADS


def shapes(kind: EventKind) -> dict[str, str]:
    return {field.name: field.shape for field in fields_of(PAYLOADS[kind])}


def test_types_are_written_in_words() -> None:
    assert shapes(EventKind.ALERT_RAISED) == {"divisions": "list of string"}
    asked = shapes(EventKind.HOUSEHOLD_ASKED)
    assert asked["channel"].startswith("`sms` | `voice`")


def test_every_field_has_a_meaning() -> None:
    for payload in PAYLOADS.values():
        for field in fields_of(payload):
            assert field.meaning, (payload, field.name)


def test_white_space_becomes_one_space() -> None:
    assert one_line(" a\n    b  c ") == "a b c"
