"""A sender's bucket of tokens: one row, shared by all processes that send by it."""

from datetime import datetime
from typing import Final

from sqlalchemy import Connection, bindparam, select, update

from alerting.core.pace import Bucket, Pace, full, refill
from alerting.storage.insert_missing import insert_missing
from alerting.storage.tables import paces

_HELD: Final = select(paces).where(paces.c.sender == bindparam("who")).with_for_update()
_SPEND: Final = (
    update(paces)
    .where(paces.c.sender == bindparam("who"))
    .values(tokens=bindparam("left"), filled_at=bindparam("at"))
)


def bucket_of(connection: Connection, pace: Pace, now: datetime) -> Bucket:
    """Return the sender's bucket as it is now; the row is held to the end of the transaction."""
    asked = {"who": pace.sender}
    row = connection.execute(_HELD, asked).one_or_none()
    if row is None:
        begun = full(pace, now)
        first = {"sender": pace.sender, "tokens": begun.tokens, "filled_at": begun.filled_at}
        insert_missing(connection, paces, [first])
        row = connection.execute(_HELD, asked).one()
    return refill(Bucket(row.tokens, row.filled_at), pace, now)


def spend(connection: Connection, pace: Pace, bucket: Bucket, tokens: int) -> None:
    """Take so many tokens out of a bucket that this transaction holds."""
    left, at = bucket.tokens - tokens, bucket.filled_at
    connection.execute(_SPEND, {"who": pace.sender, "left": left, "at": at})
