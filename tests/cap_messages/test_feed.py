"""The public feed lists only live, actual, public alerts, and is cached."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import insert, update

from alerting.cap_messages.conditional import Content
from alerting.cap_messages.feed import PublicFeed
from alerting.cap_messages.tables import cap_messages
from tests.support.city import NOW, QIANFO, after
from tests.support.clocks import fixed_clock
from tests.support.running import Workplace, workplace

URL = "https://alerts.example.org"

Row = Callable[..., None]


@pytest.fixture
async def here(database_url: str) -> Any:
    async with workplace(database_url, fixed_clock(0.0, NOW)) as place:
        yield place


def put(work: Workplace, alert: int, seq: int, **changes: Any) -> None:
    """Insert a public message of an alert, sent at the tests' start time."""
    row = {
        "alert": alert,
        "seq": seq,
        "identifier": f"m{alert}-{seq}",
        "sender": "alerts.example.org",
        "sent": after(seq - 1000),
        "expires": after(3600),
        "step": "raised",
        "is_public": True,
        "divisions": "[]",
        "document": "<alert/>",
    }
    work.change(insert(cap_messages).values(row | changes))


async def alert_of(work: Workplace) -> int:
    """Raise an exercise, whose own message is restricted; return the alert's id."""
    return (await work.raised("commander", QIANFO)).alert.id


async def entries(work: Workplace) -> list[str]:
    """Return the identifiers in the feed of a newly started process."""
    page = await PublicFeed(work.runtime, URL).page(1)
    assert page is not None
    return [
        part.partition(".xml")[0]
        for part in page.body.decode().split("<id>https://alerts.example.org/feeds/cap/")[1:]
    ]


async def test_newest_public_message_of_each_live_alert_is_listed(here: Workplace) -> None:
    first, second = await alert_of(here), await alert_of(here)
    put(here, first, 101)
    put(here, first, 102)
    put(here, second, 150)
    assert await entries(here) == [f"m{second}-150", f"m{first}-102"]


async def test_exercises_and_restricted_alerts_are_never_listed(here: Workplace) -> None:
    alert = await alert_of(here)
    assert await entries(here) == []
    put(here, alert, 101, is_public=False)
    assert await entries(here) == []
    assert await PublicFeed(here.runtime, URL).message(f"m{alert}-101") is None


async def test_expired_message_is_not_replaced_by_an_older_one(
    here: Workplace,
) -> None:
    alert = await alert_of(here)
    put(here, alert, 101)
    put(here, alert, 102, expires=NOW)
    assert await entries(here) == []


async def test_replaced_message_can_still_be_read(here: Workplace) -> None:
    alert = await alert_of(here)
    put(here, alert, 101, document="<first/>")
    put(here, alert, 102)
    found = await PublicFeed(here.runtime, URL).message(f"m{alert}-101")
    assert found == Content(b"<first/>", after(-899))
    assert await PublicFeed(here.runtime, URL).message("unknown") is None


async def test_time_of_change_is_that_of_the_last_issue_or_expiry(here: Workplace) -> None:
    alert = await alert_of(here)
    empty = await PublicFeed(here.runtime, URL).page(1)
    assert empty is not None
    assert empty.changed.year == 1970
    put(here, alert, 101)
    put(here, alert, 102, expires=after(-10))
    page = await PublicFeed(here.runtime, URL).page(1)
    assert page is not None
    assert page.changed == after(-10)


async def test_page_beyond_the_last_is_none(here: Workplace) -> None:
    feed = PublicFeed(here.runtime, URL)
    assert await feed.page(1) is not None
    assert await feed.page(2) is None


async def test_concurrent_readers_cause_one_query(
    here: Workplace, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(here, await alert_of(here), 101)
    reads: list[Any] = []
    read = here.runtime.database.read

    def counted(query: Any) -> Awaitable[Any]:
        reads.append(query)
        return read(query)

    monkeypatch.setattr(here.runtime.database, "read", counted)
    feed = PublicFeed(here.runtime, URL)
    found = await asyncio.gather(*(feed.page(1) for _ in range(200)))
    assert len({id(each) for each in found}) == 1
    assert len(reads) == 2


async def test_unchanged_feed_is_not_rendered_again(here: Workplace) -> None:
    alert = await alert_of(here)
    put(here, alert, 101)
    feed = PublicFeed(here.runtime, URL, fresh_seconds=0.0)
    before = await feed.page(1)
    assert await feed.page(1) is before
    here.change(update(cap_messages).values(expires=NOW - timedelta(seconds=1)))
    now = await feed.page(1)
    assert now is not None
    assert b"<entry>" not in now.body
