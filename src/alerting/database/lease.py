"""Leases, which let one process at a time do a job, and the heartbeat that tests the database."""

import os
import socket
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Connection, bindparam, select, update

from alerting.database.bulk import insert_missing
from alerting.database.tables import heartbeat, leases


def beat(connection: Connection, now: datetime) -> None:
    """Record `now` as the time of the last heartbeat."""
    if not connection.execute(update(heartbeat).values(at=now)).rowcount:
        insert_missing(connection, heartbeat, [{"id": 1, "at": now}])


LEASE: Final = timedelta(seconds=5)
"""Duration of a lease. It expires this long after its last renewal."""

_ENOUGH: Final = timedelta(seconds=4)


def this_process() -> str:
    """Return the machine's name and the process ID, for people who read the table of leases."""
    return f"{socket.gethostname()}:{os.getpid()}"


_FREE: Final = {"holder": "", "fence": 0}

_KNOWN: Final = select(leases.c.name).where(leases.c.name == bindparam("what"))

# A locked row means that another process is doing the job. SKIP LOCKED then returns at once.
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
    """Take or renew a lease; return its fencing token, or None if another process holds it.

    `fence` is the token that this process got last, or None. Every takeover gets a higher token, so
    a process whose lease was taken over is refused. The lease's row stays locked until the
    transaction ends, so nobody takes the lease over while the caller works in this transaction.
    `holder` is the process's name from `this_process`, and `wall` is the machine's time.
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
    # A renewal is written only if less than 4 s are left, so that most calls write nothing.
    if not is_ours or row.until - wall < _ENOUGH:
        end = wall + LEASE
        connection.execute(_SET, asked | {"who": holder, "token": token, "end": end})
    return token
