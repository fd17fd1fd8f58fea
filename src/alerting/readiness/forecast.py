"""Forecasts an alert to everybody tonight: when each division is done, and what gaps delay it."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from alerting.cap.lifecycle import AlertState
from alerting.policy.escalation import first_door_after, household_ladder
from alerting.policy.policy import Policy
from alerting.prediction.outlook import relief_of
from alerting.prediction.rules.answers import learn
from alerting.prediction.rules.doors import Round, pace_of
from alerting.prediction.rules.rounds import OpenDoors, SilentGroup, rounds_of
from alerting.prediction.rules.zero import Outlook, Prediction, predict
from alerting.readiness.gaps import FirstOfficer, Gap, GapReason, first_officer_of, gaps_of
from alerting.readiness.snapshot import HomeGroup, Snapshot
from contacts.division import ancestors

_PACE: Final = pace_of(0, 0.0)
"""The pace that the prediction assumes at the beginning of an alert."""

_A_DOOR: Final = sum(seconds * weight for seconds, weight in _PACE.points)


@dataclass(frozen=True, slots=True)
class PlaceReadiness:
    """The forecast of a division: its households, and when nobody would be unaccounted for."""

    division: str
    households: int
    people: int
    prediction: Prediction


@dataclass(frozen=True)
class Readiness:
    """The forecasts of all divisions with households, and all gaps, gravest first."""

    at: datetime
    places: Sequence[PlaceReadiness]
    gaps: Sequence[Gap]


_FirstOfficers = Mapping[tuple[str, str | None], FirstOfficer]


def readiness_of(seen: Snapshot, policy: Policy, now: datetime) -> Readiness:
    """Return the forecast of an alert to everybody tonight."""
    posts = {each.id: each for each in seen.posts}
    homes = {(each.place, each.officer) for each in seen.homes}
    first_officers = {key: first_officer_of(*key, posts) for key in homes}
    chances = {risk: _chance(policy, is_vulnerable=risk) for risk in (True, False)}
    loads: defaultdict[str, float] = defaultdict(float)
    for each in seen.homes:
        if officer := first_officers[each.place, each.officer].officer:
            # A household without a phone is visited at once, other households if they stay silent.
            chance = chances[each.is_vulnerable] if each.has_phone else 1.0
            loads[officer] += each.households * chance
    left = (policy.alert.target - _door_after(policy, is_vulnerable=False)).total_seconds()
    gaps = gaps_of(seen, first_officers, loads, max(0.0, left / _A_DOOR))
    return Readiness(now, _places(seen.homes, first_officers, policy, now), gaps)


def _door_after(policy: Policy, *, is_vulnerable: bool) -> timedelta:
    return first_door_after(household_ladder(policy.household, vulnerable=is_vulnerable))


def _chance(policy: Policy, *, is_vulnerable: bool) -> float:
    """Return the probability that a household stays silent until an officer is sent."""
    after = _door_after(policy, is_vulnerable=is_vulnerable).total_seconds()
    return learn([]).stay_silent(0.0, after)


def _places(
    homes: Sequence[HomeGroup], first_officers: _FirstOfficers, policy: Policy, now: datetime
) -> list[PlaceReadiness]:
    rounds = _rounds(homes, first_officers, policy)
    below: defaultdict[str, list[Round]] = defaultdict(list)
    households, people, on_nobody = Counter[str](), Counter[str](), Counter[str]()
    for place, each in rounds.items():
        for division in (place, *ancestors(place)):
            below[division].append(each)
    for group in homes:
        is_left = first_officers[group.place, group.officer].lack is GapReason.NOBODY_KNOCKS
        for division in (group.place, *ancestors(group.place)):
            households[division] += group.households
            people[division] += group.people
            on_nobody[division] += group.households if is_left else 0
    return [
        PlaceReadiness(
            division,
            households[division],
            people[division],
            predict(_outlook(now, people[division], on_nobody[division], below[division])),
        )
        for division in sorted(households)
    ]


def _rounds(
    homes: Sequence[HomeGroup], first_officers: _FirstOfficers, policy: Policy
) -> dict[str, Round]:
    """Return the round by village or grid at the beginning of an alert."""
    silent: list[SilentGroup] = []
    doors: Counter[tuple[str, str]] = Counter()
    for each in homes:
        if not each.has_phone:
            doors[each.place, first_officers[each.place, each.officer].officer or each.place] += (
                each.households
            )
            continue
        door_at = _door_after(policy, is_vulnerable=each.is_vulnerable).total_seconds()
        silent.append(SilentGroup(each.place, each.households, 0.0, door_at))
    open_ = [
        OpenDoors(place, officer, number, 0, 0.0, 0.0, is_awake=False)
        for (place, officer), number in doors.items()
    ]
    relief = relief_of(household_ladder(policy.household, vulnerable=False))
    places = sorted({each.place for each in homes})
    return dict(zip(places, rounds_of(silent, open_, learn([]), relief), strict=True))


def _outlook(now: datetime, people: int, on_nobody: int, rounds: Sequence[Round]) -> Outlook:
    """Return the inputs of a prediction at the time when an alert is raised."""
    return Outlook(
        now=now,
        state=AlertState.OPEN,
        people=people,
        unaccounted=people,
        help_open=0,
        help_on_nobody=0,
        doors_on_nobody=on_nobody,
        rounds=rounds,
        pace=_PACE,
        zero_at=None,
    )
