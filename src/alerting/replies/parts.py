"""Storage for the parts of long texts from an SMS centre, which are joined when all have arrived.

The parts are in the database because several processes may each receive some of them.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Connection, bindparam, delete, select

from alerting.database.bulk import insert_missing
from alerting.ledger.writer import Transaction
from alerting.replies.tables import text_parts
from alerting.runtime import Runtime, wall_clock
from contacts.encryption.unreadable import UNREADABLE

REMEMBERED: Final = timedelta(minutes=10)
"""How long a part is kept. Later, the same reference belongs to another text of the phone."""


@dataclass(frozen=True, slots=True)
class TextPart:
    """One part of a long text. `octets` holds its bytes as hexadecimal digits."""

    sender: str
    reference: int
    total: int
    number: int
    octets: str
    data_coding: int
    message_id: str


async def keep_part(runtime: Runtime, part: TextPart) -> list[TextPart]:
    """Store a part; return all stored parts with its sender, reference and total, oldest first.

    Nothing is written if the part is stored already, so a caller may poll for the other parts.
    """
    since = wall_clock() - REMEMBERED
    asked = {
        "sender": part.sender,
        "reference": part.reference,
        "total": part.total,
        "since": since,
    }
    kept = await runtime.database.read(lambda connection: _kept(connection, asked))
    if any((each.number, each.octets) == (part.number, part.octets) for each in kept):
        return kept

    def unit(transaction: Transaction) -> list[TextPart]:
        _keep(transaction.connection, part, wall_clock(), since)
        return _kept(transaction.connection, asked)

    return await runtime.ledger.write(unit)


def _keep(connection: Connection, part: TextPart, now: datetime, since: datetime) -> None:
    connection.execute(_FORGET, {"before": since})
    digest = hashlib.sha256(part.octets.encode()).hexdigest()
    row = asdict(part) | {"digest": digest, "received_at": now}
    insert_missing(connection, text_parts, [row])


def _kept(connection: Connection, asked: Mapping[str, object]) -> list[TextPart]:
    rows = connection.execute(_THERE, asked).mappings()
    return [TextPart(**row) for row in rows if row["octets"] != UNREADABLE]


_FORGET: Final = delete(text_parts).where(
    text_parts.c.received_at < bindparam("before", type_=text_parts.c.received_at.type)
)

_THERE: Final = (
    select(*(text_parts.c[each.name] for each in fields(TextPart)))
    .where(
        text_parts.c.sender == bindparam("sender"),
        text_parts.c.reference == bindparam("reference"),
        text_parts.c.total == bindparam("total"),
        # Older parts are deleted only when another part is stored, so they may still be there.
        text_parts.c.received_at >= bindparam("since", type_=text_parts.c.received_at.type),
    )
    .order_by(text_parts.c.received_at, text_parts.c.number, text_parts.c.digest)
)
