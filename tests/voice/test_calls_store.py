"""Phone calls are queued beside texts, claimed by channel, and found by token."""

from datetime import timedelta

from sqlalchemy import select, update

from alerting.cap.lifecycle import AlertState
from alerting.deliveries.claims import Claimed, claim, claim_doubtful
from alerting.deliveries.rules.delivery import DeliveryState
from alerting.deliveries.rules.forecast import Priority, Recipient
from alerting.deliveries.tables import deliveries, texts
from alerting.ledger.tables import alerts
from alerting.messages.speech import SpeechKind, read_speech
from alerting.policy.sections import Channel
from alerting.runtime import wall_clock
from alerting.voice.calls import Called, calls_of
from tests.support.city import BY_CHANNEL, QIANFO
from tests.support.owed_calls import CALLS, household, nobodys_phone, officer, owe
from tests.support.running import Workplace


async def claimed(work: Workplace, channel: Channel, lease_seconds: float = 30) -> list[Claimed]:
    wall, now = wall_clock(), work.runtime.clock.now()
    lease = wall + timedelta(seconds=lease_seconds)
    return await work.runtime.ledger.write(
        lambda t: claim(t, BY_CHANNEL[channel], 100, now=now, wall=wall, lease_until=lease)
    )


def found(work: Workplace, token: str) -> Called | None:
    return work.runtime.database.look(lambda db: calls_of(db, [token]).get(token))


async def test_call_is_queued_beside_the_texts(work: Workplace) -> None:
    raised = await work.raised("informant", QIANFO)
    number = nobodys_phone()
    await owe(work.runtime, raised.alert.id, household(number))
    (owed,) = work.rows(select(deliveries).where(deliveries.c.channel == Channel.VOICE))
    assert (owed.number, owed.state, owed.attempts) == (number, DeliveryState.QUEUED, 0)
    assert (owed.recipient_kind, owed.priority) == (Recipient.HOUSEHOLD, Priority.OFFICER)
    (frozen,) = work.rows(select(texts).where(texts.c.id == owed.text))
    assert (frozen.kind, frozen.segments) == (SpeechKind.ALERT, 0)
    assert ("deliveries", "") in work.woken


async def test_each_channel_claims_only_its_own_deliveries(work: Workplace) -> None:
    raised = await work.raised("informant", QIANFO)
    number = nobodys_phone()
    await owe(work.runtime, raised.alert.id, household(number))
    assert [one.number for one in await claimed(work, Channel.VOICE)] == [number]
    assert len(await claimed(work, Channel.SMS)) == 14
    assert await claimed(work, Channel.VOICE) == []


async def test_each_channel_looks_up_only_its_own_deliveries(work: Workplace) -> None:
    raised = await work.raised("informant", QIANFO)
    await owe(work.runtime, raised.alert.id, household(nobodys_phone()))
    (call,) = await claimed(work, Channel.VOICE, lease_seconds=-1)
    texts_sent = await claimed(work, Channel.SMS, lease_seconds=-1)
    wall = wall_clock()
    looked_up = {
        channel: await work.runtime.ledger.write(
            lambda t, channel=channel: claim_doubtful(  # type: ignore[misc]
                t, BY_CHANNEL[channel], 100, wall=wall, lease_until=wall
            )
        )
        for channel in (Channel.VOICE, Channel.SMS)
    }
    assert [one.token for one in looked_up[Channel.VOICE]] == [call.token]
    assert {one.token for one in looked_up[Channel.SMS]} == {one.token for one in texts_sent}


async def test_call_is_found_by_its_token(work: Workplace) -> None:
    raised = await work.raised("informant", QIANFO)
    number = nobodys_phone()
    await owe(work.runtime, raised.alert.id, officer(number), "en")
    (call,) = await claimed(work, Channel.VOICE)
    called = found(work, call.token)
    assert called is not None
    assert (called.token, called.alert, called.number) == (call.token, raised.alert.id, number)
    assert (called.kind, called.recipient) == (Recipient.OFFICER, "grid")
    assert (called.state, called.status) == (AlertState.OPEN, "Exercise")
    assert (called.division, called.language) == (QIANFO, "en")
    assert called.expires_at == raised.alert.expires
    assert read_speech(called.speech).locale == "en-US"
    work.change(update(alerts).values(state=AlertState.CANCELLED))
    again = found(work, call.token)
    assert again is not None
    assert again.state is AlertState.CANCELLED


async def test_text_token_finds_no_call(work: Workplace) -> None:
    await work.raised("informant", QIANFO)
    texts_sent = await claimed(work, Channel.SMS)
    assert found(work, texts_sent[0].token) is None
    assert found(work, "") is None
    assert work.rows(CALLS) == []
