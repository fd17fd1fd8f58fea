"""Corrections go once, after the original, to exactly the recipients it may have reached."""

from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, update

from alerting.alerts.correct import Corrected, cancel, correct
from alerting.cap.changes import Changes
from alerting.cap.lifecycle import AlertState, IllegalTransitionError
from alerting.deliveries.receipts import record_receipt
from alerting.deliveries.rules.delivery import MAY_HAVE_ARRIVED
from alerting.deliveries.tables import attempts, deliveries, texts
from alerting.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError
from alerting.feed.websocket_channel import waiting_for_socket, written_to_socket
from alerting.ledger.alerts import events_after, set_state
from alerting.ledger.tables import alerts
from alerting.messages.places import in_language
from alerting.messages.text import TextKind
from alerting.roll_calls.tables import roll_calls
from tests.support.city import NEXT_VILLAGE, NOW, QIANFO, TOWN, household_code, household_phone
from tests.support.closed_alert import CALLED_AT
from tests.support.closed_alert import closed as closed_at_zero
from tests.support.running import Workplace
from tests.support.stepwise_sending import (
    LEASE,
    REFUSED,
    UNKNOWN,
    answered,
    claimed,
    doubtful,
    on_socket,
    texts_of,
)

CANCELLATION = TextKind.CANCELLATION
CORRECTION = TextKind.CORRECTION
DURING_CALL = CALLED_AT + timedelta(minutes=1)


async def cancelled(work: Workplace, alert: int, officer: str = "commander") -> Corrected:
    return await cancel(work.runtime, work.somebody(officer), alert, "no landslide")


async def updated(work: Workplace, alert: int, officer: str = "commander", **to: Any) -> Corrected:
    changes = Changes.model_validate(to or {"assembly_point": "镇中学"})
    return await correct(work.runtime, work.somebody(officer), alert, changes)


async def raised(work: Workplace, officer: str = "informant", *divisions: str, **to: Any) -> int:
    return (await work.raised(officer, *(divisions or (QIANFO,)), **to)).alert.id


def states(work: Workplace, alert: int) -> Counter[str]:
    counts = work.rows(
        select(deliveries.c.state, func.count())
        .where(deliveries.c.alert == alert)
        .group_by(deliveries.c.state)
    )
    return Counter(dict(tuple(row) for row in counts))


def bodies(work: Workplace, kind: str, language: str = "zh") -> list[str]:
    chosen = select(texts.c.body).where(texts.c.kind == kind, texts.c.language == language)
    return [row.body for row in work.rows(chosen.order_by(texts.c.id))]


async def test_cancel_before_sending_sends_nothing(work: Workplace) -> None:
    alert = await raised(work)
    answer = await cancelled(work, alert)
    assert answer.alert.state is AlertState.CANCELLED
    assert (answer.owed.recipients, answer.owed.texts, answer.owed.segments) == (0, 0, 0)
    assert set(states(work, alert)) == {"cancelled"}
    assert not await claimed(work)
    assert not await on_socket(work, "commander")


async def test_possible_recipients_get_one_cancellation(work: Workplace) -> None:
    alert = await raised(work)
    first = await claimed(work, 9)
    accepted, unknown, refused, in_flight = first[:4], first[4:6], first[6:7], first[7:]
    await answered(work, accepted)
    await answered(work, unknown, UNKNOWN)
    await answered(work, refused, REFUSED)
    answer = await cancelled(work, alert)
    told = [c.number for c in (*accepted, *unknown, *in_flight)]
    assert Counter(n for _, n in texts_of(work, CANCELLATION)) == Counter(told)
    assert (answer.owed.recipients, answer.owed.texts, answer.owed.segments) == (8, 8, 8)
    # The cancellation keeps the order of the originals: officers before households.
    again = await claimed(work)
    assert [c.number for c in again] == [c.number for c in (*accepted, *unknown)]
    assert all("取消" in c.body for c in again)


async def test_delivery_state_decides_whether_a_correction_is_sent(work: Workplace) -> None:
    alert = await raised(work)
    numbers: dict[str, str] = {}
    for state, one in zip(
        (*MAY_HAVE_ARRIVED, "refused", "failed", "expired"),
        await claimed(work, 9),
        strict=True,
    ):
        numbers[state] = one.number
        work.change(update(deliveries).where(deliveries.c.id == one.delivery).values(state=state))
    await cancelled(work, alert)
    told = {number for _, number in texts_of(work, CANCELLATION)}
    assert told == {numbers[s] for s in numbers if s not in {"refused", "failed", "expired"}}


async def test_cancellation_is_in_the_recipients_language(work: Workplace) -> None:
    alert = await raised(work)
    await answered(work, await claimed(work))
    await cancelled(work, alert)
    english = household_phone(QIANFO, 7)
    by_number = {c.number: c.body for c in await claimed(work)}
    assert by_number[english].startswith("DRILL. Emergency Office: NO NEED TO LEAVE")
    assert by_number[household_phone(QIANFO, 6)].startswith(
        "演练：应急指挥部：不用撤离！诺江镇千佛村"
    )


async def test_officer_called_by_websocket_gets_the_cancellation_there(work: Workplace) -> None:
    alert = await raised(work)
    assert len(await on_socket(work, "commander")) == 1
    answer = await cancelled(work, alert)
    assert texts_of(work, CANCELLATION) == [("commander", "")]
    assert (answer.owed.recipients, answer.owed.texts) == (1, 0)
    (message,) = await on_socket(work, "commander")
    assert "取消" in message.body


async def test_websocket_message_written_during_the_cancel_is_cancelled_too(
    work: Workplace,
) -> None:
    alert = await raised(work)
    now = work.runtime.clock.now()
    from_before = work.runtime.database.look(lambda db: waiting_for_socket(db, "commander", now))
    await cancelled(work, alert)
    await work.runtime.ledger.write(lambda tx: written_to_socket(tx, from_before, now))
    (message,) = await on_socket(work, "commander")
    assert "取消" in message.body
    assert not await on_socket(work, "commander")


async def test_correction_waits_for_the_text_in_flight(work: Workplace) -> None:
    alert = await raised(work)
    in_flight = await claimed(work, 3)
    await cancelled(work, alert)
    assert not await claimed(work)
    await answered(work, in_flight[:1])
    assert [c.number for c in await claimed(work)] == [in_flight[0].number]
    await answered(work, in_flight[1:], UNKNOWN)
    assert len(await claimed(work)) == 2


async def test_correction_waits_for_a_dead_process_until_its_lease_ends(work: Workplace) -> None:
    alert = await raised(work)
    await claimed(work, 3, later=-LEASE)
    await cancelled(work, alert)
    assert len(await claimed(work)) == 3


@pytest.mark.parametrize("answer", [REFUSED, UNKNOWN])
async def test_original_is_not_retried_after_a_cancel(work: Workplace, answer: Any) -> None:
    alert = await raised(work)
    in_flight = await claimed(work, 3)
    await cancelled(work, alert)
    await answered(work, in_flight, answer)
    looked_up = await doubtful(work)
    await answered(work, looked_up, REFUSED)
    work.change(update(deliveries).values(due_at=work.runtime.clock.now() - timedelta(seconds=1)))
    assert {c.body for c in await claimed(work)} == set(bodies(work, CANCELLATION))
    assert not await claimed(work)
    assert {s for s, _ in states(work, alert).items()} <= {
        *("cancelled", "expired", "refused", "sending"),
    }


async def test_late_delivery_receipt_creates_a_cancellation(work: Workplace) -> None:
    alert = await raised(work)
    (one,) = await claimed(work, 1)
    await answered(work, [one])
    (token,) = [row.token for row in work.rows(select(attempts.c.token))]
    await record_receipt(work.runtime, token, "SM1", "failed", 21614)
    assert (await cancelled(work, alert)).owed.recipients == 0
    work.woken.clear()
    await record_receipt(work.runtime, token, "SM1", "delivered", None)
    assert ("deliveries", "") in work.woken
    work.woken.clear()
    await record_receipt(work.runtime, token, "SM1", "delivered", None)
    assert ("deliveries", "") not in work.woken
    assert [c.number for c in await claimed(work)] == [one.number]


async def test_late_receipt_creates_no_second_cancellation(work: Workplace) -> None:
    alert = await raised(work)
    (one,) = await claimed(work, 1)
    await answered(work, [one])
    (row,) = work.rows(select(deliveries).where(deliveries.c.id == one.delivery))
    reminder = {**row._mapping, "state": "queued", "attempts": 0, "priority": -1}
    del reminder["id"]
    work.change(deliveries.insert().values(reminder))
    (again,) = await claimed(work, 1)
    await record_receipt(work.runtime, again.token, "SM2", "failed", 30001)
    assert (await cancelled(work, alert)).owed.texts == 1
    await record_receipt(work.runtime, again.token, "SM2", "delivered", None)
    assert len(await claimed(work)) == 1


async def test_reminder_to_another_phone_is_corrected_too(work: Workplace) -> None:
    alert = await raised(work)
    sent = await claimed(work)
    await answered(work, sent)
    household = household_code(QIANFO, 1)
    row = work.rows(select(deliveries).where(deliveries.c.recipient == household))[0]
    for number in (row.number, "+861001230001"):
        copy = {**row._mapping, "number": number}
        del copy["id"]
        work.change(deliveries.insert().values(copy))
    await cancelled(work, alert)
    told = [number for who, number in texts_of(work, CANCELLATION) if who == household]
    assert sorted(told) == sorted([row.number, "+861001230001"])


async def test_second_cancel_is_refused_with_the_allowed_actions(work: Workplace) -> None:
    alert = await raised(work)
    await answered(work, await claimed(work))
    await cancelled(work, alert)
    with pytest.raises(IllegalTransitionError, match=r"cancelled does not allow .*: it allows"):
        await cancelled(work, alert)
    assert max(Counter(texts_of(work, CANCELLATION)).values()) == 1
    with pytest.raises(IllegalTransitionError):
        await updated(work, alert)


@pytest.mark.parametrize("officer", ["informant", "grid", "commander", "county-duty", "city-duty"])
async def test_raising_roles_and_higher_tiers_may_cancel(work: Workplace, officer: str) -> None:
    alert = await raised(work)
    assert (await cancelled(work, alert, officer)).alert.state is AlertState.CANCELLED
    event = work.runtime.database.look(lambda db: events_after(db, alert, 0, 100))[-1]
    assert (event.kind, event.subject) == ("alert.cancelled", officer)
    assert event.payload == '{"reason":"no landslide"}'


@pytest.mark.parametrize(
    ("raiser", "divisions", "officer", "refusal"),
    [
        ("grid", [QIANFO], "informant", ForbiddenError),
        ("commander", [TOWN], "grid", ForbiddenError),
        ("commander", [TOWN], "informant", ForbiddenError),
        ("informant", [QIANFO], "administrator", ForbiddenError),
        ("informant", [QIANFO], "far-commander", NotFoundError),
        ("informant", [QIANFO], "next-grid", NotFoundError),
    ],
)
async def test_officers_without_the_right_may_not_correct(
    work: Workplace, raiser: str, divisions: list[str], officer: str, refusal: type[Exception]
) -> None:
    alert = await raised(work, raiser, *divisions)
    with pytest.raises(refusal):
        await cancelled(work, alert, officer)
    with pytest.raises(refusal):
        await updated(work, alert, officer)
    assert set(states(work, alert)) == {"queued"}


def names(body: str, place: str) -> bool:
    """Return whether a text contains the place's Chinese name or the start of its English name."""
    return place in body or in_language(place, "en")[:8] in body


async def test_update_rewords_queued_texts_and_corrects_sent_ones(work: Workplace) -> None:
    alert = await raised(work)
    first = await claimed(work, 8)
    await answered(work, first)
    answer = await updated(work, alert)
    assert answer.owed.recipients == 8
    assert answer.alert.request.assembly_point == "镇中学"
    rest = await claimed(work)
    numbers = Counter(c.number for c in rest)
    assert len(rest) == 14
    assert max(numbers.values()) == 1
    assert all(names(c.body, "镇中学") for c in rest)
    corrected = {c.number for c in rest if "更正" in c.body or "CORRECTION" in c.body}
    assert corrected == {c.number for c in first}


async def test_update_asks_officers_to_confirm_again(work: Workplace) -> None:
    alert = await raised(work)
    await answered(work, await claimed(work))
    await on_socket(work, "commander")
    await updated(work, alert)
    assert len(texts_of(work, TextKind.CALL_CORRECTION)) == 6
    (message,) = await on_socket(work, "commander")
    assert "更正，叫应：" in message.body
    assert "镇中学" in message.body


async def test_queued_correction_is_reworded_instead_of_repeated(work: Workplace) -> None:
    alert = await raised(work)
    await answered(work, await claimed(work, 8))
    await updated(work, alert)
    assert (await updated(work, alert, assembly_point="县体育馆")).owed.recipients == 0
    rest = await claimed(work)
    assert len({c.number for c in rest}) == len(rest) == 14
    assert all(names(c.body, "县体育馆") for c in rest)


async def test_update_corrects_a_correction_already_sent(work: Workplace) -> None:
    alert = await raised(work)
    await answered(work, await claimed(work))
    for place in ("镇中学", "县体育馆"):
        assert (await updated(work, alert, assembly_point=place)).owed.texts == 14
        sent = await claimed(work)
        assert len(sent) == 14
        assert all(names(c.body, place) for c in sent)
        await answered(work, sent)
    assert (await cancelled(work, alert)).owed.texts == 14


async def test_cancel_after_an_update_sends_one_cancellation(work: Workplace) -> None:
    alert = await raised(work)
    await answered(work, await claimed(work, 8))
    await updated(work, alert)
    assert (await cancelled(work, alert)).owed.texts == 8
    sent = await claimed(work)
    assert len(sent) == 8
    assert {c.body for c in sent} <= {
        *bodies(work, CANCELLATION),
        *bodies(work, CANCELLATION, "en"),
    }


async def test_update_logs_the_previous_wording(work: Workplace) -> None:
    alert = await raised(work, event="滑坡甲")
    await updated(work, alert, event="滑坡乙")
    event = work.runtime.database.look(lambda db: events_after(db, alert, 0, 100))[-1]
    assert event.kind == "alert.updated"
    assert "滑坡甲" in event.payload
    (row,) = work.rows(select(alerts.c.request).where(alerts.c.id == alert))
    assert "滑坡乙" in row.request


async def test_new_expiry_applies_to_queued_texts(work: Workplace) -> None:
    alert = await raised(work)
    soon = work.runtime.clock.now() + timedelta(hours=1)
    await updated(work, alert, expires=soon)
    assert set(work.rows(select(deliveries.c.expires_at))) == {(soon,)}
    assert work.rows(select(alerts.c.expires)) == [(soon,)]


async def test_invalid_update_changes_nothing(work: Workplace) -> None:
    alert = await raised(work)
    before = work.rows(select(alerts.c.request, alerts.c.last_seq))
    passed = work.runtime.clock.now() - timedelta(hours=1)
    impossible: tuple[dict[str, Any], ...] = ({"event": ""}, {"expires": passed})
    for to in impossible:
        with pytest.raises(InvalidError):
            await updated(work, alert, **to)
    assert work.rows(select(alerts.c.request, alerts.c.last_seq)) == before
    work.change(update(alerts).values(expires=passed))
    with pytest.raises(ConflictError, match="has expired; raise a new one"):
        await updated(work, alert)


async def test_closed_alert_can_be_cancelled(work: Workplace) -> None:
    alert = await raised(work)
    await answered(work, await claimed(work))
    with work.runtime.database.writer.begin() as connection:
        set_state(connection, alert, AlertState.CLOSED, NOW)
    assert (await cancelled(work, alert)).owed.texts == 14


@pytest.mark.parametrize("status", ["Exercise", "Test"])
async def test_exercise_leaves_an_actual_alert_unchanged(work: Workplace, status: str) -> None:
    live = await raised(work, "commander", QIANFO)
    work.change(update(alerts).where(alerts.c.id == live).values(status="Actual"))
    exercise = await raised(work, "commander", QIANFO, status=status)
    await answered(work, await claimed(work, 20))

    def of_live() -> list[Any]:
        seen = [work.rows(select(alerts).where(alerts.c.id == live))]
        for table in (deliveries, texts):
            seen.append(work.rows(select(table).where(table.c.alert == live).order_by(table.c.id)))
        return seen

    before = of_live()
    await updated(work, exercise)
    await cancelled(work, exercise)
    assert of_live() == before


async def test_widened_alert_is_cancelled_as_a_whole(work: Workplace) -> None:
    alert = await raised(work, "county-duty", QIANFO, NEXT_VILLAGE)
    await answered(work, await claimed(work))
    answer = await cancelled(work, alert, "county-duty")
    assert answer.owed.texts == len(set(texts_of(work, CANCELLATION)))
    assert "等2处" in bodies(work, CANCELLATION)[0]
    with pytest.raises(NotFoundError):
        await cancelled(work, alert + 1, "city-duty")


async def test_cancel_ends_the_roll_calls(work: Workplace) -> None:
    zero = await closed_at_zero(work)
    await zero.tick(CALLED_AT)
    await cancel(
        zero.runtime(DURING_CALL), work.somebody("commander"), zero.alert, "no slope moved"
    )
    assert zero.row.next_roll_call_at is None
    assert work.rows(select(roll_calls.c.ended_at)) == [(DURING_CALL,)]
    assert await zero.tick(DURING_CALL) == 0
    assert {row.state for row in zero.owed("roll_call")} == {"cancelled"}
