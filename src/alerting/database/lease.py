"""A part of the work that one process at a time does; and a write made to see that one is taken."""

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Connection, bindparam, select, update

from alerting.database.bulk import insert_missing
from alerting.database.tables import heartbeat, leases


def beat(connection: Connection, now: datetime) -> None:
    """Write the time of the last heartbeat."""
    if not connection.execute(update(heartbeat).values(at=now)).rowcount:
        insert_missing(connection, heartbeat, [{"id": 1, "at": now}])


LEASE: Final = timedelta(seconds=5)
"""So long after its holder was last heard of another process takes over."""

_ENOUGH: Final = timedelta(seconds=4)

_FREE: Final = {"holder": "", "fence": 0}

_KNOWN: Final = select(leases.c.name).where(leases.c.name == bindparam("what"))

# Who finds the row held does not wait: somebody else is at work.
_ROW: Final = (
    select(leases).where(leases.c.name == bindparam("what")).with_for_update(skip_locked=True)
)

_SET: Final = (
    update(leases)
    .where(leases.c.name == bindparam("what"))
    .values(holder=bindparam("who"), fence=bindparam("token"), until=bindparam("end"))
)


def hold(
    connection: Connection, name: str, holder: str, fence: int | None, wall: datetime
) -> int | None:
    """Return the fencing token under which this transaction may do the work; None: it may not.

    `fence` is what this process was given last, None: nothing yet. Each taking over is under a
    token of its own, higher than all before. The row is held to the end of the transaction, so
    what is written in it is written by the holder: who overslept finds another token here, and
    nobody takes over from one who is in the midst of it. `holder` is for people to read.
    """
    asked = {"what": name}
    row = connection.execute(_ROW, asked).one_or_none()
    if row is None and connection.execute(_KNOWN, asked).first() is None:
        insert_missing(connection, leases, [{"name": name, "until": wall, **_FREE}])
        row = connection.execute(_ROW, asked).one_or_none()
    is_ours = row is not None and row.fence == fence
    if row is None or not (is_ours or row.until <= wall):
        return None
    token: int = row.fence if is_ours else row.fence + 1
    # Who looks often need not write at every look.
    if not is_ours or row.until - wall < _ENOUGH:
        end = wall + LEASE
        connection.execute(_SET, asked | {"who": holder, "token": token, "end": end})
    return token
