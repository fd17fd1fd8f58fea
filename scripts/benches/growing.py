"""The cost of an answer and of a frame on one database, measured in a separate process.

`python -m scripts.benches.growing URL JSON` takes a Work and prints a Cost, both as JSON. An answer
goes through the service's `take_text` and its ledger, in a commit of its own. A frame is what the
tail of an alert's log reads and encodes after an answer, for the boards of a town's commander, of
the county and of the city. It is measured in an alert whose texts have arrived, and in one whose
texts are being sent. Texts being sent are counted beside the log, for at most 10 % of the time; the
duration of one count is measured separately. The cost is the processor time of this process and, on
PostgreSQL, of the server's processes that work for it.
"""

import asyncio
import json
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from statistics import median
from time import perf_counter, process_time
from typing import Final

from sqlalchemy import Connection, func, select, text, update

from alerting.database.engine import Database
from alerting.deliveries.progress import log_results
from alerting.deliveries.rules.delivery import DeliveryState
from alerting.deliveries.tables import deliveries
from alerting.feed.progress import read_sent
from alerting.feed.reading import Counts, read_update
from alerting.ledger.alerts import last_seq
from alerting.ledger.events.sending import DeliveriesReceipted
from alerting.ledger.writer import Ledger, Transaction
from alerting.policy.policy import default_policy
from alerting.replies.statements import IncomingText
from alerting.replies.take import take_text
from alerting.runtime import Clock, Runtime, wall_clock
from contacts.division import county_of, town_of
from scripts.benches.plan_city import CITY, household_phone, villages_of

ALERT: Final = 1
AT_HOME: Final = 1
"""Number of the household, in the first village's town, that warms up and then triggers frames."""
_WARM_UP: Final = 20
_READ_AGAIN: Final = 20
_MILLISECONDS: Final = 1000.0
_ANSWERS: Final = ("1", "4")
"""Used in turn, so that each answer changes the household's standing."""


@dataclass(frozen=True)
class Work:
    """The households that answer, once each, and the number of answers with frames."""

    run: str
    """Prefix of the answers' ids, different in every run on a database."""
    numbers: Sequence[int]
    frames: int


@dataclass(frozen=True)
class Cost:
    """Milliseconds of processor time per operation, and its median duration."""

    answer_cpu_ms: float
    answer_ms: float
    frame_cpu_ms: float
    frame_ms: float
    frame_sending_cpu_ms: float
    """For a frame with an answer while texts are being sent."""
    frame_sending_ms: float
    counting_ms: float
    """Median duration of a count of the texts' states."""


class Meter:
    """Sums the processor time of operations, and records the duration of each."""

    def __init__(self, servers: Sequence[int]) -> None:
        self._servers = servers
        self._spent = 0.0
        self._took: list[float] = []

    @contextmanager
    def some(self) -> Iterator[None]:
        """Add the processor time of the block."""
        before = self._so_far()
        yield
        self._spent += self._so_far() - before

    @contextmanager
    def one(self) -> Iterator[None]:
        """Record the duration of the block."""
        began = perf_counter()
        yield
        self._took.append(perf_counter() - began)

    def cpu_ms(self) -> float:
        """Return the processor time per operation."""
        return self._spent / len(self._took) * _MILLISECONDS

    def median_ms(self) -> float:
        """Return the median duration."""
        return median(self._took) * _MILLISECONDS

    def _so_far(self) -> float:
        return process_time() + sum(map(_processor_seconds, self._servers))


class Boards:
    """The boards of a town, its county and the city, and the last log entry that they show."""

    def __init__(self, database: Database, town: str) -> None:
        self._database = database
        self._divisions = (CITY, county_of(town), town)
        self._seq = database.look(lambda connection: last_seq(connection, ALERT))
        self._counts: Counts | None = None

    def read(self) -> None:
        """Read the frames since the last catch-up."""
        self._read()

    def catch_up(self) -> None:
        """Mark everything up to now as shown."""
        self._seq, self._counts = self._read()

    def _read(self) -> tuple[int, Counts | None]:
        def look(connection: Connection) -> tuple[int, Counts | None]:
            now = wall_clock()
            update = read_update(connection, ALERT, self._divisions, self._seq, now, self._counts)
            return update.seq, update.counts

        return self._database.look(look)


async def measure(url: str, work: Work) -> Cost:
    """Answer and read frames as the work specifies."""
    policy, database = default_policy(), Database(url)
    ledger = Ledger(database, lambda _topic: None, policy)
    runtime = Runtime(database, ledger, Clock())
    boards = Boards(database, town_of(database.look(villages_of)[0]))
    for turn in range(_WARM_UP):
        await _change(runtime, f"{work.run}-warm-{turn}", turn)
        boards.catch_up()
    servers = database.look(_servers)
    answers, quiet, sending = Meter(servers), Meter(servers), Meter(servers)
    with answers.some():
        for number in work.numbers:
            with answers.one():
                await _say(runtime, f"{work.run}-{number}", number, _ANSWERS[0])
    boards.catch_up()
    for turn in range(work.frames):
        await _change(runtime, f"{work.run}-frame-{turn}", turn)
        _read_again(boards, quiet)
        await _change(runtime, f"{work.run}-sending-{turn}", turn + 1)
        await ledger.write(partial(_send, turn=turn))
        _read_again(boards, sending)
    counting = Meter(servers)
    # Measured apart from the frames, because one count serves many frames.
    for _ in range(work.frames):
        with counting.one():
            database.look(lambda connection: read_sent(connection, [ALERT]))
    await ledger.close()
    database.close()
    return Cost(
        *(answers.cpu_ms(), answers.median_ms()),
        *(quiet.cpu_ms(), quiet.median_ms()),
        *(sending.cpu_ms(), sending.median_ms()),
        counting.median_ms(),
    )


def _read_again(boards: Boards, meter: Meter) -> None:
    with meter.some():
        for _ in range(_READ_AGAIN):
            with meter.one():
                boards.read()
    boards.catch_up()


def _send(transaction: Transaction, turn: int) -> None:
    """Mark one more text as sent, and log it."""
    one = select(func.min(deliveries.c.id) + turn).where(deliveries.c.alert == ALERT)
    chosen = update(deliveries).where(deliveries.c.id == one.scalar_subquery())
    transaction.connection.execute(chosen.values(state=DeliveryState.SENT))
    log_results(transaction, DeliveriesReceipted, wall_clock(), [(ALERT, DeliveryState.SENT)])


async def _change(runtime: Runtime, name: str, turn: int) -> None:
    await _say(runtime, name, AT_HOME, _ANSWERS[turn % len(_ANSWERS)])


async def _say(runtime: Runtime, name: str, number: int, body: str) -> None:
    await take_text(runtime, IncomingText(name, household_phone(number), body, wall_clock()))


def _processor_seconds(process: int) -> float:
    """Return the processor time of a local process in seconds, system time included."""
    fields = Path(f"/proc/{process}/stat").read_text("utf-8").rpartition(")")[2].split()
    # Fields 14 and 15 of all, in ticks; two fields come before the parenthesis.
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _servers(connection: Connection) -> list[int]:
    """Return the pids of PostgreSQL's processes for this database; none for SQLite."""
    if connection.dialect.name == "sqlite":
        return []
    ours = text("SELECT pid FROM pg_stat_activity WHERE datname = current_database()")
    return list(connection.scalars(ours))


def main() -> None:
    """Do the work in the arguments, and print its cost."""
    work = Work(**json.loads(sys.argv[2]))
    sys.stdout.write(json.dumps(asdict(asyncio.run(measure(sys.argv[1], work)))) + "\n")


if __name__ == "__main__":
    main()
