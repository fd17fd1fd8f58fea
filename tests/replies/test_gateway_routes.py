"""Gateways' receipts and texts over HTTP, from the carrier's request to the standing."""

import asyncio
import contextlib
import hmac
import json
from collections.abc import AsyncIterator, Mapping
from typing import Any, ClassVar
from urllib.parse import urlencode

import pytest
from sqlalchemy import func, select

from alerting.deliveries.tables import attempts, deliveries, receipts, texts
from alerting.policy.policy import parse_policy
from alerting.replies.inbound import UNREADABLE_TEXT
from alerting.replies.tables import inbound
from alerting.roll.tables import roll
from scripts.benches.http_carrier import Carrier, running_carrier
from scripts.benches.http_dialects import Aliyun, Dialect, TeleSign, Text
from tests.support.city import QIANFO, household_code, household_phone
from tests.support.gateway import Gateway
from tests.support.patience import PATIENCE_SECONDS
from tests.support.running import Running, running_service

HOME, PHONE = household_code(QIANFO, 1), household_phone(QIANFO, 1)
NO_TWILIO = {"twilio_account_sid": None, "twilio_auth_token": None, "twilio_from": None}
STATES = (
    select(deliveries.c.state, func.count())
    .where(deliveries.c.channel == "sms")
    .group_by(deliveries.c.state)
)
STANDING = select(roll.c.standing).where(roll.c.household == HOME)
ALERT = select(texts.c.body).where(texts.c.kind == "alert", texts.c.language == "zh")
HEARD = select(inbound.c.sender, inbound.c.body)


@contextlib.asynccontextmanager
async def served(
    database_url: str, gateway: Gateway, dialect: Dialect, **changes: Any
) -> AsyncIterator[tuple[Running, Carrier]]:
    async with running_carrier(dialect) as carrier:
        values = {
            "policy": parse_policy(dialect.policy(carrier.url)),
            "secret": dialect.secrets,
            **NO_TWILIO,
            **changes,
        }
        async with running_service(database_url, gateway, **values) as service:
            carrier.service = service.url
            yield service, carrier


async def posted(
    service: Running, request: tuple[str, bytes, dict[str, str]], **changed: str
) -> tuple[int, str]:
    url, body, headers = request
    async with service.session.post(url, data=body, headers=headers | changed) as answer:
        return answer.status, await answer.text()


async def to_household(service: Running, carrier: Carrier) -> Text:
    """Raise an alert; return the text that the carrier got, once its id is stored."""
    await service.raised("informant", QIANFO)
    await service.until(STATES, lambda rows: [row.state for row in rows] == ["accepted"])
    return next(text for text in carrier.taken if text.to == PHONE)


@pytest.mark.parametrize("dialect", [TeleSign, Aliyun])
async def test_county_runs_on_one_gateway(
    database_url: str, gateway: Gateway, dialect: type[Dialect]
) -> None:
    async with served(database_url, gateway, dialect()) as (service, carrier):
        text = await to_household(service, carrier)
        assert await carrier.post_receipt(text) == 200
        await service.until(STATES, lambda rows: ("delivered", 1) in rows)
        reply = carrier.dialect.reply(service.url, PHONE, "1", "reply-1")
        for _ in range(2):
            status, said = await posted(service, reply)
            rules = carrier.dialect.gateway(carrier.url).replies
            assert (status, said) == (200, rules and rules.answer)
        assert service.rows(STANDING) == [("evacuated",)]
        assert service.rows(HEARD) == [(PHONE, "1")]


async def test_template_is_filled_with_the_composed_text(
    database_url: str, gateway: Gateway
) -> None:
    async with served(database_url, gateway, Aliyun()) as (service, carrier):
        text = await to_household(service, carrier)
        (body,) = service.rows(ALERT)[0]
        assert text.template == "SMS_000000001"
        for value in json.loads(text.body).values():
            assert value in body


async def test_receipt_of_an_undelivered_text_is_recorded(
    database_url: str, gateway: Gateway
) -> None:
    async with served(database_url, gateway, Aliyun()) as (service, carrier):
        text = await to_household(service, carrier)
        assert await carrier.post_receipt(text, arrived=False) == 200
        statuses = select(receipts.c.status).where(receipts.c.attempt == text.token)
        assert service.rows(statuses) == [("undelivered",)]


@pytest.mark.parametrize("dialect", [TeleSign, Aliyun])
async def test_unsigned_requests_change_nothing(
    database_url: str, gateway: Gateway, dialect: type[Dialect]
) -> None:
    async with served(database_url, gateway, dialect()) as (service, carrier):
        text = await to_household(service, carrier)
        receipt = carrier.dialect.receipt(service.url, text, arrived=True)
        reply = carrier.dialect.reply(service.url, PHONE, "1", "reply-1")
        for url, body, headers in (receipt, reply):
            forged = url.replace("push+word", "push"), body, headers
            assert (await posted(service, forged, Authorization="TSA x:y"))[0] == 403
        assert service.rows(select(receipts)) == []
        assert service.rows(HEARD) == []


async def test_early_receipt_is_tried_again(database_url: str, gateway: Gateway) -> None:
    async with served(database_url, gateway, Aliyun()) as (service, carrier):
        text = await to_household(service, carrier)
        await service.change(attempts.update().values(provider_id=None))
        unknown = Text(text.id, text.to, text.body, "")
        assert await carrier.post_receipt(unknown) == 404
        given = attempts.update().where(attempts.c.token == text.token)
        await service.change(given.values(provider_id=text.id))
        await service.until(STATES, lambda rows: ("delivered", 1) in rows)


async def test_receipt_at_the_address_for_texts_is_a_receipt(
    database_url: str, gateway: Gateway
) -> None:
    async with served(database_url, gateway, Aliyun()) as (service, carrier):
        text = await to_household(service, carrier)
        (body,) = service.rows(ALERT)[0]
        url, report, headers = carrier.dialect.receipt(service.url, text, arrived=True)
        echo = report.replace(b'"sms_size": "1"', f'"content": "【局】{body}"'.encode())
        at_replies = url.replace("/receipts", "/replies")
        for said in (report, echo):
            assert (await posted(service, (at_replies, said, headers)))[0] == 200
        await service.until(STATES, lambda rows: ("delivered", 1) in rows)
        assert service.rows(HEARD) == []


async def test_text_at_the_address_for_receipts_is_a_text(
    database_url: str, gateway: Gateway
) -> None:
    async with served(database_url, gateway, Aliyun()) as (service, carrier):
        await to_household(service, carrier)
        url, said, headers = carrier.dialect.reply(service.url, PHONE, "2", "reply-1")
        at_receipts = url.replace("/replies", "/receipts")
        assert (await posted(service, (at_receipts, said, headers)))[0] == 200
        await service.until(STANDING, lambda rows: rows == [("needs_help",)])


PASSED_ON = "id:{} sub:001 dlvrd:001 submit date:2611300102 stat:DELIVRD err:000 text:1"


@pytest.mark.parametrize("address", ["receipts", "replies"])
async def test_receipt_in_a_text_counts_if_it_comes_from_the_texted_phone(
    database_url: str, gateway: Gateway, address: str
) -> None:
    async with served(database_url, gateway, Aliyun()) as (service, carrier):
        text = await to_household(service, carrier)
        said = PASSED_ON.replace("DELIVRD", "DELIVERED").format(text.id)
        url, body, headers = carrier.dialect.reply(service.url, PHONE, said, "reply-1")
        there = url.replace("/replies", f"/{address}")
        assert (await posted(service, (there, body, headers)))[0] == 200
        await service.until(STATES, lambda rows: ("delivered", 1) in rows)
        assert service.rows(HEARD) == []


@pytest.mark.parametrize("sender", [household_phone(QIANFO, 2), "10086"])
async def test_receipt_in_a_text_from_another_phone_waits_for_an_officer(
    database_url: str, gateway: Gateway, sender: str
) -> None:
    async with served(database_url, gateway, Aliyun()) as (service, carrier):
        text = await to_household(service, carrier)
        said = PASSED_ON.format(text.id)
        reply = carrier.dialect.reply(service.url, sender, said, "reply-1")
        assert (await posted(service, reply))[0] == 200
        assert service.rows(select(receipts)) == []
        assert service.rows(select(inbound.c.body, inbound.c.reason)) == [(said, UNREADABLE_TEXT)]


async def test_receipt_in_a_text_for_an_unknown_id_makes_nobody_safe(
    database_url: str, gateway: Gateway
) -> None:
    async with served(database_url, gateway, Aliyun()) as (service, carrier):
        await to_household(service, carrier)
        said = PASSED_ON.format("unknown")
        reply = carrier.dialect.reply(service.url, PHONE, said, "reply-1")
        before = service.rows(STANDING)
        assert (await posted(service, reply))[0] == 200
        assert service.rows(STANDING) == before
        assert service.rows(select(inbound.c.body, inbound.c.reason)) == [(said, UNREADABLE_TEXT)]


class TwoSecrets(Aliyun):
    """The Aliyun dialect with a separate secret for receipts."""

    secrets: ClassVar[Mapping[str, str]] = {**Aliyun.secrets, "aliyun_receipts": "receipts word"}

    def policy(self, url: str) -> str:
        """Return the policy with a separate secret for receipts."""
        return super().policy(url).replace('"aliyun_push"', '"aliyun_receipts"', 1)


async def test_secret_for_receipts_cannot_submit_a_text(
    database_url: str, gateway: Gateway
) -> None:
    async with served(database_url, gateway, TwoSecrets()) as (service, carrier):
        text = await to_household(service, carrier)
        url, said, headers = carrier.dialect.reply(service.url, PHONE, "1", "reply-1")
        forged = url.replace("/replies?key=push", "/receipts?key=receipts")
        assert (await posted(service, (forged, said, headers)))[0] == 422
        assert service.rows(HEARD) == []
        url, said, headers = carrier.dialect.receipt(service.url, text, arrived=True)
        assert (await posted(service, (url.replace("/receipts", "/replies"), said, headers)))[
            0
        ] == 422
        assert service.rows(select(receipts)) == []


class SignedReplies(TwoSecrets):
    """A dialect with receipts in a GET's query, and replies in a body, which alone is signed."""

    def policy(self, url: str) -> str:
        """Return the policy with different forms for receipts and replies."""
        told = (
            super()
            .policy(url)
            .replace("[gateways.receipts]", '[gateways.receipts]\nbody = "query"')
        )
        word = '[gateways.replies.auth.query]\nparameter = "key"\nsecret = "aliyun_push"'
        signature = (
            '[gateways.replies.auth.hmac]\nsecret = "aliyun_push"\nalgorithm = "sha256"\n'
            'parts = ["body"]\nheader = "X-Signature"'
        )
        assert word in told
        return told.replace(word, signature)


async def test_signature_of_the_body_alone_cannot_submit_a_text(
    database_url: str, gateway: Gateway
) -> None:
    async with served(database_url, gateway, SignedReplies()) as (service, carrier):
        _, body, headers = carrier.dialect.reply(service.url, PHONE, "2", "reply-1")
        signed = hmac.new(b"push word", body, "sha256").hexdigest()
        said = {"key": "receipts word", "phone_number": PHONE, "content": "1", "sequence_id": "7"}
        forged = f"{service.url}/gateways/aliyun/receipts?{urlencode(said)}"
        request = forged, body, headers | {"X-Signature": signed}
        assert (await posted(service, request))[0] == 422
        assert service.rows(HEARD) == []


async def test_receipt_that_repeats_our_text_needs_no_sender(
    database_url: str, gateway: Gateway
) -> None:
    async with served(database_url, gateway, Aliyun()) as (service, carrier):
        text = await to_household(service, carrier)
        (body,) = service.rows(ALERT)[0]
        url, report, headers = carrier.dialect.receipt(service.url, text, arrived=True)
        echo = report.replace(b'"phone_number"', b'"to"')
        echo = echo.replace(b'"sms_size": "1"', f'"content": "{body}"'.encode())
        for address in (url, url.replace("/receipts", "/replies")):
            assert (await posted(service, (address, echo, headers)))[0] == 200
        await service.until(STATES, lambda rows: ("delivered", 1) in rows)
        assert service.rows(HEARD) == []


async def test_faulty_item_does_not_stop_the_others(database_url: str, gateway: Gateway) -> None:
    async with served(database_url, gateway, Aliyun()) as (service, carrier):
        await to_household(service, carrier)
        url, said, headers = carrier.dialect.reply(service.url, PHONE, "1\0", "reply-1")
        batch = b"[{}, " + said[1:]
        assert b"\\u0000" in batch
        assert (await posted(service, (url, batch, headers)))[0] == 200
        assert service.rows(STANDING) == [("evacuated",)]
        assert (await posted(service, (url, b"[{}, {}]", headers)))[0] == 422


async def test_text_with_a_reused_id_is_not_dropped(database_url: str, gateway: Gateway) -> None:
    async with served(database_url, gateway, Aliyun()) as (service, carrier):
        await to_household(service, carrier)
        for said in ("1", "2"):
            reply = carrier.dialect.reply(service.url, PHONE, said, "reply-1")
            assert (await posted(service, reply))[0] == 200
        assert sorted(service.rows(HEARD)) == [(PHONE, "1"), (PHONE, "2")]


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("/gateways/aliyun/replies?key=push+word", b"<xml/>", 422),
        ("/gateways/aliyun/replies?key=push+word", b'[{"content": "1"}]', 422),
        ("/gateways/aliyun/replies?key=push+word", b" " * 70_000, 413),
        ("/gateways/other/replies?key=push+word", b"[]", 404),
    ],
)
async def test_unreadable_requests_are_refused(
    database_url: str, gateway: Gateway, path: str, body: bytes, status: int
) -> None:
    async with served(database_url, gateway, Aliyun()) as (service, _):
        assert (await posted(service, (service.url + path, body, {})))[0] == status


async def test_concurrent_receipts_settle_their_own_deliveries(
    database_url: str, gateway: Gateway
) -> None:
    async with served(database_url, gateway, TeleSign()) as (service, carrier):
        await to_household(service, carrier)
        async with asyncio.timeout(PATIENCE_SECONDS):
            statuses = await asyncio.gather(*map(carrier.post_receipt, carrier.taken * 2))
        assert set(statuses) == {200}
        await service.until(STATES, lambda rows: [row.state for row in rows] == ["delivered"])
