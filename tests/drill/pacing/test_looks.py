"""Tests of looks, which find the instant up to which the service has done its work."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from alerting.drill.pacing.looks import (
    Backlog,
    at_answers,
    at_restarts,
    at_steps,
    at_texts,
    escalated_until,
)
from alerting.drill.service.client import Service
from alerting.drill.service.hosting import OneProcess

AT = datetime(2022, 8, 29, 4, 0, tzinfo=UTC)


def before(seconds: float) -> datetime:
    return AT - timedelta(seconds=seconds)


class Office(Service):
    """A service that reports the progress of sending, and one provider in each of `conditions`."""

    def __init__(self, *conditions: str) -> None:
        self.sending = {
            "waits_since": None,
            "predicted_finish": AT.isoformat(),
            "providers": [{"condition": condition} for condition in conditions],
        }

    async def get(self, path: str, **query: str) -> Any:
        assert path == "/api/alerts/7/sending"
        return self.sending


async def test_there_is_no_delay_if_no_text_waits() -> None:
    assert await at_texts(Office("up"), 7)(AT) == AT


async def test_texts_are_late_by_the_delay_of_their_predicted_finish() -> None:
    office = Office("up")
    look = at_texts(office, 7)
    office.sending["waits_since"] = before(30).isoformat()
    office.sending["predicted_finish"] = (AT + timedelta(seconds=100)).isoformat()
    assert await look(AT) == before(30)
    later = AT + timedelta(seconds=20)
    delay = later - await look(later)
    assert delay.total_seconds() == pytest.approx(30, rel=0.02)


@pytest.mark.parametrize(("conditions", "late"), [(("down",), 0), (("down", "slow"), 30)])
async def test_texts_are_not_late_while_all_providers_are_down(
    conditions: tuple[str, ...], late: float
) -> None:
    office = Office(*conditions)
    office.sending["waits_since"] = before(30).isoformat()
    assert await at_texts(office, 7)(AT) == before(late)


def test_backlog_sent_at_the_providers_rate_is_not_late() -> None:
    backlog, since = Backlog(), before(0)
    for second in range(0, 100, 10):
        at = since + timedelta(seconds=second)
        assert backlog.delay(at, since, since + timedelta(seconds=100)) == timedelta(0)


def test_delay_of_a_stalled_backlog_is_its_age() -> None:
    backlog, since = Backlog(), before(0)
    for second in range(0, 100, 10):
        at = since + timedelta(seconds=second)
        delay = backlog.delay(at, since, at + timedelta(seconds=100)).total_seconds()
        assert delay == pytest.approx(second, rel=0.05)


def test_texts_added_to_a_backlog_do_not_add_delay() -> None:
    backlog, since = Backlog(), before(0)
    backlog.delay(AT, since, AT + timedelta(seconds=10))
    at = AT + timedelta(seconds=5)
    assert backlog.delay(at, since, at + timedelta(seconds=505)).total_seconds() == 5
    later = at + timedelta(seconds=100)
    delay = backlog.delay(later, since, later + timedelta(seconds=405)).total_seconds()
    assert delay == pytest.approx(5, rel=0.02)


def test_constant_delay_of_texts_is_subtracted_slowly() -> None:
    backlog, since = Backlog(), before(60)
    finish = AT + timedelta(seconds=100)
    delays = [
        backlog.delay(AT + timedelta(seconds=look / 4), since, finish).total_seconds()
        for look in range(200)
    ]
    assert delays == sorted(delays, reverse=True)
    assert (delays[0], delays[-1]) == (60, pytest.approx(8, abs=1))


def test_delay_is_at_most_the_age_of_the_first_text() -> None:
    backlog = Backlog()
    backlog.delay(AT, before(60), AT + timedelta(seconds=10))
    later = AT + timedelta(seconds=30)
    assert backlog.delay(later, AT + timedelta(seconds=28), later).total_seconds() == 2


def test_measurement_restarts_after_the_backlog_is_empty() -> None:
    backlog = Backlog()
    backlog.delay(AT, before(60), AT + timedelta(seconds=10))
    assert backlog.delay(AT, None, AT) == timedelta(0)
    assert backlog.delay(AT, before(2), AT + timedelta(seconds=50)).total_seconds() == 2


async def test_delay_of_answers_is_the_longest_wait() -> None:
    async def waiting() -> dict[str, Any]:
        return {"waiting": 3, "longest_wait": 12.5}

    assert await at_answers(waiting)(AT) == before(12.5)


async def test_delay_of_a_restart_counts_from_the_kill() -> None:
    hosting = OneProcess(crash_at=300.0)
    look = at_restarts(hosting)
    assert await look(AT) == AT
    hosting.away_since = before(40)
    assert await look(AT) == before(40)


def metrics(held: int, until: float) -> str:
    return f"alerting_clock_held {held}\nalerting_escalated_until_seconds {until}\n"


@pytest.mark.parametrize(
    ("told", "until"),
    [
        (metrics(1, AT.timestamp()), AT),
        (metrics(0, AT.timestamp()), None),
        (metrics(1, 0.0), None),
        ("", None),
    ],
)
def test_only_metrics_of_the_lease_holder_give_an_instant(
    told: str, until: datetime | None
) -> None:
    assert escalated_until(told) == until


@pytest.fixture
async def processes() -> AsyncIterator[tuple[str, str]]:
    """Yield the URLs of a standby process and of the process that holds the clock's lease."""

    async def answer(request: web.Request) -> web.Response:
        assert request.headers["Authorization"] == "Bearer token"
        if request.path.startswith("/has-no-database"):
            return web.json_response({"status": 503, "detail": "Nothing was recorded"}, status=503)
        held = int(request.path.startswith("/follows"))
        return web.Response(text=metrics(held, AT.timestamp()))

    app = web.Application()
    app.router.add_get("/{process}/metrics", answer)
    runner = web.AppRunner(app, shutdown_timeout=0)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    yield f"{url}/stands-by", f"{url}/follows"
    await runner.cleanup()


async def test_look_at_steps_uses_the_lease_holder(
    processes: tuple[str, str],
) -> None:
    stands_by, follows = processes
    async with aiohttp.ClientSession() as session:
        assert await at_steps(session, (stands_by, follows), "token")(AT) == AT
        assert await at_steps(session, (stands_by,), "token")(AT) is None


async def test_look_at_steps_skips_processes_without_an_answer(processes: tuple[str, str]) -> None:
    async with aiohttp.ClientSession() as session:
        refusing = processes[1].replace("follows", "has-no-database")
        urls = ("http://127.0.0.1:1", refusing, processes[1])
        assert await at_steps(session, urls, "token")(AT) == AT
        assert await at_steps(session, urls[:2], "token")(AT) is None
