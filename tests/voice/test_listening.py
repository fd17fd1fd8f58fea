"""A phone call reaches a household if a person hears it to the end; callbacks come in any order."""

import pytest

from alerting.deliveries.rules.delivery import DeliveryState
from alerting.roll.rules.evidence import Rung
from alerting.roll.rules.standing import Standing
from alerting.voice.calls import take_key
from alerting.voice.listening import take_answered_by, take_heard
from tests.support.calls_in_progress import SID, called, given, standing, state, status
from tests.support.running import Workplace


@pytest.mark.parametrize("signs", ["dh", "hd", "hdhd", "ddh"])
async def test_household_is_reached_but_not_out_if_a_person_heard_the_speech(
    work: Workplace, signs: str
) -> None:
    call = await called(work)
    for sign in signs:
        if sign == "h":
            await take_heard(work.runtime, call.token, SID)
        else:
            await take_answered_by(work.runtime, call.token, SID, "human")
    assert given(work) == [("received", Rung.OWN, call.number, "voice")]
    assert standing(work) == Standing.UNACCOUNTED
    assert state(work) == DeliveryState.DELIVERED


@pytest.mark.parametrize(
    "by", ["", "unknown", "fax", "machine_start", "machine_end_beep", "superhuman"]
)
async def test_speech_that_a_machine_heard_reaches_nobody(work: Workplace, by: str) -> None:
    call = await called(work)
    if by:
        await take_answered_by(work.runtime, call.token, SID, by)
    await take_heard(work.runtime, call.token, SID)
    await status(work, call, "completed", by)
    assert given(work) == []
    assert state(work) == DeliveryState.UNDELIVERED


async def test_person_detected_after_the_call_is_reached(work: Workplace) -> None:
    call = await called(work)
    await take_heard(work.runtime, call.token, SID)
    await status(work, call, "completed")
    assert state(work) == DeliveryState.UNDELIVERED
    await take_answered_by(work.runtime, call.token, SID, "human")
    assert state(work) == DeliveryState.DELIVERED
    assert len(given(work)) == 1


async def test_person_who_hangs_up_before_the_end_is_not_reached(work: Workplace) -> None:
    call = await called(work)
    await take_answered_by(work.runtime, call.token, SID, "human")
    await status(work, call, "completed", "human")
    assert given(work) == []
    assert state(work) == DeliveryState.UNDELIVERED


async def test_key_without_meaning_proves_a_person(work: Workplace) -> None:
    call = await called(work)
    await take_answered_by(work.runtime, call.token, SID, "machine_start")
    await take_key(work.runtime, call, SID, "7")
    await take_heard(work.runtime, call.token, SID)
    assert [report for report, *_ in given(work)] == ["received"]
    assert state(work) == DeliveryState.DELIVERED
