"""Texts in force: the current one of each kind for each language and division of an alert.

A household reads of its own village, so that a text belongs to the readers of one language in one
village or grid. They are frozen together, and one statement finds that of each household.
"""

from collections.abc import Callable, Collection, Iterator, Sequence
from typing import Any, Final, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    bindparam,
    select,
    update,
)

from alerting.database.bulk import ROWS, insert_given
from alerting.deliveries.tables import texts
from alerting.deliveries.texts import text_row, wording_of
from alerting.ledger.alerts import StoredAlert
from alerting.ledger.writer import Transaction
from alerting.messages.link import link_after
from alerting.messages.speech import SpeechKind
from alerting.messages.text import TextKind
from alerting.messages.wording import Readers, homes_of
from alerting.policy.policy import HouseholdLink
from alerting.roll.tables import roll
from alerting.roll.tallies import EVERYWHERE, tally_of
from contacts.directory import count_people, households_in

Kind = TextKind | SpeechKind

_AT_ONCE: Final = 1_000
"""Divisions of one query: fewer than the parameters that a statement may have."""


class Frozen(NamedTuple):
    """A text in force: its id and its length."""

    id: int
    segments: int


def readers_on_roll(connection: Connection, who: ColumnElement[bool]) -> list[Readers]:
    """Return the readers among the households that a condition on the roll selects."""
    query = select(roll.c.language, roll.c.division).where(who).distinct()
    return [Readers(*row) for row in connection.execute(query)]


def freeze_for(
    connection: Connection,
    alert: int,
    kind: Kind,
    readers: Collection[Readers],
    body: Callable[[Readers], str],
    link: HouseholdLink | None = None,
) -> dict[Readers, Frozen]:
    """Put the text of each of these readers in force, and return them by their readers.

    A text that is identical to the one in force stays.
    """
    bodies = {each: body(each) for each in sorted(readers)}
    stored = _in_force(connection, alert, kind, {each.division for each in bodies})
    new = [
        (each, text)
        for each, text in bodies.items()
        if each not in stored
        or (stored[each].body, stored[each].link) != (text, link_after(kind, text, link))
    ]
    outdated = [{"outdated": stored[each].id} for each, _ in new if each in stored]
    if outdated:
        connection.execute(_OUTDATE, outdated)
    frozen = {
        each: Frozen(stored[each].id, stored[each].segments) for each in bodies.keys() & stored
    }
    rows = [text_row(alert, kind, *each, text, link, in_force=True) for each, text in new]
    if rows:
        for id_, length, *whose in connection.execute(_FREEZE, {ROWS: rows}):
            frozen[Readers(*whose)] = Frozen(id_, length)
    return frozen


def freeze_text(connection: Connection, alert: int, kind: Kind, readers: Readers, body: str) -> int:
    """Put one text in force and return its id; it is the identical one if there is one."""
    return freeze_for(connection, alert, kind, [readers], lambda _: body)[readers].id


def freeze_current(
    transaction: Transaction, alert: StoredAlert, kind: Kind, readers: Readers
) -> int:
    """Freeze an alert's current wording, with the numbers that it reached; return the text's id."""
    connection = transaction.connection
    moving = _to_move(connection, alert)
    wording = wording_of(connection, transaction.policy, alert, homes_of([readers]))
    body = wording.of_kind(kind, readers, *moving)
    return freeze_text(connection, alert.id, kind, readers, body)


def _to_move(connection: Connection, alert: StoredAlert) -> tuple[int, int]:
    """Return the numbers of households and people that an alert tells its officers to move.

    An exercise without the area's households tells those that the roster has there.
    """
    if alert.request.reaches_all_households:
        reached = tally_of(connection, alert.id, EVERYWHERE)
        return reached.households, reached.people
    return count_people(connection, households_in(alert.divisions))


def text_in_force(
    alert: ColumnElement[int], kind: Kind, language: ColumnElement[str], division: Any
) -> Select[tuple[int]]:
    """Return the SELECT of the text in force for the readers that these columns name.

    A subquery, not a join: PostgreSQL has no statistics of rows that the same transaction wrote,
    takes them for one, and would join by a loop over all pairs.
    """
    return select(texts.c.id).where(
        texts.c.in_force,
        texts.c.alert == alert,
        texts.c.kind == kind,
        texts.c.language == language,
        texts.c.division == division,
    )


_FREEZE: Final = insert_given(each for each in texts.c if each is not texts.c.id).returning(
    texts.c.id, texts.c.segments, texts.c.language, texts.c.division
)

_OUTDATE: Final = update(texts).where(texts.c.id == bindparam("outdated")).values(in_force=False)


def _in_force(
    connection: Connection, alert: int, kind: Kind, divisions: Collection[str]
) -> dict[Readers, Any]:
    query = select(texts).where(texts.c.in_force, texts.c.alert == alert, texts.c.kind == kind)
    return {
        Readers(row.language, row.division): row
        for some in _chunks(sorted(divisions))
        for row in connection.execute(query.where(texts.c.division.in_(some)))
    }


def _chunks(divisions: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(divisions), _AT_ONCE):
        yield divisions[start : start + _AT_ONCE]
