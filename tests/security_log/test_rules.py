"""Equal events within a minute are one row, and the number of rows is limited for each kind."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from alerting.security_log.rules import MORE, Fold, SecurityEvent, SecurityKind, settled_before

NOW = datetime(2026, 8, 29, 5, 10, 30, tzinfo=UTC)
MINUTE = NOW.replace(second=0)
REFUSED = SecurityEvent(SecurityKind.ACCESS_REFUSED, route="GET /api/me", detail="401")
BEYOND = SecurityEvent(SecurityKind.ACCESS_REFUSED, detail=MORE)
SIGNED_IN = SecurityEvent(SecurityKind.SIGNED_IN, "51", "grid")


def numbered(number: int) -> SecurityEvent:
    return SecurityEvent(SecurityKind.ACCESS_REFUSED, sender=str(number))


def test_equal_events_within_a_minute_are_one_row() -> None:
    fold = Fold()
    for seconds in (0, 10, 29, 30):
        fold.add(REFUSED, NOW + timedelta(seconds=seconds))
    assert fold.take() == {(MINUTE, REFUSED): 3, (MINUTE + timedelta(minutes=1), REFUSED): 1}
    assert fold.take() == {}


def test_flood_of_one_kind_does_not_hide_another() -> None:
    fold = Fold(most_an_hour=3)
    for number in range(1_000):
        fold.add(numbered(number), NOW)
    fold.add(SIGNED_IN, NOW)
    rows = fold.take()
    assert rows[MINUTE, BEYOND] == 997
    assert rows[MINUTE, SIGNED_IN] == 1
    assert len(rows) == 5


def test_existing_row_is_still_counted_during_a_flood() -> None:
    fold = Fold(most_an_hour=2)
    for number in (0, 1, 2, 1):
        fold.add(numbered(number), NOW)
    assert fold.take() == {
        (MINUTE, numbered(0)): 1,
        (MINUTE, numbered(1)): 2,
        (MINUTE, BEYOND): 1,
    }


def test_limit_starts_anew_each_hour() -> None:
    fold = Fold(most_an_hour=1)
    for hours in (0, 1):
        for number in (1, 2):
            fold.add(numbered(number), NOW + timedelta(hours=hours))
    kept = [event for _, event in fold.take()]
    assert kept == [numbered(1), BEYOND, numbered(1), BEYOND]


@given(st.lists(st.tuples(st.integers(0, 20), st.integers(0, 7_200)), max_size=200))
def test_every_event_is_counted_exactly_once(given_: list[tuple[int, int]]) -> None:
    fold = Fold(most_an_hour=4)
    taken = 0
    for place, (number, seconds) in enumerate(sorted(given_, key=lambda each: each[1])):
        fold.add(numbered(number), NOW + timedelta(seconds=seconds))
        if place % 7 == 0:
            taken += sum(fold.take().values())
    assert taken + sum(fold.take().values()) == len(given_)


def test_fields_are_cut_and_lose_nul() -> None:
    fold = Fold()
    fold.add(SecurityEvent(SecurityKind.SIGNED_IN, detail="x\0" * 1_000), NOW)
    ((_, event),) = fold.take()
    assert event.detail == "x" * 100


def test_rows_of_a_minute_are_final_one_minute_after_its_end() -> None:
    assert settled_before(NOW) == MINUTE - timedelta(minutes=1)
