"""The history of officers and divisions, from before they were renamed, moved or retired.

Code that changes or removes their rows copies the old rows to the history, in the same transaction.
So a finished alert is shown with the names of its time. Households need no history, because an
alert's roll is a copy of the roster.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Generic, TypeVar

from sqlalchemy import (
    Connection,
    Row,
    Select,
    Table,
    bindparam,
    exists,
    func,
    insert,
    literal,
    select,
    update,
)

from contacts.directory import Officer, children, chunks, divisions_named, officers_named
from contacts.division import Division, ancestors, parent_of, subtree, tier_of
from contacts.people import Role
from contacts.tables import DIVISIONS, OFFICERS, PAST_DIVISIONS, PAST_OFFICERS, Instant

_T = TypeVar("_T")

_PAST: Final = {OFFICERS: PAST_OFFICERS, DIVISIONS: PAST_DIVISIONS}


def keep_changed(
    connection: Connection, table: Table, rows: Iterable[Mapping[str, Any]], now: datetime
) -> None:
    """Copy stored rows to the history if `rows` will change them.

    Call this before storing `rows`.
    """
    past = _PAST.get(table)
    if past is None:
        return
    key = next(iter(past.primary_key.columns)).name
    coming = {row[key]: row for row in rows}
    columns = [table.c[name] for name in _kept(past)]
    stored = connection.execute(select(*columns).where(table.c[key].in_(coming))).mappings()
    changed = [
        row[key]
        for row in stored
        if any(coming[row[key]].get(name, was) != was for name, was in row.items())
    ]
    keep_gone(connection, table, changed, now)


def keep_gone(connection: Connection, table: Table, keys: Collection[str], now: datetime) -> None:
    """Copy the stored rows with these keys to the history; call this before they change.

    Give at most a few thousand keys.
    """
    past = _PAST.get(table)
    if past is None or not keys:
        return
    names = _kept(past)
    key, gone = table.c[names[0]], past.c[names[0]]
    until = literal(now, Instant)
    # If a row changes twice in one transaction, only the value before the first change is kept.
    is_new = ~exists().where(gone == key, past.c.until == until)
    chosen = select(*(table.c[name] for name in names), until).where(key.in_(keys), is_new)
    connection.execute(insert(past).from_select([*names, "until"], chosen))


def keep_until_taken(
    connection: Connection, table: Table, keys: Collection[str], now: datetime
) -> None:
    """Extend the last past rows of retired keys until now, because the keys are used again.

    Otherwise the new holder of a key would appear in the time before it existed.
    """
    past = _PAST.get(table)
    if past is None or not keys:
        return
    key = next(iter(past.primary_key.columns))
    other = past.alias()
    last = select(func.max(other.c.until)).where(other.c[key.name] == key).scalar_subquery()
    connection.execute(update(past).where(key.in_(keys), past.c.until == last).values(until=now))


@dataclass(frozen=True, slots=True)
class History(Generic[_T]):
    """The present rows, and their past versions, by key.

    Each past version has the instant until which it was valid.
    """

    today: Mapping[str, _T]
    past: Mapping[str, Sequence[tuple[datetime, _T]]]

    def at(self, at: datetime | None) -> dict[str, _T]:
        """Return the rows as they were at an instant; None means now.

        Retired rows have their last version.
        """
        found = dict(self.today)
        for key, versions in self.past.items():
            then = next((was for until, was in versions if at is not None and until > at), None)
            if then is not None:
                found[key] = then
            elif key not in found:
                found[key] = versions[-1][1]
        return found


def officers_at(
    connection: Connection, ids: Collection[str], at: datetime | None
) -> dict[str, Officer]:
    """Return officers as they were at an instant, by id, but with their present phones.

    Unknown ids are left out. See `History.at`.
    """
    today = officers_named(connection, ids)

    def officer(row: Row[Any]) -> Officer:
        now = today.get(row.id)
        phones, language = (now.phones, now.language) if now else ((), None)
        return Officer(
            row.id, row.name, Role(row.role), row.division, row.deputy_of, phones, language
        )

    return History(today, _past(connection, PAST_OFFICERS, ids, officer)).at(at)


def names_at(connection: Connection, ids: Collection[str], at: datetime | None) -> dict[str, str]:
    """Return the names of officers as they were at an instant, by id: see `officers_at`."""
    return {id_: each.name for id_, each in officers_at(connection, ids, at).items()}


def division_history(connection: Connection, codes: Collection[str]) -> History[Division]:
    """Return the history of these divisions; unknown codes are left out."""
    today = {each.code: each for each in divisions_named(connection, codes)}
    return History(today, _past(connection, PAST_DIVISIONS, codes, _division))


def history_with_those_above(connection: Connection, codes: Collection[str]) -> History[Division]:
    """Return the history of these divisions and of all divisions above them."""
    return division_history(connection, {e for code in codes for e in (code, *ancestors(code))})


def parts_at(connection: Connection, code: str, at: datetime | None) -> list[Division]:
    """Return the divisions one tier below as they were at an instant, ordered by code.

    Divisions that have been retired are included.
    """
    gone = PAST_DIVISIONS.c.code
    once = connection.scalars(select(gone).distinct().where(gone.between(*subtree(code))))
    codes = {each.code for each in children(connection, code)}
    codes |= {each for each in once if parent_of(each) == code}
    return [each for _, each in sorted(division_history(connection, codes).at(at).items())]


def _division(row: Row[Any]) -> Division:
    tier, above = tier_of(row.code), parent_of(row.code)
    return Division(row.code, row.name, tier, above, row.assembly_point, words=row.words)


def _past(
    connection: Connection, past: Table, keys: Collection[str], made: Callable[[Row[Any]], _T]
) -> dict[str, list[tuple[datetime, _T]]]:
    found: dict[str, list[tuple[datetime, _T]]] = {}
    for some in chunks(sorted(keys)):
        for row in connection.execute(_VERSIONS[past], {"keys": some}):
            found.setdefault(row[0], []).append((row.until, made(row)))
    return found


def _versions(past: Table) -> Select[Any]:
    key = next(iter(past.primary_key.columns))
    chosen = select(past).where(key.in_(bindparam("keys", expanding=True)))
    return chosen.order_by(key, past.c.until)


_VERSIONS: Final = {past: _versions(past) for past in _PAST.values()}


def _kept(past: Table) -> list[str]:
    """Return the names of the columns that a past row shares with the present one, key first."""
    return [column.name for column in past.columns if column.name != "until"]
