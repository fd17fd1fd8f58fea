"""Where a deployment is at home: settings that are fixed when a process starts.

They are read once, at import, because pure rules everywhere need them: see decision 27.
"""

import os
from dataclasses import dataclass, fields
from typing import Final, Self

from dotenv import dotenv_values

PREFIX: Final = "ALERTING_"


@dataclass(frozen=True)
class Locality:
    """The language of officers, and of readers whose own has no files; the country of phones."""

    home_language: str = "zh"
    home_region: str = "CN"

    @classmethod
    def read(cls) -> Self:
        """Return the settings of the environment, or else of a file .env; unchecked."""
        found = {each.name: setting(each.name) for each in fields(cls)}
        return cls(**{name: value for name, value in found.items() if value})


def setting(name: str) -> str | None:
    """Return a setting of the environment, or else of a file .env; unchecked."""
    variable = PREFIX + name.upper()
    if given := os.environ.get(variable):
        return given
    try:
        return dotenv_values(".env", encoding="utf-8-sig").get(variable)
    except ValueError:
        return None  # A command refuses such a file with a message when it reads its settings.


HOME: Final = Locality.read()
