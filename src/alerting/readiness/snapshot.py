"""The counts of the roster from which readiness is computed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum


class PhoneLack(StrEnum):
    """The reason why no phone reaches a household."""

    NONE = "none"
    """The roster has no phone for the household."""
    IMPOSSIBLE = "impossible"
    """None of the household's numbers is valid by the numbering plan."""


@dataclass(frozen=True, slots=True)
class HomeGroup:
    """Households of one village or grid with the same officer, risk and kind of contact."""

    place: str
    officer: str | None
    """The id of the officer whom the roster names for these households; None for none."""
    is_vulnerable: bool
    has_phone: bool
    households: int
    people: int


@dataclass(frozen=True, slots=True)
class Post:
    """An officer who goes to doors or decides, and whether they could do so tonight."""

    id: str
    division: str
    knocks: bool
    """Whether the officer goes to the doors of a grid or village."""
    decides: bool
    """Whether the officer assigns doors in the divisions below."""
    is_on_duty: bool
    has_phone: bool


@dataclass(frozen=True, slots=True)
class Household:
    """A household that no phone reaches."""

    code: str
    place: str
    lack: PhoneLack


@dataclass(frozen=True)
class Snapshot:
    """The counts and lists from the roster from which readiness is computed."""

    homes: Sequence[HomeGroup]
    posts: Sequence[Post]
    unreachable: Sequence[Household]
    without_point: Mapping[str, int]
    """Number of households by village or grid for which no assembly point is known."""
    unplaced: Mapping[str, int]
    """Number of households without coordinates by village or grid."""
