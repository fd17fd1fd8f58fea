"""The officer that somebody who is not signed in names: by id, or by a phone of the roster."""

from typing import Annotated, Self

from pydantic import AfterValidator, ConfigDict, StringConstraints, model_validator
from sqlalchemy import Connection

from contacts.bounds import Body, OfficerId
from contacts.directory import Officer, officer, officer_by_phone
from contacts.people import parse_phone

_Phone = Annotated[str, StringConstraints(max_length=40), AfterValidator(parse_phone)]


class OfficerOrPhone(Body):
    """An officer, by one of `phone` and `officer`."""

    model_config = ConfigDict(extra="forbid")

    phone: _Phone | None = None
    """Any of the officer's phones in the roster."""
    officer: OfficerId | None = None
    """The officer's id."""

    @model_validator(mode="after")
    def _names_one(self) -> Self:
        if (self.phone is None) == (self.officer is None):
            raise ValueError("write either the phone or the officer's id")
        return self


def officers_meant(connection: Connection, meant: OfficerOrPhone) -> list[Officer]:
    """Return the officers meant; several officers may share a phone."""
    if meant.phone is not None:
        return officer_by_phone(connection, meant.phone)
    found = officer(connection, meant.officer or "")
    return [found] if found else []
