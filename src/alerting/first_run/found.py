"""Store the first administrator and the home division, and correct the home division."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, delete, func, insert, select, update

from alerting.errors import ConflictError, ForbiddenError
from alerting.first_run.gate import is_founded
from alerting.issuers.store import move_issuer
from alerting.ledger.tables import alerts
from alerting.office_log.log import Details, Line, OfficeAct, RosterChange, details_of, record
from contacts.directory import Officer, officer
from contacts.division import tier_of
from contacts.people import Role
from contacts.roster.comparison import Change, Difference, Label
from contacts.sign_in.sessions import begin_session
from contacts.tables import DIVISIONS, HAZARD_POINTS, HOUSEHOLDS, OFFICER_PHONES, OFFICERS

_FOUNDER: Final = "administrator"
"""The first administrator's id. It contains no division code, because that may be corrected."""


@dataclass(frozen=True, slots=True)
class Founding:
    """The first administrator and the home division, as entered in the browser."""

    name: str
    phone: str
    """The phone number in E.164 format."""
    language: str
    division: str
    """The code of the home division."""
    division_name: str


def found_service(connection: Connection, said: Founding, now: datetime, device: str) -> str:
    """Store the first administrator and the home division; return the token of a new session.

    Raises:
        ConflictError: if the service already has an officer.
    """
    if is_founded(connection):
        raise ConflictError("the service has officers: sign in", chinese="已有责任人：请登录")
    code, id_ = said.division, _FOUNDER
    if connection.execute(select(DIVISIONS.c.code).where(DIVISIONS.c.code == code)).first() is None:
        connection.execute(insert(DIVISIONS).values(_home(code, said.division_name)))
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


def correct_home(
    connection: Connection, caller: Officer, code: str, name: str, now: datetime
) -> None:
    """Give the home division another code and name, while the service has only officers.

    All officers move to the new code, because officers may be imported before a wrong code is
    noticed.

    Raises:
        ForbiddenError: if the caller is not an administrator.
        ConflictError: if there are other divisions, households, hazard points or alerts.
    """
    if caller.role is not Role.ADMINISTRATOR:
        raise ForbiddenError(
            "only an administrator may correct the home division", "只有管理员能改正"
        )
    counts = [
        connection.scalar(select(func.count()).select_from(table)) or 0
        for table in (DIVISIONS, HOUSEHOLDS, HAZARD_POINTS, alerts)
    ]
    if counts != [1, 0, 0, 0]:
        raise ConflictError(
            "there are already other divisions, households, hazard points or alerts: move a "
            "village by `alerting contacts move-village`, or start with an empty database",
            chinese="已有其他区划、住户、隐患点或预警：村的代码用alerting contacts move-village"
            "命令改，或从空数据库重新开始",
        )
    before = connection.execute(select(DIVISIONS)).one()
    if before.code == code:
        connection.execute(update(DIVISIONS).values(name=name))
    else:
        connection.execute(insert(DIVISIONS).values(_home(code, name)))
        connection.execute(update(OFFICERS).values(division=code))
        connection.execute(delete(DIVISIONS).where(DIVISIONS.c.code == before.code))
        move_issuer(connection, before.code, code)
    changes = (Change("code", before.code, code), Change("name", before.name, name))
    difference = Difference(changed=[(Label(code, name, ""), changes)])
    record(connection, caller, OfficeAct.EDIT_DIVISION, code, details_of(difference), now)


def _home(code: str, name: str) -> dict[str, Any]:
    return {"code": code, "name": name, "tier": tier_of(code), "parent": None}
