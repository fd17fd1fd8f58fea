"""Bearer tokens of machines (sensors, CAP senders), and authentication by them."""

import secrets
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from fastapi import HTTPException, status
from sqlalchemy import Connection, insert, select, true, update
from starlette.requests import HTTPConnection

from alerting.access.callers import runtime_of
from alerting.access.tables import machine_tokens
from alerting.runtime import wall_clock
from contacts.sign_in.credentials import has_fingerprint, hash_of

_SCHEME: Final = "bearer "


class MachineKind(StrEnum):
    """A kind of machine; a token is valid only for its own kind."""

    CAP_SENDER = "cap_sender"
    SENSOR = "sensor"


_REMEDIES: Final[Mapping[MachineKind, str]] = {
    MachineKind.CAP_SENDER: (
        "Send 'Authorization: Bearer TOKEN' with the token of a sender that the policy names in "
        "[[cap_senders]]; an administrator issues it with 'alerting cap token NAME'"
    ),
    MachineKind.SENSOR: (
        "Send 'Authorization: Bearer TOKEN' with the token of this sensor, which the policy names "
        "in [[sensors]]; an administrator issues it with 'alerting sensors token NAME'"
    ),
}


def issue_machine_token(
    connection: Connection, kind: MachineKind, name: str, now: datetime, valid_for: timedelta
) -> str:
    """Create and return a token for a machine; only its hash is stored.

    Raises:
        ValueError: if `valid_for` is not positive.
    """
    if valid_for <= timedelta(0):
        raise ValueError(f"a token cannot be valid for {valid_for}: write a time above zero")
    token = secrets.token_urlsafe(32)
    row = {"hash": hash_of(token), "kind": kind, "name": name}
    valid = {"issued_at": now, "expires_at": now + valid_for}
    connection.execute(insert(machine_tokens).values(row | valid))
    return token


def revoke_machine_tokens(
    connection: Connection, kind: MachineKind, name: str, now: datetime
) -> int:
    """Revoke every token of a machine; return how many were not revoked before."""
    mine = (machine_tokens.c.kind == kind, machine_tokens.c.name == name)
    held = update(machine_tokens).where(*mine, machine_tokens.c.revoked_at.is_(None))
    return connection.execute(held.values(revoked_at=now)).rowcount


def with_tokens(connection: Connection, kind: MachineKind, names: Collection[str]) -> set[str]:
    """Return those of `names` whose machine was ever issued a token, valid or not."""
    mine = (machine_tokens.c.kind == kind, machine_tokens.c.name.in_(sorted(names)))
    return {*connection.execute(select(machine_tokens.c.name).where(*mine)).scalars()}


@dataclass(frozen=True, slots=True)
class MachineToken:
    """A stored token of a machine; the token cannot be recovered from its hash."""

    hash: str
    kind: MachineKind
    name: str
    issued_at: datetime
    expires_at: datetime


def valid_machine_tokens(
    connection: Connection, now: datetime, fingerprint: str = ""
) -> list[MachineToken]:
    """Return the valid tokens of all machines, by machine name, then newest first.

    If `fingerprint` is given, return only tokens whose hash has this fingerprint.
    """
    tokens = machine_tokens.c
    query = (
        select(tokens.hash, tokens.kind, tokens.name, tokens.issued_at, tokens.expires_at)
        .where(
            tokens.expires_at > now,
            tokens.revoked_at.is_(None),
            true() if not fingerprint else has_fingerprint(tokens.hash, fingerprint),
        )
        .order_by(tokens.name, tokens.issued_at.desc(), tokens.hash)
    )
    return [
        MachineToken(row.hash, MachineKind(row.kind), row.name, row.issued_at, row.expires_at)
        for row in connection.execute(query)
    ]


def machine_of_token(
    connection: Connection, kind: MachineKind, token: str, now: datetime
) -> str | None:
    """Return the name of the machine that holds the token, or None if it is not valid."""
    return connection.scalar(
        select(machine_tokens.c.name).where(
            machine_tokens.c.hash == hash_of(token),
            machine_tokens.c.kind == kind,
            machine_tokens.c.expires_at > now,
            machine_tokens.c.revoked_at.is_(None),
        )
    )


async def calling_machine(connection: HTTPConnection, kind: MachineKind) -> str | None:
    """Return the name of the machine that the request's token authenticates, or None."""
    header = connection.headers.get("authorization", "")
    if header[: len(_SCHEME)].lower() != _SCHEME:
        return None
    token, now = header[len(_SCHEME) :].strip(), wall_clock()
    database = runtime_of(connection).database
    return await database.read(lambda db: machine_of_token(db, kind, token, now))


def unknown_machine(kind: MachineKind) -> HTTPException:
    """Return the 401 refusal of a request that has no valid token of this kind."""
    return HTTPException(
        status.HTTP_401_UNAUTHORIZED, _REMEDIES[kind], headers={"WWW-Authenticate": "Bearer"}
    )
