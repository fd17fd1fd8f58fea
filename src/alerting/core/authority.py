"""Who may do what, and where: by role, and by the division an officer belongs to."""

from enum import StrEnum
from typing import Final

from alerting.core.standing import Rung
from contacts.division import covers, village_of
from contacts.officer import Role


class Act(StrEnum):
    """Something that not everybody may do."""

    RAISE = "raise an alert"
    WIDEN = "widen an alert"
    REPORT = "report on a household"
    CLOSE = "close an alert"
    CORRECT = "correct or cancel this alert"
    ALL_CLEAR = "give the all-clear"


class Ruling(StrEnum):
    """Whether an officer may act on a division, and why not."""

    ALLOWED = "allowed"
    NOT_THIS_ROLE = "not_this_role"
    NOT_THIS_PLACE = "not_this_place"


_ACTS: Final = {
    Role.INFORMANT: frozenset({Act.RAISE, Act.REPORT, Act.CORRECT}),
    Role.GRID_OFFICER: frozenset({Act.RAISE, Act.REPORT, Act.CORRECT}),
    Role.DUTY_OFFICER: frozenset(Act),
    Role.TOWN_COMMANDER: frozenset(Act),
    Role.ADMINISTRATOR: frozenset[Act](),
}

_BY_VILLAGE: Final = frozenset({Act.RAISE, Act.CORRECT})
OWN_ONLY: Final = frozenset({Role.INFORMANT})
"""Who corrects only what they raised themselves."""

# "The household's own word < a neighbour or informant < an officer at the door."
RUNG: Final = {
    Role.INFORMANT: Rung.NEIGHBOUR,
    Role.GRID_OFFICER: Rung.OFFICER,
    Role.DUTY_OFFICER: Rung.OFFICER,
    Role.TOWN_COMMANDER: Rung.OFFICER,
}


def rule(role: Role, home: str, act: Act, division: str) -> Ruling:
    """Say whether an officer of `home` may do `act` on `division`.

    A grid officer raises, and corrects, for the whole village the grid lies in: the slope knows
    no grids.
    """
    if act not in _ACTS[role]:
        return Ruling.NOT_THIS_ROLE
    reach = village_of(home) if act in _BY_VILLAGE else home
    return Ruling.ALLOWED if covers(reach, division) else Ruling.NOT_THIS_PLACE
