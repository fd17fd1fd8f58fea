"""Tests of claims, outcomes and receipts of texts."""

import asyncio
import random
import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, TypeVar

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Connection, func, insert, select, update

from alerting.database.engine import Database
from alerting.deliveries.claims import Claimed, any_without_route, claim, claim_doubtful, expire
from alerting.deliveries.outbox import Addressee, Plan
from alerting.deliveries.outcomes import Outcome, record_outcomes
from alerting.deliveries.plan import owe_text
from alerting.deliveries.receipts import Receipt, record_receipts
from alerting.deliveries.rules.delivery import (
    RANK,
    DeliveryState,
    Failure,
    OutcomeKind,
    classify,
    merge,
    state_of,
)
from alerting.deliveries.rules.forecast import Recipient
from alerting.deliveries.rules.providers import Provider
from alerting.deliveries.tables import attempts, deliveries, receipts
from alerting.deliveries.texts import insert_text
from alerting.feed.websocket_channel import waiting_for_socket, written_to_socket
from alerting.ledger.events.kinds import EventKind
from alerting.ledger.events.sending import DeliveriesAttempted, DeliveriesReceipted
from alerting.ledger.tables import alerts, events
from alerting.ledger.writer import Ledger, Transaction
from alerting.messages.text import TextKind
from alerting.policy.sections import Channel
from contacts.division import Tier
from tests.support.alert_rows import stored_alert
from tests.support.city import (
    NEXT_VILLAGE,
    NOW,
    POLICY,
    QIANFO,
    TEXTING,
    after,
    household_code,
    household_phone,
)
from tests.support.running import Workplace

_T = TypeVar("_T")
PHONE = household_phone(QIANFO, 1)
TEN_MINUTES = timedelta(minutes=10)

LEASE = timedelta(seconds=30)
STATUSES = ["queued", "sending", "sent", "delivered", "undelivered", "failed", "canceled", "read"]


@pytest.fixture
async def owed(work: Workplace) -> Workplace:
    """Raise an alert that queues fourteen texts, five of them to officers."""
    await work.raised("informant", QIANFO)
    return work


async def write(work: Workplace, unit: Callable[[Transaction], _T]) -> _T:
    return await work.runtime.ledger.write(unit)


async def claimed(work: Workplace, limit: int, wall: datetime = NOW) -> list[Claimed]:
    now = work.runtime.clock.now()
    return await write(
        work,
        lambda tx: claim(tx, TEXTING, limit, now=now, wall=wall, lease_until=wall + LEASE),
    )


async def doubtful(work: Workplace, wall: datetime) -> list[Claimed]:
    return await write(
        work,
        lambda tx: claim_doubtful(tx, TEXTING, 100, wall=wall, lease_until=wall + LEASE),
    )


def outcome(one: Claimed, kind: OutcomeKind, state: DeliveryState, **more: Any) -> Outcome:
    return Outcome(one, kind, state, finished_at=after(1), now=after(1), **more)


async def settled(work: Workplace, *outcomes: Outcome) -> None:
    await write(work, lambda tx: record_outcomes(tx, outcomes))


def receipt(token: str, status: str, code: int | None = None, sid: str = "SM1") -> Receipt:
    return Receipt(token, sid, state_of(status), status, code, after(2))


async def receipted(work: Workplace, *items: Receipt) -> list[bool]:
    return await write(work, lambda tx: record_receipts(tx, items))


def state(work: Workplace, one: Claimed) -> str:
    return str(work.rows(select(deliveries.c.state).where(deliveries.c.id == one.delivery))[0][0])


async def test_urgent_deliveries_are_claimed_first_and_only_once(owed: Workplace) -> None:
    first, next_one, rest = [await claimed(owed, limit) for limit in (5, 1, 100)]
    assert (len(first), len(rest)) == (5, 8)
    assert await claimed(owed, 100) == []
    of = {
        row.id: row
        for row in owed.rows(
            select(
                deliveries.c.id,
                deliveries.c.recipient_kind,
                deliveries.c.recipient,
                deliveries.c.priority,
            )
        )
    }
    assert {of[one.delivery].recipient_kind for one in first} == {"officer"}
    assert [of[one.delivery].recipient for one in next_one] == [household_code(QIANFO, 5)]
    order = [of[one.delivery].priority for one in first + next_one + rest]
    assert order == sorted(order)


async def test_actual_alerts_are_claimed_before_exercises(work: Workplace) -> None:
    for _ in range(3):
        await work.raised("next-grid", NEXT_VILLAGE)
    actual = (await work.raised("grid", QIANFO)).alert.id
    work.change(update(alerts).where(alerts.c.id == actual).values(status="Actual"))
    owed = work.rows(
        select(func.count()).where(deliveries.c.alert == actual, deliveries.c.channel == "sms")
    )[0][0]
    first, rest = await claimed(work, owed + 2), await claimed(work, 100)
    assert [one.alert == actual for one in first] == [True] * owed + [False] * 2
    assert actual not in {one.alert for one in rest}


async def test_claim_records_an_attempt_with_its_own_token(owed: Workplace) -> None:
    taken = await claimed(owed, 14)
    kept = owed.rows(select(attempts.c.token, attempts.c.delivery, attempts.c.number))
    assert {(one.token, one.delivery, 1) for one in taken} == set(kept)
    assert len({one.token for one in taken}) == 14
    assert all(len(one.token) >= 24 for one in taken)


async def test_claim_skips_expired_deliveries_and_those_not_due(owed: Workplace) -> None:
    now = owed.runtime.clock.now()
    later, over = now + timedelta(hours=1), now - timedelta(hours=1)
    owed.change(
        update(deliveries).where(deliveries.c.recipient_kind == "officer").values(due_at=later),
        update(deliveries)
        .where(deliveries.c.recipient_kind == "household")
        .values(expires_at=over),
    )
    assert await claimed(owed, 100) == []
    assert await write(owed, lambda tx: expire(tx, now)) == 9
    assert await write(owed, lambda tx: expire(tx, now)) == 0
    assert state_counts(owed) == {"expired": 9, "queued": 5 + 5}


def state_counts(work: Workplace) -> dict[str, int]:
    grouped = select(deliveries.c.state, func.count()).group_by(deliveries.c.state)
    return dict(work.rows(grouped))


async def test_concurrent_claims_do_not_overlap(owed: Workplace) -> None:
    """Four ledgers claim at once, as four processes would."""
    databases = [Database(owed.runtime.database.url) for _ in range(4)]
    ledgers = [Ledger(database, lambda _topic: None, POLICY) for database in databases]
    now = owed.runtime.clock.now()

    def take(transaction: Transaction) -> list[Claimed]:
        return claim(transaction, TEXTING, 1, now=now, wall=NOW, lease_until=NOW + LEASE)

    got = await asyncio.gather(*(ledger.write(take) for ledger in ledgers for _ in range(5)))
    ids = [one.delivery for batch in got for one in batch]
    assert len(ids) == len(set(ids)) == 14
    for ledger, database in zip(ledgers, databases, strict=True):
        await ledger.close()
        database.close()


async def test_outcome_settles_only_its_own_attempt(owed: Workplace) -> None:
    one, two = await claimed(owed, 2)
    await settled(
        owed, outcome(one, OutcomeKind.ACCEPTED, DeliveryState.ACCEPTED, provider_id="SM1")
    )
    assert (state(owed, one), state(owed, two)) == ("accepted", "sending")
    kept = owed.rows(
        select(attempts.c.outcome, attempts.c.provider_id).where(attempts.c.token == one.token)
    )
    assert kept == [("accepted", "SM1")]


async def test_retry_waits_until_due_and_gets_a_new_token(owed: Workplace) -> None:
    (one,) = await claimed(owed, 1)
    due = owed.runtime.clock.now() + timedelta(hours=1)
    await settled(owed, outcome(one, OutcomeKind.REFUSED, DeliveryState.QUEUED, due_at=due))
    assert one.delivery not in {each.delivery for each in await claimed(owed, 100)}
    owed.change(update(deliveries).values(due_at=NOW - timedelta(days=9000)))
    (again,) = await claimed(owed, 100)
    assert (again.delivery, again.attempt) == (one.delivery, 2)
    assert again.token != one.token


async def test_outcome_of_an_older_attempt_is_ignored(owed: Workplace) -> None:
    (one,) = await claimed(owed, 1)
    now = owed.runtime.clock.now()
    await settled(owed, outcome(one, OutcomeKind.REFUSED, DeliveryState.QUEUED, due_at=now))
    (again,) = await claimed(owed, 1)
    assert again.delivery == one.delivery
    await settled(owed, outcome(one, OutcomeKind.REFUSED, DeliveryState.REFUSED))
    assert state(owed, one) == "sending"


async def test_delivery_with_expired_lease_is_looked_up_and_not_resent(owed: Workplace) -> None:
    (one,) = await claimed(owed, 1)
    await claimed(owed, 100)
    assert await doubtful(owed, NOW + LEASE) == []
    lapsed = await doubtful(owed, NOW + LEASE + timedelta(seconds=1))
    assert len(lapsed) == 14
    mine = next(each for each in lapsed if each.delivery == one.delivery)
    assert (mine.attempt, mine.token, mine.started_at) == (1, one.token, NOW)
    assert await doubtful(owed, NOW + LEASE + timedelta(seconds=1)) == []
    assert await claimed(owed, 100) == []
    assert state(owed, one) == "unknown"


async def test_receipts_with_unknown_tokens_are_ignored(owed: Workplace) -> None:
    (one,) = await claimed(owed, 1)
    known = await receipted(owed, receipt("invented", "sent"), receipt(one.token, "sent"))
    assert known == [False, True]
    assert await receipted(owed, receipt("invented", "sent")) == [False]
    assert owed.rows(select(receipts.c.attempt)) == [(one.token,)]


async def test_answer_after_a_receipt_is_ignored(owed: Workplace) -> None:
    (one,) = await claimed(owed, 1)
    await receipted(owed, receipt(one.token, "delivered", sid="SM7"))
    await settled(owed, outcome(one, OutcomeKind.UNKNOWN, DeliveryState.UNKNOWN))
    assert state(owed, one) == "delivered"
    kept = owed.rows(select(attempts.c.provider_id).where(attempts.c.token == one.token))
    assert kept == [("SM7",)]
    assert one.delivery not in {
        each.delivery for each in await doubtful(owed, NOW + timedelta(days=1))
    }


async def test_late_receipts_do_not_erase_the_error_code(owed: Workplace) -> None:
    (one,) = await claimed(owed, 1)
    for status, code in [("undelivered", 30007), ("sent", None), ("queued", None)]:
        await receipted(owed, receipt(one.token, status, code))
    kept = owed.rows(
        select(deliveries.c.state, deliveries.c.error_code).where(deliveries.c.id == one.delivery)
    )
    assert kept == [("undelivered", 30007)]
    assert owed.rows(select(func.count()).select_from(receipts)) == [(3,)]


async def accepted(work: Workplace) -> Claimed:
    (one,) = await claimed(work, 1)
    await settled(work, outcome(one, OutcomeKind.ACCEPTED, DeliveryState.ACCEPTED))
    return one


async def lost(work: Workplace, token: str, code: int | None = 30003) -> None:
    now = work.runtime.clock.now()
    failure = classify(code, None) if code else None
    item = Receipt(token, "SM1", DeliveryState.UNDELIVERED, "undelivered", code, now, failure)
    await receipted(work, item)


@pytest.mark.parametrize("code", [30003, 30008])
async def test_unreachable_handset_is_retried_once(owed: Workplace, code: int) -> None:
    one = await accepted(owed)
    await lost(owed, one.token, code)
    (row,) = owed.rows(select(deliveries).where(deliveries.c.id == one.delivery))
    assert (row.state, row.attempts, row.error_code) == ("queued", 1, code)
    assert row.due_at > owed.runtime.clock.now()
    owed.change(update(deliveries).values(due_at=one.started_at))
    (again,) = [c for c in await claimed(owed, 100) if c.delivery == one.delivery]
    await settled(owed, outcome(again, OutcomeKind.ACCEPTED, DeliveryState.ACCEPTED))
    await lost(owed, again.token, code)
    assert state(owed, one) == "undelivered"


@pytest.mark.parametrize("code", [None, 30007])
async def test_permanent_failure_is_not_retried(owed: Workplace, code: int | None) -> None:
    one = await accepted(owed)
    await lost(owed, one.token, code)
    assert state(owed, one) == "undelivered"


@pytest.mark.parametrize("code", [30001, 30002, 30034, 99999])
async def test_text_lost_by_the_route_is_retried_twice(owed: Workplace, code: int) -> None:
    one = await accepted(owed)
    for seconds in (60, 120):
        await lost(owed, one.token, code)
        assert state(owed, one) == "queued"
        owed.change(update(deliveries).values(due_at=NOW))
        (one,) = [
            each
            for each in await claimed(owed, 100, after(seconds))
            if each.delivery == one.delivery
        ]
        await settled(owed, outcome(one, OutcomeKind.ACCEPTED, DeliveryState.ACCEPTED))
    await lost(owed, one.token, code)
    assert state(owed, one) == "undelivered"


REFUSED_REGION = {"failure": Failure.NO_ROUTE, "error_code": 21408, "due_at": NOW}
SENT_TO_DOORS = select(events.c.payload).where(events.c.kind == EventKind.HOUSEHOLDS_UNREACHABLE)
OTHER = replace(TEXTING, name="smpp")
BOTH = [replace(each, preference=(TEXTING.name, OTHER.name)) for each in (TEXTING, OTHER)]


async def claimed_by(work: Workplace, provider: Provider, **only: bool) -> list[Claimed]:
    now, until = work.runtime.clock.now(), NOW + LEASE
    return await write(
        work, lambda tx: claim(tx, provider, 100, now=now, wall=NOW, lease_until=until, **only)
    )


async def test_claim_of_texts_without_route_skips_texts_that_no_provider_refused(
    owed: Workplace,
) -> None:
    assert await claimed_by(owed, BOTH[1], only_without_route=True) == []
    assert not owed.runtime.database.look(lambda db: any_without_route(db, BOTH[1], after(60)))


async def test_text_refused_for_its_region_is_claimed_by_the_other_provider(
    owed: Workplace,
) -> None:
    first, second = BOTH
    (one, *_) = (each for each in await claimed_by(owed, first) if each.number == PHONE)
    await settled(owed, outcome(one, OutcomeKind.REFUSED, DeliveryState.QUEUED, **REFUSED_REGION))
    assert await claimed_by(owed, first) == []
    assert owed.runtime.database.look(lambda db: any_without_route(db, second, after(60)))
    (again,) = await claimed_by(owed, second, only_without_route=True)
    assert again.delivery == one.delivery
    # The second provider does not reach the number either.
    await settled(owed, outcome(again, OutcomeKind.REFUSED, DeliveryState.QUEUED, **REFUSED_REGION))
    assert state(owed, one) == "refused"
    assert owed.rows(SENT_TO_DOORS) == [('{"households":1}',)]


async def test_text_refused_for_its_region_by_the_only_provider_becomes_a_door_task(
    owed: Workplace,
) -> None:
    (one, *_) = (each for each in await claimed(owed, 100) if each.number == PHONE)
    await settled(owed, outcome(one, OutcomeKind.REFUSED, DeliveryState.QUEUED, **REFUSED_REGION))
    assert state(owed, one) == "refused"
    assert owed.rows(SENT_TO_DOORS) == [('{"households":1}',)]


async def test_corrected_text_is_not_retried(owed: Workplace) -> None:
    one = await accepted(owed)
    (row,) = owed.rows(select(deliveries).where(deliveries.c.id == one.delivery))
    newer = {k: v for k, v in row._mapping.items() if k != "id"}
    owed.change(insert(deliveries).values(**newer))
    await lost(owed, one.token)
    assert state(owed, one) == "undelivered"


async def test_expired_text_is_not_retried(owed: Workplace) -> None:
    one = await accepted(owed)
    owed.change(update(deliveries).values(expires_at=owed.runtime.clock.now()))
    await lost(owed, one.token)
    assert state(owed, one) == "undelivered"


async def test_each_provider_looks_up_only_its_own_attempts(owed: Workplace) -> None:
    first = Provider("first", Channel.SMS, ("first", "second"))
    second = replace(first, name="second")
    stranger = Provider("gone", Channel.SMS, ("gone",))
    now, soon = owed.runtime.clock.now(), NOW + LEASE + timedelta(seconds=1)
    for by in (first, second, stranger):
        await write(
            owed, lambda tx, by=by: claim(tx, by, 2, now=now, wall=NOW, lease_until=NOW + LEASE)
        )

    async def looked_up(by: Provider) -> int:
        return len(
            await write(
                owed, lambda tx: claim_doubtful(tx, by, 99, wall=soon, lease_until=soon + LEASE)
            )
        )

    # The provider that looks up first also gets the two attempts of the removed provider.
    assert [await looked_up(by) for by in (second, second, first)] == [4, 0, 2]


async def test_trial_claims_only_untried_deliveries(owed: Workplace) -> None:
    (one,) = await claimed(owed, 1)
    await settled(owed, outcome(one, OutcomeKind.UNKNOWN, DeliveryState.QUEUED))
    now, until = owed.runtime.clock.now(), NOW + LEASE
    fresh = await write(
        owed,
        lambda tx: claim(tx, TEXTING, 99, now=now, wall=NOW, lease_until=until, untried=True),
    )
    assert len(fresh) == 13
    assert [again.delivery for again in await claimed(owed, 99)] == [one.delivery]


async def test_unanswered_attempts_are_counted(owed: Workplace) -> None:
    (one,) = await claimed(owed, 1)
    assert one.doubts == 0
    await settled(owed, outcome(one, OutcomeKind.UNKNOWN, DeliveryState.QUEUED))
    (again,) = [c for c in await claimed(owed, 99) if c.delivery == one.delivery]
    found = await doubtful(owed, NOW + timedelta(days=1))
    assert {each.doubts for each in found if each.delivery == again.delivery} == {1}
    assert {each.doubts for each in found if each.delivery != again.delivery} == {0}


async def test_refused_account_is_logged_and_retried(owed: Workplace) -> None:
    (one,) = await claimed(owed, 1)
    refused = outcome(one, OutcomeKind.REFUSED, DeliveryState.QUEUED)
    await settled(owed, replace(refused, failure=Failure.PAGE_OPERATOR, error_code=20003))
    (logged,) = owed.rows(select(events).where(events.c.kind == "provider.needs_operator"))
    assert logged.payload == '{"codes":[20003]}'
    assert state(owed, one) == "queued"


async def test_same_refusal_of_an_account_is_logged_once_in_ten_minutes(owed: Workplace) -> None:
    for attempt, code in enumerate((20003, 20003, 20005), start=1):
        (one,) = await claimed(owed, 1)
        assert one.attempt == attempt
        refused = outcome(one, OutcomeKind.REFUSED, DeliveryState.QUEUED)
        await settled(owed, replace(refused, failure=Failure.PAGE_OPERATOR, error_code=code))
    paged = (
        select(events.c.payload)
        .where(events.c.kind == "provider.needs_operator")
        .order_by(events.c.seq)
    )
    expected = ['{"codes":[20003]}', '{"codes":[20005]}']
    assert [row.payload for row in owed.rows(paged)] == expected
    (one,) = await claimed(owed, 1)
    refused = outcome(one, OutcomeKind.REFUSED, DeliveryState.QUEUED)
    later = replace(refused, failure=Failure.PAGE_OPERATOR, error_code=20003)
    await settled(owed, replace(later, now=later.now + TEN_MINUTES))
    assert len(owed.rows(paged)) == 3


async def test_second_unknown_outcome_of_an_attempt_is_not_logged(owed: Workplace) -> None:
    (one,) = await claimed(owed, 1)
    assert not one.is_known_doubtful
    unknown = outcome(one, OutcomeKind.UNKNOWN, DeliveryState.UNKNOWN)
    await settled(owed, replace(unknown, lease_until=NOW + LEASE))
    (again,) = await doubtful(owed, NOW + timedelta(days=1))
    assert again.is_known_doubtful
    await settled(owed, outcome(again, OutcomeKind.UNKNOWN, DeliveryState.UNKNOWN))
    attempted = select(events).where(events.c.kind == "deliveries.attempted")
    assert len(owed.rows(attempted)) == 1


@pytest.mark.both_databases
def test_receipts_in_any_order_and_batches_end_in_the_same_state(database_url: str) -> None:
    database = _prepared(database_url)

    @given(data=st.data())
    def check(data: st.DataObject) -> None:
        statuses = data.draw(st.lists(st.sampled_from(STATUSES), min_size=1, max_size=6))
        cut = data.draw(st.integers(0, len(statuses)))
        shuffled = data.draw(st.permutations(statuses))
        ends = [_states_after(database, order, cut) for order in (statuses, shuffled)]
        expected = DeliveryState.SENDING
        for status in statuses:
            expected = merge(expected, state_of(status))
        assert [end[-1] for end in ends] == [expected, expected]
        for states in ends:
            ranks = [RANK[each] for each in states]
            assert ranks == sorted(ranks)

    check()
    database.close()


def _states_after(database: Database, statuses: list[str], cut: int) -> list[DeliveryState]:
    """Apply the receipts to a new delivery in two batches, then repeat the first receipt.

    Return the delivery's state after each of the three steps.
    """
    states = []
    with database.writer.begin() as connection:
        one = _claimed_anew(connection)
        for batch in (statuses[:cut], statuses[cut:], statuses[:1]):
            record_receipts(Transaction(connection, POLICY), [receipt(one.token, s) for s in batch])
            query = select(deliveries.c.state).where(deliveries.c.id == one.delivery)
            states.append(DeliveryState(connection.execute(query).scalar_one()))
    return states


def _prepared(database_url: str) -> Database:
    """Return a database that holds one alert."""
    database = Database(database_url)
    with database.writer.begin() as connection:
        stored_alert(connection)
    return database


def _claimed_anew(connection: Connection) -> Claimed:
    """Add a delivery to the alert and claim it."""
    alert = connection.execute(select(alerts.c.id)).scalar_one()
    text = insert_text(connection, alert, TextKind.ALERT, "zh", "立即撤离")
    to = Addressee(Recipient.HOUSEHOLD, "h", QIANFO, Tier.HOUSEHOLD, f"+86100{text:08d}")
    transaction = Transaction(connection, POLICY)
    owe_text(transaction, Plan(alert, 1, due_at=NOW, expires_at=after(60)), text, to)
    (one,) = claim(transaction, TEXTING, 1, now=NOW, wall=NOW, lease_until=NOW + LEASE)
    return one


@pytest.mark.both_databases
def test_concurrent_receipts_never_lower_the_state(database_url: str) -> None:
    """A process that has read the state before another commits must read it again when locked."""
    slow, fast = _prepared(database_url), Database(database_url)
    with slow.writer.begin() as connection:
        one = _claimed_anew(connection)
    begun = threading.Event()

    def deliver_late() -> None:
        begun.set()
        with slow.writer.begin() as connection:
            record_receipts(Transaction(connection, POLICY), [receipt(one.token, "sent")])

    late = threading.Thread(target=deliver_late)
    with fast.writer.begin() as connection:
        transaction = Transaction(connection, POLICY)
        transaction.lock([one.alert])
        late.start()
        begun.wait()
        # This gives the thread time to reach the lock. A shorter wait weakens the test but does not
        # break it.
        late.join(0.2)
        record_receipts(transaction, [receipt(one.token, "delivered")])
    late.join()
    query = select(deliveries.c.state).where(deliveries.c.id == one.delivery)
    assert fast.look(lambda db: db.execute(query).scalar_one()) == "delivered"
    slow.close()
    fast.close()


async def test_delivery_written_to_a_socket_is_not_written_again(owed: Workplace) -> None:
    now = owed.runtime.clock.now()
    (waiting,) = owed.runtime.database.look(lambda db: waiting_for_socket(db, "grid", now))
    assert "叫应：" in waiting.body
    await write(owed, lambda tx: written_to_socket(tx, [waiting], now))
    assert owed.runtime.database.look(lambda db: waiting_for_socket(db, "grid", now)) == []
    assert state(owed, waiting) == "delivered"


async def test_each_batch_appends_one_event_to_the_log(owed: Workplace) -> None:
    taken = await claimed(owed, 3)
    random.Random(1).shuffle(taken)
    await settled(
        owed, *(outcome(one, OutcomeKind.ACCEPTED, DeliveryState.ACCEPTED) for one in taken)
    )
    await receipted(owed, *(receipt(one.token, "sent") for one in taken))
    logged = owed.rows(
        # The first two events are the raised alert and the confirmation to its sender.
        select(events.c.kind, events.c.payload).where(events.c.seq > 2).order_by(events.c.seq)
    )
    assert logged == [
        (EventKind.DELIVERIES_ATTEMPTED, DeliveriesAttempted(accepted=3).written()),
        (EventKind.DELIVERIES_RECEIPTED, DeliveriesReceipted(sent=3).written()),
    ]
