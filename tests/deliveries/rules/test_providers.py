"""A provider's health follows its answers and receipts, and decides which provider sends."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import groupby

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerting.deliveries.rules.delivery import Failure, OutcomeKind
from alerting.deliveries.rules.providers import (
    Condition,
    Health,
    Provider,
    Sign,
    Turn,
    after_receipts,
    after_signs,
    sign_of,
    turn_of,
)
from alerting.policy.policy import default_policy
from alerting.policy.sections import Channel

RULES = default_policy().provider
NOW = datetime(2026, 8, 29, 5, 10, tzinfo=UTC)
LONG_AGO = NOW - timedelta(days=1)
WELL = Health(LONG_AGO)
UP, SLOW, DOWN = Condition
QUICK = timedelta(milliseconds=100)


def after(health: Health, *signs: Sign, seconds: float = 0, alone: bool = False) -> Health:
    at = NOW + timedelta(seconds=seconds)
    return after_signs(health, signs, at, RULES, is_alone=alone)


class TestSign:
    @pytest.mark.parametrize(
        ("kind", "failure", "sign"),
        [
            (OutcomeKind.ACCEPTED, None, Sign.GOOD),
            (OutcomeKind.REFUSED, Failure.NEVER, Sign.GOOD),
            (OutcomeKind.REFUSED, Failure.ONCE_MORE, Sign.GOOD),
            (OutcomeKind.REFUSED, Failure.NO_ROUTE, Sign.GOOD),
            (OutcomeKind.REFUSED, Failure.UNLISTED, Sign.BAD),
            (OutcomeKind.REFUSED, Failure.RETRY, None),
            (OutcomeKind.REFUSED, Failure.NOT_SENT, Sign.BAD),
            (OutcomeKind.REFUSED, Failure.PAGE_OPERATOR, Sign.FATAL),
            (OutcomeKind.UNKNOWN, Failure.UNKNOWN, Sign.BAD),
            (OutcomeKind.UNKNOWN, None, Sign.BAD),
        ],
    )
    def test_answer_maps_to_a_sign_of_health(
        self, kind: OutcomeKind, failure: Failure | None, sign: Sign | None
    ) -> None:
        assert sign_of(kind, failure, QUICK, RULES) is sign

    def test_late_answer_is_slow_even_if_it_refuses_the_number(self) -> None:
        late = RULES.slow_answer
        assert sign_of(OutcomeKind.ACCEPTED, None, late, RULES) is Sign.SLOW
        assert sign_of(OutcomeKind.REFUSED, Failure.NEVER, late, RULES) is Sign.SLOW
        assert sign_of(OutcomeKind.REFUSED, Failure.RETRY, late, RULES) is None
        just_before = late - timedelta(microseconds=1)
        assert sign_of(OutcomeKind.ACCEPTED, None, just_before, RULES) is Sign.GOOD


class TestFall:
    def test_provider_is_down_after_six_bad_answers_in_a_row(self) -> None:
        five = after(WELL, *[Sign.BAD] * 5)
        assert five.condition is UP
        assert after(five, Sign.BAD) == Health(NOW, DOWN, falls=1)
        assert after(five, Sign.GOOD, *[Sign.BAD] * 5).condition is UP

    def test_provider_is_slow_after_six_slow_or_bad_answers_in_a_row(self) -> None:
        assert after(WELL, *[Sign.SLOW, Sign.BAD] * 3) == Health(NOW, SLOW, falls=1)
        assert after(WELL, *[Sign.SLOW] * 5).condition is UP

    @pytest.mark.parametrize("health", [WELL, Health(LONG_AGO, SLOW)])
    def test_provider_that_refuses_the_account_is_down_at_once(self, health: Health) -> None:
        assert after(health, Sign.FATAL).condition is DOWN

    def test_slow_provider_is_down_after_six_bad_answers(self) -> None:
        assert after(Health(LONG_AGO, SLOW), *[Sign.BAD] * 6).condition is DOWN

    def test_good_answers_do_not_change_a_healthy_provider(self) -> None:
        assert after(WELL, *[Sign.GOOD] * 100) is not None
        assert after(WELL, *[Sign.GOOD] * 100) == WELL


class TestReturn:
    @pytest.mark.parametrize("condition", [SLOW, DOWN])
    def test_sole_provider_is_up_after_one_good_answer(self, condition: Condition) -> None:
        back = after(Health(NOW, condition, falls=1), Sign.GOOD, seconds=1, alone=True)
        assert back == Health(NOW + timedelta(seconds=1), UP, falls=1)

    @pytest.mark.parametrize("condition", [SLOW, DOWN])
    def test_provider_with_a_peer_is_up_after_three_good_answers(
        self, condition: Condition
    ) -> None:
        fallen = Health(NOW, condition, falls=1)
        hold = RULES.hold.total_seconds()
        twice = after(fallen, Sign.GOOD, Sign.GOOD, seconds=hold)
        assert twice.condition is condition
        assert after(twice, Sign.GOOD, seconds=hold).condition is UP
        assert after(twice, Sign.BAD, Sign.GOOD, Sign.GOOD, seconds=hold).condition is condition

    def test_good_answers_do_not_shorten_the_hold(self) -> None:
        fallen = Health(NOW, DOWN, falls=1)
        hold = RULES.hold.total_seconds()
        tried = after(fallen, *[Sign.GOOD] * 50, seconds=hold - 0.001)
        assert tried.condition is DOWN
        assert after(tried, Sign.GOOD, seconds=hold).condition is UP

    def test_slow_trial_makes_a_down_provider_slow(self) -> None:
        assert after(Health(NOW, DOWN), Sign.SLOW, alone=True).condition is SLOW
        assert after(Health(NOW, DOWN), Sign.BAD, alone=True).condition is DOWN

    def test_hold_doubles_each_time_the_provider_soon_falls_again(self) -> None:
        held = []
        health, at = WELL, 0.0
        for _ in range(7):
            health = after(health, *[Sign.BAD] * 6, seconds=at)
            fell = at
            while health.condition is DOWN:
                at += 5
                health = after(health, Sign.GOOD, seconds=at)
            held.append(at - fell)
            at += 1
        assert held == [60, 120, 240, 480, 960, 960, 960]

    def test_fall_after_the_hold_counts_as_the_first_again(self) -> None:
        back = Health(NOW, UP, falls=5)
        assert after(back, *[Sign.BAD] * 6, seconds=959).falls == 6
        assert after(back, *[Sign.BAD] * 6, seconds=961).falls == 1


FIRST = Provider("first", Channel.SMS, ("first", "second"))
SECOND = replace(FIRST, name="second")


class TestTurn:
    @pytest.mark.parametrize(
        ("first", "second", "turns"),
        [
            (UP, UP, (Turn.ALL, Turn.NOTHING)),
            (UP, SLOW, (Turn.ALL, Turn.TRIAL)),
            (UP, DOWN, (Turn.ALL, Turn.TRIAL)),
            (SLOW, UP, (Turn.TRIAL, Turn.ALL)),
            (SLOW, SLOW, (Turn.ALL, Turn.TRIAL)),
            (SLOW, DOWN, (Turn.ALL, Turn.TRIAL)),
            (DOWN, UP, (Turn.TRIAL, Turn.ALL)),
            (DOWN, SLOW, (Turn.TRIAL, Turn.ALL)),
            (DOWN, DOWN, (Turn.TRIAL, Turn.TRIAL)),
        ],
    )
    def test_healthiest_provider_sends_and_the_other_is_tried(
        self, first: Condition, second: Condition, turns: tuple[Turn, Turn]
    ) -> None:
        healths = {"first": Health(NOW, first), "second": Health(NOW, second)}
        assert (turn_of(FIRST, healths), turn_of(SECOND, healths)) == turns

    def test_sole_provider_sends_even_if_it_is_slow(self) -> None:
        alone = Provider("first", Channel.SMS, ("first",))
        assert turn_of(alone, {"first": Health(NOW, SLOW)}) is Turn.ALL
        assert alone.peers == ()
        assert SECOND.peers == ("first",)

    def test_provider_that_loses_texts_sends_all_while_its_peer_is_down(self) -> None:
        losing = Health(NOW, DOWN, loses=True)
        for peer, turn in ((DOWN, Turn.ALL), (UP, Turn.TRIAL), (SLOW, Turn.TRIAL)):
            assert turn_of(FIRST, {"first": losing, "second": Health(NOW, peer)}) is turn
        alone = Provider("first", Channel.SMS, ("first",))
        assert turn_of(alone, {"first": losing}) is Turn.ALL


class TestReceipts:
    @pytest.mark.parametrize(
        ("arrived", "lost", "condition"),
        [(0, 5, UP), (0, 6, DOWN), (5, 6, DOWN), (6, 6, UP), (100, 60, UP), (0, 30, DOWN)],
    )
    def test_provider_that_loses_most_texts_is_down(
        self, arrived: int, lost: int, condition: Condition
    ) -> None:
        assert after_receipts(WELL, arrived, lost, NOW, RULES).condition is condition

    def test_provider_that_loses_texts_stays_down_despite_good_answers(self) -> None:
        losing = after_receipts(WELL, 0, 6, NOW, RULES)
        later = RULES.hold.total_seconds() + 1
        assert after(losing, *[Sign.GOOD] * 10, seconds=later, alone=True) == losing

    @pytest.mark.parametrize(
        ("arrived", "lost", "is_back"), [(3, 0, True), (2, 0, False), (3, 3, False), (4, 3, True)]
    )
    def test_provider_that_lost_texts_is_up_when_most_arrive(
        self, arrived: int, lost: int, is_back: bool
    ) -> None:
        losing = after_receipts(WELL, 0, 6, NOW, RULES)
        early = after_receipts(losing, arrived, lost, NOW, RULES)
        assert early == losing
        late = after_receipts(losing, arrived, lost, NOW + RULES.hold, RULES)
        assert (late.condition is UP) is is_back
        assert late.loses is not is_back


@given(st.lists(st.sampled_from([Sign.SLOW, Sign.GOOD]), max_size=600))
def test_two_slow_providers_rarely_swap_work(answers: list[Sign]) -> None:
    """Each provider is slow while it sends all texts. On trial, its answers are generated."""
    healths = {"first": Health(LONG_AGO), "second": Health(LONG_AGO)}
    at_work = []
    for second, whoever in enumerate(answers):
        now = NOW + timedelta(seconds=second)
        for provider, peer in ((FIRST, "second"), (SECOND, "first")):
            turn = turn_of(provider, healths)
            if turn is Turn.ALL:
                at_work.append(provider.name)
            sign = Sign.SLOW if turn is Turn.ALL else whoever
            if turn is Turn.ALL or (turn is Turn.TRIAL and second % 5 == 0):
                is_alone = healths[peer].condition is DOWN
                healths[provider.name] = after_signs(
                    healths[provider.name], [sign], now, RULES, is_alone=is_alone
                )
    shifts = len(list(groupby(at_work)))
    assert shifts <= 3 + 2 * (len(answers) // int(RULES.hold.total_seconds()))
