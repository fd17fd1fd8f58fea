"""Exercises of each size: who is texted and called, and how they end."""

import pytest
from sqlalchemy import delete, select

from alerting.accounting.report import Finding, report
from alerting.alerts.close import close, give_all_clear
from alerting.alerts.preview import preview_alert
from alerting.approvals.tables import approvals
from alerting.cap.alert import AlertRequest
from alerting.cap.lifecycle import AlertState
from alerting.deliveries.tables import deliveries, texts
from alerting.doors.tables import tasks
from alerting.errors import InvalidError
from alerting.officer_calls.tables import confirmations, officer_calls
from alerting.roll.rules.evidence import Report
from alerting.roll.tables import roll
from alerting.work_groups.store import enlist_groups
from contacts.tables import OFFICER_PHONES
from tests.support.city import NEXT_VILLAGE, QIANFO, TOWN, household_code, officer_phone
from tests.support.followed_alert import Followed
from tests.support.incoming_texts import says, standing
from tests.support.running import Running, Workplace, request_for

HOME = household_code(QIANFO, 3)
OFFICERS = {"size": "officers"}
ONE_HOUSEHOLD = {"size": "one_phone", "household": HOME}
LADDERS = (100, 200, 310, 400, 500, 730, 910, 1210)
"""Times in seconds after the alert, each just after an escalation step."""


async def followed(work: Workplace, exercise: dict[str, str], officer: str) -> Followed:
    """Raise an exercise where work groups exist, and let all escalation steps pass unanswered."""
    with work.runtime.database.writer.begin() as connection:
        enlist_groups(connection, {f"{TOWN}/1": TOWN, f"{QIANFO}/1": QIANFO})
    raised = await work.raised(officer, QIANFO, exercise=exercise)
    lived = Followed(work, raised.alert.id, raised.alert.sent)
    for seconds in LADDERS:
        await lived.pass_to(seconds)
    return lived


def outbound(work: Workplace) -> list[tuple[str, str, str, str]]:
    """Return every delivery: recipient kind, recipient, channel and text."""
    owed = select(
        deliveries.c.recipient_kind, deliveries.c.recipient, deliveries.c.channel, texts.c.body
    ).join(texts, texts.c.id == deliveries.c.text)
    return [tuple(row) for row in work.rows(owed)]


async def test_officers_exercise_reaches_only_officers(
    work: Workplace,
) -> None:
    await followed(work, OFFICERS, "commander")
    told = outbound(work)
    assert {kind for kind, *_ in told} == {"officer"}
    assert {who for _, who, *_ in told} >= {"grid", "informant", "county-duty"}
    assert {channel for _, _, channel, _ in told} == {"websocket", "sms", "voice"}
    assert all("演练" in body for *_, body in told)
    assert any("10户" in body for *_, body in told)
    assert work.rows(select(roll)) == work.rows(select(tasks)) == []
    assert work.rows(select(approvals)) == []


async def test_all_clear_of_an_officers_exercise_goes_only_to_officers(work: Workplace) -> None:
    await work.raised("commander", QIANFO, exercise=OFFICERS)
    commander = work.somebody("commander")
    assert await close(work.runtime, commander, 1) is AlertState.CLOSED
    work.hand_over()
    cleared = await give_all_clear(work.runtime, commander, 1)
    assert cleared.alert.state is AlertState.ALL_CLEAR
    assert {kind for kind, *_ in outbound(work)} == {"officer"}


async def test_call_for_help_in_a_one_phone_exercise_reaches_nobody_else(
    work: Workplace,
) -> None:
    lived = await followed(work, ONE_HOUSEHOLD, "commander")
    said = Finding(HOME, Report.NEEDS_HELP, None, None, "", "help")
    await report(work.runtime, work.somebody("grid"), lived.alert, said)
    await lived.pass_to(LADDERS[-1] + 1_000)
    assert {who for _, who, *_ in outbound(work)} == {HOME}
    assert [row.household for row in work.rows(select(roll.c.household))] == [HOME]


async def test_silent_household_of_a_one_phone_exercise_is_reminded_and_called(
    work: Workplace,
) -> None:
    await followed(work, ONE_HOUSEHOLD, "commander")
    assert {who for _, who, *_ in outbound(work)} == {HOME}
    assert {channel for _, _, channel, _ in outbound(work)} == {"sms", "voice"}
    await says(work, "1")
    assert standing(work, HOME) == "evacuated"


async def test_exercise_with_the_raisers_own_phone_waits_for_the_answer(work: Workplace) -> None:
    own = {"size": "one_phone", "officer": "grid"}
    await followed(work, own, "grid")
    assert {who for _, who, *_ in outbound(work)} == {"grid"}
    assert [each.officer for each in work.rows(select(officer_calls.c.officer))] == ["grid"]
    assert work.rows(select(confirmations)) == []
    work.hand_over()
    await says(work, "收到", officer_phone("grid"))
    assert [each.officer for each in work.rows(select(confirmations.c.officer))] == ["grid"]


@pytest.mark.parametrize(
    ("exercise", "field"),
    [
        ({"household": household_code(NEXT_VILLAGE, 3)}, "exercise.household"),
        ({"household": household_code(QIANFO, 10)}, "exercise.household"),
        ({"officer": "commander"}, "exercise.officer"),
        ({"officer": "informant"}, "exercise.officer"),
        ({"officer": "nobody"}, "exercise.officer"),
    ],
)
async def test_recipient_elsewhere_or_without_a_phone_is_refused(
    work: Workplace, exercise: dict[str, str], field: str
) -> None:
    work.change(delete(OFFICER_PHONES).where(OFFICER_PHONES.c.officer == "informant"))
    body = request_for(QIANFO, exercise={"size": "one_phone"} | exercise)
    asked, grid = AlertRequest.model_validate(body), work.somebody("grid")
    with pytest.raises(InvalidError) as refused:
        await preview_alert(work.runtime, grid, asked)
    assert refused.value.field == field
    with pytest.raises(InvalidError):
        await work.raised("grid", QIANFO, exercise={"size": "one_phone"} | exercise)
    assert outbound(work) == []


async def test_preview_of_an_officers_exercise_counts_only_texts_to_officers(
    work: Workplace,
) -> None:
    body = request_for(QIANFO, exercise=OFFICERS)
    shown = await preview_alert(
        work.runtime, work.somebody("commander"), AlertRequest.model_validate(body)
    )
    assert shown.audience.households == 10
    assert shown.audience.officers == 5
    assert sum(shown.audience.texts_by_language.values()) == 5
    assert {text.kind for each in shown.variants for text in each.texts} == {"call", "voice_call"}


async def test_exercise_without_a_size_reaches_everybody(service: Running) -> None:
    sized = request_for(QIANFO)
    unsized = {name: value for name, value in sized.items() if name != "exercise"}
    assert sized["exercise"] == {"size": "everybody"}
    reached: list[int] = []
    for said in (sized, unsized):
        status, preview = await service.post("/api/alerts/preview", "commander", said)
        assert status == 200
        reached.append(preview["households"])
    assert reached[0] == reached[1] > 0
    status, _ = await service.post("/api/alerts", "commander", unsized)
    assert status == 201
