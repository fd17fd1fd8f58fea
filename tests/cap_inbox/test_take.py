"""Repeated messages, reused identities, and messages out of order."""

from alerting.cap_inbox.rules.outcomes import Outcome, Reason
from tests.support.cap_documents import POLICY, Desk, document, open_desk, reference, simple

LATER = "2026-08-29T05:20:00+08:00"


def same(text: str) -> str:
    """Return the same message as different bytes."""
    return text.replace("><", ">\n<")


async def test_same_message_in_other_bytes_is_a_duplicate(desk: Desk) -> None:
    first = simple("Extreme")
    await desk.take(first)
    for repeat in (first, same(first), first):
        done = await desk.take(repeat)
        assert (done.outcome, done.reason) == (Outcome.DUPLICATE, Reason.SAME_MESSAGE)
        assert done.alert == 1
    assert len(desk.alerts()) == 1
    assert [row.times for row in desk.messages()] == [3, 1]


async def test_reused_identity_has_no_effect(desk: Desk) -> None:
    await desk.take(simple(identifier="a"))
    done = await desk.take(simple("Extreme", identifier="a"))
    assert (done.outcome, done.reason) == (Outcome.IGNORED, Reason.IDENTITY_REUSED)
    assert (desk.alerts(), desk.shown()) == ([], ["a"])


async def test_different_sent_time_makes_a_different_message(desk: Desk) -> None:
    await desk.take(simple("Extreme", identifier="a"))
    assert (await desk.take(simple("Extreme", identifier="a", sent=LATER))).alert == 2


async def test_message_from_a_second_source_raises_no_second_alert(database_url: str) -> None:
    first, second = POLICY.split("[[cap_senders]]")[1:]
    assert "weather-bureau" in first
    assert "university" in second
    relay = "[[cap_senders]]" + first.replace("weather-bureau", "relay")
    async with open_desk(database_url, POLICY + relay) as desk:
        message = simple("Extreme")
        assert (await desk.take(message, "university")).outcome is Outcome.NOTED
        assert (await desk.take(message)).outcome is Outcome.ALERTED
        done = await desk.take(message, "relay")
        assert (done.outcome, done.reason) == (Outcome.DUPLICATE, Reason.TAKEN_FROM_ANOTHER)
        assert (done.alert, len(desk.alerts())) == (1, 1)


async def test_forged_copy_from_another_source_does_not_block_the_message(desk: Desk) -> None:
    await desk.take(simple(identifier="a"), "university")
    assert (await desk.take(simple("Extreme", identifier="a"))).outcome is Outcome.ALERTED


async def test_alert_that_comes_after_its_update_is_ignored(desk: Desk) -> None:
    late = {"msgType": "Update", "references": reference("a"), "sent": LATER}
    update = simple("Extreme", identifier="b", **late)
    assert (await desk.take(update)).outcome is Outcome.ALERTED
    done = await desk.take(simple("Extreme", identifier="a"))
    assert (done.outcome, done.reason) == (Outcome.IGNORED, Reason.REPLACED_BEFORE)
    assert (len(desk.alerts()), desk.shown()) == (1, ["b"])


async def test_alert_that_comes_after_its_cancel_is_not_raised(desk: Desk) -> None:
    late = {"msgType": "Cancel", "references": reference("a"), "sent": LATER}
    done = await desk.take(document(identifier="c", **late))
    assert (done.outcome, done.reason) == (Outcome.IGNORED, Reason.NOTHING_TO_CANCEL)
    done = await desk.take(simple("Extreme", identifier="a"))
    assert (done.outcome, done.reason) == (Outcome.IGNORED, Reason.CANCELLED_BEFORE)
    assert desk.alerts() == []


async def test_early_cancel_of_another_source_does_not_block_the_alert(desk: Desk) -> None:
    late = {"msgType": "Cancel", "references": reference("a"), "sent": LATER}
    await desk.take(document(**late), "university")
    assert (await desk.take(simple("Extreme", identifier="a"))).outcome is Outcome.ALERTED


async def test_detail_lists_codes_that_are_not_in_the_roster(desk: Desk) -> None:
    done = await desk.take(
        simple().replace(
            "<geocode>",
            "<geocode><valueName>CN-NBS-CODE</valueName><value>519999</value></geocode><geocode>",
            1,
        )
    )
    assert (done.outcome, done.detail) == (Outcome.NOTED, "not in the roster: 519999")
