"""Optional libraries, which an extra of this package installs and which may be missing."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Extra:
    """An extra of this package, and its libraries that are imported at module level."""

    name: str
    libraries: tuple[str, ...]


SCALE: Final = Extra("scale", ("nats",))

SMPP: Final = Extra("smpp", ("smpplib",))


class ExtraMissingError(Exception):
    """A setting needs libraries that are not installed."""

    def __init__(self, extra: Extra, setting: str) -> None:
        super().__init__(
            f"{setting} is set, and what it needs is not installed: "
            f"pip install 'evacuation-alerting[{extra.name}]'"
        )


_missing: Final[set[str]] = set()


def note_missing(missing: ModuleNotFoundError, extra: Extra) -> None:
    """Remember that an extra is not installed.

    Raises:
        ModuleNotFoundError: `missing` itself, if the module is not a library of the extra.
    """
    if missing.name not in extra.libraries:
        raise missing
    _missing.add(extra.name)


def require(extra: Extra, setting: str) -> None:
    """Check that an extra is installed, because `setting` needs it.

    Raises:
        ExtraMissingError: if it is not installed.
    """
    if extra.name in _missing:
        raise ExtraMissingError(extra, setting)
