"""Types with limits for values from outside, shared by JSON bodies, files and commands."""

from datetime import UTC, datetime
from typing import Annotated, Final

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    NaiveDatetime,
    StringConstraints,
)

_OLDEST: Final = datetime(2000, 1, 1, tzinfo=UTC)

_NEWEST: Final = datetime(2100, 1, 1, tzinfo=UTC)


def _in_this_century(said: datetime) -> datetime:
    # Near the years 1 and 9999, changing the time zone would leave the range of datetime.
    if not _OLDEST <= said < _NEWEST:
        raise ValueError("give a time from 2000 to 2099")
    return said


Moment = Annotated[
    AwareDatetime,
    AfterValidator(_in_this_century),
    Field(
        json_schema_extra={
            "formatMinimum": _OLDEST.isoformat(),
            "formatExclusiveMaximum": _NEWEST.isoformat(),
        }
    ),
]
"""A time from outside, which must have a time zone and lie within this century."""

_OLDEST_WALL: Final = _OLDEST.replace(tzinfo=None)

_NEWEST_WALL: Final = _NEWEST.replace(tzinfo=None)


def _in_this_century_on_the_wall(said: datetime) -> datetime:
    if not _OLDEST_WALL <= said < _NEWEST_WALL:
        raise ValueError("give a time from 2000 to 2099")
    return said


WallTime = Annotated[
    NaiveDatetime,
    AfterValidator(_in_this_century_on_the_wall),
    Field(
        json_schema_extra={
            "formatMinimum": _OLDEST_WALL.isoformat(),
            "formatExclusiveMaximum": _NEWEST_WALL.isoformat(),
        }
    ),
]
"""A local time in the policy's time zone, which must lie within this century."""

People = Annotated[int, Field(ge=0, le=999)]
"""A number of people in one household, or in one group of visitors."""

Name = Annotated[str, StringConstraints(min_length=1, max_length=80)]
"""The name of a person."""

Note = Annotated[str, StringConstraints(max_length=500)]

NO_NUL: Final = r"^[^\x00]*$"
"""The pattern of a text in a URL. It excludes NUL, which PostgreSQL text cannot hold."""

MOST_ID: Final = 100
"""The maximum length of an officer's id."""

OfficerId = Annotated[str, StringConstraints(min_length=1, max_length=MOST_ID, pattern=NO_NUL)]


class Body(BaseModel):
    """A JSON body of the API. The API's document describes each field by the docstring below it."""

    model_config = ConfigDict(use_attribute_docstrings=True)


class CellError(ValueError):
    """A value is refused; the English and the Chinese text say why, and what to do."""

    def __init__(self, english: str, chinese: str) -> None:
        super().__init__(english)
        self.chinese = chinese


def quoted(text: str) -> str:
    """Return a text in Chinese quotation marks, with its control characters escaped."""
    return f"“{repr(text)[1:-1]}”"
