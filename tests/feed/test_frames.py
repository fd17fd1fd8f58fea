"""The JSON bodies that boards read."""

import json
from datetime import UTC, datetime

import pytest

from alerting.deliveries.progress import Progress
from alerting.feed.frames import (
    RESET,
    event_body,
    heartbeat,
    household_body,
    progress_body,
    shows_households,
    tally_bodies,
)
from alerting.ledger.events.registry import Event
from alerting.policy.escalation import Position
from alerting.roll.entries import RollEntry
from alerting.roll.rules.standing import HouseholdStanding, People, Standing, StandingReason
from alerting.roll.rules.tally import Tally

AT = datetime(2022, 8, 29, 4, 30, tzinfo=UTC)
VILLAGE = "511921100208"


def entry(settled_by: str | None) -> RollEntry:
    standing = HouseholdStanding(
        Standing.PARTLY,
        People(unaccounted=1, evacuated=2),
        verified=True,
        flagged=True,
        reason=StandingReason.OFFICERS_REPORT,
        settled_by=settled_by,
    )
    return RollEntry(
        alert=1,
        household=f"{VILLAGE}0001",
        division=VILLAGE,
        head="住户0001",
        address="1号",
        headcount=3,
        language="zh",
        vulnerable="elderly;alone",
        persons=("住户0001",),
        officer="grid208",
        added_by=None,
        danger=4,
        standing=standing,
        position=Position(AT, 0, None),
        reachable=True,
    )


def test_tally_body_counts_every_standing_and_verified_people() -> None:
    tally = Tally(households_partly=1, people_unaccounted=1, people_evacuated=2, people_verified=2)
    households = dict.fromkeys(
        ("unaccounted", "partly", "needs_help", "staying", "elsewhere", "evacuated"), 0
    )
    people = dict.fromkeys(("unaccounted", "needs_help", "staying", "elsewhere"), 0)
    assert tally_bodies({VILLAGE: tally}) == {
        VILLAGE: {
            "households": households | {"partly": 1},
            "people": people | {"unaccounted": 1, "evacuated": 2, "verified": 2},
        }
    }


def test_household_body_has_no_names_or_addresses() -> None:
    assert household_body(entry("grid208")) == {
        "code": f"{VILLAGE}0001",
        "division": VILLAGE,
        "standing": "partly",
        "people": {"unaccounted": 1, "needs_help": 0, "staying": 0, "elsewhere": 0, "evacuated": 2},
        "headcount": 3,
        "verified": True,
        "flagged": True,
        "vulnerable": "elderly;alone",
        "officer": "grid208",
        "settled_by": "grid208",
    }


@pytest.mark.parametrize("said_by", ["+8610000000001", None])
def test_household_body_has_no_phone(said_by: str | None) -> None:
    assert household_body(entry(said_by))["settled_by"] is None


def test_event_body_holds_the_payload_as_an_object() -> None:
    event = Event(1, 7, AT, "officer.confirmed", VILLAGE, "grid208", '{"channel": "sms"}')
    assert event_body(event) == {
        "seq": 7,
        "at": "2022-08-29T04:30:00+00:00",
        "kind": "officer.confirmed",
        "division": VILLAGE,
        "subject": "grid208",
        "payload": {"channel": "sms"},
    }


def test_progress_is_nested_by_tier_channel_and_state() -> None:
    counts = [
        Progress("household", "sms", "delivered", 5),
        Progress("household", "sms", "queued", 2),
        Progress("village", "websocket", "queued", 1),
    ]
    assert progress_body(counts) == {
        "household": {"sms": {"delivered": 5, "queued": 2}},
        "village": {"websocket": {"queued": 1}},
    }


@pytest.mark.parametrize(
    ("division", "shown"),
    [
        ("51", False),
        ("5119", False),
        ("511921", False),
        ("511921100", True),
        (VILLAGE, True),
        (f"{VILLAGE}001", True),
    ],
)
def test_boards_of_towns_and_below_show_households(division: str, shown: bool) -> None:
    assert shows_households(division) is shown


def test_heartbeat_has_sequence_number_and_time() -> None:
    assert json.loads(heartbeat(7, AT)) == {
        "type": "heartbeat",
        "seq": 7,
        "at": "2022-08-29T04:30:00+00:00",
    }


def test_reset_frame_has_its_type() -> None:
    assert json.loads(RESET) == {"type": "reset"}
