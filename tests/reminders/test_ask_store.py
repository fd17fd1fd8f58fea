"""The last text and the last call to a household, and the officers who ordered them."""

from sqlalchemy import update

from alerting.deliveries.rules.delivery import DeliveryState
from alerting.deliveries.tables import deliveries
from alerting.policy.sections import Channel
from alerting.reminders.ask import ask_household, last_tries
from alerting.reminders.rules import LastTry
from alerting.reminders.send_again import send_again
from tests.support.city import QIANFO, after, household_code
from tests.support.closed_alert import AfterZero, raised
from tests.support.running import Workplace

HOME = household_code(QIANFO, 3)


def tries(scene: AfterZero, household: str = HOME) -> dict[Channel, LastTry]:
    return scene.work.runtime.database.look(
        lambda db: last_tries(db, scene.alert, [household])[household]
    )


async def test_alert_text_has_no_ordering_officer(work: Workplace) -> None:
    scene = await raised(work)
    first = LastTry(Channel.SMS, after(0), DeliveryState.QUEUED, None)
    assert tries(scene) == {Channel.SMS: first}


async def test_last_try_of_each_channel_is_returned(work: Workplace) -> None:
    scene = await raised(work)
    work.change(update(deliveries).values(state="delivered"))
    commander = work.somebody("commander")
    await send_again(scene.runtime(after(90)), commander, scene.alert, QIANFO, None)
    duty = work.somebody("county-duty")
    await ask_household(scene.runtime(after(95)), duty, scene.alert, HOME, Channel.VOICE)
    assert tries(scene) == {
        Channel.SMS: LastTry(Channel.SMS, after(90), DeliveryState.QUEUED, "commander"),
        Channel.VOICE: LastTry(Channel.VOICE, after(95), DeliveryState.QUEUED, "county-duty"),
    }


async def test_household_never_tried_has_no_last_try(work: Workplace) -> None:
    assert tries(await raised(work), household_code(QIANFO, 10)) == {}
