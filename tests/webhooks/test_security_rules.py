"""Webhook messages about security events: which are wanted, their ids, and personal data."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from alerting.policy.webhooks import Webhook
from alerting.security_log.rules import SecurityEvent, SecurityKind
from alerting.security_log.store import Counted
from alerting.webhooks.security_rules import identity, is_for, kinds_for, message_of
from tests.support.city import QIANFO, TOWN

AT = datetime(2026, 8, 29, 5, 10, tzinfo=UTC)
REFUSED = SecurityEvent(
    SecurityKind.ACCESS_REFUSED, QIANFO, "grid", "192.0.2.1", "GET /metrics", "403"
)


def webhook(**more: Any) -> Webhook:
    given = {"name": "office", "url": "https://192.0.2.1/hook", "secret": "key"}
    return Webhook.model_validate(given | more)


@pytest.mark.parametrize(
    ("kinds", "wanted"),
    [
        ((), ()),
        (("alert.*",), ()),
        (("security.*",), tuple(SecurityKind)),
        (("security.signed_in",), (SecurityKind.SIGNED_IN,)),
    ],
)
def test_kinds_are_wanted_only_if_named(
    kinds: tuple[str, ...], wanted: tuple[SecurityKind, ...]
) -> None:
    assert kinds_for(webhook(kinds=kinds)) == wanted


@pytest.mark.parametrize(
    ("home", "of", "holds"),
    [
        (None, QIANFO, True),
        (TOWN, QIANFO, True),
        (TOWN, "", True),
        (QIANFO, TOWN, False),
        ("511921101", QIANFO, False),
    ],
)
def test_division_limits_events_of_officers_but_not_of_the_service(
    home: str | None, of: str, holds: bool
) -> None:
    event = SecurityEvent(SecurityKind.SIGNED_IN, of)
    assert is_for(webhook(division=home), Counted(AT, event, 1)) is holds


def test_message_names_people_only_if_personal() -> None:
    counted = Counted(AT, REFUSED, 3)
    plain, full = (json.loads(message_of(counted, personal=each)) for each in (False, True))
    assert full == {
        "type": "security.access_refused",
        "timestamp": AT.isoformat(),
        "data": {
            "division": QIANFO,
            "officer": "grid",
            "sender": "192.0.2.1",
            "route": "GET /metrics",
            "detail": "403",
            "count": 3,
        },
    }
    assert plain["data"] == full["data"] | {"officer": "", "sender": ""}


def test_message_id_depends_on_the_row_but_not_on_its_count() -> None:
    first = identity(Counted(AT, REFUSED, 1))
    assert first == identity(Counted(AT, REFUSED, 2))
    assert first != identity(Counted(AT.replace(minute=11), REFUSED, 1))
