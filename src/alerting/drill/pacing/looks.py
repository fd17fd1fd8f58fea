"""Looks: functions that find the story instant up to which the service has done its work.

A look takes the present story instant. It returns None if the service gives no answer.
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
"""The share of the texts' delay that each look forgives.

Texts that leave at the provider's rate cannot catch up after a delay. Without this share, one delay
would keep the story slow until the last text has left.
"""

Look = Callable[[datetime], Awaitable[datetime | None]]


def at_texts(service: Service, alert: int) -> Look:
    """Return a look that finds how late the alert's waiting texts are.

    Texts are not late while no provider works.
    """
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
    """The waiting texts and their delay, beyond the wait that the provider's rate limit causes."""

    expected: datetime | None = None
    """When the last text would leave if none were delayed; None if no text waits."""
    left: timedelta = timedelta(0)
    """The time that the waiting texts need at the provider's rate."""

    def delay(self, at: datetime, since: datetime | None, finish: datetime) -> timedelta:
        """Return how late the last text will leave, but at most how long the first one has waited.

        `since` is when the first waiting text was due, or None if no text waits. `finish` is when
        the last text is now predicted to leave.
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
    """Return a look that finds how long the provider's oldest unanswered post has waited."""

    async def look(at: datetime) -> datetime:
        waited = (await waiting())["longest_wait"]
        return at - timedelta(seconds=waited)

    return look


def at_restarts(hosting: Hosting) -> Look:
    """Return a look that gives the instant since which a killed process has been away.

    A restart takes real seconds, which would be minutes at the story's speed.
    """

    async def look(at: datetime) -> datetime:
        return hosting.away_since or at

    return look


def at_steps(session: aiohttp.ClientSession, urls: Sequence[str], token: str) -> Look:
    """Return a look that reads the processes' metrics on the progress of escalation.

    Only the process that holds the clock's lease reports the instant up to which it has escalated.
    """
    headers = {"Authorization": f"Bearer {token}"}
    patience = aiohttp.ClientTimeout(total=_ANSWER_SECONDS)

    async def look(_at: datetime) -> datetime | None:
        for url in urls:
            try:
                async with session.get(
                    f"{url}/metrics", headers=headers, timeout=patience
                ) as answer:
                    # If its database is unavailable, a process answers without metrics.
                    until = escalated_until(await answer.text()) if answer.ok else None
            except (aiohttp.ClientError, TimeoutError):
                continue
            if until is not None:
                return until
        return None

    return look


def escalated_until(metrics: str) -> datetime | None:
    """Return the instant up to which a process has escalated; None if it does not escalate."""
    # Parsing all metrics four times a second would take a tenth of the drill's processor time.
    lines = "".join(line for line in metrics.splitlines(keepends=True) if line.startswith(_GAUGES))
    gauges = {
        sample.name: sample.value
        for family in text_string_to_metric_families(lines)
        for sample in family.samples
    }
    if not gauges.get(_HELD) or not gauges.get(_ESCALATED_UNTIL):
        return None
    return datetime.fromtimestamp(gauges[_ESCALATED_UNTIL], UTC)
