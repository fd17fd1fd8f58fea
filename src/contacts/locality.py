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
    """The language of officers, and of whoever's own has no files; the country of phone numbers."""

    home_language: str = "zh"
    home_region: str = "CN"

    @classmethod
    def read(cls) -> Self:
        """Return the settings of the environment, or else of a file .env; unchecked."""
        try:
            in_file = dotenv_values(".env", encoding="utf-8-sig")
        except ValueError:
            in_file = {}  # A command refuses such a file in words when it reads its settings.
        given = in_file | {name: value for name, value in os.environ.items() if value}
        found = {each.name: given.get(PREFIX + each.name.upper()) for each in fields(cls)}
        return cls(**{name: value for name, value in found.items() if value})


HOME: Final = Locality.read()
