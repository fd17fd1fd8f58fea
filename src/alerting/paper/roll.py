"""The printed roll: every household of a division in walking order, with boxes to tick."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Final, Self

from sqlalchemy import Connection, func, select

from alerting.deliveries.places import places_at
from alerting.ledger.alerts import StoredAlert
from alerting.messages.places import Places
from alerting.messages.text import issuer_name, words_in
from alerting.paper.print import Print, check_division
from alerting.paper.rules import walking_order
from alerting.roll.entries import RollEntry, to_entry
from alerting.roll.rules.standing import HouseholdStanding, Standing
from alerting.roll.tables import roll
from contacts.directory import Household, count_households, households_of
from contacts.division import number_of, subtree
from contacts.people import Vulnerability, readable_phone

_BOXES: Final = ("box_out", "box_help", "box_staying", "box_away", "box_not_home")


@dataclass(frozen=True)
class Line:
    """A household on the printed roll; `standing` is None without an alert."""

    code: str
    division: str
    head: str
    address: str
    headcount: int
    vulnerable: str
    persons: tuple[str, ...]
    phones: tuple[str, ...]
    latitude: float | None
    longitude: float | None
    standing: HouseholdStanding | None = None

    @classmethod
    def at_home(cls, home: Household) -> Self:
        """Return the line for a household of the roster."""
        return cls(
            home.code,
            home.division,
            home.head,
            home.address,
            home.headcount,
            home.vulnerable,
            home.persons,
            home.phones,
            home.latitude,
            home.longitude,
        )

    @classmethod
    def on_roll(cls, entry: RollEntry, home: Household | None) -> Self:
        """Return the line for an entry of an alert's roll; `home` is None for visitors."""
        return cls(
            entry.household,
            entry.division,
            entry.head,
            entry.address,
            entry.headcount,
            entry.vulnerable,
            entry.persons,
            home.phones if home else (),
            home.latitude if home else None,
            home.longitude if home else None,
            entry.standing,
        )


def roll_document(
    print_: Print, alert: StoredAlert | None, *, with_phones: bool
) -> Mapping[str, Any]:
    """Return the data of the template `roll`.

    With an alert, the roll has its households and their state now; without one, the roster's.

    Raises:
        NotFoundError, InvalidError: if the division does not exist or is too large.
    """
    connection, division = print_.connection, print_.division
    on_roster = count_households(connection, division)
    count = max(on_roster, _count(connection, alert.id, division)) if alert else on_roster
    check_division(connection, division, count)
    homes = {home.code: home for home in households_of(connection, division)}
    if alert is None:
        lines = [Line.at_home(home) for home in homes.values()]
    else:
        entries = _entries(connection, alert.id, division)
        lines = [Line.on_roll(each, homes.get(each.household)) for each in entries]
    codes = {division, *(line.division for line in lines)}
    places = places_at(connection, codes, alert.ended_at if alert else None)
    return _document(print_, alert, places, walking_order(lines), with_phones=with_phones)


def _document(
    print_: Print,
    alert: StoredAlert | None,
    places: Places,
    lines: Sequence[Line],
    *,
    with_phones: bool,
) -> dict[str, Any]:
    language, word = print_.language, print_.word
    spoken, status = words_in(language), alert.request.status if alert else ""
    local = print_.now.astimezone(print_.policy.alert.zone)
    title = f"{word('roll')} · {places.short(print_.division, language)}"
    heads = ("number", "names", "count", "vulnerable", "address", "phones")
    state = (word("state"),) if alert else ()
    return {
        "language": language,
        "issuer": issuer_name(print_.policy.issuer.at(print_.division), language),
        "title": spoken.prefixes.get(status, "") + title,
        "banner": spoken.page.get(status.lower(), ""),
        "footer": f"{title} · {word('as_of').format(at=local)}",
        "columns": [*map(word, heads), *state, word("found"), word("scan_report")],
        "has_state": alert is not None,
        "boxes": [word(box) for box in _BOXES],
        "sheets": list(_sheets(print_, places, lines, with_phones=with_phones)),
        "nothing": word("nobody"),
    }


def _sheets(
    print_: Print, places: Places, lines: Sequence[Line], *, with_phones: bool
) -> Iterator[dict[str, Any]]:
    """Yield the data of a sheet for each village or grid."""
    for division, group in groupby(lines, key=lambda line: line.division):
        homes = list(group)
        people = sum(home.headcount for home in homes)
        sums = print_.word("sums").format(households=len(homes), people=people)
        yield {
            "title": f"{places.own(division, print_.language)} · {sums}",
            "rows": [_row(print_, home, with_phones=with_phones) for home in homes],
        }


def _row(print_: Print, line: Line, *, with_phones: bool) -> dict[str, Any]:
    others = [name for name in line.persons if name != line.head]
    phones = map(readable_phone, line.phones) if with_phones else ()
    marks = [each for each in Vulnerability if each in line.vulnerable.split(";")]
    cells = [
        number_of(line.code),
        "\n".join([line.head, *filter(None, [" ".join(others)])]),
        str(line.headcount),
        " ".join(map(print_.word, marks)),
        line.address,
        "\n".join(phones),
    ]
    if line.standing:
        cells.append(_state(print_, line.standing))
    return {
        "cells": cells,
        "is_vulnerable": bool(line.vulnerable),
        "qr": f"{print_.public_url}/doors#household={line.code}",
    }


def _state(print_: Print, standing: HouseholdStanding) -> str:
    """Return a household's standing and number of people, in the words of the report."""
    words, people = words_in(print_.language).report, standing.people
    if standing.standing in {Standing.EVACUATED, Standing.ELSEWHERE}:
        return words["verified" if standing.verified else "claimed"]
    key = "unaccounted" if standing.standing is Standing.PARTLY else standing.standing
    number = {"needs_help": people.needs_help, "staying": people.staying}
    return f"{words[key]} {number.get(key, people.unaccounted)}"


def _count(connection: Connection, alert: int, division: str) -> int:
    query = select(func.count()).select_from(roll).where(*_within(alert, division))
    return connection.scalars(query).one()


def _entries(connection: Connection, alert: int, division: str) -> list[RollEntry]:
    rows = connection.execute(
        select(roll).where(*_within(alert, division)).order_by(roll.c.household)
    )
    return [to_entry(row) for row in rows]


def _within(alert: int, division: str) -> tuple[Any, Any]:
    return roll.c.alert == alert, roll.c.division.between(*subtree(division))
