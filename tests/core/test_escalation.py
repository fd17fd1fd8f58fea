from datetime import UTC, datetime, timedelta

import pytest

from alerting.core.escalation import (
    Due,
    DueReason,
    Forgotten,
    Neglect,
    Step,
    Watched,
    due,
    household_ladder,
    next_step,
    officer_ladder,
    watchdog,
)
from alerting.core.policy import HouseholdAction, OfficerAction, default_policy, parse_policy

REACHED = datetime(2022, 8, 29, 5, 0, tzinfo=UTC)
POLICY = default_policy()
HOUSEHOLD = household_ladder(POLICY.household, vulnerable=False, reachable=True)
OFFICER = officer_ladder(POLICY.officer)


def written(ladder: tuple[Step[HouseholdAction], ...]) -> list[tuple[float, str, int]]:
    return [(step.after.total_seconds(), step.do.value, step.try_number) for step in ladder]


def at(seconds: float) -> datetime:
    return REACHED + timedelta(seconds=seconds)


class TestHouseholdLadder:
    def test_is_texts_calls_and_doors_in_the_order_of_their_times(self) -> None:
        assert written(HOUSEHOLD) == [
            (0, "sms", 1),
            (180, "sms", 1),
            (300, "voice", 1),
            (400, "voice", 2),
            (480, "door grid_officer", 1),
            (500, "voice", 3),
            (900, "door deputy", 1),
            (1200, "door duty_officer_above", 1),
        ]
        assert [step.number for step in HOUSEHOLD] == [1, 2, 3, 4, 5, 6, 7, 8]

    def test_of_the_vulnerable_takes_half_the_time(self) -> None:
        vulnerable = household_ladder(POLICY.household, vulnerable=True, reachable=True)
        assert [(after * 2, do, nth) for after, do, nth in written(vulnerable)] == (
            written(HOUSEHOLD)
        )

    def test_of_the_unreachable_begins_at_the_door(self) -> None:
        unreachable = household_ladder(POLICY.household, vulnerable=False, reachable=False)
        assert written(unreachable) == [
            (0, "door grid_officer", 1),
            (420, "door deputy", 1),
            (720, "door duty_officer_above", 1),
        ]
        assert [step.number for step in unreachable] == [1, 2, 3]

    def test_of_the_vulnerable_and_unreachable_goes_on_after_half_the_time(self) -> None:
        both = household_ladder(POLICY.household, vulnerable=True, reachable=False)
        assert [step.after for step in both] == [timedelta(seconds=s) for s in (0, 210, 360)]

    def test_is_what_the_place_wrote(self) -> None:
        rules = parse_policy(
            "household.voice = { tries = 2, spacing = 60 }\n"
            "household.vulnerable_factor = 0.1\n"
            "household.steps = [{ after = 10, do = 'voice' }, { after = 70, do = 'sms' },"
            " { after = 70, do = 'door deputy' }]"
        ).household
        assert written(household_ladder(rules, vulnerable=False, reachable=True)) == [
            (10, "voice", 1),
            (70, "voice", 2),
            (70, "sms", 1),
            (70, "door deputy", 1),
        ]
        assert written(household_ladder(rules, vulnerable=True, reachable=True))[0][0] == 1


class TestOfficerLadder:
    def test_is_a_call_on_every_channel_then_the_deputy_and_the_tier_above(self) -> None:
        steps = [(step.number, step.after, step.do, step.try_number) for step in OFFICER]
        assert steps == [
            (1, timedelta(0), OfficerAction.WEBSOCKET, 1),
            (2, timedelta(0), OfficerAction.SMS, 1),
            (3, timedelta(minutes=3), OfficerAction.VOICE, 1),
            (4, timedelta(seconds=280), OfficerAction.VOICE, 2),
            (5, timedelta(seconds=380), OfficerAction.VOICE, 3),
            (6, timedelta(minutes=8), OfficerAction.DEPUTY, 1),
            (7, timedelta(minutes=8), OfficerAction.TELL_ABOVE, 1),
        ]


class TestNextStep:
    @pytest.mark.parametrize("done", range(8))
    def test_is_the_one_after_those_done(self, done: int) -> None:
        step = next_step(HOUSEHOLD, done)
        assert step is not None
        assert step.number == done + 1

    def test_after_the_last_there_is_none(self) -> None:
        assert next_step(HOUSEHOLD, 8) is None


class TestDue:
    @pytest.mark.parametrize(
        ("done", "seconds", "numbers"),
        [
            (0, -1, []),
            (0, 0, [1]),
            (1, 179.9, []),
            (1, 180, [2]),
            (2, 180, []),
            (4, 480, [5]),
            (8, 9999, []),
        ],
    )
    def test_are_the_steps_whose_time_has_come(
        self, done: int, seconds: float, numbers: list[int]
    ) -> None:
        found = due(HOUSEHOLD, REACHED, done, at(seconds))
        assert [one.step.number for one in found] == numbers
        assert all(one.perform for one in found)

    def test_after_a_sleep_only_the_last_try_of_each_channel_is_made_and_every_door(self) -> None:
        found = due(HOUSEHOLD, REACHED, 0, at(3600))
        assert [one.step for one in found] == list(HOUSEHOLD)
        assert [one.step.number for one in found if one.perform] == [2, 5, 6, 7, 8]
        assert found[0] == Due(HOUSEHOLD[0], DueReason.LATER_TRY_IS_DUE)
        assert found[1] == Due(HOUSEHOLD[1], DueReason.TIME_HAS_COME)

    def test_a_try_is_not_passed_over_for_one_whose_time_has_not_come(self) -> None:
        found = due(HOUSEHOLD, REACHED, 2, at(480))
        assert [(one.step.number, one.perform) for one in found] == [
            (3, False),
            (4, True),
            (5, True),
        ]

    def test_doors_that_the_policy_names_twice_are_both_knocked_on(self) -> None:
        rules = parse_policy(
            "household.steps = [{ after = 0, do = 'door deputy' },"
            " { after = 9, do = 'door deputy' }]"
        ).household
        ladder = household_ladder(rules, vulnerable=False, reachable=True)
        assert [one.perform for one in due(ladder, REACHED, 0, at(9))] == [True, True]

    def test_of_an_officer_the_deputy_is_called_and_the_tier_above_is_told(self) -> None:
        found = due(OFFICER, REACHED, 2, at(480))
        assert [one.step.do for one in found if one.perform] == [
            OfficerAction.VOICE,
            OfficerAction.DEPUTY,
            OfficerAction.TELL_ABOVE,
        ]


class TestWatchdog:
    @pytest.mark.parametrize("accounted", [True, False])
    @pytest.mark.parametrize("next_at", [None, REACHED])
    @pytest.mark.parametrize("open_task", [True, False])
    def test_barks_for_who_is_unaccounted_with_nothing_to_come(
        self, accounted: bool, next_at: datetime | None, open_task: bool
    ) -> None:
        found = watchdog([Watched("5119211002080001", accounted, next_at, open_task)])
        is_forgotten = not accounted and next_at is None and not open_task
        assert found == (
            (Forgotten("5119211002080001", Neglect.NOTHING_SCHEDULED),) if is_forgotten else ()
        )

    def test_names_every_one(self) -> None:
        codes = ["5119211002080001", "5119211002080002"]
        found = watchdog(Watched(code, False, None, False) for code in codes)
        assert [one.household for one in found] == codes
