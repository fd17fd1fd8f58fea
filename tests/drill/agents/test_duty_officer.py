import asyncio
from datetime import timedelta
from typing import Any

import pytest

from alerting.drill.agents.duty_officer import DutyOfficer
from alerting.drill.progress.milestones import Journal
from alerting.drill.service.client import Answer, Service
from alerting.drill.story_time import DrillError, StoryTime
from tests.support.clocks import story_time
from tests.support.patience import PATIENCE_SECONDS
from tests.support.simulated_city import VILLAGE, city_of, household

CALM = {"name": "rain-a", "hazard": "暴雨", "alert": None, "approval": None, "may_decide": False}
OTHERS = CALM | {"name": "rain-b", "alert": 3, "approval": 8}
RED = {"name": "crack-a", "hazard": "滑坡", "alert": 4, "approval": 9, "may_decide": True}


class Office(Service):
    """A service that lists a proposed alert from the second request on. It may refuse approvals."""

    def __init__(self, time: StoryTime, *, proposes: bool = True, status: int = 200) -> None:
        self._time, self._status = time, status
        calm = [CALM, OTHERS]
        self._lists = [calm, [*calm, RED]] if proposes else [calm]
        self.approved: list[str] = []
        self.seen_at = time.now()
        self.approved_at = time.now()

    async def get(self, path: str, **query: str) -> Any:
        assert path == "/api/sensors"
        self.seen_at = self._time.now()
        return self._lists.pop(0) if len(self._lists) > 1 else self._lists[0]

    async def post(self, path: str, body: dict[str, Any] | None = None) -> Answer:
        self.approved.append(path)
        self.approved_at = self._time.now()
        return Answer(self._status, {"detail": "not yours"})


def duty(office: Office, time: StoryTime) -> DutyOfficer:
    city = city_of(household(1))
    return DutyOfficer(f"duty-{VILLAGE[:9]}", office, city, time, Journal(time))


async def test_duty_officer_reads_a_proposal_and_approves_it() -> None:
    time = story_time(600.0)
    office = Office(time)
    officer = duty(office, time)
    async with asyncio.timeout(PATIENCE_SECONDS):
        assert await officer.approve_first() == 4
    assert office.approved == ["/api/approvals/9/approve"]
    assert office.approved_at - office.seen_at >= timedelta(seconds=20)
    assert [entry.words for entry in officer.journal.entries] == [
        "诺江镇: the duty officer sees that crack-a proposes an alert: 滑坡",
        "诺江镇: the duty officer approves it",
    ]


async def test_drill_fails_without_a_proposal() -> None:
    time = story_time(10_000.0)
    office = Office(time, proposes=False)
    with pytest.raises(DrillError, match="no sensor has proposed an alert in 30 minutes"):
        await duty(office, time).approve_first()
    assert office.approved == []


async def test_refused_approval_fails_the_drill() -> None:
    time = story_time(600.0)
    with pytest.raises(DrillError, match="approvals/9/approve was refused: not yours"):
        await duty(Office(time, status=403), time).approve_first()
