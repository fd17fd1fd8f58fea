"""The links by which households answer: made when the first text with one leaves, then kept."""

import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection, bindparam, select

from alerting.core.link import LENGTH, LETTERS
from alerting.core.text import append_link
from alerting.storage.insert_missing import insert_missing
from alerting.storage.tables import links, texts

Key = tuple[int, str]
"""An alert's id and a household's code."""

_MADE: Final = select(links).where(
    links.c.alert == bindparam("of_alert"),
    links.c.household.in_(bindparam("households", expanding=True)),
)
_WHOSE: Final = select(links.c.alert, links.c.household).where(links.c.token == bindparam("token"))
_FROZEN: Final = select(texts.c.id, texts.c.body, texts.c.segments, texts.c.link).where(
    texts.c.id.in_(bindparam("wanted", expanding=True))
)


@dataclass(frozen=True, slots=True)
class Said:
    """What a delivery says: the frozen text, with the recipient's own link where one follows."""

    body: str
    segments: int
    """Of a text; 0 for a call."""


def texts_of(connection: Connection, rows: Sequence[Any]) -> dict[int, Said]:
    """Return what these rows of the deliveries say, by the delivery's id.

    It is the same whenever it is asked: what was frozen, and tokens that stay as they were made.
    """
    wanted = {row.text for row in rows}
    frozen = {row.id: row for row in connection.execute(_FROZEN, {"wanted": sorted(wanted)})}
    linked = [row for row in rows if frozen[row.text].link]
    tokens = tokens_of(connection, {(row.alert, row.recipient) for row in linked})
    return {row.id: _said(frozen[row.text], tokens.get((row.alert, row.recipient))) for row in rows}


def tokens_of(connection: Connection, households: Collection[Key]) -> dict[Key, str]:
    """Return the tokens of these households, made where there is none yet."""
    found = _made(connection, households)
    # In order: of two who make some of the same, neither waits for the other in a ring.
    while missing := sorted(set(households) - found.keys()):
        insert_missing(connection, links, [_new(*key) for key in missing])
        found = _made(connection, households)
    return found


def household_behind(connection: Connection, token: str) -> Key | None:
    """Return whose link it is, and for which alert; None if it is nobody's."""
    row = connection.execute(_WHOSE, {"token": token}).one_or_none()
    return row and (row.alert, row.household)


def _said(text: Any, token: str | None) -> Said:
    if not text.link or token is None:
        return Said(text.body, text.segments)
    return Said(append_link(text.body, text.link + token), text.segments)


def _made(connection: Connection, households: Collection[Key]) -> dict[Key, str]:
    # One alert at a time: for pairs SQLite would look through all that there are.
    return {
        (row.alert, row.household): row.token
        for alert in {alert for alert, _ in households}
        for row in connection.execute(
            _MADE, {"of_alert": alert, "households": [h for a, h in households if a == alert]}
        )
    }


def _new(alert: int, household: str) -> dict[str, Any]:
    token = "".join(secrets.choice(LETTERS) for _ in range(LENGTH))
    return {"token": token, "alert": alert, "household": household}
