"""Links and notices are texted once, through a real gateway, and then no longer stored."""

import asyncio
import contextlib
import re
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from alerting.channels.twilio.sms import TwilioSms
from alerting.messages.text import TextKind, segments
from alerting.runtime import wall_clock
from alerting.sign_in.send_links import LinkSender, link_message, recovery_notice
from contacts.directory import Officer
from contacts.notices import Notice, queue_notice
from contacts.people import Role
from contacts.sign_in.links import LINK_LASTS, UnsentLink, Wish, queue_link, redeem_link
from contacts.tables import OFFICER_NOTICES, SIGN_IN_LINKS
from tests.support.city import POLICY, TEXTING, TOWN, officer_phone
from tests.support.gateway import ACCOUNT, TOKEN, Gateway
from tests.support.patience import PATIENCE_SECONDS
from tests.support.running import Workplace

PUBLIC_URL = "https://alerting.example"
UNSENT = select(SIGN_IN_LINKS.c.unsent)
ADDRESS = re.compile(re.escape(PUBLIC_URL) + r"/in/([\w-]{43})$")
ENDS_AT = datetime(2022, 8, 29, 4, 30, tzinfo=UTC)
OFFICER = Officer("grid", "何翠英", Role.GRID_OFFICER, TOWN, None, phones=("+8610000000104",))


class Texting:
    """A channel to the gateway, and the texts that the gateway accepted."""

    def __init__(self, work: Workplace, gateway: Gateway) -> None:
        self.number = gateway.sender()
        account = (ACCOUNT, TOKEN, self.number, gateway.url, "http://127.0.0.1:9")
        self.channel = TwilioSms(*account, 4, timedelta(seconds=5))
        self._work, self._gateway = work, gateway

    def sender(self) -> LinkSender:
        return LinkSender(self._work.runtime, TEXTING, self.channel, PUBLIC_URL)

    async def taken(self) -> list[dict[str, Any]]:
        return await asyncio.to_thread(self._gateway.taken, self.number)

    async def until_taken(self, count: int) -> list[dict[str, Any]]:
        async with asyncio.timeout(PATIENCE_SECONDS):
            while len(texts := await self.taken()) < count:  # noqa: ASYNC110 - no event tells
                await asyncio.sleep(0.02)
        return texts


@pytest.fixture
async def texting(work: Workplace, gateway: Gateway) -> AsyncIterator[Texting]:
    texting = Texting(work, gateway)
    yield texting
    await texting.channel.close()
    gateway.set_faults()


@contextlib.asynccontextmanager
async def running(*senders: LinkSender) -> AsyncIterator[None]:
    tasks = [asyncio.create_task(sender.run()) for sender in senders]
    yield
    for task in tasks:
        task.cancel()
    for task in tasks:
        with contextlib.suppress(asyncio.CancelledError):
            await task


async def until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(PATIENCE_SECONDS):
        while not holds():  # noqa: ASYNC110 - no event tells
            await asyncio.sleep(0.02)


async def queued(
    work: Workplace, officer: str, language: str = "zh", ago: timedelta = timedelta(0)
) -> None:
    at, number = wall_clock() - ago, officer_phone(officer)
    await work.runtime.ledger.write(
        lambda tx: queue_link(
            tx.connection, officer, Wish(number, language, "browser", "/doors"), at
        )
    )


async def test_texted_link_signs_in(work: Workplace, texting: Texting) -> None:
    async with running(texting.sender()):
        await queued(work, "grid")
        (text,) = await texting.until_taken(1)
    assert text["to"] == officer_phone("grid")
    assert text["body"].startswith("应急指挥部：grid登录链接，10分钟内用一次")
    address = ADDRESS.search(text["body"])
    assert address
    assert work.rows(UNSENT) == [(None,)]
    now = wall_clock()
    got = await work.runtime.ledger.write(
        lambda tx: redeem_link(tx.connection, address[1], now, "")
    )
    assert got
    assert (got.officer, got.path) == ("grid", "/doors")


async def test_concurrent_senders_send_each_link_once(work: Workplace, texting: Texting) -> None:
    officers = ["grid", "commander", "informant", "city-duty", "county-duty", "next-grid"]
    for officer in officers:
        await queued(work, officer, "en")
    async with running(*(texting.sender() for _ in range(3))):
        await texting.until_taken(len(officers))
        await asyncio.sleep(0.7)
    texts = await texting.taken()
    assert sorted(text["to"] for text in texts) == sorted(map(officer_phone, officers))
    assert {text["body"].split(",")[0] for text in texts} == {
        f"Emergency Office: Sign-in link for {officer}" for officer in officers
    }


@pytest.mark.parametrize("fault", ["http_500", "http_429", "accept_then_hang_up"])
async def test_failed_link_is_not_retried(
    work: Workplace, texting: Texting, gateway: Gateway, fault: str
) -> None:
    gateway.set_faults({"kind": fault, "count": 1})
    async with running(texting.sender()):
        await queued(work, "grid")
        await until(lambda: work.rows(UNSENT) == [(None,)])
        await queued(work, "commander")
        await texting.until_taken(2 if fault == "accept_then_hang_up" else 1)
        await asyncio.sleep(0.7)
    to = [text["to"] for text in await texting.taken()]
    assert to.count(officer_phone("commander")) == 1
    assert to.count(officer_phone("grid")) == (fault == "accept_then_hang_up")


async def test_expired_link_is_not_sent(work: Workplace, texting: Texting) -> None:
    await queued(work, "grid", ago=LINK_LASTS)
    await queued(work, "commander", ago=LINK_LASTS - timedelta(seconds=20))
    async with running(texting.sender()):
        (text,) = await texting.until_taken(1)
    assert text["to"] == officer_phone("commander")
    assert work.rows(UNSENT) == [(None,), (None,)]


async def test_sender_survives_database_outage(
    work: Workplace, texting: Texting, monkeypatch: pytest.MonkeyPatch
) -> None:
    tries = 0

    async def away(_query: Any) -> Any:
        nonlocal tries
        tries += 1
        raise OperationalError("SELECT", {}, Exception("away"))

    await queued(work, "grid")
    with monkeypatch.context() as patch:
        patch.setattr(work.runtime.database, "read", away)
        async with running(texting.sender()):
            await until(lambda: tries > 0)
            patch.undo()
            await texting.until_taken(1)


@pytest.mark.parametrize("language", ["zh", "en", "ii"])
def test_text_has_at_most_two_segments_and_the_whole_link(language: str) -> None:
    link = UnsentLink(
        "commander-511921100",
        TOWN,
        "+8610000000104",
        language,
        "t" * 43,
        wall_clock() + LINK_LASTS,
    )
    public_url = "https://alerting.tongjiang.bazhong.example.cn"
    text = link_message(link, POLICY.issuer.at(TOWN), public_url, wall_clock()).body
    assert text.endswith(" https://alerting.tongjiang.bazhong.example.cn/in/" + "t" * 43)
    assert "commander-511921100" in text
    assert "10" in text
    assert segments(text).count <= 2


async def noticed(work: Workplace, officer: str, lasts: timedelta) -> None:
    whom, expires_at = work.somebody(officer), wall_clock() + lasts
    notice = Notice(TextKind.RECOVERY, "zh", "张主任正在给您登录恢复码", {}, expires_at)
    await work.runtime.ledger.write(lambda tx: queue_notice(tx.connection, [whom], notice))


async def test_notice_is_sent_once(work: Workplace, texting: Texting) -> None:
    await noticed(work, "commander", timedelta(0))
    await noticed(work, "grid", timedelta(hours=1))
    async with running(texting.sender(), texting.sender()):
        (text,) = await texting.until_taken(1)
        await until(lambda: work.rows(select(OFFICER_NOTICES)) == [])
    assert text["to"] == officer_phone("grid")
    assert "张主任" in text["body"]
    assert len(await texting.taken()) == 1


@pytest.mark.parametrize("language", ["zh", "en", "es", None])
def test_notice_names_the_administrator_and_the_end(language: str | None) -> None:
    whom = replace(OFFICER, language=language)
    now = ENDS_AT - timedelta(minutes=15)
    notice = recovery_notice(whom, "张主任", ENDS_AT, POLICY, now)
    assert "张主任" in notice.body
    assert "12:30" in notice.body
    assert notice.facts["listed"] == "张主任"
    assert segments(notice.body).count <= 2
    assert notice.expires_at > ENDS_AT
