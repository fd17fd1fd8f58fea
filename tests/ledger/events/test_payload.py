"""A payload is checked when it is made, and reads what it wrote."""

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


def test_what_it_wrote_it_reads() -> None:
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
def test_what_does_not_fit_is_not_written(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        VisitorsAdded.model_validate(wrong)


def test_it_cannot_be_changed() -> None:
    opened = TaskOpened(officer="grid", cause="silent")
    with pytest.raises(ValidationError):
        opened.officer = "commander"  # type: ignore[misc]


def test_fields_without_a_value_are_written_too() -> None:
    assert json.loads(HouseholdsReminded(sms=3).written()) == {
        "sms": 3,
        "voice": 0,
        "key": None,
        "counted": None,
    }


def test_a_field_of_a_newer_process_is_left_out() -> None:
    stored = '{"officer": "grid", "cause": "silent", "moon": "full"}'
    assert TaskOpened.read(stored) == TaskOpened(officer="grid", cause="silent")


def test_there_is_a_count_for_every_end_of_a_delivery() -> None:
    before = {DeliveryState.QUEUED, DeliveryState.SENDING}
    assert set(DeliveriesReceipted.model_fields) == set(DeliveryState) - before
    assert set(DeliveriesAttempted.model_fields) == set(OutcomeKind)
    assert set(DeliveriesExpired.model_fields) == {DeliveryState.EXPIRED}


def test_there_is_a_count_for_every_channel_of_a_call() -> None:
    assert set(OfficersCalledAgain.model_fields) == set(Channel) - {Channel.GROUP}
