"""The next steps that follow from the facts about an alert."""

from typing import Any

import pytest

from alerting.board.rules import NextReason, NextStep, Situation, Somebody, next_steps
from alerting.cap.lifecycle import AlertState
from alerting.roll.rules.tally import Checks, Tally
from contacts.people import Role
from tests.support.city import NOW, QIANFO, after

GRID = Somebody("grid", "李四", QIANFO, "+8613900000002")
OPEN = Tally(households_unaccounted=40, households_evacuated=60, people_unaccounted=120)
LATER = after(300)


def situation(role: Role = Role.TOWN_COMMANDER, tally: Tally = OPEN, **more: Any) -> Situation:
    facts = {"state": AlertState.OPEN, "role": role, "tally": tally, "checks": Checks()}
    return Situation(**facts | more)


def reasons(of: Situation) -> list[NextReason]:
    return [step.reason for step in next_steps(of)]


def test_steps_are_ordered_by_urgency() -> None:
    found = next_steps(
        situation(
            help_unattended=["51192110020800150005", "51192110020800150007"],
            open_doors=[(GRID, 45)],
            not_woken=[GRID],
            dark=[(QIANFO, 30)],
            decides_by=[LATER, NOW, None],
            providers_down=["A"],
            own_doors=2,
        )
    )
    assert found == [
        NextStep(NextReason.HELP_UNATTENDED, 2, place="51192110020800150005"),
        NextStep(NextReason.DOORS_ON_ONE, 45, officer=GRID),
        NextStep(NextReason.OFFICERS_NOT_WOKEN, 1, officer=GRID),
        NextStep(NextReason.VILLAGE_DARK, 30, place=QIANFO),
        NextStep(NextReason.APPROVAL_WAITS, 3, until=NOW),
        NextStep(NextReason.PROVIDER_DOWN, 1, provider="A"),
        NextStep(NextReason.OWN_DOORS, 2),
        NextStep(NextReason.MANY_LEFT, 120),
    ]


def test_unassigned_doors_are_a_step_but_few_doors_of_an_officer_are_not() -> None:
    assert NextReason.DOORS_ON_ONE not in reasons(situation(open_doors=[(GRID, 9)]))
    found = next_steps(situation(open_doors=[(GRID, 45), (Somebody(), 1)]))
    assert found[0] == NextStep(NextReason.DOORS_ON_ONE, 1, officer=Somebody())


@pytest.mark.parametrize(
    ("missing", "reason"), [(21, NextReason.MANY_LEFT), (20, NextReason.FEW_LEFT)]
)
def test_twenty_people_or_fewer_count_as_few_left(missing: int, reason: NextReason) -> None:
    tally = Tally(households_unaccounted=9, people_unaccounted=missing)
    assert next_steps(situation(tally=tally)) == [NextStep(reason, missing)]


def test_answers_are_awaited_until_the_first_reminder() -> None:
    awaited = situation(reminds_at=LATER)
    assert next_steps(awaited) == [NextStep(NextReason.ANSWERS_AWAITED, 120, until=LATER)]
    assert reasons(situation(reminds_at=LATER, state=AlertState.EXPIRED)) == [NextReason.MANY_LEFT]
    assert reasons(situation(reminds_at=None)) == [NextReason.MANY_LEFT]


def test_close_is_a_step_only_when_there_is_no_obstacle() -> None:
    clear = Tally(households_evacuated=9, people_evacuated=25)
    assert next_steps(situation(tally=clear)) == [NextStep(NextReason.READY_TO_CLOSE, 25)]
    owed = Checks(unspoken=1, high_risk=2, verified=3)
    assert next_steps(situation(tally=clear, checks=owed)) == [NextStep(NextReason.TO_VERIFY, 6)]
    assert reasons(situation(tally=clear, state=AlertState.EXPIRED)) == [NextReason.READY_TO_CLOSE]
    closed = situation(tally=clear, state=AlertState.CLOSED, not_woken=[GRID])
    assert reasons(closed) == [NextReason.CLOSED]


@pytest.mark.parametrize("state", [AlertState.PROPOSED, AlertState.ALL_CLEAR, AlertState.CANCELLED])
def test_proposed_or_ended_alert_has_no_steps(state: AlertState) -> None:
    assert next_steps(situation(state=state, help_unattended=["x"])) == []


def test_steps_that_the_role_can_take_come_first() -> None:
    facts: dict[str, Any] = {"help_unattended": ["x"], "not_woken": [GRID], "own_doors": 3}
    assert reasons(situation(Role.GRID_OFFICER, **facts)) == [
        NextReason.HELP_UNATTENDED,
        NextReason.OWN_DOORS,
        NextReason.MANY_LEFT,
        NextReason.OFFICERS_NOT_WOKEN,
    ]
    assert reasons(situation(Role.INFORMANT, **facts))[0] is NextReason.OWN_DOORS
