"""Keys and callbacks of phone calls: evidence, confirmations, and final states."""

import asyncio

import pytest
from sqlalchemy import select, update

from alerting.cap.lifecycle import AlertState
from alerting.deliveries.rules.delivery import DeliveryState
from alerting.deliveries.tables import receipts
from alerting.errors import InvalidError, NotFoundError
from alerting.ledger.tables import alerts
from alerting.roll.rules.evidence import Rung
from alerting.roll.rules.standing import Standing
from alerting.roll.tables import evidence, tallies
from alerting.voice.calls import (
    find_call,
    line_of,
    record_call_status,
    take_key,
)
from alerting.voice.listening import take_answered_by, take_heard
from alerting.voice.rules import Silence
from tests.support.calls_in_progress import SID, called, given, standing, state, status
from tests.support.confirmations import answered
from tests.support.owed_calls import CALLS, nobodys_phone, officer
from tests.support.running import Workplace


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        ("1", Standing.EVACUATED),
        ("2", Standing.NEEDS_HELP),
        ("3", Standing.STAYING),
        ("4", Standing.ELSEWHERE),
    ],
)
async def test_key_is_the_households_own_evidence(
    work: Workplace, key: str, expected: Standing
) -> None:
    call = await called(work)
    answer = await take_key(work.runtime, call, SID, key)
    assert answer
    assert answer.locale == "zh-CN"
    assert answer.words.startswith("演练：")
    assert standing(work) == expected
    assert given(work) == [(str(expected), Rung.OWN, call.number, "voice")]
    assert work.rows(select(evidence.c.source, evidence.c.note)) == [(SID, key)]
    assert state(work) == DeliveryState.DELIVERED
    counted = work.rows(select(tallies.c[f"households_{expected}"]))
    assert sum(count for (count,) in counted) == 1


async def test_repeated_key_counts_once(work: Workplace) -> None:
    call = await called(work)
    for _ in range(3):
        assert await take_key(work.runtime, call, SID, "1")
    assert len(given(work)) == 1
    assert len(work.rows(select(receipts))) == 3


async def test_key_in_the_next_call_is_new_evidence(work: Workplace) -> None:
    call = await called(work)
    await take_key(work.runtime, call, SID, "1")
    await take_key(work.runtime, call, "CA" + "2" * 32, "3")
    assert [report for report, *_ in given(work)] == ["evacuated", "staying"]
    assert standing(work) == Standing.STAYING


@pytest.mark.parametrize("key", ["5", "0", "#"])
async def test_key_without_meaning_is_no_evidence(work: Workplace, key: str) -> None:
    call = await called(work)
    assert await take_key(work.runtime, call, SID, key) is None
    assert work.rows(select(receipts.c.status)) == [(f"key {key}",)]
    assert given(work) == []
    assert state(work) == DeliveryState.SENT


async def test_officers_key_confirms_once(work: Workplace) -> None:
    call = await called(work, officer(nobodys_phone()))
    for _ in range(2):
        assert await take_key(work.runtime, call, SID, "1")
    assert answered(work) == [(1, "grid", "voice")]
    assert given(work) == []
    assert state(work) == DeliveryState.DELIVERED


@pytest.mark.parametrize("key", ["2", ""])
async def test_other_keys_do_not_confirm(work: Workplace, key: str) -> None:
    call = await called(work, officer(nobodys_phone()))
    if key:
        assert await take_key(work.runtime, call, SID, key) is None
    else:
        await take_heard(work.runtime, call.token, SID)
    assert answered(work) == []
    assert given(work) == []


async def test_officers_key_for_a_finished_alert_confirms_nothing(work: Workplace) -> None:
    call = await called(work, officer(nobodys_phone()))
    work.change(update(alerts).values(state=AlertState.CANCELLED))
    await take_key(work.runtime, await find_call(work.runtime, call.token), SID, "1")
    assert answered(work) == []


@pytest.mark.parametrize(
    ("word", "by", "expected", "reason"),
    [
        ("no-answer", "", DeliveryState.UNDELIVERED, "no-answer"),
        ("busy", "", DeliveryState.UNDELIVERED, "busy"),
        ("failed", "", DeliveryState.FAILED, "failed"),
        ("completed", "machine_start", DeliveryState.UNDELIVERED, "completed machine_start"),
        ("completed", "human", DeliveryState.UNDELIVERED, "completed human"),
    ],
)
async def test_unsuccessful_call_records_its_reason(
    work: Workplace, word: str, by: str, expected: DeliveryState, reason: str
) -> None:
    call = await called(work)
    await status(work, call, word, by)
    assert state(work) == expected
    assert work.rows(select(receipts.c.status, receipts.c.provider_id)) == [(reason, SID)]
    assert work.rows(CALLS)[0].provider_id == SID


@pytest.mark.parametrize("first", range(6))
async def test_callbacks_in_any_order_have_the_same_result(work: Workplace, first: int) -> None:
    call = await called(work)
    words = ["completed", "initiated", "heard", "in-progress", "detected", "completed"]
    for word in words[first:] + words[: first + 1]:
        if word == "heard":
            await take_heard(work.runtime, call.token, SID)
        elif word == "detected":
            await take_answered_by(work.runtime, call.token, SID, "human")
        else:
            await status(work, call, word)
    assert state(work) == DeliveryState.DELIVERED
    assert len(given(work)) == 1
    assert len(work.rows(select(receipts))) == 7


async def test_unknown_call_status_is_refused(work: Workplace) -> None:
    call = await called(work)
    with pytest.raises(InvalidError, match="CallStatus: 'delivered'"):
        await status(work, call, "delivered")
    assert work.rows(select(receipts)) == []


async def test_unknown_token_has_no_call(work: Workplace) -> None:
    with pytest.raises(NotFoundError, match="'guess'"):
        await find_call(work.runtime, "guess")
    with pytest.raises(NotFoundError, match="'guess'"):
        await record_call_status(work.runtime, "guess", SID, "ringing", "", None)


async def test_batched_responses_are_all_recorded(work: Workplace) -> None:
    first = await called(work)
    answers = await asyncio.gather(
        *(take_key(work.runtime, first, f"CA{n:032d}", key) for n, key in enumerate("141471")),
        take_heard(work.runtime, first.token, SID),
    )
    assert [bool(answer) for answer in answers] == [True] * 4 + [False, True, False]
    reports = sorted(report for report, *_ in given(work))
    assert reports == ["elsewhere"] * 2 + ["evacuated"] * 3 + ["received"]


async def test_speech_is_stored_and_not_said_after_the_alerts_end(work: Workplace) -> None:
    call = await called(work)
    line = line_of(work.runtime, call)
    assert not isinstance(line, Silence)
    assert line.locale == "zh-CN"
    work.change(update(alerts).values(state=AlertState.CANCELLED))
    assert line_of(work.runtime, await find_call(work.runtime, call.token)) is Silence.OVER
