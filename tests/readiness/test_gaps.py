"""Gaps of readiness: households nobody goes to, and officers with too many doors."""

from dataclasses import replace
from datetime import timedelta

import pytest

from alerting.feed.predicted import PredictionKind, Withheld
from alerting.readiness.forecast import Readiness, readiness_of
from alerting.readiness.gaps import Gap, GapReason, Subject
from alerting.readiness.snapshot import HomeGroup, Household, PhoneLack, Post, Snapshot
from tests.support.city import CITY, COUNTY, NOW, POLICY, QIANFO, TOWN

GRID = Post("grid", QIANFO, knocks=True, decides=False, is_on_duty=True, has_phone=True)
ABOVE = Post("boss", TOWN, knocks=False, decides=True, is_on_duty=True, has_phone=True)
HOMES = HomeGroup(QIANFO, None, is_vulnerable=False, has_phone=True, households=10, people=30)
READY = Snapshot([HOMES], [GRID, ABOVE], [], {}, {})


def looked(seen: Snapshot) -> Readiness:
    return readiness_of(seen, POLICY, NOW)


def gaps(seen: Snapshot) -> list[tuple[GapReason, str, int]]:
    return [(each.reason, each.subject, each.number) for each in looked(seen).gaps]


def test_place_with_an_officer_has_no_gap_and_a_predicted_time() -> None:
    found = looked(READY)
    assert found.gaps == []
    assert [each.division for each in found.places] == ["51", CITY, COUNTY, TOWN, QIANFO]
    for each in found.places:
        assert (each.households, each.people) == (10, 30)
        assert each.prediction.kind is PredictionKind.RANGE


@pytest.mark.parametrize(
    ("posts", "reason"),
    [
        ([replace(GRID, is_on_duty=False), ABOVE], GapReason.NOBODY_ON_DUTY),
        ([ABOVE], GapReason.ONLY_ABOVE),
        ([], GapReason.NOBODY_KNOCKS),
        ([replace(ABOVE, division="511921101")], GapReason.NOBODY_KNOCKS),
    ],
)
def test_gap_says_who_goes_instead_of_a_missing_officer(
    posts: list[Post], reason: GapReason
) -> None:
    assert gaps(replace(READY, posts=posts)) == [(reason, QIANFO, 10)]


def test_prediction_is_withheld_without_any_officer() -> None:
    found = looked(replace(READY, posts=[]))
    assert {each.prediction.reason for each in found.places} == {Withheld.DOORS_ON_NOBODY}


def test_own_officer_goes_first_unless_off_duty() -> None:
    far = replace(GRID, id="own", division=TOWN, knocks=False)
    many = replace(HOMES, officer="own", has_phone=False, households=500)
    for on_duty, burdened in ((True, "own"), (False, "grid")):
        posts = [GRID, ABOVE, replace(far, is_on_duty=on_duty)]
        found = looked(replace(READY, homes=[many], posts=posts)).gaps
        assert [each.subject for each in found] == [burdened]


def test_doors_that_cannot_be_visited_within_the_target_time_are_a_gap() -> None:
    def beyond(homes: int, target: timedelta) -> int:
        alert = POLICY.alert.model_copy(update={"target": target})
        policy = POLICY.model_copy(update={"alert": alert})
        seen = replace(READY, homes=[replace(HOMES, has_phone=False, households=homes)])
        return sum(each.number for each in readiness_of(seen, policy, NOW).gaps)

    assert beyond(5, POLICY.alert.target) == 0
    assert beyond(100, POLICY.alert.target) == beyond(101, POLICY.alert.target) - 1
    assert beyond(100, POLICY.alert.target) > beyond(100, 2 * POLICY.alert.target)


def test_households_with_phones_count_as_fewer_doors() -> None:
    counts = [
        gaps(replace(READY, homes=[replace(HOMES, has_phone=phone, households=100)]))[0][2]
        for phone in (True, False)
    ]
    assert counts[0] < counts[1]


def test_gaps_are_listed_gravest_first() -> None:
    lacking = [Household("b", QIANFO, PhoneLack.NONE), Household("a", QIANFO, PhoneLack.IMPOSSIBLE)]
    seen = replace(
        READY,
        posts=[replace(GRID, has_phone=False), ABOVE],
        unreachable=lacking,
        without_point={QIANFO: 10},
        unplaced={QIANFO: 4},
    )
    assert [each.reason for each in looked(seen).gaps] == [
        GapReason.OFFICER_WITHOUT_PHONE,
        GapReason.NO_PHONE,
        GapReason.IMPOSSIBLE_PHONE,
        GapReason.NO_ASSEMBLY_POINT,
        GapReason.NO_COORDINATES,
    ]
    assert looked(seen).gaps[1] == Gap(GapReason.NO_PHONE, Subject.HOUSEHOLD, "b", QIANFO, 1)
