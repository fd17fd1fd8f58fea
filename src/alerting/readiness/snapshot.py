"""The roster as readiness looks at it: counts by place and officer, and whom no phone reaches."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum


class PhoneLack(StrEnum):
    """Why no phone reaches a household."""

    NONE = "none"
    """The roster has no phone of it."""
    IMPOSSIBLE = "impossible"
    """The numbering plan has none of its numbers."""


@dataclass(frozen=True, slots=True)
class HomeGroup:
    """Households of one village or grid that have the same officer and are reached alike."""

    place: str
    officer: str | None
    """The officer whom the roster names for them."""
    is_vulnerable: bool
    has_phone: bool
    households: int
    people: int


@dataclass(frozen=True, slots=True)
class Post:
    """An officer who goes to doors or decides, and whether they could tonight."""

    id: str
    division: str
    knocks: bool
    """Whether they go to the doors of a grid or village."""
    decides: bool
    """Whether they decide who goes, for all below their division."""
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
    """The facts of the roster that decide who would be missed."""

    homes: Sequence[HomeGroup]
    posts: Sequence[Post]
    unreachable: Sequence[Household]
    without_point: Mapping[str, int]
    """Households by village or grid that has no assembly point, nor its village one."""
    unplaced: Mapping[str, int]
    """Households without coordinates, by village or grid."""
