"""The providers over HTTP: their record, a check, and a test text to the caller's phone."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import delete, insert, select, update

from alerting.deliveries.phone_tests import EVERY
from alerting.deliveries.providers import enlist
from alerting.deliveries.rules.providers import TWILIO, TWILIO_VOICE
from alerting.deliveries.tables import attempts, phone_tests
from alerting.office_log.tables import administration
from alerting.runtime import wall_clock
from contacts.tables import OFFICER_PHONES
from tests.support.city import QIANFO, officer_phone
from tests.support.running import Json, Running

PATH = "/api/office/providers"


async def provider(service: Running, name: str = "twilio") -> Json:
    status, told = await service.get(PATH, "administrator")
    assert status == 200, told
    (found,) = [each for each in told["providers"] if each["name"] == name]
    body: Json = found
    return body


async def enlisted(service: Running) -> None:
    """Register the providers in the database, as a sending process does."""
    names = [TWILIO, TWILIO_VOICE]
    await service.runtime.ledger.write(lambda tx: enlist(tx.connection, names, wall_clock()))


async def ask(service: Running, name: str = "twilio", caller: str = "administrator") -> Any:
    return await service.post(f"{PATH}/{name}/test", caller)


@pytest.mark.sends
async def test_test_text_goes_to_the_callers_phone_and_shows_its_receipt(service: Running) -> None:
    assert (await provider(service))["test"] is None
    assert (await ask(service))[0] == 202
    await service.until(select(phone_tests.c.reported), lambda rows: rows[0][0] == "delivered")
    shown = (await provider(service))["test"]
    assert (shown["outcome"], shown["failure"], shown["reported"]) == (
        "accepted",
        None,
        "delivered",
    )
    (text,) = service.gateway.taken(service.sender)
    assert text["to"] == officer_phone("administrator")
    assert "测试：" in text["body"]
    (entry,) = service.rows(select(administration))
    assert (entry.act, entry.officer, entry.reason) == (
        "send_test_text",
        "administrator",
        "twilio",
    )
    assert service.rows(select(attempts)) == []


@pytest.mark.sends
async def test_refused_test_text_shows_its_failure(service: Running) -> None:
    service.gateway.set_faults({"kind": "http_429"})
    assert (await ask(service))[0] == 202
    await service.until(select(phone_tests.c.outcome), lambda rows: rows[0][0] is not None)
    shown = (await provider(service))["test"]
    assert (shown["outcome"], shown["failure"]) == ("refused", "retry")


async def test_test_texts_are_limited_to_one_a_minute_and_need_a_phone(service: Running) -> None:
    await enlisted(service)
    assert (await ask(service))[0] == 202
    status, refused = await ask(service)
    assert (status, refused["code"]) == (429, "too_many_requests")
    await service.change(update(phone_tests).values(asked_at=wall_clock() - EVERY))
    assert (await ask(service))[0] == 202
    assert (await ask(service, "twilio-voice"))[0] == 404
    assert (await ask(service, "nobody"))[0] == 404
    assert (await ask(service, caller="commander"))[0] == 403
    own = OFFICER_PHONES.c.officer == "administrator"
    await service.change(delete(OFFICER_PHONES).where(own))
    await service.change(delete(phone_tests))
    assert (await ask(service))[0] == 409
    status, told = await service.get(PATH, "administrator")
    assert told["phone"] is None


@pytest.mark.sends
async def test_record_counts_the_attempts_of_the_last_hour(service: Running) -> None:
    await service.raised("commander", QIANFO)
    await service.until(
        select(attempts.c.outcome), lambda rows: sum(row[0] is not None for row in rows) > 5
    )
    found = await provider(service)
    assert found["tried_lately"] > 5
    assert (found["failed_lately"], found["failed"], found["condition"]) == (0, None, "up")
    assert found["accepted_at"] is not None
    assert await provider(service, "twilio-voice") | {"since": ""} == {
        "name": "twilio-voice",
        "channel": "voice",
        "condition": "up",
        "since": "",
        "loses": False,
        "accepted_at": None,
        "failed": None,
        "tried_lately": 0,
        "failed_lately": 0,
        "waiting": 0,
        "waits_for": None,
        "test": None,
    }


async def test_record_shows_the_latest_failure_and_the_queue(service: Running) -> None:
    await enlisted(service)
    await service.raised("commander", QIANFO)
    now = wall_clock()
    rows = [
        {"token": "a", "started_at": now - timedelta(hours=2), "outcome": "refused"},
        {"token": "b", "started_at": now - timedelta(minutes=2), "outcome": "accepted"},
        {"token": "c", "started_at": now - timedelta(minutes=1), "outcome": "unknown"},
    ]
    same = {"delivery": 1, "number": 1, "provider": "twilio", "error_code": None}
    for row in rows:
        await service.change(insert(attempts).values(row | same | {"failure": None}))
    found = await provider(service)
    assert (found["tried_lately"], found["failed_lately"]) == (2, 1)
    assert found["failed"]["failure"] == "unknown"
    assert found["waiting"] > 0
    assert found["waits_for"] >= 0


async def test_check_covers_each_provider_and_shows_no_secret(service: Running) -> None:
    status, found = await service.post(f"{PATH}/check", "administrator")
    assert status == 200, found
    assert {each["provider"] for each in found} == {"twilio"}
    assert "gateway-token" not in str(found)
    for path in (PATH, f"{PATH}/check"):
        call = service.get if path == PATH else service.post
        assert (await call(path, "commander"))[0] == 403
