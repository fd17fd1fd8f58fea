"""Looks: functions that find the story instant up to which the service has done its work.

A look takes the present story instant, and returns None if no answer is available.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import aiohttp
from prometheus_client.parser import text_string_to_metric_families

from alerting.drill.service.client import Service
from alerting.drill.service.hosting import Hosting

_HELD: Final = "alerting_clock_held"

_ESCALATED_UNTIL: Final = "alerting_escalated_until_seconds"

_GAUGES: Final = (_HELD, _ESCALATED_UNTIL)

_DOWN: Final = "down"

_ANSWER_SECONDS: Final = 2.0  # real time

_FORGIVEN: Final = 0.01
"""The share of the texts' delay that is forgiven at each look.

Texts that leave at the provider's rate cannot make up for a delay: unforgiven, it would keep the
story slow until the last of them has left.
"""

Look = Callable[[datetime], Awaitable[datetime | None]]


def at_texts(service: Service, alert: int) -> Look:
    """Return a look at the alert's texts that wait for a working provider."""
    backlog = Backlog()

    async def look(at: datetime) -> datetime:
        sending = await service.get(f"/api/alerts/{alert}/sending")
        works = any(provider["condition"] != _DOWN for provider in sending["providers"])
        since = sending["waits_since"] if works else None
        finish = datetime.fromisoformat(sending["predicted_finish"])
        return at - backlog.delay(at, since and datetime.fromisoformat(since), finish)

    return look


@dataclass
class Backlog:
    """Waiting texts; waiting for the provider's rate limit does not count as delay.

    `expected` is the finish if they had left at the provider's rate since they were due.
    """

    expected: datetime | None = None
    left: timedelta = timedelta(0)
    """Time that the waiting texts need at the provider's rate."""

    def delay(self, at: datetime, since: datetime | None, finish: datetime) -> timedelta:
        """Return the delay of the texts, given the finish now predicted for the last of them.

        `since` is when the first waiting text was due, or None if none waits.
        """
        if since is None:
            self.expected = None
            return timedelta(0)
        left = finish - at
        if self.expected is None:
            self.expected = since + left
        else:
            self.expected += max(timedelta(0), left - self.left)  # More texts have joined.
        self.left = left
        delay = max(timedelta(0), min(finish - self.expected, at - since))
        self.expected += delay * _FORGIVEN
        return delay


def at_answers(waiting: Callable[[], Awaitable[dict[str, Any]]]) -> Look:
    """Return a look at the provider's posts that the service has not answered."""

    async def look(at: datetime) -> datetime:
        waited = (await waiting())["longest_wait"]
        return at - timedelta(seconds=waited)

    return look


def at_restarts(hosting: Hosting) -> Look:
    """Return a look at the restart of a killed process.

    A restart takes real seconds: at the story's speed they would be minutes without the process.
    """

    async def look(at: datetime) -> datetime:
        return hosting.away_since or at

    return look


def at_steps(session: aiohttp.ClientSession, urls: Sequence[str], token: str) -> Look:
    """Return a look at escalation steps, from the metrics of the process that holds the clock."""
    headers = {"Authorization": f"Bearer {token}"}
    patience = aiohttp.ClientTimeout(total=_ANSWER_SECONDS)

    async def look(_at: datetime) -> datetime | None:
        for url in urls:
            try:
                async with session.get(
                    f"{url}/metrics", headers=headers, timeout=patience
                ) as answer:
                    # A process whose database is away answers without metrics.
                    until = escalated_until(await answer.text()) if answer.ok else None
            except (aiohttp.ClientError, TimeoutError):
                continue
            if until is not None:
                return until
        return None

    return look


def escalated_until(metrics: str) -> datetime | None:
    """Return the instant up to which a process has done all steps; None if it does not do them."""
    # Four times a second, all metrics would take a tenth of the drill's processor time to parse.
    told = "".join(line for line in metrics.splitlines(keepends=True) if line.startswith(_GAUGES))
    gauges = {
        sample.name: sample.value
        for family in text_string_to_metric_families(told)
        for sample in family.samples
    }
    if not gauges.get(_HELD) or not gauges.get(_ESCALATED_UNTIL):
        return None
    return datetime.fromtimestamp(gauges[_ESCALATED_UNTIL], UTC)
