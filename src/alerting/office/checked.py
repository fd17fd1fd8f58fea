"""A line of the roster that somebody typed into a page, checked as a file's is."""

from collections.abc import Mapping
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError

from alerting.errors import InvalidError
from contacts.roster.checks import Known
from contacts.roster.lines import RosterLine

_L = TypeVar("_L", bound=RosterLine)


def checked_line(adapter: TypeAdapter[_L], cells: Mapping[str, Any], known: Known) -> _L:
    """Return the line of these cells.

    Every check of the roster raises CellError with a remedy, so each error has this context.

    Raises:
        InvalidError: that names the first field at fault, and the remedy.
    """
    try:
        return adapter.validate_python(dict(cells), context=known)
    except ValidationError as error:
        (first, *_) = error.errors(include_url=False)
        fault = first["ctx"]["error"]
        raise InvalidError(str(first["loc"][-1]), str(fault), fault.chinese) from error
