"""The endpoint for answers as FastAPI's and SQLModel's documentation teaches it: the peer.

`python -m scripts.benches.answer_idiomatic FILE HOUSEHOLDS PORT`. A dependency opens a session for
each request, the endpoint is synchronous and so runs on a thread, and objects are added, committed
and refreshed. It keeps what the service keeps of a '1': the text, the evidence, the log entry, the
household's standing and the village's tally. The file is as durable as the service's. The
signature is checked as the service checks it.
"""

import os
import sys
from collections.abc import Iterator
from typing import Annotated, Any, Final

import uvicorn
from fastapi import Depends, FastAPI, Form, Header, HTTPException, Request
from sqlalchemy import Connection, Engine, event
from sqlalchemy.orm import registry
from sqlmodel import Field, Session, SQLModel, create_engine, select
from twilio.request_validator import RequestValidator

from scripts.benches.town import HEADCOUNT, HOST, household_phone

_VILLAGES: Final = 300
_BUSY_SECONDS: Final = 30


class _Peer(SQLModel, registry=registry()):
    """Base of the peer's tables, which are apart from the service's."""


class PeerHousehold(_Peer, table=True):
    """A household on the roll."""

    id: int | None = Field(default=None, primary_key=True)
    phone: str = Field(index=True, unique=True)
    village: int = Field(foreign_key="peervillage.id")
    headcount: int
    standing: str = "unaccounted"


class PeerVillage(_Peer, table=True):
    """A village's tally."""

    id: int | None = Field(default=None, primary_key=True)
    evacuated: int = 0


class PeerText(_Peer, table=True):
    """A text as it came."""

    provider_id: str = Field(primary_key=True)
    sender: str
    body: str


class PeerEvidence(_Peer, table=True):
    """The report of a text about a household."""

    id: int | None = Field(default=None, primary_key=True)
    household: int = Field(foreign_key="peerhousehold.id", index=True)
    text: str = Field(foreign_key="peertext.provider_id")
    report: str


class PeerEntry(_Peer, table=True):
    """An entry of the log."""

    id: int | None = Field(default=None, primary_key=True)
    kind: str
    household: int


app: Final = FastAPI()


def get_session() -> Iterator[Session]:
    """Yield the session of a request."""
    with Session(app.state.engine) as session:
        yield session


SessionDep = Annotated[Session, Depends(get_session)]


async def check_signature(
    request: Request, x_twilio_signature: Annotated[str, Header()] = ""
) -> None:
    """Refuse a post that the provider has not signed."""
    form = dict(await request.form())
    if not app.state.validator.validate(str(request.url), form, x_twilio_signature):
        raise HTTPException(status_code=403)


@app.post("/twilio/sms", dependencies=[Depends(check_signature)])
def sms(
    message_sid: Annotated[str, Form(alias="MessageSid")],
    sender: Annotated[str, Form(alias="From")],
    body: Annotated[str, Form(alias="Body")],
    session: SessionDep,
) -> PeerHousehold:
    """Record a household's '1'."""
    household = session.exec(
        select(PeerHousehold).where(PeerHousehold.phone == sender)
    ).one_or_none()
    if household is None or household.id is None:
        raise HTTPException(status_code=404)
    text = PeerText(provider_id=message_sid, sender=sender, body=body)
    session.add(text)
    session.flush()
    session.add(PeerEvidence(household=household.id, text=message_sid, report="evacuated"))
    session.add(PeerEntry(kind="evidence.given", household=household.id))
    household.standing = "evacuated"
    village = session.get_one(PeerVillage, household.village)
    village.evacuated += 1
    session.add(household)
    session.add(village)
    session.commit()
    session.refresh(household)
    return household


@app.get("/readyz")
def readyz() -> str:
    """Answer as soon as the process serves."""
    return "ready"


def engine_of(file: str) -> Engine:
    """Return an engine on the file, durable, whose transactions wait for each other.

    A deferred transaction, the driver's default, would fail when it begins to write.
    """
    arguments = {"check_same_thread": False, "timeout": _BUSY_SECONDS}
    engine = create_engine(f"sqlite:///{file}", connect_args=arguments)

    @event.listens_for(engine, "connect")
    def connected(connection: Any, _record: object) -> None:
        connection.isolation_level = None
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def began(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine


def found(engine: Engine, households: int) -> None:
    """Write the villages and their households."""
    _Peer.metadata.create_all(engine)
    with Session(engine) as session:
        session.add_all(PeerVillage(id=number) for number in range(_VILLAGES))
        session.flush()
        session.add_all(
            PeerHousehold(
                phone=household_phone(number), village=number % _VILLAGES, headcount=HEADCOUNT
            )
            for number in range(households)
        )
        session.commit()


def main() -> None:
    """Serve until stopped."""
    file, households, port = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    app.state.engine = engine_of(file)
    found(app.state.engine, households)
    app.state.validator = RequestValidator(os.environ["ALERTING_TWILIO_AUTH_TOKEN"])
    uvicorn.run(app, host=HOST, port=port, access_log=False, log_config=None, timeout_keep_alive=60)


if __name__ == "__main__":
    main()
