"""Look-ups of alerts and divisions, restricted to what a caller may see or act on."""

from collections.abc import Iterable
from typing import Final

from sqlalchemy import Connection

from alerting.access.rules import Act, Ruling, permitted_division, rule
from alerting.errors import ForbiddenError, InvalidError, NotFoundError
from alerting.ledger.alerts import StoredAlert, find_alert
from contacts.directory import Officer
from contacts.division import covers
from contacts.people import Role

_BEYOND: Final = "this alert reaches beyond your division: an officer of a higher tier must {act}"


def alert_for(
    connection: Connection, alert_id: int, caller: Officer, act: Act | None = None
) -> StoredAlert:
    """Return an alert whose area touches the caller's division.

    If `act` is given, the area must instead touch the division in which the caller may do it.

    Raises:
        NotFoundError: if no such alert touches that division.
    """
    scope = permitted_division(caller.division, act) if act else caller.division
    alert = find_alert(connection, alert_id, scope)
    if alert is None:
        raise NotFoundError(
            f"there is no alert {alert_id} within your divisions", f"您的范围内没有预警{alert_id}"
        )
    return alert


def alert_to(connection: Connection, alert_id: int, caller: Officer, act: Act) -> StoredAlert:
    """Return an alert, if the caller may do `act` on its whole area.

    Raises:
        NotFoundError: if no such alert touches the caller's division.
        ForbiddenError: if the caller's role or division does not allow `act`.
    """
    alert = alert_for(connection, alert_id, caller)
    for division in alert.divisions:
        ruling = rule(caller.role, caller.division, act, division)
        if ruling is Ruling.NOT_THIS_ROLE:
            raise ForbiddenError(*refusal(caller, act))
        if ruling is Ruling.NOT_THIS_PLACE:
            raise ForbiddenError(_BEYOND.format(act=act), "预警超出您的范围：请联系上级")
    return alert


def check_places(caller: Officer, act: Act, divisions: Iterable[str], field: str) -> None:
    """Check that the caller may do `act` in these divisions.

    Raises:
        ForbiddenError: if the caller's role does not allow `act` anywhere.
        InvalidError: if one of the divisions is outside the caller's reach; the error names
            `field`.
    """
    for division in divisions:
        ruling = rule(caller.role, caller.division, act, division)
        if ruling is Ruling.NOT_THIS_ROLE:
            raise ForbiddenError(*refusal(caller, act))
        if ruling is Ruling.NOT_THIS_PLACE:
            raise InvalidError(
                field,
                f"{division} is not within your division {caller.division}; leave it out, or ask "
                "an officer of a higher tier",
                f"{division}不在您的范围{caller.division}之内：请去掉，或请上级处理",
            )


def scope_for(caller: Officer, division: str | None) -> str:
    """Return the division to show: `division`, or the caller's own if it is None.

    Raises:
        NotFoundError: if `division` is not within the caller's own.
    """
    if division is None:
        return caller.division
    if not covers(caller.division, division):
        raise NotFoundError(
            f"there is no division {division} within your division", f"您的范围内没有区划{division}"
        )
    return division


def office_of(caller: Officer, division: str | None = None) -> str:
    """Return the division whose office pages an administrator opens: `division`, or their own.

    Raises:
        ForbiddenError: if the caller is not an administrator.
        NotFoundError: if `division` is not within the caller's own.
    """
    if caller.role is not Role.ADMINISTRATOR:
        raise ForbiddenError(
            f"somebody with the role {caller.role} does not keep the roster", "您的职务不管理名册"
        )
    return scope_for(caller, division)


def refusal(caller: Officer, act: Act) -> tuple[str, str]:
    """Return the refusal of `act` because of the caller's role, in English and Chinese."""
    return (
        f"somebody with the role {caller.role} does not {act}",
        "您的职务不能做这件事：请联系上级",
    )
