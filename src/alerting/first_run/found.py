"""The founding: the first administrator, the home division, and a session; and its correction."""

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
"""The first administrator's id; it names no division, which may be corrected."""


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
    """Give the home division another code and name, while only officers lie in it.

    They go with it: who imported officers first finds the mistake when the divisions are refused.

    Raises:
        ForbiddenError: if the caller is no administrator.
        ConflictError: if there are other divisions, households, hazard points or alerts.
    """
    if caller.role is not Role.ADMINISTRATOR:
        raise ForbiddenError("an administrator corrects the home division", "只有管理员能改正")
    counts = [
        connection.scalar(select(func.count()).select_from(table)) or 0
        for table in (DIVISIONS, HOUSEHOLDS, HAZARD_POINTS, alerts)
    ]
    if counts != [1, 0, 0, 0]:
        raise ConflictError(
            "there are divisions, households, hazard points or alerts already: move a village by "
            "`alerting contacts move-village`, or begin with an empty database",
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
