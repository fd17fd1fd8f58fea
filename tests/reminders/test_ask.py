"""An officer has one household asked again: one text or call, logged, and never doubled."""

import asyncio
import json

import pytest
from sqlalchemy import update

from alerting.alerts.correct import cancel
from alerting.deliveries.rules.delivery import DeliveryState
from alerting.deliveries.tables import deliveries
from alerting.errors import ConflictError, ForbiddenError, NotFoundError
from alerting.policy.sections import Channel
from alerting.policy.without_calls import without_calls
from alerting.reminders.ask import ask_household
from alerting.reminders.rules import Asking
from alerting.roll.tables import roll
from tests.support.city import NEXT_VILLAGE, QIANFO, after, household_code, household_phone
from tests.support.closed_alert import AfterZero, raised
from tests.support.running import Workplace

AT = after(200)
HOME = household_code(QIANFO, 3)
PHONELESS = household_code(QIANFO, 10)


@pytest.fixture
async def scene(work: Workplace) -> AfterZero:
    """Raise an alert whose texts have arrived, and to which nobody has answered."""
    scene = await raised(work)
    work.change(update(deliveries).values(state="delivered"))
    return scene


async def ask(
    scene: AfterZero,
    channel: Channel = Channel.SMS,
    caller: str = "commander",
    household: str = HOME,
) -> None:
    runtime, officer = scene.runtime(AT), scene.work.somebody(caller)
    asked = await ask_household(runtime, officer, scene.alert, household, channel)
    assert (asked.channel, asked.at, asked.by) == (channel, AT, caller)
    assert asked.state is DeliveryState.QUEUED


async def why_not(scene: AfterZero, channel: Channel = Channel.SMS, household: str = HOME) -> str:
    with pytest.raises(ConflictError) as refused:
        await ask(scene, channel, household=household)
    (reason,) = refused.value.reasons
    return reason


async def test_one_text_is_queued_to_the_first_phone(scene: AfterZero) -> None:
    await ask(scene)
    (owed,) = scene.owed("reminder")
    assert (owed.recipient, owed.channel, owed.number) == (HOME, "sms", household_phone(QIANFO, 3))
    assert (owed.due_at, owed.state, owed.division) == (AT, "queued", QIANFO)
    assert ("deliveries", "") in scene.work.woken


async def test_phone_call_speaks_the_alert(scene: AfterZero) -> None:
    await ask(scene, Channel.VOICE)
    assert scene.owed("reminder") == []
    (owed,) = [row for row in scene.owed("voice_alert") if row.recipient == HOME]
    assert (owed.channel, owed.due_at) == ("voice", AT)


async def test_log_names_household_and_officer(scene: AfterZero) -> None:
    await ask(scene, Channel.VOICE, "county-duty")
    (event,) = scene.events("household.asked")
    assert (event.division, event.subject, event.at) == (QIANFO, HOME, AT)
    assert json.loads(event.payload) == {"channel": "voice", "by": "county-duty"}


async def test_concurrent_requests_queue_one_message(scene: AfterZero) -> None:
    pressed = [ask(scene, caller=caller) for caller in ("commander", "county-duty")]
    answers = await asyncio.gather(*pressed, return_exceptions=True)
    (refusal,) = [answer for answer in answers if answer is not None]
    assert isinstance(refusal, ConflictError)
    assert refusal.reasons == (Asking.UNDER_WAY,)
    assert len(scene.owed("reminder")) == 1
    assert len(scene.events("household.asked")) == 1


async def test_queued_text_does_not_prevent_a_call(scene: AfterZero) -> None:
    await ask(scene)
    await ask(scene, Channel.VOICE)
    assert await why_not(scene) == Asking.UNDER_WAY
    assert await why_not(scene, Channel.VOICE) == Asking.UNDER_WAY


async def test_call_is_refused_without_a_provider_of_calls(scene: AfterZero) -> None:
    ledger = scene.work.runtime.ledger
    ledger.policy = without_calls(ledger.policy)
    assert await why_not(scene, Channel.VOICE) == Asking.NO_CALLS
    await ask(scene)
    assert len(scene.owed("reminder")) == 1


async def test_failed_text_may_be_repeated(scene: AfterZero) -> None:
    await ask(scene)
    scene.work.change(update(deliveries).values(state="undelivered"))
    await ask(scene)
    assert len(scene.owed("reminder")) == 2


async def test_evacuated_household_is_not_asked(scene: AfterZero) -> None:
    await scene.text(3, "1", after(60))
    assert await why_not(scene) == Asking.ACCOUNTED_ALREADY


async def test_household_without_phone_is_not_asked(scene: AfterZero) -> None:
    for channel in (Channel.SMS, Channel.VOICE):
        assert await why_not(scene, channel, PHONELESS) == Asking.NO_PHONE


async def test_household_unreachable_by_text_is_called(scene: AfterZero) -> None:
    scene.work.change(update(roll).where(roll.c.household == HOME).values(reachable=False))
    assert await why_not(scene) == Asking.CANNOT_BE_REACHED
    await ask(scene, Channel.VOICE)


async def test_nobody_is_asked_for_an_alert_that_has_ended(scene: AfterZero) -> None:
    await cancel(scene.runtime(after(150)), scene.work.somebody("commander"), scene.alert, "误报")
    assert await why_not(scene) == Asking.ALERT_NOT_OPEN


@pytest.mark.parametrize(
    ("caller", "household", "refusal"),
    [
        ("grid", HOME, ForbiddenError),
        ("informant", HOME, ForbiddenError),
        ("far-commander", HOME, NotFoundError),
        ("commander", household_code(NEXT_VILLAGE, 3), NotFoundError),
        ("commander", household_code(QIANFO, 99), NotFoundError),
    ],
)
async def test_unauthorised_officer_is_refused(
    scene: AfterZero, caller: str, household: str, refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        await ask(scene, caller=caller, household=household)
    assert scene.events("household.asked") == []
