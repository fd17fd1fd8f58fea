"""Where it can be seen up to which instant of the story the service has done its work.

Each look is asked at an instant, and returns None where nobody says.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import aiohttp
from prometheus_client.parser import text_string_to_metric_families

from alerting.drill.service.client import Service

_HELD: Final = "alerting_clock_held"

_ESCALATED_UNTIL: Final = "alerting_escalated_until_seconds"

_DOWN: Final = "down"

_ANSWER_SECONDS: Final = 2.0  # of the machine

Look = Callable[[datetime], Awaitable[datetime | None]]


def at_texts(service: Service, alert: int) -> Look:
    """Return a look at the alert's texts that wait for a provider that works."""
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
    """Texts that wait: the provider's pace lets them leave by and by, which is no delay.

    They could leave by `expected`, had they left at that pace since they were due.
    """

    expected: datetime | None = None
    left: timedelta = timedelta(0)
    """How long the provider's pace takes for what waits."""

    def delay(self, at: datetime, since: datetime | None, finish: datetime) -> timedelta:
        """Return by how much later they leave if the last is predicted, now, to leave then.

        `since` is when the first of them was due; None: none waits.
        """
        if since is None:
            self.expected = None
            return timedelta(0)
        left = finish - at
        if self.expected is None:
            self.expected = since + left
        else:
            self.expected += max(timedelta(0), left - self.left)  # More have joined them.
        self.left = left
        return max(timedelta(0), min(finish - self.expected, at - since))


def at_answers(stats: Callable[[], Awaitable[dict[str, Any]]]) -> Look:
    """Return a look at what the provider has told the service and got no answer to."""

    async def look(at: datetime) -> datetime:
        waited = (await stats())["callbacks"]["longest_wait"]
        return at - timedelta(seconds=waited)

    return look


def at_steps(session: aiohttp.ClientSession, urls: Sequence[str], token: str) -> Look:
    """Return a look at what silence triggers, as told by the process that follows the clock."""
    headers = {"Authorization": f"Bearer {token}"}
    patience = aiohttp.ClientTimeout(total=_ANSWER_SECONDS)

    async def look(_at: datetime) -> datetime | None:
        for url in urls:
            try:
                async with session.get(
                    f"{url}/metrics", headers=headers, timeout=patience
                ) as answer:
                    # While its database is away a process answers, but with no metrics.
                    until = escalated_until(await answer.text()) if answer.ok else None
            except (aiohttp.ClientError, TimeoutError):
                continue
            if until is not None:
                return until
        return None

    return look


def escalated_until(metrics: str) -> datetime | None:
    """Return up to when all steps are done by a process with these metrics, if it does them."""
    gauges = {
        sample.name: sample.value
        for family in text_string_to_metric_families(metrics)
        for sample in family.samples
        if sample.name in {_HELD, _ESCALATED_UNTIL}
    }
    if not gauges.get(_HELD) or not gauges.get(_ESCALATED_UNTIL):
        return None
    return datetime.fromtimestamp(gauges[_ESCALATED_UNTIL], UTC)
