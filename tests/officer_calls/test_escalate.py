"""Silent officers are phoned; then the deputy is called and the tier above is told."""

from collections.abc import Iterable
from typing import Any, Final

import pytest
from sqlalchemy import insert, select, update

from alerting.alerts.correct import cancel
from alerting.cap.lifecycle import AlertState
from alerting.deliveries.tables import deliveries, texts
from alerting.ledger.tables import alerts, events
from alerting.officer_calls.confirm import CalledOfficer, confirm
from alerting.officer_calls.escalate import call_officers
from alerting.officer_calls.tables import officer_calls
from alerting.replies.statements import IncomingText
from alerting.replies.take import take_text
from contacts.roster.retire import retire_officers
from contacts.tables import OFFICER_PHONES, OFFICERS
from tests.support.city import CITY, COUNTY, QIANFO, TOWN, officer_phone
from tests.support.followed_alert import Followed
from tests.support.running import Workplace, message_id

PRINCIPALS: Final = ["city-duty", "commander", "county-duty", "grid", "informant"]
FIRST: Final = [(name, 0) for name in PRINCIPALS]
DEPUTIES: Final = {
    "county-deputy": ("county-duty", COUNTY, "+8610001000001"),
    "grid-deputy": ("grid", QIANFO, "+8610001000002"),
    "grid-second": ("grid-deputy", QIANFO, "+8610001000003"),
}
RAISER: Final = "informants-deputy"
SECOND_PHONE: Final = "+8610001000009"
PLACES: Final = dict(
    zip(PRINCIPALS, (CITY, TOWN, COUNTY, QIANFO, QIANFO), strict=True),
    **{name: place for name, (_, place, _) in DEPUTIES.items()},
)


@pytest.fixture
async def called(work: Workplace) -> Followed:
    """Raise an alert for Qianfo, whose grid officer has two phones, a deputy and a deputy's deputy.

    The informant's deputy raises it, so that every officer called at once may stay silent.
    """
    deputies = DEPUTIES | {RAISER: ("informant", QIANFO, "+8610001000004")}
    for name, (principal, place, number) in deputies.items():
        work.change(
            insert(OFFICERS).values(
                id=name, name=f"officer {name}", role="duty_officer", division=place,
                deputy_of=principal,
            ),
            insert(OFFICER_PHONES).values(officer=name, position=0, number=number),
        )  # fmt: skip
    work.change(insert(OFFICER_PHONES).values(officer="grid", position=1, number=SECOND_PHONE))
    raised = await work.raised(RAISER, QIANFO)
    return Followed(work, raised.alert.id, raised.alert.sent)


async def live(called: Followed, *seconds: float) -> None:
    """Run the escalation at these seconds, each time after sending the queued deliveries."""
    for second in seconds:
        called.work.change(update(deliveries).values(state="delivered"))
        await called.pass_to(second, (call_officers,))


def owed(called: Followed, kind: str, channel: str) -> list[tuple[str, str, float]]:
    """Return recipient, number and due second of each delivery of this kind and channel."""
    rows = called.rows(
        select(deliveries.c.recipient, deliveries.c.number, deliveries.c.due_at)
        .join(texts, texts.c.id == deliveries.c.text)
        .where(texts.c.kind == kind, deliveries.c.channel == channel)
        .order_by(deliveries.c.due_at, deliveries.c.recipient)
    )
    return [(r.recipient, r.number, (r.due_at - called.began).total_seconds()) for r in rows]


def whom(called: Followed, kind: str, channel: str) -> list[tuple[str, float]]:
    return [(recipient, at) for recipient, _, at in owed(called, kind, channel)]


def logged(called: Followed, kind: str) -> list[Any]:
    return called.rows(
        select(events.c.subject, events.c.division, events.c.payload)
        .where(events.c.kind == kind)
        .order_by(events.c.seq)
    )


async def confirmed(called: Followed, officers: Iterable[str], at: float) -> None:
    heard = [CalledOfficer(called.alert, officer, PLACES[officer]) for officer in officers]
    await called.work.runtime.ledger.write(lambda tx: confirm(tx, heard, "web", called.at(at)))


def due_ever(called: Followed) -> set[str]:
    query = select(officer_calls.c.officer).where(officer_calls.c.next_at.is_not(None))
    return {row.officer for row in called.rows(query)}


async def test_silent_officer_is_phoned_three_times_at_the_policys_times(
    called: Followed,
) -> None:
    await live(called, 0, 179, 180, 181, 279, 280, 379, 380, 479)
    calls = owed(called, "voice_call", "voice")
    assert [(number, at) for who, number, at in calls if who == "grid"] == [
        (officer_phone("grid"), 180),
        (SECOND_PHONE, 280),
        (SECOND_PHONE, 380),
    ]
    assert [at for who, number, at in calls if number == officer_phone("commander")] == [
        180,
        280,
        380,
    ]
    assert sorted({who for who, _, _ in calls}) == PRINCIPALS


async def test_retired_officer_is_not_called_again_but_others_are(called: Followed) -> None:
    await live(called, 0)
    at = called.at(1)
    await called.work.runtime.ledger.write(lambda tx: retire_officers(tx.connection, ["grid"], at))
    await live(called, 180)
    assert [who for who, _ in whom(called, "voice_call", "voice")] == [
        each for each in PRINCIPALS if each != "grid"
    ]
    assert "grid" not in due_ever(called)


async def test_deputy_of_a_silent_principal_is_called(called: Followed) -> None:
    await live(called, 0, 479)
    assert whom(called, "call", "sms") == whom(called, "call", "websocket") == FIRST
    await live(called, 480)
    deputies = [("county-deputy", 480), ("grid-deputy", 480)]
    assert whom(called, "call", "sms") == whom(called, "call", "websocket") == FIRST + deputies
    await live(called, 659, 660, 760, 860, 959)
    rung = [at for who, at in whom(called, "voice_call", "voice") if who == "grid-deputy"]
    assert rung == [660, 760, 860]
    await live(called, 960)
    assert whom(called, "call", "sms") == [*FIRST, *deputies, ("grid-second", 960)]
    assert [row.subject for row in logged(called, "officer.called")] == [
        "county-deputy",
        "grid-deputy",
        "grid-second",
    ]


async def test_each_tier_above_is_told_once_about_silent_officers(called: Followed) -> None:
    await live(called, 0, 180, 280, 380, 479)
    assert owed(called, "unwoken", "sms") == []
    await live(called, 480, 481, 900)
    told = [("city-duty", 480), ("commander", 480), ("county-duty", 480)]
    assert whom(called, "unwoken", "sms") == whom(called, "unwoken", "websocket") == told
    assert read(called) == {
        "commander": "演练：应急指挥部：2名责任人叫不应："
        "千佛村 officer grid、千佛村 officer informant",
        "county-duty": "演练：应急指挥部：1名责任人叫不应：诺江镇 officer commander",
        "city-duty": "演练：应急指挥部：1名责任人叫不应：通江县 officer county-duty",
    }
    assert {row.subject: (row.division, row.payload) for row in logged(called, NOT_WOKEN)} == {
        "grid": (QIANFO, '{"told":["commander"]}'),
        "informant": (QIANFO, '{"told":["commander"]}'),
        "commander": (TOWN, '{"told":["county-duty"]}'),
        "county-duty": (COUNTY, '{"told":["city-duty"]}'),
        "city-duty": (CITY, '{"told":[]}'),
    }


async def test_silent_deputies_are_reported_then_the_ladder_ends(called: Followed) -> None:
    await live(called, 0, 480, 960, 1440, 9000)
    told = [row.subject for row in logged(called, NOT_WOKEN)]
    assert sorted(told) == sorted([*PRINCIPALS, *DEPUTIES])
    assert due_ever(called) == set()
    rows = called.rows(select(officer_calls.c.officer, officer_calls.c.told_above_at))
    assert {row.officer: row.told_above_at for row in rows} == {
        **dict.fromkeys(PRINCIPALS, called.at(480)),
        "city-duty": None,
        **dict.fromkeys(("county-deputy", "grid-deputy"), called.at(960)),
        "grid-second": called.at(1440),
    }


@pytest.mark.parametrize("heard_at", [0, 179, 180, 300, 479])
async def test_confirmed_officer_gets_nothing_more(called: Followed, heard_at: int) -> None:
    await live(called, 0, *(at for at in (180, 280) if at <= heard_at))
    before = len(called.rows(select(deliveries.c.id)))
    await confirmed(called, PRINCIPALS, heard_at)
    assert due_ever(called) == set()
    await live(called, 480, 960, 5000)
    assert len(called.rows(select(deliveries.c.id))) == before
    assert logged(called, NOT_WOKEN) == []


async def test_confirmation_cancels_the_waiting_phone_call(called: Followed) -> None:
    await live(called, 0, 180)
    await confirmed(called, ["grid"], 181)
    rows = called.rows(
        select(deliveries.c.recipient, deliveries.c.state).where(deliveries.c.channel == "voice")
    )
    assert {row.recipient: row.state for row in rows} == {
        **dict.fromkeys(PRINCIPALS, "queued"),
        "grid": "cancelled",
    }


async def test_deputy_who_confirmed_before_any_call_is_not_called(called: Followed) -> None:
    await confirmed(called, ["grid-deputy"], 10)
    await live(called, 0, 480)
    assert [who for who, at in whom(called, "call", "sms") if at] == ["county-deputy"]


async def test_raiser_gets_the_text_and_no_escalation(work: Workplace) -> None:
    raised = await work.raised("informant", QIANFO)
    called = Followed(work, raised.alert.id, raised.alert.sent)
    assert due_ever(called) == set(PRINCIPALS) - {"informant"}
    assert whom(called, "call", "sms") == whom(called, "call", "websocket") == FIRST
    await live(called, 0, 180, 280, 380, 480, 5000)
    silent = {"city-duty", "commander", "county-duty", "grid"}
    assert {who for who, _ in whom(called, "voice_call", "voice")} == silent
    assert {row.subject for row in logged(called, NOT_WOKEN)} == silent


async def test_officers_reply_1_confirms(called: Followed) -> None:
    called.work.hand_over()
    text = IncomingText(message_id(), SECOND_PHONE, "1", called.at(60))
    await take_text(called.work.runtime, text)
    assert due_ever(called) == set(PRINCIPALS) - {"grid"}


async def test_waiting_phone_call_is_not_queued_twice(called: Followed) -> None:
    await live(called, 0)
    for second in (180, 280, 380):
        await called.pass_to(second, (call_officers,))
    assert {at for _, at in whom(called, "voice_call", "voice")} == {180}


async def test_overdue_steps_phone_and_report_each_officer_once(called: Followed) -> None:
    await live(called, 7200)
    assert len(whom(called, "voice_call", "voice")) == len(PRINCIPALS)
    assert len(logged(called, NOT_WOKEN)) == len(PRINCIPALS)


async def test_expired_alert_phones_nobody_but_tells_the_tier_above(called: Followed) -> None:
    called.work.change(update(alerts).values(expires=called.at(100)))
    await live(called, 0, 180, 480, 960)
    assert owed(called, "voice_call", "voice") == []
    assert len(whom(called, "call", "sms")) == len(PRINCIPALS)
    assert [who for who, _ in whom(called, "unwoken", "sms")] == [
        "city-duty",
        "commander",
        "county-duty",
    ]
    ends = called.rows(
        select(deliveries.c.expires_at)
        .join(texts, texts.c.id == deliveries.c.text)
        .where(texts.c.kind == "unwoken")
    )
    assert all(row.expires_at > called.at(480) for row in ends)


@pytest.mark.parametrize("state", sorted(set(AlertState) - {AlertState.OPEN}))
async def test_only_open_alerts_are_escalated(called: Followed, state: AlertState) -> None:
    called.work.change(update(alerts).values(state=state))
    await live(called, 480)
    assert owed(called, "voice_call", "voice") == []
    assert logged(called, NOT_WOKEN) == []


async def test_cancellation_ends_officer_calls(called: Followed) -> None:
    caller = called.work.somebody("commander")
    await cancel(called.work.runtime, caller, called.alert, "a false alarm")
    assert due_ever(called) == set()


async def test_phone_calls_use_the_alerts_current_request(called: Followed) -> None:
    request = called.rows(select(alerts.c.request))[0].request
    called.work.change(update(alerts).values(request=request.replace("村小学", "镇中学")))
    await live(called, 180, 480)
    bodies = called.rows(
        select(texts.c.kind, texts.c.body)
        .where(texts.c.kind.in_(["call", "voice_call"]))
        .order_by(texts.c.id)
    )
    assert [(row.kind, "镇中学" in row.body) for row in bodies] == [
        ("call", False),
        ("voice_call", True),
        ("call", True),
    ]


NOT_WOKEN: Final = "officer.not_woken"


def read(called: Followed) -> dict[str, str]:
    """Return, by recipient, the text about unwoken officers without the request at its end."""
    rows = called.rows(
        select(deliveries.c.recipient, texts.c.body)
        .join(texts, texts.c.id == deliveries.c.text)
        .where(texts.c.kind == "unwoken")
    )
    return {row.recipient: row.body.partition("。")[0] for row in rows}
