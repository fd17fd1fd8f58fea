"""Asking for approval: time limits, and the officers who are informed."""

import json
from typing import Any

import pytest
from sqlalchemy import Engine, delete, insert, select, update

from alerting.approvals.ask import ask, pass_on_approvals
from alerting.approvals.rules import ApprovalCause
from alerting.approvals.store import Approval, approvals_of
from alerting.approvals.tables import approvals
from alerting.deliveries.tables import deliveries, texts
from alerting.errors import InvalidError
from alerting.ledger.alerts import stored
from alerting.ledger.hints import Topic
from alerting.ledger.tables import events
from alerting.ledger.writer import Transaction
from contacts.tables import OFFICER_PHONES, OFFICERS
from tests.support.city import (
    COUNTY,
    FAR_TOWN,
    NEXT_VILLAGE,
    NOW,
    POLICY,
    TOWN,
    after,
    headcount,
    officer_phone,
)

PEOPLE = sum(headcount(n) for n in range(1, 11))
DEPUTY = {
    "id": "deputy",
    "name": "officer deputy",
    "role": "duty_officer",
    "division": TOWN,
    "deputy_of": "commander",
}


def asked(engine: Engine, *divisions: str) -> tuple[Approval, set[Topic]]:
    with engine.begin() as connection:
        transaction = Transaction(connection, POLICY)
        cause = ApprovalCause.WIDER_AREA
        ask(transaction, stored(connection, 1), cause, divisions, "grid", NOW)
        transaction.flush()
        return approvals_of(connection, 1)[0], transaction.topics


def owed(engine: Engine) -> list[Any]:
    with engine.begin() as connection:
        columns = (deliveries.c.recipient, deliveries.c.channel, deliveries.c.number)
        return list(connection.execute(select(*columns).order_by(deliveries.c.id)).all())


def test_request_is_sent_before_other_texts_and_by_both_channels(city: Engine) -> None:
    approval, topics = asked(city, NEXT_VILLAGE)
    assert (approval.asked, approval.passes_at) == (TOWN, after(300))
    assert owed(city) == [
        ("commander", "websocket", ""),
        ("commander", "sms", officer_phone("commander")),
    ]
    assert ("deliveries", "") in topics
    with city.begin() as connection:
        rows = connection.execute(select(deliveries.c.priority, deliveries.c.expires_at))
        assert {tuple(row) for row in rows} == {(0, after(86_400))}


def test_text_names_the_area_the_people_and_the_alert(city: Engine) -> None:
    asked(city, NEXT_VILLAGE, FAR_TOWN)
    with city.begin() as connection:
        (body,) = connection.execute(select(texts.c.body)).scalars()
    assert body.startswith("演练：应急指挥部：待批：预警#27")
    assert f"2处（邻村、远镇），10户{PEOPLE}人" in body


def test_log_names_who_asked_and_who_was_informed(city: Engine) -> None:
    asked(city, NEXT_VILLAGE)
    with city.begin() as connection:
        event = connection.execute(select(events)).one()
        assert (event.kind, event.subject, event.seq) == ("approval.asked", "grid", 1)
        assert json.loads(event.payload) == {
            "cause": "wider_area",
            "divisions": [NEXT_VILLAGE],
            "asked": TOWN,
            "reason": "nearest_who_covers_it",
            "told": ["commander"],
        }
        assert connection.execute(select(approvals.c.seq)).scalar_one() == 1


def test_deputies_are_informed_only_without_principals(city: Engine) -> None:
    with city.begin() as connection:
        connection.execute(insert(OFFICERS).values(DEPUTY))
    asked(city, NEXT_VILLAGE)
    assert {row.recipient for row in owed(city)} == {"commander"}
    with city.begin() as connection:
        connection.execute(
            update(OFFICERS).where(OFFICERS.c.id == "commander").values(division=FAR_TOWN)
        )
    asked(city, NEXT_VILLAGE)
    assert [row.recipient for row in owed(city)][2:] == ["deputy"]


def test_tier_without_officers_is_skipped(city: Engine) -> None:
    with city.begin() as connection:
        connection.execute(
            update(OFFICERS).where(OFFICERS.c.id == "commander").values(role="grid_officer")
        )
    approval, _ = asked(city, NEXT_VILLAGE)
    assert approval.asked == TOWN
    assert {row.recipient for row in owed(city)} == {"county-duty"}


def test_approval_waits_even_if_no_officer_can_decide(city: Engine) -> None:
    with city.begin() as connection:
        connection.execute(update(OFFICERS).values(role="administrator"))
    approval, _ = asked(city, NEXT_VILLAGE)
    assert (approval.state, owed(city)) == ("waiting", [])


def test_officer_without_a_phone_is_informed_by_websocket(city: Engine) -> None:
    with city.begin() as connection:
        connection.execute(delete(OFFICER_PHONES))
    asked(city, NEXT_VILLAGE)
    assert owed(city) == [("commander", "websocket", "")]


def test_area_beyond_any_city_is_refused(city: Engine) -> None:
    with pytest.raises(InvalidError, match=r"^area: no city covers"):
        asked(city, NEXT_VILLAGE, "510100000001")


def test_passing_up_informs_the_next_tier(city: Engine) -> None:
    approval, _ = asked(city, NEXT_VILLAGE)
    with city.begin() as connection:
        transaction = Transaction(connection, POLICY)
        pass_on_approvals(transaction, stored(connection, 1), approval, after(300))
        transaction.flush()
        (now,) = approvals_of(connection, 1)
        payload = connection.execute(select(events.c.payload).where(events.c.seq == 2)).scalar_one()
    assert (now.asked, now.passes_at, now.asked_at) == (COUNTY, after(600), NOW)
    assert [row.recipient for row in owed(city)] == ["commander"] * 2 + ["county-duty"] * 2
    assert json.loads(payload) == {
        "approval": approval.id,
        "asked": COUNTY,
        "reason": "passed_up",
        "told": ["county-duty"],
    }
