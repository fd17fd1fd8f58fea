"""Messages for failures that the user can repair: the fault and the remedy in one line."""

from typing import Final

from sqlalchemy.exc import DBAPIError

from alerting.config import SettingsError
from alerting.errors import AlertingError
from contacts.bounds import CellError
from contacts.roster.problems import RosterError

MENDABLE: Final = (
    SettingsError,
    RosterError,
    AlertingError,
    DBAPIError,
    ValueError,
    OSError,
)
"""Failures that the user can repair; any other is a bug and shows its traceback."""

_NO_TABLE: Final = ("no such table", "no such column")

_NO_TABLE_CODES: Final = frozenset({"42P01", "42703"})
"""SQLSTATE codes of PostgreSQL for a missing table and a missing column."""


def message_for(failure: BaseException) -> str:
    """Return the fault and the remedy; for settings and rosters, one line per problem."""
    if isinstance(failure, RosterError):
        return failure.in_both_languages()
    if isinstance(failure, CellError):
        return f"{failure}\n  {failure.chinese}"
    if isinstance(failure, DBAPIError):
        return _of_database(failure)
    if isinstance(failure, OSError) and failure.filename is not None:
        reason = failure.strerror or repr(failure)
        return f"{failure.filename}: {reason}; check the name, and that you may read and write it"
    return str(failure) or str(failure.__doc__)


def _of_database(failure: DBAPIError) -> str:
    reason = " ".join(str(failure.orig).split()).rstrip(".")
    code = getattr(failure.orig, "sqlstate", None)
    if reason.startswith(_NO_TABLE) or code in _NO_TABLE_CODES:
        return f"The database has no tables yet, or old ones ({reason}): run 'alerting migrate'"
    return (
        f"The database cannot be used ({reason}): check ALERTING_DATABASE_URL, that the server "
        "runs and that the disk has room; 'alerting doctor' checks all of these"
    )
