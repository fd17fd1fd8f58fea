"""The audience of an alert: resolve an area to households, split it, and count it."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Connection,
    and_,
    bindparam,
    case,
    false,
    func,
    select,
)

from alerting.access.rules import ASKING
from alerting.cap.alert import Area
from alerting.cap.exercise import Exercise
from alerting.deliveries.rules.forecast import Audience
from alerting.errors import InvalidError
from alerting.hazard_points.store import HazardPoint, find_point, households_at
from alerting.messages.text import language_for
from alerting.messages.wording import Readers
from contacts.directory import (
    Officer,
    OnCall,
    called_first,
    division,
    households_in,
    households_within,
    on_call_named,
    outermost,
)
from contacts.division import covers, village_of
from contacts.duty.officers import on_call_on_duty
from contacts.tables import HOUSEHOLD_PHONES, HOUSEHOLDS


@dataclass(frozen=True)
class ResolvedArea:
    """The divisions of an area, and the SQL condition that selects its households in the roster."""

    divisions: tuple[str, ...]
    condition: ColumnElement[bool]
    drawn: Area | None = None
    """The drawing, if the condition selects all households in it."""
    point: HazardPoint | None = None
    """The hazard point that the area names, if any."""


def resolve(connection: Connection, area: Area) -> ResolvedArea:
    """Return the divisions of an area and the condition for its households.

    A drawn area contains the households whose coordinates are in it; its divisions are their
    villages. A hazard point also contains the households listed for it by hand.

    Raises:
        InvalidError: if a division or the hazard point is unknown, or the drawing is invalid or
            contains no household.
    """
    if area.hazard_point:
        return _resolve_point(connection, area.hazard_point, area)
    if area.is_drawn:
        return _resolve_drawn(connection, area)
    for code in area.divisions:
        if division(connection, code) is None:
            raise InvalidError(
                "area.divisions",
                f"{code} is not a known division; correct it",
                f"没有区划{code}：请改正",
            )
    divisions = tuple(outermost(area.divisions))
    return ResolvedArea(divisions, households_in(divisions))


@dataclass(frozen=True)
class AreaSplit:
    """An area, split into what the caller may alert without approval, and the rest."""

    own: ResolvedArea
    """The part to alert now; it may be empty."""
    beyond: tuple[str, ...]
    """The divisions that need an officer's approval."""


def split_area(caller: Officer, area: ResolvedArea) -> AreaSplit:
    """Split an area into the part that the caller may alert now, and the divisions beyond it.

    If a polygon reaches beyond the village of an informant or grid officer, their part is the
    households of that village within the polygon.
    """
    if caller.role not in ASKING:
        return AreaSplit(area, ())
    village = village_of(caller.division)
    beyond = tuple(code for code in area.divisions if not covers(village, code))
    if not beyond:
        return AreaSplit(area, ())
    own = intersection(area.divisions, village)
    within = and_(area.condition, households_in(own))
    return AreaSplit(ResolvedArea(own, within, point=area.point), beyond)


def intersection(divisions: Collection[str], village: str) -> tuple[str, ...]:
    """Return the divisions within a village, or the village itself if a division contains it."""
    if any(covers(division, village) for division in divisions):
        return (village,)
    return tuple(division for division in divisions if covers(village, division))


def to_enrol(area: ResolvedArea, exercise: Exercise | None) -> ColumnElement[bool]:
    """Return the SQL condition for the households of an area that an alert enrols.

    An exercise of officers enrols no household; an exercise with one phone enrols at most its one
    household. A household that is not on the roll gets no texts or calls.
    """
    if exercise is None or exercise.reaches_all_households:
        return area.condition
    if exercise.household is None:
        return false()
    return and_(area.condition, HOUSEHOLDS.c.code == exercise.household)


def officers_called(
    connection: Connection, divisions: tuple[str, ...], exercise: Exercise | None, now: datetime
) -> list[OnCall]:
    """Return the officers whom an alert in these divisions calls first.

    In an exercise, return only the officers who take part.
    """
    if exercise and exercise.officer:
        return on_call_named(connection, exercise.officer)
    on_duty = called_first(on_call_on_duty(connection, divisions, now))
    return [each for each in on_duty if exercise is None or exercise.reaches_officer(each.id)]


def count(
    connection: Connection, area: ResolvedArea, exercise: Exercise | None, now: datetime
) -> Audience:
    """Count the households of an area, and the officers whom an alert would call.

    In an exercise, only texts to participants are counted.
    """
    households = _counted(connection, area.condition)
    is_whole = exercise is None or exercise.reaches_all_households
    texted = households if is_whole else _counted(connection, to_enrol(area, exercise))
    officers = officers_called(connection, area.divisions, exercise, now)
    called = [language_for(officer.language) for officer in officers if officer.has_phone]
    number = sum(row[2] for row in households)
    return Audience(
        households=number,
        people=sum(int(row[3]) for row in households),
        vulnerable_households=sum(int(row[4]) for row in households),
        households_without_phone=number - sum(row[5] for row in households),
        households_in_care=sum(row[6] for row in households),
        officers=len(officers),
        texts_by_readers={Readers(row[0], row[1]): int(row[5]) for row in texted if row[5]},
        calls_by_language=Counter(called),
    )


def _counted(connection: Connection, condition: ColumnElement[bool]) -> Sequence[Any]:
    """Return one row of counts per language and division of the households."""
    has_phone = and_(
        HOUSEHOLD_PHONES.c.household == HOUSEHOLDS.c.code, HOUSEHOLD_PHONES.c.position == 0
    )
    return connection.execute(
        select(
            HOUSEHOLDS.c.language,
            HOUSEHOLDS.c.division,
            func.count(HOUSEHOLDS.c.code),
            func.sum(HOUSEHOLDS.c.headcount),
            func.sum(case((HOUSEHOLDS.c.vulnerable != "", 1), else_=0)),
            func.count(HOUSEHOLD_PHONES.c.number),
            func.count(HOUSEHOLDS.c.centre),
        )
        .join(HOUSEHOLD_PHONES, has_phone, isouter=True)
        .where(condition)
        .group_by(HOUSEHOLDS.c.language, HOUSEHOLDS.c.division)
    ).all()


def _resolve_drawn(connection: Connection, area: Area) -> ResolvedArea:
    field = f"area.{next(f for f in ('polygon', 'geometry', 'circles') if getattr(area, f))}"
    try:
        inside = households_within(connection, area.shape)
    except ValueError as wrong:
        raise InvalidError(field, str(wrong), "范围画得不对：请重画") from None
    if not inside:
        raise InvalidError(
            field,
            "the area contains no household with coordinates; draw another area, or name divisions",
            "范围内没有带坐标的住户：请重画，或选区划",
        )
    return _households(inside, area)


def _resolve_point(connection: Connection, code: str, area: Area) -> ResolvedArea:
    field = "area.hazard_point"
    if area.is_drawn:
        raise InvalidError(
            field,
            "a hazard point has its own area: leave out the drawing",
            "隐患点有自己的范围：请去掉另画的",
        )
    point = find_point(connection, code)
    if point is None or point.retired_at is not None:
        raise InvalidError(
            field,
            f"there is no hazard point {code}: choose another one, or name divisions",
            f"没有隐患点{code}：请另选，或选区划",
        )
    inside = households_at(connection, point)
    if not inside:
        raise InvalidError(
            field,
            f"{point.name} has no households, neither in its area nor in its list; name divisions",
            f"{point.name}范围内没有住户，也没有列入住户：请选区划",
        )
    return replace(_households(inside, point.as_alerted), point=point)


def _households(codes: list[str], drawn: Area) -> ResolvedArea:
    villages = tuple(sorted({village_of(code) for code in codes}))
    # Literal values, because the list may exceed the maximum number of bound parameters.
    inside: BindParameter[list[str]] = bindparam(
        "inside", codes, expanding=True, literal_execute=True
    )
    return ResolvedArea(villages, HOUSEHOLDS.c.code.in_(inside), drawn)
