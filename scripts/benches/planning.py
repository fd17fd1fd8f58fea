"""An alert raised for a whole city, or its rows only copied, in a process of its own.

`python -m scripts.benches.planning raise|copy URL` prints a Took as JSON. Raising goes through the
service's own `raise_alert` and its ledger, from the request to the commit, in a process whose
garbage collector is set as that of `alerting serve`. Copying inserts the same
rows by one INSERT ... SELECT for each table with as many rows as households. The copies have the
same columns, keys and indexes, and are written in one transaction on a connection with the same
settings.
"""

import asyncio
import json
import resource
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass
from time import perf_counter
from typing import Any, Final

from sqlalchemy import Connection, MetaData, Table, func, insert, quoted_name, select

from alerting.alerts.raise_alert import raise_alert
from alerting.cap.alert import AlertRequest
from alerting.cli.serve import spare_what_stays
from alerting.database.engine import Database, writer_engine
from alerting.deliveries.tables import deliveries, texts
from alerting.ledger.tables import alerts
from alerting.ledger.writer import Ledger
from alerting.policy.policy import default_policy
from alerting.roll.tables import roll
from alerting.runtime import Clock, Runtime
from contacts.directory import officer
from scripts.benches.plan_city import CITY, OFFICER

REQUEST: Final[dict[str, Any]] = {
    "status": "Exercise",
    "exercise": {"size": "everybody"},
    "event": "滑坡",
    "description": "后山裂缝变宽",
    "instruction": "立即撤离",
    "area": {"divisions": [CITY]},
    "assembly_point": "村小学",
    "hazard_location": [31.9, 107.2],
}
_COPIED: Final = (roll, deliveries)
_KIB: Final = 1024


@dataclass(frozen=True)
class Took:
    """Duration, peak memory of the process, and the numbers of households and texts."""

    seconds: float
    peak_mib: float
    households: int
    texts: int


async def raise_for_the_city(url: str) -> Took:
    """Raise an alert as the service does, and time it from the request to the commit."""
    policy, database = default_policy(), Database(url)
    ledger = Ledger(database, lambda _topic: None, policy)
    runtime = Runtime(database, ledger, Clock())
    caller = database.look(lambda connection: officer(connection, OFFICER))
    if caller is None:
        raise RuntimeError("the city has no duty officer")
    request = AlertRequest.model_validate(REQUEST)
    spare_what_stays()
    began = perf_counter()
    raised = await raise_alert(runtime, caller, request, None, again=True)
    seconds = perf_counter() - began
    await ledger.close()
    database.close()
    if raised.reached is None:
        raise RuntimeError("the city was reached before")
    return Took(seconds, _peak_mib(), raised.reached.households, raised.reached.texts)


def copy_its_rows(url: str) -> Took:
    """Copy the raised rows by bare statements, and time them with their commit."""
    engine, apart = writer_engine(url), MetaData()
    # The foreign keys of the copies refer to these tables.
    for known in (alerts, texts):
        known.to_metadata(apart)
    copies = [(table, _like(table, apart)) for table in _COPIED]
    with engine.begin() as connection:
        apart.create_all(connection)
    began = perf_counter()
    with engine.begin() as connection:
        for table, copy in copies:
            columns = [column.name for column in table.c]
            connection.execute(insert(copy).from_select(columns, select(table)))
    seconds = perf_counter() - began
    with engine.begin() as connection:
        households, texts_owed = (_count(connection, copy) for _, copy in copies)
    engine.dispose()
    return Took(seconds, _peak_mib(), households, texts_owed)


def _like(table: Table, apart: MetaData) -> Table:
    copy = table.to_metadata(apart, name=f"bare_{table.name}")
    for index in copy.indexes:
        index.name = quoted_name(f"bare_{index.name}", quote=None)
    return copy


def _count(connection: Connection, table: Table) -> int:
    return connection.execute(select(func.count()).select_from(table)).scalar_one()


def _peak_mib() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / _KIB


_WAYS: Final[dict[str, Callable[[str], Took]]] = {
    "raise": lambda url: asyncio.run(raise_for_the_city(url)),
    "copy": copy_its_rows,
}


def main() -> None:
    """Raise an alert or copy its rows, by the first argument, and print the result."""
    sys.stdout.write(json.dumps(asdict(_WAYS[sys.argv[1]](sys.argv[2]))) + "\n")


if __name__ == "__main__":
    main()
