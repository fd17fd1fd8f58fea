"""A sender's bucket of tokens: one row, shared by all processes that send by it."""

from datetime import datetime
from typing import Final

from sqlalchemy import Connection, bindparam, insert, select, update

from alerting.core.pace import Bucket, Pace, full, refill
from alerting.storage.tables import paces

_HELD: Final = select(paces).where(paces.c.sender == bindparam("who")).with_for_update()
_SPEND: Final = (
    update(paces)
    .where(paces.c.sender == bindparam("who"))
    .values(tokens=bindparam("left"), filled_at=bindparam("at"))
)


def bucket_of(connection: Connection, pace: Pace, now: datetime) -> Bucket:
    """Return the sender's bucket as it is now; the row is held to the end of the transaction."""
    row = connection.execute(_HELD, {"who": pace.sender}).one_or_none()
    if row is None:
        return full(pace, now)
    return refill(Bucket(row.tokens, row.filled_at), pace, now)


def spend(connection: Connection, pace: Pace, bucket: Bucket, tokens: int) -> None:
    """Take so many tokens out of a bucket that this transaction holds."""
    left, at = bucket.tokens - tokens, bucket.filled_at
    spent = connection.execute(_SPEND, {"who": pace.sender, "left": left, "at": at})
    if not spent.rowcount:
        row = {"sender": pace.sender, "tokens": left, "filled_at": at}
        connection.execute(insert(paces), row)
