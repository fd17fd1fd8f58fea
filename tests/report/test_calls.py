"""The record of officer calls: attempts by channel, and who woke each officer."""

from sqlalchemy import update

from alerting.deliveries.rules.forecast import Recipient
from alerting.deliveries.tables import deliveries
from alerting.officer_calls.confirm import confirm_call
from alerting.officer_calls.escalate import call_officers
from alerting.officer_calls.wake import wake_officer
from alerting.report.calls import CalledOfficer, called_in
from tests.support.city import CITY, POLICY, after
from tests.support.closed_alert import AfterZero

LATER = after(3_600)


def called(alert: AfterZero, officer: str) -> CalledOfficer:
    calls = alert.work.runtime.database.look(
        lambda db: called_in(db, alert.alert, CITY, POLICY.officer)
    )
    return next(each for each in calls if each.call.officer == officer)


async def test_officer_who_answers_late_was_woken_by_those_who_were_told(
    played: AfterZero,
) -> None:
    await played.tick(LATER, (call_officers,))
    silent = called(played, "grid")
    assert silent.told == ("officer commander",)
    assert (silent.call.told_above_at, silent.woken_by) == (LATER, ())
    await confirm_call(played.runtime(after(4_000)), played.work.somebody("grid"), played.alert)
    woken = called(played, "grid")
    assert (woken.call.channel, woken.woken_by) == ("web", ("officer commander",))


async def test_officer_called_again_on_request_was_woken_by_the_requester(
    played: AfterZero,
) -> None:
    await played.tick(LATER, (call_officers,))
    asking, at = played.work.somebody("city-duty"), after(3_700)
    await wake_officer(played.runtime(at), asking, played.alert, "grid", None)
    assert called(played, "grid").again == ((at, "officer city-duty"),)
    assert called(played, "grid").woken_by == ()
    await confirm_call(played.runtime(after(4_000)), played.work.somebody("grid"), played.alert)
    assert called(played, "grid").woken_by == ("officer city-duty",)


async def test_officer_who_answers_at_once_was_woken_by_nobody(played: AfterZero) -> None:
    await confirm_call(played.runtime(after(60)), played.work.somebody("grid"), played.alert)
    assert called(played, "grid").woken_by == ()


async def test_tries_are_counted_by_channel(played: AfterZero) -> None:
    theirs = (deliveries.c.recipient == "grid") & (deliveries.c.recipient_kind == Recipient.OFFICER)
    assert called(played, "grid").tries == {}
    played.work.change(update(deliveries).where(theirs).values(attempts=2))
    assert called(played, "grid").tries["sms"] == 2
