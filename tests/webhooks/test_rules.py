"""Which events a webhook wants, what a message contains, and how long failures delay it."""

import base64
import json
from datetime import timedelta
from typing import Any

import pytest

from alerting.ledger.events.alerts import AlertRepeatedByText, AlertUpdated
from alerting.ledger.events.kinds import EventKind
from alerting.ledger.events.registry import PAYLOADS, Event
from alerting.policy.webhooks import Webhook, key_of
from alerting.webhooks.rules import is_wanted, message_of, wait_after
from tests.support.city import CITY, COUNTY, NEXT_VILLAGE, NOW, QIANFO, TOWN

CODES = {
    "alert.proposed": {"source", "divisions"},
    "alert.withdrawn": {"reason"},
    "cap.followed": {"source", "msg_type", "identifier"},
    "sensor.told": {"sensor", "news", "unit"},
    "approval.asked": {"cause", "divisions", "asked", "reason"},
    "approval.passed_on": {"asked", "reason"},
    "approval.approved": {"divisions"},
    "approval.declined": {"divisions"},
    "approval.lapsed": {"divisions", "reason"},
    "alert.raised": {"divisions"},
    "alert.widened": {"divisions"},
    "alert.widened_by_text": {"divisions"},
    "alert.updated": {"changed"},
    "alert.reopened": {"reasons"},
    "log.reduced": {"left"},
    "evidence.given": {"report", "channel"},
    "text.unclear": {"reason"},
    "text.suspected": {"reason"},
    "text.settled": {"report"},
    "officer.confirmed": {"channel"},
    "task.opened": {"cause"},
    "groups.told": {"text"},
    "provider.up": {"provider"},
    "provider.slow": {"provider"},
    "provider.down": {"provider"},
    "help.called": {"owner"},
    "help.called_again": {"owner"},
    "help.resolved": {"owner"},
    "help.passed_on": {"owner"},
}
"""By kind of event, the text fields with codes or the service's words, never a person's words."""


def event(kind: str = "alert.closed", division: str = QIANFO, **more: Any) -> Event:
    return Event(1, 2, NOW, kind, division, more.get("subject", ""), more.get("payload", "{}"))


def webhook(**more: Any) -> Webhook:
    given = {"name": "office", "url": "https://a.example/hook", "secret": "key"}
    return Webhook.model_validate(given | more)


def test_every_text_in_a_payload_is_personal_or_a_known_code() -> None:
    for payload in PAYLOADS.values():
        texts = {
            name
            for name, field in payload.model_fields.items()
            if "str" in str(field.annotation) or "Request" in str(field.annotation)
        }
        assert texts - payload.personal() == CODES.get(payload.kind, set()), payload.kind


@pytest.mark.parametrize(
    ("kinds", "kind", "wanted"),
    [
        ((), "alert.closed", True),
        ((), "evidence.given", False),
        (("alert.*",), "alert.closed", True),
        (("alert.*",), "help.called", False),
        (("evidence.given",), "evidence.given", True),
        (("*",), "deliveries.attempted", True),
    ],
)
def test_kinds_are_matched_by_name_or_pattern(
    kinds: tuple[str, ...], kind: str, wanted: bool
) -> None:
    assert is_wanted(webhook(kinds=kinds), event(kind), [QIANFO]) is wanted


@pytest.mark.parametrize(
    ("home", "division", "areas", "wanted"),
    [
        (None, QIANFO, [QIANFO], True),
        (TOWN, QIANFO, [QIANFO], True),
        (NEXT_VILLAGE, QIANFO, [QIANFO], False),
        (TOWN, "", [QIANFO], True),
        (QIANFO, COUNTY, [TOWN], True),
        (NEXT_VILLAGE, "", [QIANFO], False),
        (NEXT_VILLAGE, "", [CITY], True),
    ],
)
def test_division_limits_the_events(
    home: str | None, division: str, areas: list[str], wanted: bool
) -> None:
    told = is_wanted(webhook(division=home), event(division=division), areas)
    assert told is wanted


def test_peoples_words_are_only_in_personal_messages() -> None:
    said = AlertRepeatedByText(body="张三家后山滑坡", provider_id="SM1").written()
    one = event("alert.repeated_by_text", subject="informant", payload=said)
    plain, granted = (message_of(one, "a-1", personal=grant).decode() for grant in (False, True))
    assert json.loads(plain)["data"]["payload"] == {}
    assert "informant" not in plain
    assert "张三家后山滑坡" in granted
    assert "informant" in granted


def test_previous_text_of_an_updated_alert_is_personal() -> None:
    assert AlertUpdated.personal() == {"before"}


@pytest.mark.parametrize(
    ("failures", "seconds"), [(1, 5), (2, 10), (3, 20), (10, 2560), (11, 3600), (10_000, 3600)]
)
def test_waits_double_up_to_an_hour(failures: int, seconds: int) -> None:
    assert wait_after(failures) == timedelta(seconds=seconds)


@pytest.mark.parametrize(
    "secret", ["", "key", "whsec_", "whsec_ä", "whsec_" + base64.b64encode(bytes(23)).decode()]
)
def test_malformed_key_is_refused(secret: str) -> None:
    with pytest.raises(ValueError, match="24 to 64 random bytes"):
        key_of(secret)


def test_every_kind_of_event_matches_the_pattern_for_kinds() -> None:
    webhook(kinds=tuple(EventKind))
