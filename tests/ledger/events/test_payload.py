"""Payloads are validated when created, and survive a round trip through JSON."""

import json

import pytest
from pydantic import ValidationError

from alerting.deliveries.rules.delivery import DeliveryState, OutcomeKind
from alerting.ledger.events.households import HouseholdsReminded, VisitorsAdded
from alerting.ledger.events.officers import OfficersCalledAgain, TaskOpened
from alerting.ledger.events.sending import (
    DeliveriesAttempted,
    DeliveriesExpired,
    DeliveriesReceipted,
)
from alerting.policy.sections import Channel


def test_payload_survives_round_trip_through_json() -> None:
    added = VisitorsAdded(people=3, by="干部")
    assert json.loads(added.written()) == {"people": 3, "by": "干部"}
    assert VisitorsAdded.read(added.written()) == added


@pytest.mark.parametrize(
    "wrong",
    [
        {"people": 3},
        {"people": "many", "by": "grid"},
        {"people": 3, "by": "grid", "heard": True},
    ],
    ids=["lacking", "mistyped", "unknown"],
)
def test_invalid_fields_are_rejected(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        VisitorsAdded.model_validate(wrong)


def test_payload_is_immutable() -> None:
    opened = TaskOpened(officer="grid", cause="silent")
    with pytest.raises(ValidationError):
        opened.officer = "commander"  # type: ignore[misc]


def test_default_values_are_written_too() -> None:
    assert json.loads(HouseholdsReminded(sms=3).written()) == {
        "sms": 3,
        "voice": 0,
        "key": None,
        "counted": None,
    }


def test_unknown_field_is_ignored_when_read() -> None:
    stored = '{"officer": "grid", "cause": "silent", "moon": "full"}'
    assert TaskOpened.read(stored) == TaskOpened(officer="grid", cause="silent")


def test_delivery_payloads_count_every_final_state() -> None:
    before = {DeliveryState.QUEUED, DeliveryState.SENDING}
    assert set(DeliveriesReceipted.model_fields) == set(DeliveryState) - before
    assert set(DeliveriesAttempted.model_fields) == set(OutcomeKind)
    assert set(DeliveriesExpired.model_fields) == {DeliveryState.EXPIRED}


def test_officer_call_payload_counts_every_channel() -> None:
    assert set(OfficersCalledAgain.model_fields) == set(Channel) - {Channel.GROUP}
