"""The service sends and receives through the providers that its settings name."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import Any

import pytest
from sqlalchemy import func, select

from alerting.deliveries.providers import all_healths
from alerting.deliveries.rules.delivery import DeliveryState
from alerting.deliveries.tables import attempts, deliveries
from alerting.dispatchers import InboundSms
from alerting.errors import NotFoundError
from alerting.replies.tables import inbound
from alerting.roll.tables import roll
from tests.channels.smpp.smsc.centre import (
    PASSWORD,
    Centre,
    NotInstalledError,
    install,
    running_centre,
)
from tests.support.city import QIANFO, household_code, household_phone
from tests.support.gateway import Gateway
from tests.support.running import Running, Workplace, running_service

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
    """Return the centre's ids of the texts it took, by phone."""
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


async def test_early_receipt_is_requested_again_once(work: Workplace) -> None:
    heard = InboundSms(work.runtime)
    with pytest.raises(NotFoundError, match="unheard-of"):
        await heard.receipt("unheard-of", DeliveryState.SENT, None)
    await heard.receipt("unheard-of", DeliveryState.SENT, None)
    with pytest.raises(NotFoundError):
        await heard.receipt("another", DeliveryState.SENT, None)


async def test_repeated_text_is_taken_once(work: Workplace) -> None:
    await work.raised("informant", QIANFO)
    heard = InboundSms(work.runtime)
    await asyncio.gather(*(heard.text("id-1", household_phone(QIANFO, 1), "1") for _ in range(3)))
    assert work.rows(select(func.count()).select_from(inbound)) == [(1,)]
