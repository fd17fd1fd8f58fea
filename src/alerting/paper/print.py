"""Shared parts of cards and rolls: the maximum size of a document, and its words."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import Connection

from alerting.errors import InvalidError, NotFoundError
from alerting.messages.languages import LANGUAGES
from alerting.policy.policy import Policy
from contacts.directory import division

MOST_HOUSEHOLDS: Final = 2_000
"""Maximum number of households in a document; they fill some hundred pages."""


@dataclass(frozen=True)
class Print:
    """What to print: the division, the language and the time, with the caller's transaction."""

    connection: Connection
    policy: Policy
    division: str
    language: str
    """A language code of `LANGUAGES`."""
    public_url: str
    now: datetime

    def word(self, key: str) -> str:
        """Return the word with this key in the language."""
        return LANGUAGES[self.language].paper[key]


def check_division(connection: Connection, code: str, households: int) -> None:
    """Check that a division exists and fits into a document.

    Raises:
        NotFoundError: if the roster does not have the division.
        InvalidError: if it has too many households.
    """
    if division(connection, code) is None:
        raise NotFoundError(f"there is no division {code}", f"没有区划{code}")
    if households > MOST_HOUSEHOLDS:
        raise InvalidError(
            "division",
            f"{code} has {households:,} households, and a document at most {MOST_HOUSEHOLDS:,}: "
            "print its towns or villages one by one",
            f"{code}有{households}户，一份最多{MOST_HOUSEHOLDS}户：请按乡镇或村分别打印",
        )
