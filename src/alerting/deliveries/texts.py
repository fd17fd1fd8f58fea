"""Store the frozen wording of texts, and append the households' links."""

import json
import secrets
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    bindparam,
    insert,
    select,
    tuple_,
    update,
)

from alerting.cap.alert import AlertRequest
from alerting.database.bulk import ROWS, insert_missing, insert_rows, one_of
from alerting.deliveries.channel import Content
from alerting.deliveries.places import places_of
from alerting.deliveries.tables import deliveries, links, texts
from alerting.ledger.alerts import StoredAlert
from alerting.ledger.writer import Transaction
from alerting.messages.link import LENGTH, LETTERS, append_link, link_after, with_sample
from alerting.messages.speech import SpeechKind
from alerting.messages.text import ComposedText, TextKind, segments
from alerting.messages.wording import Readers, Wording, homes_of
from alerting.policy.policy import HouseholdLink, Policy
from alerting.roll.entries import HouseholdKey
from alerting.roll.tables import roll
from alerting.roll.tallies import EVERYWHERE, tally_of
from contacts.directory import count_people, households_in
from contacts.encryption.unreadable import UNREADABLE


def wording_at(
    connection: Connection,
    policy: Policy,
    request: AlertRequest,
    divisions: tuple[str, ...],
    at: datetime,
    homes: Collection[str] = (),
) -> Wording:
    """Return the wording of an alert request for these divisions, as sent at an instant.

    `homes` are the villages and grids of the households that will read it.
    """
    places = places_of(connection, {*divisions, *homes})
    return Wording(request, policy.issuer, places, divisions, at.astimezone(policy.alert.zone))


def wording_of(
    connection: Connection, policy: Policy, alert: StoredAlert, homes: Collection[str] = ()
) -> Wording:
    """Return the wording of the current version of a stored alert."""
    return wording_at(connection, policy, alert.request, alert.divisions, alert.sent, homes)


def insert_text(
    connection: Connection, alert: int, kind: TextKind | SpeechKind, language: str, body: str
) -> int:
    """Store a text or speech that is sent once, and return its id."""
    row = text_row(alert, kind, language, "", body, None)
    return int(connection.execute(insert(texts).values(row).returning(texts.c.id)).scalar_one())


def text_row(
    alert: int,
    kind: TextKind | SpeechKind,
    language: str,
    division: str,
    body: str,
    link: HouseholdLink | None,
    *,
    in_force: bool = False,
) -> dict[str, Any]:
    """Return the values of a row of `texts`; a speech has 0 segments.

    `link` is the policy for households' links. `alerting.messages.link` decides whether this text
    gets a link.
    """
    page = link_after(kind, body, link)
    return {
        "alert": alert,
        "kind": kind,
        "language": language,
        "division": division,
        "in_force": in_force,
        "body": body,
        "segments": 0 if isinstance(kind, SpeechKind) else segments(with_sample(body, page)).count,
        "link": page,
        "facts": json.dumps(body.facts) if isinstance(body, ComposedText) else "{}",
    }


_TOKENS: Final = select(links).where(
    links.c.alert == bindparam("of_alert"),
    links.c.household.in_(bindparam("households", expanding=True)),
)

_HOUSEHOLD_BEHIND: Final = select(links.c.alert, links.c.household).where(
    links.c.token == bindparam("token")
)

_FROZEN: Final = select(texts).where(texts.c.id.in_(bindparam("wanted", expanding=True)))


@dataclass(frozen=True, slots=True)
class DeliveryBody:
    """The body that one delivery sends: the frozen text with the recipient's own link, if any."""

    body: str
    segments: int
    """Segments of the text; 0 for a call."""
    content: Content


def bodies_of(connection: Connection, rows: Sequence[Any]) -> dict[int, DeliveryBody]:
    """Return the bodies of these rows of `deliveries`, by delivery id.

    A delivery's body never changes, because texts are frozen and link tokens are permanent.
    """
    wanted = {row.text for row in rows}
    frozen = {row.id: row for row in connection.execute(_FROZEN, {"wanted": sorted(wanted)})}
    linked = [row for row in rows if frozen[row.text].link]
    tokens = tokens_of(connection, {(row.alert, row.recipient) for row in linked})
    contents = {id_: _content(text) for id_, text in frozen.items()}
    return {
        row.id: _body(frozen[row.text], contents[row.text], tokens.get((row.alert, row.recipient)))
        for row in rows
    }


def tokens_of(
    connection: Connection, households: Collection[HouseholdKey]
) -> dict[HouseholdKey, str]:
    """Return the link token of each of these households; create missing tokens."""
    found = _tokens_stored(connection, households)
    # The rows are sorted, so that concurrent inserts of the same keys cannot deadlock.
    while missing := sorted(set(households) - found.keys()):
        insert_missing(connection, links, [_new(*key) for key in missing])
        found = _tokens_stored(connection, households)
    return found


def household_behind(connection: Connection, token: str) -> HouseholdKey | None:
    """Return the alert and the household of a link token; None if the token is unknown."""
    row = connection.execute(_HOUSEHOLD_BEHIND, {"token": token}).one_or_none()
    return row and (row.alert, row.household)


def _content(text: Any) -> Content:
    return Content(text.kind, text.language, json.loads(text.facts))


def _body(text: Any, content: Content, token: str | None) -> DeliveryBody:
    if not text.link or token is None or UNREADABLE in {text.body, token}:
        return DeliveryBody(text.body, text.segments, content)
    link = text.link + token
    return DeliveryBody(append_link(text.body, link), text.segments, replace(content, link=link))


def _tokens_stored(
    connection: Connection, households: Collection[HouseholdKey]
) -> dict[HouseholdKey, str]:
    # Each alert is queried separately, because SQLite would scan the table for a list of pairs.
    return {
        (row.alert, row.household): row.token
        for alert in {alert for alert, _ in households}
        for row in connection.execute(
            _TOKENS, {"of_alert": alert, "households": [h for a, h in households if a == alert]}
        )
    }


def _new(alert: int, household: str) -> dict[str, Any]:
    token = "".join(secrets.choice(LETTERS) for _ in range(LENGTH))
    return {"token": token, "alert": alert, "household": household}


def texts_owed(
    connection: Connection, kind: str, recipients: Collection[tuple[int, str]]
) -> set[tuple[int, str]]:
    """Return the (alert, recipient) pairs that have a sent or queued text of this kind."""
    rows = connection.execute(
        select(deliveries.c.alert, deliveries.c.recipient)
        .join(texts, texts.c.id == deliveries.c.text)
        .where(
            texts.c.kind == kind,
            tuple_(deliveries.c.alert, deliveries.c.recipient).in_(list(recipients)),
        )
    )
    return {(row.alert, row.recipient) for row in rows}


Kind = TextKind | SpeechKind


class Frozen(NamedTuple):
    """A text in force: its id and its length in segments."""

    id: int
    segments: int


def readers_on_roll(connection: Connection, who: ColumnElement[bool]) -> list[Readers]:
    """Return the languages and divisions of the households on the roll that satisfy `who`."""
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
    """Make `body` of each reader the text in force, and return these texts by reader.

    A text in force with the same body and link is kept.
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
        for id_, length, *whose in connection.execute(_FREEZE, {ROWS: rows}).all():
            frozen[Readers(*whose)] = Frozen(id_, length)
    return frozen


def freeze_text(connection: Connection, alert: int, kind: Kind, readers: Readers, body: str) -> int:
    """Make `body` the text in force for these readers; return its id, the same if unchanged."""
    return freeze_for(connection, alert, kind, [readers], lambda _: body)[readers].id


def freeze_current(
    transaction: Transaction, alert: StoredAlert, kind: Kind, readers: Readers
) -> int:
    """Freeze an alert's current wording as the text in force, and return the text's id.

    A text to officers states the numbers of households and people to move.
    """
    connection = transaction.connection
    moving = _to_move(connection, alert)
    wording = wording_of(connection, transaction.policy, alert, homes_of([readers]))
    body = wording.of_kind(kind, readers, *moving)
    return freeze_text(connection, alert.id, kind, readers, body)


def _to_move(connection: Connection, alert: StoredAlert) -> tuple[int, int]:
    """Return the numbers of households and people that officers are told to move.

    They are counted on the roll. In an exercise that does not reach all households, they are
    counted in the roster.
    """
    if alert.request.reaches_all_households:
        reached = tally_of(connection, alert.id, EVERYWHERE)
        return reached.households, reached.people
    return count_people(connection, households_in(alert.divisions))


def text_in_force(
    alert: ColumnElement[int], kind: Kind, language: ColumnElement[str], division: Any
) -> Select[tuple[int]]:
    """Return a SELECT of the id of the text in force for this alert, kind and reader.

    Use it as a subquery. PostgreSQL has no statistics on rows written by the same transaction and
    expects one row, so it would run a join as a loop over all pairs.
    """
    return select(texts.c.id).where(
        texts.c.in_force,
        texts.c.alert == alert,
        texts.c.kind == kind,
        texts.c.language == language,
        texts.c.division == division,
    )


_FREEZE: Final = insert_rows(each for each in texts.c if each is not texts.c.id).returning(
    texts.c.id, texts.c.segments, texts.c.language, texts.c.division
)

# The divisions are one parameter, because an area may have more divisions than a statement may have
# parameters.
_IN_FORCE: Final = select(texts).where(
    texts.c.in_force,
    texts.c.alert == bindparam("of_alert"),
    texts.c.kind == bindparam("of_kind"),
    one_of(texts.c.division, "divisions"),
)

_OUTDATE: Final = update(texts).where(texts.c.id == bindparam("outdated")).values(in_force=False)


def _in_force(
    connection: Connection, alert: int, kind: Kind, divisions: Collection[str]
) -> dict[Readers, Any]:
    wanted = {"of_alert": alert, "of_kind": kind, "divisions": sorted(divisions)}
    return {
        Readers(row.language, row.division): row for row in connection.execute(_IN_FORCE, wanted)
    }
