from datetime import UTC, datetime, timedelta
from functools import reduce

import pytest
from hypothesis import given
from hypothesis import strategies as st
from twilio.rest.api.v2010.account.message import MessageInstance

from alerting.deliveries.rules.delivery import (
    LONGEST_WAIT,
    RANK,
    WAIT_BEFORE_ONCE_MORE,
    DeliveryState,
    Failure,
    RetryDecision,
    RetryReason,
    after_receipt,
    back_off,
    classify,
    is_loss_of_route,
    merge,
    retry_decision,
    state_of,
)

NOW = datetime(2022, 8, 29, 5, 0, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)

states = st.sampled_from(DeliveryState)


class TestMerge:
    @given(
        st.lists(states, min_size=1).flatmap(lambda s: st.tuples(st.just(s), st.permutations(s)))
    )
    def test_order_of_reports_does_not_matter(
        self, orders: tuple[list[DeliveryState], list[DeliveryState]]
    ) -> None:
        first, second = orders
        assert reduce(merge, second, DeliveryState.QUEUED) is reduce(
            merge, first, DeliveryState.QUEUED
        )

    @given(states, states)
    def test_merge_never_lowers_the_rank_and_is_idempotent(
        self, current: DeliveryState, reported: DeliveryState
    ) -> None:
        after = merge(current, reported)
        assert RANK[after] >= RANK[current]
        assert merge(after, reported) is after

    @pytest.mark.parametrize(
        ("lower", "higher"),
        [
            ("queued", "sending"),
            ("sending", "unknown"),
            ("unknown", "accepted"),
            ("refused", "accepted"),
            ("accepted", "cancelled"),
            ("expired", "sent"),
            ("cancelled", "sent"),
            ("sent", "failed"),
            ("sent", "undelivered"),
            ("failed", "delivered"),
            ("undelivered", "delivered"),
        ],
    )
    def test_state_of_higher_rank_wins(self, lower: str, higher: str) -> None:
        early, late = DeliveryState(lower), DeliveryState(higher)
        assert merge(early, late) is merge(late, early) is late

    def test_every_state_has_a_distinct_rank(self) -> None:
        assert set(RANK) == set(DeliveryState)
        assert len(set(RANK.values())) == len(DeliveryState)


class TestAfterReceipt:
    @pytest.mark.parametrize(
        ("current", "reported", "is_latest_try", "after"),
        [
            ("accepted", "undelivered", True, "undelivered"),
            ("unknown", "accepted", True, "accepted"),
            ("delivered", "sent", True, "delivered"),
            ("sending", "undelivered", False, "sending"),
            ("accepted", "failed", False, "accepted"),
            ("accepted", "cancelled", False, "accepted"),
            ("queued", "undelivered", True, "queued"),
            ("queued", "accepted", True, "queued"),
            ("queued", "sent", True, "sent"),
            ("sending", "sent", False, "sent"),
            ("undelivered", "delivered", False, "delivered"),
            ("delivered", "sent", False, "delivered"),
        ],
    )
    def test_receipt_of_an_earlier_attempt_counts_only_if_sent_or_delivered(
        self, current: str, reported: str, is_latest_try: bool, after: str
    ) -> None:
        before, receipt = DeliveryState(current), DeliveryState(reported)
        assert after_receipt(before, receipt, is_latest_try=is_latest_try) == after


class TestStatus:
    @pytest.mark.parametrize(
        ("status", "state"),
        [
            ("accepted", "accepted"),
            ("scheduled", "accepted"),
            ("queued", "accepted"),
            ("sending", "accepted"),
            ("sent", "sent"),
            ("partially_delivered", "undelivered"),
            ("delivered", "delivered"),
            ("read", "delivered"),
            ("undelivered", "undelivered"),
            ("failed", "failed"),
            ("canceled", "cancelled"),
        ],
    )
    def test_provider_status_maps_to_a_state(self, status: str, state: str) -> None:
        assert state_of(status) is DeliveryState(state)

    def test_every_outbound_status_of_the_sdk_is_known(self) -> None:
        inbound = {"receiving", "received"}
        listed = {value for name, value in vars(MessageInstance.Status).items() if name.isupper()}
        assert {state_of(status) for status in listed - inbound} <= set(DeliveryState)

    @pytest.mark.parametrize("status", ["received", "Delivered", "", "lost"])
    def test_unlisted_status_raises_an_error_naming_it(self, status: str) -> None:
        with pytest.raises(ValueError, match=f"'{status}' is not a status"):
            state_of(status)


class TestClassify:
    @pytest.mark.parametrize(
        ("codes", "failure"),
        [
            ([20429, 30001, 21611], Failure.RETRY),
            ([30003, 30008], Failure.ONCE_MORE),
            ([21211, 21216, 21217, 21614, 21635, 21610], Failure.NEVER),
            ([30004, 30005, 30006, 30007], Failure.NEVER),
            ([21214, 21215, 21408, 21612], Failure.NO_ROUTE),
            ([20003, 21606, 21608, 30002, 30034], Failure.PAGE_OPERATOR),
            ([99999, 0], Failure.UNLISTED),
        ],
    )
    @pytest.mark.parametrize("http_status", [None, 200, 400, 404])
    def test_error_code_decides_the_kind_of_failure(
        self, codes: list[int], failure: Failure, http_status: int | None
    ) -> None:
        assert {classify(code, http_status) for code in codes} == {failure}

    @pytest.mark.parametrize(
        ("code", "is_of_route"),
        [
            *((code, True) for code in (None, 30001, 30002, 30007, 30008, 30034, 99999)),
            *((code, False) for code in (21211, 21408, 21610, 30003, 30004, 30005, 30006)),
        ],
    )
    def test_route_may_have_lost_a_text_unless_its_code_is_about_the_phone(
        self, code: int | None, is_of_route: bool
    ) -> None:
        assert is_loss_of_route(code) is is_of_route

    @pytest.mark.parametrize(
        ("http_status", "failure"),
        [
            (None, Failure.UNKNOWN),
            (500, Failure.UNKNOWN),
            (503, Failure.UNKNOWN),
            (429, Failure.RETRY),
            (401, Failure.PAGE_OPERATOR),
            (499, Failure.UNLISTED),
            (200, Failure.UNLISTED),
        ],
    )
    def test_http_status_decides_if_there_is_no_code(
        self, http_status: int | None, failure: Failure
    ) -> None:
        assert classify(None, http_status) is failure

    def test_listed_code_overrides_the_http_status(self) -> None:
        assert classify(20429, 503) is Failure.RETRY

    def test_server_error_with_an_unlisted_code_is_unknown(self) -> None:
        assert classify(20500, 500) is Failure.UNKNOWN


class TestRetry:
    def test_permanent_failure_is_not_retried(self) -> None:
        assert retry_decision(Failure.NEVER, 1, NOW, LATER) == RetryDecision(
            None, RetryReason.NEVER
        )

    @pytest.mark.parametrize(
        ("failure", "reason"),
        [
            (Failure.PAGE_OPERATOR, RetryReason.PAGE_OPERATOR),
            (Failure.NOT_SENT, RetryReason.BACK_OFF),
        ],
    )
    @pytest.mark.parametrize(("attempts", "seconds"), [(1, 1), (2, 2), (50, 60)])
    def test_repairable_failure_is_retried_with_back_off(
        self, failure: Failure, reason: RetryReason, attempts: int, seconds: int
    ) -> None:
        assert retry_decision(failure, attempts, NOW, LATER) == RetryDecision(
            NOW + timedelta(seconds=seconds), reason
        )

    @pytest.mark.parametrize("failure", [Failure.ONCE_MORE, Failure.UNKNOWN, Failure.UNLISTED])
    def test_doubtful_failure_is_retried_once(self, failure: Failure) -> None:
        assert retry_decision(failure, 1, NOW, LATER) == RetryDecision(
            NOW + WAIT_BEFORE_ONCE_MORE, RetryReason.ONCE_MORE
        )
        assert retry_decision(failure, 2, NOW, LATER) == RetryDecision(
            None, RetryReason.TRIED_ENOUGH
        )

    @pytest.mark.parametrize(("attempts", "seconds"), [(1, 1), (2, 2), (5, 16), (7, 60), (900, 60)])
    def test_busy_provider_is_retried_with_back_off(self, attempts: int, seconds: int) -> None:
        assert retry_decision(Failure.RETRY, attempts, NOW, LATER) == RetryDecision(
            NOW + timedelta(seconds=seconds), RetryReason.BACK_OFF
        )

    @pytest.mark.parametrize(("asked", "waited"), [(0, 4), (3, 4), (90, 90)])
    def test_retry_waits_for_the_longer_of_back_off_and_retry_after(
        self, asked: int, waited: int
    ) -> None:
        decision = retry_decision(Failure.RETRY, 3, NOW, LATER, timedelta(seconds=asked))
        assert decision.retry_at == NOW + timedelta(seconds=waited)

    @pytest.mark.parametrize("failure", [Failure.RETRY, Failure.UNKNOWN])
    def test_no_retry_after_the_alert_expires(self, failure: Failure) -> None:
        retry_at = retry_decision(failure, 1, NOW, LATER).retry_at
        assert retry_at is not None
        assert retry_decision(failure, 1, NOW, retry_at) == RetryDecision(
            None, RetryReason.EXPIRES_FIRST
        )
        just_in_time = retry_at + timedelta(microseconds=1)
        assert retry_decision(failure, 1, NOW, just_in_time).retry_at == retry_at

    @given(st.integers(1, 2000))
    def test_back_off_never_shrinks_and_ends_at_a_minute(self, attempts: int) -> None:
        assert back_off(attempts) <= back_off(attempts + 1) <= LONGEST_WAIT
