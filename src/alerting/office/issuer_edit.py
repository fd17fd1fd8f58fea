"""An administrator's change to a division's issuer, recorded in the office log."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Connection

from alerting.errors import ConflictError
from alerting.issuers.store import named_issuer, store_issuer
from alerting.ledger.alerts import is_followed_in
from alerting.office.edits import check_newest
from alerting.office_log.log import OfficeAct, details_of, record
from alerting.policy.issuer import Issuer
from alerting.runtime import Runtime
from contacts.directory import Officer, short_names
from contacts.roster.comparison import Change, Difference, Label

_OPEN = (
    "an alert that concerns your division is not over, and all its texts name one issuer: change "
    "the issuer afterwards"
)

_OPEN_IN_CHINESE = "有涉及您区划的预警尚未解除，它的短信须由同一单位署名：解除后再改"


async def edit_issuer(runtime: Runtime, caller: Officer, issuer: Issuer, version: int) -> None:
    """Store the issuer of the caller's division.

    Raises:
        ConflictError: if somebody else has changed it since the caller looked, or while an alert
            that concerns the division is not over.
    """
    now = runtime.clock.now()
    await runtime.ledger.write(
        lambda tx: _store(tx.connection, caller, issuer, version, now), own_transaction=True
    )


def _store(
    connection: Connection, caller: Officer, issuer: Issuer, version: int, now: datetime
) -> None:
    division = caller.division
    before = named_issuer(connection, division)
    check_newest(str(before.version), str(version))
    changes = _changes(before.issuer, issuer)
    if not changes:
        return
    if is_followed_in(connection, division):
        raise ConflictError(_OPEN, chinese=_OPEN_IN_CHINESE)
    store_issuer(connection, division, issuer, version + 1)
    label = Label(division, short_names(connection, {division}).get(division, division), "")
    details = details_of(Difference(changed=[(label, changes)]))
    record(connection, caller, OfficeAct.EDIT_ISSUER, division, details, now)


def _changes(before: Issuer, after: Issuer) -> tuple[Change, ...]:
    return tuple(
        Change(field, was, will)
        for field, was, will in (
            ("issuer", _told(before.names), _told(after.names)),
            ("signature", _told(before.signatures), _told(after.signatures)),
        )
        if was != will
    )


def _told(names: Mapping[str, str]) -> str:
    return "; ".join(f"{language} {name}" for language, name in sorted(names.items()))
