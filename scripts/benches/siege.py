"""Households answer and officers sign in while ten clients attack at once.

The service runs as under `alerting serve`, with the gateway behind it, on a database with an open
alert whose households have their texts. Ten clients attack, each in a different way, with a bounded
number of concurrent requests: see `scripts.benches.siege_attacks`. Meanwhile each household posts
its signed answer once, at a steady rate, and officers ask for a link and sign in with it. An answer
is lost if its household is not evacuated in the database at the end, whatever the response to its
post was. The latency is that of the households' posts. A sign-in is three requests, of which the
slowest counts. `attack_cpu_seconds` is the processor time of the attackers, who share the
processors with the service. With `--each` the same is measured without an attack, and under each
attack alone, for 10 s each.
"""

import asyncio
import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Annotated, Final

import typer
from sqlalchemy import Connection, create_engine, insert, select, text

from alerting.database.engine import writer_engine
from alerting.deliveries.tables import links
from alerting.drill.service.hosting import free_port
from alerting.drill.service.processes import Processes
from alerting.roll.tables import roll
from contacts.sign_in.links import issue_link
from contacts.tables import HOUSEHOLD_PHONES, OFFICER_PHONES, OFFICERS
from scripts.benches.answer import raise_and_deliver_at
from scripts.benches.report import JsonFile, Rounds, medians, report
from scripts.benches.siege_attacks import ATTACKS, Siege
from scripts.benches.siege_people import People
from scripts.benches.stores import TownDatabase, in_file, on_server
from scripts.benches.town import (
    HOST,
    NO_FAULTS,
    OFFICER,
    REQUEST,
    Account,
    found_town_at,
    household_phone,
    start_gateway,
    until_ready,
    workshop,
)

INFORMANT: Final = "informant"
INFORMANTS_PHONE: Final = "+8610009999998"
_SIGN_INS: Final = 5
_SECONDS_ALONE: Final = 10.0
_FELT: Final = ("answers_lost", "p99_ms", "sign_in_ms")
"""The figures that are measured under a single attack."""
_OUT: Final = "SELECT count(*) FROM roll WHERE standing = 'evacuated' AND household <> :tapped"


def bench(
    households: Annotated[int, typer.Option(min=10, help="households that answer")] = 300,
    seconds: Annotated[float, typer.Option(help="seconds of the answers and of the attack")] = 20.0,
    each: Annotated[bool, typer.Option(help="also measure each attack alone")] = False,
    rounds: Rounds = 1,
    json_file: JsonFile = None,
) -> None:
    """Measure answers and sign-ins under attack: lost answers, their latency, sign-ins."""
    alone = [(), *((name,) for name in ATTACKS)] if each else []
    found: dict[str, float] = {}
    with workshop() as folder, on_server(folder) as server:
        for prefix, store in {"": in_file(folder), "postgres_": server}.items():
            tokens = _prepare(store, households)
            besieged = partial(_round, folder, store, tokens, households)
            together = [asyncio.run(besieged(seconds, ATTACKS)) for _ in range(rounds)]
            found |= {f"{prefix}{name}": number for name, number in medians(together).items()}
            for names in alone:
                figures = asyncio.run(besieged(_SECONDS_ALONE, names))
                under = f"{prefix}{'_'.join(names) or 'no_attack'}_alone_"
                found |= {f"{under}{name}": figures[name] for name in _FELT}
    report("siege", found, json_file)


def _prepare(store: TownDatabase, households: int) -> dict[str, str]:
    """Create the town with its open alert; return the tokens that the clients need."""
    # One household does not answer: attackers tap its link and raise exercises in its village.
    bearer = found_town_at(store.url, households + 1)
    asyncio.run(raise_and_deliver_at(store.url, REQUEST))
    engine = writer_engine(store.url)
    with engine.begin() as connection:
        tapped, village = connection.execute(
            select(roll.c.household, roll.c.division)
            .join(HOUSEHOLD_PHONES, HOUSEHOLD_PHONES.c.household == roll.c.household)
            .where(HOUSEHOLD_PHONES.c.number == household_phone(households))
        ).one()
        _found_informant(connection, village)
        token = secrets.token_urlsafe(16)
        connection.execute(insert(links), {"token": token, "alert": 1, "household": tapped})
        now = datetime.now(UTC)
        signing_in = [issue_link(connection, OFFICER, now) for _ in range(_SIGN_INS)]
    engine.dispose()
    return {
        "bearer": bearer,
        "village": village,
        "link": token,
        "tapped": tapped,
        "links": ",".join(signing_in),
    }


def _found_informant(connection: Connection, village: str) -> None:
    who = {"id": INFORMANT, "name": INFORMANT, "role": "informant", "division": village}
    connection.execute(insert(OFFICERS), who)
    phone = {"officer": INFORMANT, "position": 0, "number": INFORMANTS_PHONE}
    connection.execute(insert(OFFICER_PHONES), phone)


async def _round(
    folder: Path,
    store: TownDatabase,
    tokens: Mapping[str, str],
    households: int,
    seconds: float,
    attacks: Sequence[str],
) -> dict[str, float]:
    url, port, account = store.fresh(), free_port(), Account()
    service = f"http://{HOST}:{port}"
    settings = {"ALERTING_DATABASE_URL": url, "ALERTING_PUBLIC_URL": service}
    processes = Processes(folder, account.settings() | settings)
    siege = Siege(
        service,
        account.secret,
        seconds,
        tokens["bearer"],
        tokens["village"],
        tokens["link"],
        INFORMANTS_PHONE,
        tuple(attacks),
    )
    people = People(
        service, account.secret, seconds, households, OFFICER, tuple(tokens["links"].split(","))
    )
    try:
        gateway = await start_gateway(processes, folder, account, NO_FAULTS)
        processes.environment["ALERTING_TWILIO_BASE_URL"] = gateway
        await processes.start("service", "alerting", "serve", "--port", str(port))
        await until_ready(processes, "service", service)
        attacked, said = await asyncio.gather(
            *(
                processes.start_and_hear(name, f"scripts.benches.{name}", json.dumps(asdict(part)))
                for name, part in (("siege_attacks", siege), ("siege_people", people))
            )
        )
    finally:
        await processes.close()
    figures: dict[str, float] = json.loads(said)
    refused = {f"attack_{kind}": number for kind, number in json.loads(attacked).items()}
    lost = households - _stand_as_out(url, tokens["tapped"])
    return {"answers_lost": lost, **figures, **refused}


def _stand_as_out(url: str, tapped: str) -> int:
    engine = create_engine(url)
    with engine.connect() as connection:
        number: int = connection.execute(text(_OUT), {"tapped": tapped}).scalar_one()
    engine.dispose()
    return number
