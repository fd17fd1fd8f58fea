"""The home language and country of a deployment, which are fixed when a process starts.

They are read once, at import, because pure rules everywhere need them: see decision 27.
"""

import os
from dataclasses import dataclass, fields
from typing import Final, Self

from dotenv import dotenv_values

PREFIX: Final = "ALERTING_"


@dataclass(frozen=True)
class Locality:
    """The default language of readers, and the country of phone numbers without a '+'."""

    home_language: str = "zh"
    home_region: str = "CN"

    @classmethod
    def read(cls) -> Self:
        """Return the settings from the environment or a .env file, unchecked."""
        found = {each.name: setting(each.name) for each in fields(cls)}
        return cls(**{name: value for name, value in found.items() if value})


def setting(name: str) -> str | None:
    """Return a setting from the environment, or else from a .env file, unchecked; or None."""
    variable = PREFIX + name.upper()
    if given := os.environ.get(variable):
        return given
    try:
        return dotenv_values(".env", encoding="utf-8-sig").get(variable)
    except ValueError:
        return None  # A command reports a damaged .env file when it reads its settings.


HOME: Final = Locality.read()
