"""Everybody who may have got a text gets one cancellation, in any order of events."""

import asyncio
import shutil
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select, update

from alerting.alerts.correct import cancel, correct
from alerting.cap.changes import Changes
from alerting.deliveries.channel import Answer
from alerting.deliveries.claims import Claimed
from alerting.deliveries.rules.delivery import MAY_HAVE_ARRIVED, Failure, OutcomeKind
from alerting.deliveries.tables import deliveries
from tests.support.city import QIANFO
from tests.support.clocks import fixed_clock
from tests.support.running import Workplace, workplace
from tests.support.stepwise_sending import ACCEPTED, REFUSED, UNKNOWN, answered, claimed, doubtful

HOUR_IN_A_SECOND = 3600.0
_NOT_FOUND = Answer(OutcomeKind.REFUSED, failure=Failure.RETRY)
Step = tuple[str, int]
_STEPS = ("claim", "accept", "refuse", "lose", "miss", "crash", "look_up", "update")


@dataclass
class Provider:
    """A provider that records the texts it takes, and whose answers may be lost."""

    work: Workplace
    in_flight: list[Claimed] = field(default_factory=list)
    taken: list[Claimed] = field(default_factory=list)
    alert: int = 0
    updates: int = 0

    async def step(self, name: str, number: int) -> None:
        """Run one step of a generated script; `number` limits a claim or picks an attempt."""
        if name == "claim":
            self.in_flight += await claimed(self.work, number)
        elif name == "look_up":
            await self.look_up()
        elif name == "update":
            await self.update()
        elif self.in_flight:
            await self.end(name, self.in_flight.pop(number % len(self.in_flight)))

    async def end(self, how: str, one: Claimed) -> None:
        """End an attempt: `how` says whether the text is accepted and whether an answer comes."""
        if how in {"accept", "lose"}:
            self.taken.append(one)
        if how == "crash":
            ended = update(deliveries).where(deliveries.c.id == one.delivery)
            self.work.change(ended.values(lease_until=one.started_at))
        else:
            answer = {"accept": ACCEPTED, "refuse": REFUSED}.get(how, UNKNOWN)
            await answered(self.work, [one], answer)

    async def look_up(self) -> None:
        """Look up every unanswered attempt in the provider's record."""
        tokens = {one.token for one in self.taken}
        for one in await doubtful(self.work):
            await answered(self.work, [one], ACCEPTED if one.token in tokens else _NOT_FOUND)

    async def update(self) -> None:
        self.updates += 1
        changes = Changes(assembly_point=f"{self.updates}号安置点")
        await correct(self.work.runtime, self.work.somebody("commander"), self.alert, changes)

    async def drain(self) -> None:
        """Let every attempt succeed, the newest first, until no text is queued or in doubt."""
        self.in_flight += await claimed(self.work)
        for one in reversed(self.in_flight):
            await self.end("accept", one)
        self.in_flight.clear()
        for _ in range(20):
            await self.look_up()
            for one in await claimed(self.work):
                await self.end("accept", one)
            await asyncio.sleep(0.006)


async def _story(url: str, before: Sequence[Step], after: Sequence[Step]) -> None:
    async with workplace(url, fixed_clock(HOUR_IN_A_SECOND)) as work:
        provider = Provider(work)
        provider.alert = (await work.raised("informant", QIANFO)).alert.id
        for name, number in before:
            await provider.step(name, number)
        taken_before = len(provider.taken)
        expected = _told(work)
        await cancel(work.runtime, work.somebody("commander"), provider.alert, "no landslide")
        in_flight = {one.delivery for one in provider.in_flight}
        for name, number in after:
            if name != "update":
                await provider.step(name, number)
        await provider.drain()
        _check(provider, expected, taken_before, in_flight)


def _told(work: Workplace) -> set[str]:
    """Return the phone numbers that may have received a text, by the stored states."""
    rows = work.rows(
        select(deliveries.c.number)
        .where(deliveries.c.state.in_(MAY_HAVE_ARRIVED), deliveries.c.number != "")
        .distinct()
    )
    return {row.number for row in rows}


def _check(provider: Provider, expected: set[str], before: int, in_flight: set[int]) -> None:
    last = [one for one in provider.taken if "取消" in one.body or "NO NEED" in one.body]
    assert Counter(one.number for one in last) == Counter(expected)
    assert {one.number for one in provider.taken} <= expected
    for position, one in enumerate(provider.taken[before:], before):
        # Every other text was in flight when the alert was cancelled; its cancellation comes later.
        if one not in last:
            assert one.delivery in in_flight
            assert one.number in {c.number for c in provider.taken[position:] if c in last}


steps = st.tuples(st.sampled_from(_STEPS), st.integers(0, 15))


@settings(max_examples=settings().max_examples // 5)
@given(before=st.lists(steps, max_size=25), after=st.lists(steps, max_size=12))
def test_every_possible_recipient_gets_one_cancellation_as_last_text(
    sqlite_template: Path,
    tmp_path_factory: pytest.TempPathFactory,
    before: list[Step],
    after: list[Step],
) -> None:
    file = shutil.copy(sqlite_template, tmp_path_factory.mktemp("story") / "alerting.db")
    asyncio.run(_story(f"sqlite:///{file}", before, after))
