"""The service sends and receives through the configured providers."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import Any

import pytest
from sqlalchemy import func, select

from alerting.app import create_app
from alerting.channels.smpp.long_text import ReceivedText
from alerting.config import Settings, SettingsError
from alerting.deliveries.providers import all_healths
from alerting.deliveries.rules.providers import Pace, Provider
from alerting.deliveries.tables import attempts, deliveries
from alerting.dispatchers import InboundSms, pace_of
from alerting.policy.policy import parse_policy
from alerting.policy.sections import Channel
from alerting.replies.rules.intents import ReplyReason
from alerting.replies.tables import inbound
from alerting.roll.tables import roll
from scripts.benches.http_dialects import TeleSign
from tests.channels.smpp.smsc.centre import (
    PASSWORD,
    Centre,
    NotInstalledError,
    install,
    running_centre,
)
from tests.support.city import QIANFO, household_code, household_phone
from tests.support.gateway import Gateway
from tests.support.running import Running, Workplace, running_service, settings_for

HOME = household_code(QIANFO, 1)
NO_TWILIO = {"twilio_account_sid": None, "twilio_auth_token": None, "twilio_from": None}
STATES = (
    select(deliveries.c.state, func.count())
    .where(deliveries.c.channel == "sms")
    .group_by(deliveries.c.state)
)


@contextlib.asynccontextmanager
async def served_by_a_centre(
    database_url: str, gateway: Gateway, **changes: Any
) -> AsyncIterator[tuple[Running, Centre]]:
    try:
        packages = install()
    except NotInstalledError as failure:
        pytest.skip(f"npm cannot install the SMS centre: {failure}")
    async with running_centre(packages) as centre:
        url = f"smpp://alerting:{PASSWORD}@127.0.0.1:{centre.port}"
        values = {"smpp_url": url, "smpp_from": "106900", **changes}
        async with running_service(database_url, gateway, **values) as service:
            yield service, centre


async def handed_over(centre: Centre, count: int) -> dict[str, str]:
    """Return the message ids of the texts that the centre accepted, by phone."""
    told = [await centre.next("submit") for _ in range(count)]
    return {f"+{one['to'][2]}": one["id"] for one in told}


def receipt(message_id: str, state: str) -> dict[str, object]:
    text = f"id:{message_id} sub:001 dlvrd:001 stat:{state} err:000 text:"
    return {"esm_class": 4, "source_addr": "1", "short_message": text}


async def test_sms_centre_alone_serves_a_county(database_url: str, gateway: Gateway) -> None:
    async with served_by_a_centre(database_url, gateway, **NO_TWILIO) as (service, centre):
        assert (await service.form("/twilio/sms", {}, signature="any"))[0] == 404
        await service.raised("informant", QIANFO)
        ids = await handed_over(centre, 14)
        await service.until(STATES, lambda rows: rows == [("accepted", 14)])
        phone = household_phone(QIANFO, 1)
        await centre.deliver(**receipt(ids[phone], "DELIVRD"))
        await service.until(STATES, lambda rows: ("delivered", 1) in rows)
        await centre.deliver(source_addr=phone[1:], source_addr_ton=1, short_message="1")
        standing = select(roll.c.standing).where(roll.c.household == HOME)
        await service.until(standing, lambda rows: rows == [("evacuated",)])


@pytest.mark.parametrize("first", ["twilio", "smpp"])
async def test_preferred_provider_sends_while_both_work(
    database_url: str, gateway: Gateway, first: str
) -> None:
    async with served_by_a_centre(database_url, gateway, sms_first=first) as (service, _):
        await service.raised("informant", QIANFO)
        sent = select(attempts.c.provider, func.count()).group_by(attempts.c.provider)
        await service.until(sent, lambda rows: rows == [(first, 14)])
        healths = service.runtime.database.look(all_healths)
        assert set(healths) == {"twilio", "twilio-voice", "smpp"}


@pytest.mark.parametrize(
    ("answered", "receipted", "esm_class"),
    [
        ("39f99dd5", "0972660181", 4),
        ("39f99dd5", "39F99DD5", 0),
        ("972660181", "39f99dd5", 0),
        ("10", "16", 4),
        ("10", "10", 4),
    ],
)
async def test_receipt_of_any_dialect_reaches_its_text(
    database_url: str, gateway: Gateway, answered: str, receipted: str, esm_class: int
) -> None:
    async with served_by_a_centre(database_url, gateway, **NO_TWILIO) as (service, centre):
        # Another of these ids equals the receipt's id too, if read as hexadecimal or decimal.
        await centre.answer({"id": answered}, *({"id": each} for each in ("16", "a", "22")))
        await service.raised("informant", QIANFO)
        ids = await handed_over(centre, 14)
        await service.until(STATES, lambda rows: rows == [("accepted", 14)])
        phone = next(phone for phone, given in ids.items() if given == answered)
        said = receipt(receipted, "DELIVRD") | {"esm_class": esm_class, "source_addr": phone[1:]}
        await centre.deliver(**said)
        await service.until(STATES, lambda rows: ("delivered", 1) in rows)
        one = select(deliveries.c.number).where(deliveries.c.state == "delivered")
        assert await service.until(one, bool) == [(phone,)]
        assert await service.until(select(func.count()).select_from(inbound), bool) == [(0,)]


async def test_incomplete_text_accounts_for_nobody_until_its_other_part_comes(
    work: Workplace,
) -> None:
    await work.raised("informant", QIANFO)
    heard, phone = InboundSms(work.runtime), household_phone(QIANFO, 1)
    await heard.text(ReceivedText("id-1", phone, "1 都出来了，已经到村小学…", is_whole=False))
    standing = select(roll.c.standing).where(roll.c.household == HOME)
    waiting = select(inbound.c.body, inbound.c.reason).where(inbound.c.waits)
    assert work.rows(standing) == [("unaccounted",)]
    assert work.rows(waiting) == [("1 都出来了，已经到村小学…", ReplyReason.INCOMPLETE)]
    await heard.text(ReceivedText("id-2", phone, "1 都出来了，已经到村小学"))
    assert work.rows(standing) == [("evacuated",)]
    assert work.rows(waiting) == []


async def test_call_for_help_in_an_incomplete_text_is_recorded(work: Workplace) -> None:
    await work.raised("informant", QIANFO)
    heard, phone = InboundSms(work.runtime), household_phone(QIANFO, 1)
    await heard.text(ReceivedText("id-1", phone, "救命，水进来了…", is_whole=False))
    standing = select(roll.c.standing).where(roll.c.household == HOME)
    assert work.rows(standing) == [("needs_help",)]


async def test_repeated_text_is_processed_once(work: Workplace) -> None:
    await work.raised("informant", QIANFO)
    heard = InboundSms(work.runtime)
    said = ReceivedText("id-1", household_phone(QIANFO, 1), "1")
    await asyncio.gather(*(heard.text(said) for _ in range(3)))
    assert work.rows(select(func.count()).select_from(inbound)) == [(1,)]


@pytest.mark.parametrize(
    ("name", "pace"),
    [("telesign", Pace("telesign", 10, 10)), ("smpp", Pace("smpp", 100, 100))],
)
async def test_each_provider_has_its_own_pace(work: Workplace, name: str, pace: Pace) -> None:
    settings = Settings(
        _env_file=None,
        public_url="https://alerts.example.org",
        policy=parse_policy(TeleSign().policy("http://127.0.0.1:9")),
        secret=TeleSign.secrets,
        sms_first="telesign",
    )
    assert pace_of(settings, work.runtime, Provider(name, Channel.SMS, (name,))) == pace


async def test_gateway_with_an_invalid_key_is_refused(gateway: Gateway) -> None:
    with pytest.raises(SettingsError, match="ALERTING_SECRET__TELESIGN_KEY: it is no base64"):
        create_app(
            settings_for(
                "sqlite://",
                "http://127.0.0.1:9",
                gateway,
                policy=parse_policy(TeleSign().policy("http://127.0.0.1:9")),
                secret={"telesign_key": "no base64!"},
            )
        )
