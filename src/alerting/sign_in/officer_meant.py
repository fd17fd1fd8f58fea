"""Requests from people who are not signed in, which name an officer by id or by phone."""

from typing import Annotated, Self

from pydantic import AfterValidator, ConfigDict, StringConstraints, model_validator
from sqlalchemy import Connection

from contacts.bounds import Body, OfficerId
from contacts.directory import Officer, officer, officer_by_phone
from contacts.people import parse_phone
from contacts.sign_in.links import local_path

_Phone = Annotated[str, StringConstraints(max_length=40), AfterValidator(parse_phone)]


class OfficerOrPhone(Body):
    """An officer, named by either `phone` or `officer`."""

    model_config = ConfigDict(extra="forbid")

    phone: _Phone | None = None
    """One of the officer's phones in the roster."""
    officer: OfficerId | None = None
    """The officer's id."""

    @model_validator(mode="after")
    def _names_one(self) -> Self:
        if (self.phone is None) == (self.officer is None):
            raise ValueError("write either the phone or the officer's id")
        return self


class SignInBody(OfficerOrPhone):
    """The officer who wants to sign in.

    The link is texted to `phone`, or to the first phone of `officer`.
    """

    path: Annotated[str, StringConstraints(max_length=500), AfterValidator(local_path)] = "/"
    """The path to which the link leads, such as /board/3."""


class RecoverBody(OfficerOrPhone):
    """An officer, named by `phone` or `officer`, and the code that an administrator gave out."""

    code: Annotated[str, StringConstraints(min_length=1, max_length=30)]
    """The code. Case, spaces and dashes do not matter."""


def officers_meant(connection: Connection, meant: OfficerOrPhone) -> list[Officer]:
    """Return the officers that a request names; several officers may share a phone."""
    if meant.phone is not None:
        return officer_by_phone(connection, meant.phone)
    found = officer(connection, meant.officer or "")
    return [found] if found else []
