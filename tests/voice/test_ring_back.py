"""Somebody who calls the alerting number hears their alert, and their key counts."""

from urllib.parse import urlsplit
from xml.etree import ElementTree

import pytest
from sqlalchemy import func, select, update

from alerting.deliveries.tables import deliveries
from alerting.ledger.events.kinds import EventKind
from alerting.ledger.tables import alerts, events
from alerting.messages.languages import LANGUAGES
from alerting.roll.rules.standing import Standing
from alerting.roll.tables import roll
from tests.support.city import QIANFO, household_code, household_phone, officer_phone
from tests.support.confirmations import answered
from tests.support.running import Running

HOME, PHONE = household_code(QIANFO, 1), household_phone(QIANFO, 1)
SID = "CA" + "1" * 32
STANDING = select(roll.c.standing).where(roll.c.household == HOME)
CALLS = select(func.count()).where(deliveries.c.channel == "voice")
RECEIVED = select(events.c.subject).where(events.c.kind == EventKind.CALL_RECEIVED)


async def ring(service: Running, caller: str, sid: str = SID) -> ElementTree.Element:
    fields = {"CallSid": sid, "From": caller, "Direction": "inbound", "CallStatus": "ringing"}
    status, body = await service.form("/twilio/voice", fields)
    assert status == 200
    return ElementTree.fromstring(body)


def spoken(document: ElementTree.Element) -> str:
    return "".join(document.itertext())


async def press(service: Running, document: ElementTree.Element, key: str) -> None:
    action = urlsplit(next(document.iter("Gather")).get("action", ""))
    fields = {"CallSid": SID, "Digits": key}
    assert (await service.form(f"{action.path}?{action.query}", fields))[0] == 200


@pytest.mark.parametrize(
    ("key", "standing"), [("1", Standing.EVACUATED), ("2", Standing.NEEDS_HELP)]
)
async def test_household_hears_its_alert_and_its_key_counts(
    service: Running, key: str, standing: Standing
) -> None:
    await service.raised("informant", QIANFO)
    document = await ring(service, PHONE)
    assert [child.tag for child in document] == ["Gather", "Gather", "Redirect", "Hangup"]
    assert "请按1" in spoken(document)
    await press(service, document, key)
    assert service.rows(STANDING) == [(standing,)]
    assert service.rows(RECEIVED) == [(HOME,)]


async def test_repeated_webhook_for_a_call_is_stored_once(service: Running) -> None:
    await service.raised("informant", QIANFO)
    first, again = [await ring(service, PHONE) for _ in range(2)]
    assert ElementTree.tostring(first) == ElementTree.tostring(again)
    assert service.rows(CALLS) == [(1,)]


async def test_officer_hears_the_call_and_confirms_it(service: Running) -> None:
    await service.raised("informant", QIANFO)
    document = await ring(service, officer_phone("grid"))
    assert "收到请按1" in spoken(document)
    await press(service, document, "1")
    assert answered(service) == [(1, "grid", "voice")]


@pytest.mark.parametrize("caller", ["+8610000000077", "anonymous", "\0", PHONE])
async def test_caller_without_an_alert_hears_whom_to_call(service: Running, caller: str) -> None:
    if caller != PHONE:
        await service.raised("informant", QIANFO)
    document = await ring(service, caller)
    assert [child.tag for child in document] == ["Say"] * len(LANGUAGES) + ["Hangup"]
    assert "119" in spoken(document)
    assert service.rows(CALLS) == [(0,)]


@pytest.mark.parametrize("state", ["cancelled", "all_clear", "expired"])
async def test_ended_alert_is_not_told_to_a_caller(service: Running, state: str) -> None:
    await service.raised("informant", QIANFO)
    with service.runtime.database.writer.begin() as connection:
        connection.execute(update(alerts).values(state=state))
    assert "119" in spoken(await ring(service, PHONE))
