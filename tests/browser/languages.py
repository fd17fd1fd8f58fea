"""The languages of the pages, from the folders of their catalogues."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Final

_FOLDERS: Final = Path(__file__).parents[2] / "src/alerting/web/src/languages"


@dataclass(frozen=True)
class Language:
    """A language of the pages, with the locale that its pages declare."""

    code: str
    locale: str

    def text(self, name: str, key: str) -> str:
        """Return a text by its part of the catalogue, such as 'board.page', and its key."""
        part, _, group = name.partition(".")
        file = _FOLDERS / self.code / f"{part}.json"
        text: str = json.loads(file.read_text("utf-8"))[group][key]
        return text


def _read(folder: Path) -> Language:
    head = json.loads((folder / "language.json").read_text("utf-8"))
    return Language(folder.name, head["locale"])


LANGUAGES: Final = {folder.name: _read(folder) for folder in sorted(_FOLDERS.iterdir())}
"""By code."""
