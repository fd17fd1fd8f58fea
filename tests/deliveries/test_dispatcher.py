"""Dispatchers send through a gateway over HTTP: each recipient is texted once despite faults."""

import asyncio
from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import String, func, literal, select, update
from structlog.testing import capture_logs

from alerting.channels.twilio.sms import TwilioSms
from alerting.database.engine import writer_engine
from alerting.deliveries.channel import Answer, Message
from alerting.deliveries.claims import Claimed, claim
from alerting.deliveries.dispatcher import Dispatcher, outcome_of, still_in_doubt
from alerting.deliveries.outbox import Addressee, Plan
from alerting.deliveries.plan import owe_text
from alerting.deliveries.rules.delivery import DeliveryState, Failure, OutcomeKind
from alerting.deliveries.rules.forecast import Recipient
from alerting.deliveries.rules.providers import Pace
from alerting.deliveries.tables import attempts, deliveries, texts
from alerting.deliveries.texts import insert_text
from alerting.ledger.tables import events
from alerting.ledger.writer import Transaction
from alerting.messages.text import TextKind
from alerting.policy.policy import default_policy
from alerting.policy.sections import Channel
from alerting.roll.tables import roll
from alerting.runtime import wall_clock
from contacts.division import Tier
from contacts.tables import HOUSEHOLD_PHONES
from tests.support.city import (
    POLICY,
    QIANFO,
    TEXTING,
    household_code,
    household_phone,
    officer_phone,
)
from tests.support.clocks import fixed_clock
from tests.support.gateway import ACCOUNT, TOKEN, Gateway
from tests.support.patience import PATIENCE_SECONDS
from tests.support.running import Running, Workplace, running_service

pytestmark = pytest.mark.sends

PHONES = [household_phone(QIANFO, n) for n in range(1, 10)]
CALLED = ["city-duty", "county-duty", "commander", "grid", "informant"]
STATES = (
    select(deliveries.c.state, func.count())
    .where(deliveries.c.channel == Channel.SMS)
    .group_by(deliveries.c.state)
)
ABROAD = "+12025550143"
UNREACHABLE = select(events.c.alert).where(events.c.kind == "households.unreachable")
OVER = {"accepted", "sent", "delivered", "undelivered", "refused", "failed", "expired"}


async def over(service: Running, *, hurry: bool = False) -> dict[str, int]:
    """Wait until every text is settled, and return the number of texts by state.

    With `hurry`, doubtful texts are looked up at once, not after their lease.
    """
    async with asyncio.timeout(PATIENCE_SECONDS):
        while not (states := dict(service.rows(STATES))) or states.keys() - OVER:
            if hurry:
                past = wall_clock() - timedelta(seconds=1)
                doubtful = deliveries.c.state == DeliveryState.UNKNOWN
                await service.change(update(deliveries).where(doubtful).values(lease_until=past))
            await asyncio.sleep(0.05)
    return states


def told(service: Running) -> Counter[str]:
    return Counter(text["to"] for text in service.gateway.taken(service.sender))


def everybody_once() -> Counter[str]:
    return Counter([*PHONES, *map(officer_phone, CALLED)])


async def test_everybody_is_texted_once_and_receipts_return(service: Running) -> None:
    raised = await service.raised("informant", QIANFO)
    await service.until(STATES, lambda rows: rows == [("delivered", 14)])
    assert told(service) == everybody_once()
    status, seen = await service.get(f"/api/alerts/{raised['id']}", "city-duty")
    assert status == 200
    assert {(d["tier"], d["state"]) for d in seen["deliveries"] if d["channel"] == "sms"} == {
        (tier, "delivered") for tier in ("city", "county", "town", "village", "household")
    }


async def test_texts_are_sent_in_order_of_priority(database_url: str, gateway: Gateway) -> None:
    rules = default_policy()
    sending = rules.sending.model_copy(update={"requests_at_once": 1})
    policy = rules.model_copy(update={"sending": sending})
    async with running_service(database_url, gateway, policy=policy) as service:
        await service.raised("informant", QIANFO, hazard_location=[31.909, 107.2])
        await over(service)
        order = [text["to"] for text in gateway.taken(service.sender)]
    assert order[:5] == [officer_phone(each) for each in CALLED]
    assert order[5:] == [household_phone(QIANFO, n) for n in (5, 9, 8, 7, 6, 4, 3, 2, 1)]


async def test_text_refused_with_status_429_is_retried(service: Running) -> None:
    service.gateway.set_faults({"kind": "http_429", "count": 20})
    await service.raised("informant", QIANFO)
    assert set(await over(service)) <= {"accepted", "sent", "delivered"}
    assert told(service) == everybody_once()
    refused = select(attempts.c.error_code, func.count()).where(attempts.c.outcome == "refused")
    assert service.rows(refused.group_by(attempts.c.error_code)) == [(20429, 20)]


async def test_invalid_number_is_tried_once(service: Running) -> None:
    wrong = update(HOUSEHOLD_PHONES).where(HOUSEHOLD_PHONES.c.number == PHONES[0])
    await service.change(wrong.values(number="+861"))
    await service.raised("informant", QIANFO)
    await over(service)
    kept = service.rows(
        select(deliveries.c.state, deliveries.c.error_code, deliveries.c.attempts).where(
            deliveries.c.number == "+861"
        )
    )
    assert kept == [("refused", 21211, 1)]
    assert told(service) == everybody_once() - Counter([PHONES[0]])


async def test_undecryptable_number_becomes_a_door_task_and_blocks_no_other_text(
    service: Running,
) -> None:
    wrong = update(HOUSEHOLD_PHONES).where(HOUSEHOLD_PHONES.c.number == PHONES[0])
    await service.change(wrong.values(number=literal("AAAA damaged", String)))
    await service.raised("informant", QIANFO)
    await over(service)
    await service.until(UNREACHABLE, bool)
    at_the_door = select(roll.c.household).where(roll.c.reachable.is_(False), roll.c.alert == 1)
    homes = {household_code(QIANFO, 1), household_code(QIANFO, 10)}
    assert {row.household for row in service.rows(at_the_door)} == homes
    tried = select(attempts.c.outcome, attempts.c.error_code).join(deliveries)
    assert service.rows(tried.where(deliveries.c.recipient.in_(homes))) == [("refused", None)]
    assert told(service) == everybody_once() - Counter([PHONES[0]])


async def test_number_in_a_forbidden_region_is_tried_once_and_becomes_a_door_task(
    service: Running,
) -> None:
    abroad = update(HOUSEHOLD_PHONES).where(HOUSEHOLD_PHONES.c.number == PHONES[0])
    await service.change(abroad.values(number=ABROAD))
    with capture_logs() as logged:
        await service.raised("informant", QIANFO)
        await over(service)
        await service.until(UNREACHABLE, bool)
    tried = select(attempts.c.error_code).join(deliveries).where(deliveries.c.number == ABROAD)
    assert service.rows(tried) == [(21408,)]
    at_the_door = select(roll.c.household).where(roll.c.reachable.is_(False), roll.c.alert == 1)
    homes = {household_code(QIANFO, 1), household_code(QIANFO, 10)}
    assert {row.household for row in service.rows(at_the_door)} == homes
    assert [entry for entry in logged if entry["log_level"] == "critical"] == []
    assert told(service) == everybody_once() - Counter([PHONES[0]])


async def test_lost_answer_is_resolved_by_the_callback(service: Running) -> None:
    service.gateway.set_faults({"kind": "accept_then_hang_up"})
    await service.raised("informant", QIANFO)
    await service.until(STATES, lambda rows: rows == [("delivered", 14)])
    assert told(service) == everybody_once()
    unnamed = select(func.count()).where(attempts.c.provider_id.is_(None))
    assert service.rows(unnamed) == [(0,)]


async def test_lost_answer_and_callback_are_resolved_by_lookup(service: Running) -> None:
    service.gateway.set_faults({"kind": "accept_then_hang_up"}, {"kind": "lost_callback"})
    await service.raised("informant", QIANFO)
    assert await over(service, hurry=True) == {"accepted": 14}
    assert told(service) == everybody_once()
    assert service.rows(select(func.max(deliveries.c.attempts))) == [(1,)]


async def test_text_that_a_look_up_does_not_find_is_resent_once(service: Running) -> None:
    service.gateway.set_faults(
        {"kind": "http_500", "count": 4},
        {"kind": "http_503", "count": 4},
        {"kind": "accept_then_hang_up", "count": 4},
        {"kind": "lost_callback"},
    )
    await service.raised("informant", QIANFO)
    assert await over(service, hurry=True) == {"accepted": 14}
    assert told(service) == everybody_once()
    tries = service.rows(
        select(deliveries.c.attempts, func.count())
        .where(deliveries.c.channel == Channel.SMS)
        .group_by(deliveries.c.attempts)
    )
    assert dict(tries) == {1: 6, 2: 8}


async def test_texts_are_kept_while_the_provider_is_dead(service: Running) -> None:
    service.gateway.set_faults({"kind": "dead"})
    await service.raised("informant", QIANFO)
    await service.until(STATES, lambda rows: rows == [("unknown", 14)])
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(1):
            await over(service, hurry=True)
    service.gateway.set_faults()
    assert set(await over(service, hurry=True)) <= {"accepted", "sent", "delivered"}
    assert told(service) == everybody_once()


async def _claim_and_die(database_url: str, gateway: Gateway, sender: str) -> None:
    """Claim all texts, send every second one, and record no outcome, as a killed process would."""
    engine = writer_engine(database_url)
    past = wall_clock() - timedelta(minutes=1)
    with engine.begin() as connection:
        now = past + timedelta(days=3650)
        connection.execute(update(deliveries).values(due_at=past, expires_at=now))
        claimed = claim(
            Transaction(connection, POLICY),
            TEXTING,
            100,
            now=wall_clock(),
            wall=wall_clock(),
            lease_until=past,
        )
    engine.dispose()
    within = timedelta(seconds=15)
    nobody = "http://127.0.0.1:9"
    dead = TwilioSms(ACCOUNT, TOKEN, sender, gateway.url, nobody, 10, within)
    for one in claimed[::2]:
        await dead.send(Message(one.number, one.body, one.token, 600))
    await dead.close()


async def test_another_process_finishes_the_texts_of_a_killed_one(
    work: Workplace, gateway: Gateway
) -> None:
    await work.raised("informant", QIANFO)
    url, sender = work.runtime.database.url, gateway.sender()
    await _claim_and_die(url, gateway, sender)
    async with running_service(url, gateway, twilio_from=sender) as service:
        await over(service, hurry=True)
        assert told(service) == everybody_once()


async def test_expired_text_is_never_sent(service: Running) -> None:
    raised = await service.raised("informant", QIANFO)
    before = service.runtime.clock.now() - timedelta(seconds=1)

    def owe(transaction: Transaction) -> None:
        text = insert_text(
            transaction.connection, raised["id"], TextKind.REMINDER, "zh", "too late"
        )
        plan = Plan(raised["id"], 1, due_at=before, expires_at=before)
        to = Addressee(Recipient.HOUSEHOLD, "h", QIANFO, Tier.HOUSEHOLD, PHONES[0])
        owe_text(transaction, plan, text, to)

    await service.runtime.ledger.write(owe)
    states = await over(service)
    assert states["expired"] == 1
    assert "too late" not in {text["body"] for text in service.gateway.taken(service.sender)}


async def test_text_expiring_in_the_queue_is_not_sent(database_url: str, gateway: Gateway) -> None:
    rules = default_policy()
    sending = rules.sending.model_copy(update={"requests_at_once": 1})
    policy = rules.model_copy(update={"sending": sending})
    gateway.set_faults({"kind": "delay", "seconds": 1.5, "count": 1})
    async with running_service(database_url, gateway, policy=policy) as service:
        soon = service.runtime.clock.now() + timedelta(seconds=45)
        await service.raised("informant", QIANFO, expires=soon.isoformat())
        await over(service)
        assert told(service).total() <= 1
    gateway.set_faults()


async def test_two_processes_share_the_work(database_url: str, gateway: Gateway) -> None:
    async with (
        running_service(database_url, gateway) as one,
        running_service(database_url, gateway) as two,
    ):
        await asyncio.gather(*(each.raised("informant", QIANFO) for each in (one, two) * 3))
        await one.until(STATES, lambda rows: rows == [("delivered", 6 * 14)])
        taken = [text for each in (one, two) for text in gateway.taken(each.sender)]
        assert len(taken) == 6 * 14


CLAIMED = Claimed(
    delivery=1,
    alert=1,
    number="+8610002080001",
    body="立即撤离",
    segments=1,
    expires_at=wall_clock() + timedelta(days=3650),
    attempt=1,
    provider=TEXTING,
    token="token",
    started_at=wall_clock(),
    lease_until=wall_clock(),
)


@pytest.mark.parametrize(
    ("attempt", "answer", "state", "again"),
    [
        (1, Answer(OutcomeKind.ACCEPTED, "SM1"), DeliveryState.ACCEPTED, False),
        (1, Answer(OutcomeKind.UNKNOWN), DeliveryState.UNKNOWN, False),
        (9, Answer(OutcomeKind.REFUSED, failure=Failure.RETRY), DeliveryState.QUEUED, True),
        (1, Answer(OutcomeKind.REFUSED, failure=Failure.ONCE_MORE), DeliveryState.QUEUED, True),
        (2, Answer(OutcomeKind.REFUSED, failure=Failure.ONCE_MORE), DeliveryState.REFUSED, False),
        (1, Answer(OutcomeKind.REFUSED, failure=Failure.NEVER), DeliveryState.REFUSED, False),
        (1, Answer(OutcomeKind.REFUSED), DeliveryState.QUEUED, True),
    ],
)
async def test_answer_decides_the_next_state_and_whether_to_retry(
    work: Workplace, attempt: int, answer: Answer, state: DeliveryState, again: bool
) -> None:
    outcome = outcome_of(work.runtime, replace(CLAIMED, attempt=attempt), answer)
    assert outcome.next_state is state
    assert (outcome.due_at is not None) is again
    assert (outcome.lease_until is not None) is (state is DeliveryState.UNKNOWN)


@pytest.mark.parametrize(
    ("seconds", "doubts", "expired", "state", "asked_again"),
    [
        (1, 0, False, DeliveryState.UNKNOWN, 5),
        (19, 0, False, DeliveryState.UNKNOWN, 9.5),
        (21, 0, False, DeliveryState.QUEUED, None),
        (21, 0, True, DeliveryState.UNKNOWN, 10.5),
        (19, 2, False, DeliveryState.UNKNOWN, 9.5),
        (21, 2, False, DeliveryState.QUEUED, None),
        (900, 3, False, DeliveryState.UNKNOWN, 60),
    ],
)
async def test_doubtful_attempt_is_looked_up_at_growing_intervals_and_resent_three_times(
    work: Workplace,
    seconds: int,
    doubts: int,
    expired: bool,
    state: DeliveryState,
    asked_again: float | None,
) -> None:
    wall = wall_clock()
    tried = replace(CLAIMED, started_at=wall - timedelta(seconds=seconds), doubts=doubts)
    if expired:
        tried = replace(tried, expires_at=work.runtime.clock.now())
    unknown = Answer(OutcomeKind.UNKNOWN, failure=Failure.UNKNOWN)
    outcome = still_in_doubt(work.runtime, tried, unknown)
    assert outcome.next_state is state
    if asked_again is None:
        assert outcome.due_at is not None
        assert outcome.lease_until is None
    else:
        assert outcome.lease_until is not None
        after = (outcome.lease_until - wall).total_seconds()
        assert after == pytest.approx(asked_again, abs=0.5)


class Taker:
    """A provider that accepts every message and records its number."""

    def __init__(self) -> None:
        self.taken: list[str] = []

    async def send(self, message: Message) -> Answer:
        self.taken.append(message.to)
        return Answer(OutcomeKind.ACCEPTED, provider_id=f"SM{len(self.taken)}")

    async def look_up(self, message: Message, since: datetime) -> Answer:
        raise AssertionError("nothing is in doubt")

    async def close(self) -> None:
        pass


async def test_two_dispatchers_of_one_sender_share_its_rate_limit(work: Workplace) -> None:
    await work.raised("grid", QIANFO)
    still = replace(work.runtime, clock=fixed_clock(0.0, work.runtime.clock.now()))
    provider, pace = Taker(), Pace("sms", per_second=1.0, at_once=5)
    sending = [
        asyncio.create_task(Dispatcher(still, TEXTING, provider, 4, pace).run()) for _ in range(2)
    ]
    async with asyncio.timeout(PATIENCE_SECONDS):
        while len(provider.taken) < 5:  # noqa: ASYNC110 - no event tells
            await asyncio.sleep(0.02)
    await asyncio.sleep(1)  # Both look again. The clock stands still, so the bucket stays empty.
    for task in sending:
        task.cancel()
    await asyncio.gather(*sending, return_exceptions=True)
    # A text may have two segments, so the last text may overdraw the bucket.
    segments = work.rows(
        select(func.sum(texts.c.segments))
        .join(deliveries, deliveries.c.text == texts.c.id)
        .where(deliveries.c.number.in_(provider.taken), deliveries.c.state == "accepted")
    )
    assert 5 <= segments[0][0] <= 10
    assert work.rows(select(deliveries.c.id).where(deliveries.c.state == "queued"))
