"""The tokens that an administrator may see and revoke: officers' and machines'."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from sqlalchemy import Connection, exists, select

from alerting.access.machines import MachineKind, MachineToken, valid_machine_tokens
from alerting.access.tables import machine_tokens
from alerting.policy.policy import Policy
from contacts.directory import Officer, officer, officers_named
from contacts.division import ancestors, covers
from contacts.people import Role
from contacts.sign_in.credentials import (
    IssuedToken,
    fingerprint_of,
    revoke_token,
    tokens_within,
)
from contacts.tables import OFFICER_TOKENS, OFFICERS

MOST_TOKENS: Final = 200
"""Maximum number of officers' tokens in a list; machines' tokens come in addition."""


class HolderKind(StrEnum):
    """The kind of a token's holder."""

    OFFICER = "officer"
    CAP_SENDER = "cap_sender"
    SENSOR = "sensor"


@dataclass(frozen=True, slots=True)
class Held:
    """A valid token and its holder."""

    hash: str
    kind: HolderKind
    id: str
    """The officer's id, or the machine's name in the policy."""
    officer: Officer | None
    """The officer who holds it; None for a machine."""
    issued_at: datetime
    expires_at: datetime

    @property
    def fingerprint(self) -> str:
        """The first 16 hexadecimal digits of the token's hash."""
        return fingerprint_of(self.hash)


@dataclass(frozen=True, slots=True)
class TokensSought:
    """The filters of a list of tokens."""

    division: str
    text: str = ""
    """A part of a machine's name."""
    officers: Collection[str] | None = None
    """Only tokens of officers with these ids; None for every officer's."""
    fingerprint: str = ""


def tokens_in_charge(
    connection: Connection, policy: Policy, caller: Officer, sought: TokensSought, now: datetime
) -> list[Held]:
    """Return the valid tokens of officers, newest first, and then those of machines.

    A sensor belongs to its own division, and a sender of CAP messages to the division of the
    officer in whose name it alerts. All other machines act everywhere. Their tokens are seen only
    by an administrator with no administrator above, who asks for their whole division.
    """
    issued = tokens_within(
        connection, sought.division, now, MOST_TOKENS, sought.officers, sought.fingerprint
    )
    people = officers_named(connection, {each.officer for each in issued})
    sees_all = sought.division == caller.division and _is_topmost(connection, caller)
    machines = [
        each
        for each in valid_machine_tokens(connection, now, sought.fingerprint)
        if sought.text in each.name
        and _is_within(_place_of(connection, policy, each), sought.division, sees_all=sees_all)
    ]
    return [*_of_officers(issued, people), *map(_of_machine, machines)]


def revoke_in_charge(
    connection: Connection, policy: Policy, caller: Officer, fingerprint: str, now: datetime
) -> Held | None:
    """Revoke the token with this fingerprint and return it; None if the caller may not see it."""
    sought = TokensSought(caller.division, fingerprint=fingerprint)
    held = next(iter(tokens_in_charge(connection, policy, caller, sought, now)), None)
    if held is not None:
        table = OFFICER_TOKENS if held.kind is HolderKind.OFFICER else machine_tokens
        revoke_token(connection, table, held.hash, now)
    return held


def _of_officers(issued: list[IssuedToken], people: dict[str, Officer]) -> Iterator[Held]:
    for each in issued:
        valid = each.issued_at, each.expires_at
        yield Held(each.hash, HolderKind.OFFICER, each.officer, people[each.officer], *valid)


def _of_machine(token: MachineToken) -> Held:
    kind = HolderKind(token.kind)
    return Held(token.hash, kind, token.name, None, token.issued_at, token.expires_at)


def _is_within(place: str | None, division: str, *, sees_all: bool) -> bool:
    return sees_all if place is None else covers(division, place)


def _place_of(connection: Connection, policy: Policy, token: MachineToken) -> str | None:
    """Return the machine's division; None if it acts everywhere or is unknown."""
    if token.kind is MachineKind.SENSOR:
        places = {each.name: each.place for each in policy.sensors}
        return places.get(token.name)
    acting = {each.name: each.acts_for for each in policy.cap_senders}.get(token.name)
    whose = officer(connection, acting) if acting else None
    return whose.division if whose else None


def _is_topmost(connection: Connection, caller: Officer) -> bool:
    above = exists().where(
        OFFICERS.c.role == Role.ADMINISTRATOR,
        OFFICERS.c.division.in_(ancestors(caller.division)),
    )
    return not connection.scalar(select(above))
