"""A write made for its own sake, to see whether the database takes one."""

from datetime import datetime

from sqlalchemy import Connection, update

from alerting.storage.insert_missing import insert_missing
from alerting.storage.tables import heartbeat


def beat(connection: Connection, now: datetime) -> None:
    """Write the time of the last heartbeat."""
    if not connection.execute(update(heartbeat).values(at=now)).rowcount:
        insert_missing(connection, heartbeat, [{"id": 1, "at": now}])
