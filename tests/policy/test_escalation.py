from datetime import UTC, datetime, timedelta

import pytest

from alerting.policy.escalation import (
    Due,
    DueReason,
    Position,
    Step,
    advance,
    at_the_door,
    begin,
    call_now,
    due,
    hasten,
    household_ladder,
    next_step,
    officer_ladder,
    resume,
)
from alerting.policy.policy import default_policy, parse_policy
from alerting.policy.sections import HouseholdAction, OfficerAction

REACHED = datetime(2022, 8, 29, 5, 0, tzinfo=UTC)
POLICY = default_policy()
HOUSEHOLD = household_ladder(POLICY.household, vulnerable=False)
OFFICER = officer_ladder(POLICY.officer)


def written(ladder: tuple[Step[HouseholdAction], ...]) -> list[tuple[float, str, int]]:
    return [(step.after.total_seconds(), step.do.value, step.try_number) for step in ladder]


def at(seconds: float) -> datetime:
    return REACHED + timedelta(seconds=seconds)


def after_steps(done: int) -> Position:
    return advance(HOUSEHOLD, REACHED, done)


class TestHouseholdLadder:
    def test_texts_calls_and_doors_are_in_order_of_time(self) -> None:
        assert written(HOUSEHOLD) == [
            (0, "sms", 1),
            (180, "sms", 1),
            (240, "neighbour", 1),
            (300, "voice", 1),
            (400, "voice", 2),
            (480, "door grid_officer", 1),
            (500, "voice", 3),
            (720, "neighbour", 1),
            (900, "door deputy", 1),
            (1200, "door duty_officer_above", 1),
        ]
        assert [step.number for step in HOUSEHOLD] == list(range(1, 11))

    def test_vulnerable_households_have_half_the_times(self) -> None:
        vulnerable = household_ladder(POLICY.household, vulnerable=True)
        assert [(after * 2, do, nth) for after, do, nth in written(vulnerable)] == (
            written(HOUSEHOLD)
        )

    def test_ladder_follows_the_policy(self) -> None:
        rules = parse_policy(
            "household.voice = { tries = 2, spacing = 60 }\n"
            "household.vulnerable_factor = 0.1\n"
            "household.steps = [{ after = 10, do = 'voice' }, { after = 70, do = 'sms' },"
            " { after = 70, do = 'door deputy' }]"
        ).household
        assert written(household_ladder(rules, vulnerable=False)) == [
            (10, "voice", 1),
            (70, "voice", 2),
            (70, "sms", 1),
            (70, "door deputy", 1),
        ]
        assert written(household_ladder(rules, vulnerable=True))[0][0] == 1


class TestOfficerLadder:
    def test_officer_is_called_on_every_channel_then_deputy_and_tier_above(self) -> None:
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
    @pytest.mark.parametrize("done", range(10))
    def test_next_step_follows_the_done_steps(self, done: int) -> None:
        step = next_step(HOUSEHOLD, done)
        assert step is not None
        assert step.number == done + 1

    def test_there_is_no_next_step_after_the_last(self) -> None:
        assert next_step(HOUSEHOLD, 10) is None


class TestDue:
    @pytest.mark.parametrize(
        ("done", "seconds", "numbers"),
        [
            (0, -1, []),
            (0, 0, [1]),
            (1, 179.9, []),
            (1, 180, [2]),
            (2, 180, []),
            (2, 240, [3]),
            (5, 480, [6]),
            (10, 9999, []),
        ],
    )
    def test_steps_are_due_from_their_time_on(
        self, done: int, seconds: float, numbers: list[int]
    ) -> None:
        found = due(HOUSEHOLD, after_steps(done), at(seconds))
        assert [one.step.number for one in found] == numbers
        assert all(one.perform for one in found)

    def test_only_the_last_try_per_channel_and_the_last_door_are_performed(
        self,
    ) -> None:
        found = due(HOUSEHOLD, after_steps(0), at(3600))
        assert [one.step for one in found] == list(HOUSEHOLD)
        assert [one.step.number for one in found if one.perform] == [2, 7, 8, 10]
        assert found[0] == Due(HOUSEHOLD[0], DueReason.LATER_TRY_IS_DUE)
        assert found[1] == Due(HOUSEHOLD[1], DueReason.TIME_HAS_COME)
        assert found[2] == Due(HOUSEHOLD[2], DueReason.LATER_TRY_IS_DUE)
        assert found[5] == Due(HOUSEHOLD[5], DueReason.LATER_DOOR_IS_DUE)

    def test_impossible_step_is_skipped_with_its_reason(self) -> None:
        passed = {HouseholdAction.VOICE: DueReason.HEARD_ALREADY}
        found = due(HOUSEHOLD, after_steps(3), at(480), passed)
        assert [(one.step.number, one.reason) for one in found] == [
            (4, DueReason.HEARD_ALREADY),
            (5, DueReason.HEARD_ALREADY),
            (6, DueReason.TIME_HAS_COME),
        ]

    def test_try_is_not_skipped_for_a_later_try_that_is_not_due(self) -> None:
        found = due(HOUSEHOLD, after_steps(3), at(480))
        assert [(one.step.number, one.perform) for one in found] == [
            (4, False),
            (5, True),
            (6, True),
        ]

    def test_officer_ladder_calls_the_deputy_and_tells_the_tier_above(self) -> None:
        found = due(OFFICER, advance(OFFICER, REACHED, 2), at(480))
        assert [one.step.do for one in found if one.perform] == [
            OfficerAction.VOICE,
            OfficerAction.DEPUTY,
            OfficerAction.TELL_ABOVE,
        ]


class TestPosition:
    def test_ladder_begins_after_the_text_sent_with_the_alert(self) -> None:
        assert begin(HOUSEHOLD, REACHED, reachable=True) == Position(REACHED, 1, at(180))

    def test_ladder_begins_with_the_first_step_if_that_is_not_an_immediate_text(self) -> None:
        rules = parse_policy(
            "household.steps = [{ after = 9, do = 'sms' }, { after = 10, do = 'door deputy' }]"
        ).household
        ladder = household_ladder(rules, vulnerable=False)
        assert begin(ladder, REACHED, reachable=True) == Position(REACHED, 0, at(9))

    def test_unreachable_household_begins_with_the_door_step(self) -> None:
        assert begin(HOUSEHOLD, REACHED, reachable=False) == hasten(HOUSEHOLD, REACHED)

    def test_call_now_makes_the_call_due_and_keeps_later_intervals(self) -> None:
        position = call_now(HOUSEHOLD, at(60))
        assert position == Position(at(60 - 300), 3, at(60))
        assert HOUSEHOLD[position.steps_done].do is HouseholdAction.VOICE
        assert advance(HOUSEHOLD, position.silent_since, 5).next_at == at(60 + 180)

    def test_call_now_makes_the_door_due_on_a_ladder_without_calls(self) -> None:
        texts_only = tuple(step for step in HOUSEHOLD if step.do is not HouseholdAction.VOICE)
        assert call_now(texts_only, at(60)) == hasten(texts_only, at(60))

    def test_hasten_makes_the_door_due_and_keeps_later_intervals(self) -> None:
        position = hasten(HOUSEHOLD, at(60))
        assert position.next_at == at(60)
        doors = [position.silent_since + step.after for step in HOUSEHOLD if step.do.is_door]
        assert doors == [at(60), at(60 + 420), at(60 + 720)]
        assert [one.step.do for one in due(HOUSEHOLD, position, at(60))] == [
            HouseholdAction.DOOR_GRID_OFFICER
        ]

    def test_neighbour_is_still_asked_after_a_hastened_door(self) -> None:
        position = hasten(HOUSEHOLD, at(60))
        steps = HOUSEHOLD[position.steps_done :]
        asked = [step for step in steps if step.do is HouseholdAction.NEIGHBOUR]
        assert [position.silent_since + step.after for step in asked] == [at(60 + 240)]

    def test_position_after_the_last_step_has_no_next_time(self) -> None:
        assert advance(HOUSEHOLD, REACHED, 10) == Position(REACHED, 10, None)

    @pytest.mark.parametrize(
        ("done", "seconds", "expected"),
        [
            (2, 200, Position(REACHED, 2, at(240))),
            (2, 479, Position(REACHED, 2, at(240))),
            (2, 480, hasten(HOUSEHOLD, at(480))),
            (10, 9999, hasten(HOUSEHOLD, at(9999))),
        ],
    )
    def test_ladder_resumes_in_place_until_the_first_door_is_overdue(
        self, done: int, seconds: float, expected: Position
    ) -> None:
        settled = Position(REACHED, done, None)
        assert resume(HOUSEHOLD, settled, at(seconds)) == expected

    @pytest.mark.parametrize(("done", "somebody"), [(0, False), (5, False), (6, True), (10, True)])
    def test_at_the_door_is_true_once_an_officer_was_sent(self, done: int, somebody: bool) -> None:
        assert at_the_door(HOUSEHOLD, after_steps(done)) is somebody
