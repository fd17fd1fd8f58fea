"""The founding: the first administrator, the home division, and a session."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, insert, select

from alerting.errors import ConflictError
from alerting.first_run.gate import is_founded
from alerting.office.log import Details, Line, OfficeAct, RosterChange, record
from contacts.directory import officer
from contacts.division import tier_of
from contacts.people import Role
from contacts.sign_in.sessions import begin_session
from contacts.tables import DIVISIONS, OFFICER_PHONES, OFFICERS


@dataclass(frozen=True, slots=True)
class Founding:
    """The first administrator and the home division, as the founder gave them."""

    name: str
    phone: str
    """E.164."""
    language: str
    division: str
    """The code of the home division."""
    division_name: str


def found_service(connection: Connection, said: Founding, now: datetime, device: str) -> str:
    """Store the first administrator and the home division; return a session's token.

    Raises:
        ConflictError: if there is an officer already.
    """
    if is_founded(connection):
        raise ConflictError("the service has officers: sign in")
    code, id_ = said.division, f"administrator-{said.division}"
    if connection.execute(select(DIVISIONS.c.code).where(DIVISIONS.c.code == code)).first() is None:
        row = {"code": code, "name": said.division_name, "tier": tier_of(code), "parent": None}
        connection.execute(insert(DIVISIONS).values(row))
    person = {"id": id_, "name": said.name, "role": Role.ADMINISTRATOR, "division": code}
    connection.execute(insert(OFFICERS).values(person | {"language": said.language}))
    phone = {"officer": id_, "position": 0, "number": said.phone}
    connection.execute(insert(OFFICER_PHONES).values(phone))
    founder = officer(connection, id_)
    if founder is not None:
        lines = (Line(RosterChange.ADDED, id_, said.name),)
        details = Details({RosterChange.ADDED: 1}, lines)
        record(connection, founder, OfficeAct.FIRST_RUN, code, details, now)
    return begin_session(connection, id_, now, device)
