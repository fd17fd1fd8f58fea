"""Permissions of officers, by role and by division."""

from enum import StrEnum
from typing import Final

from contacts.division import county_of, covers, town_of, village_of
from contacts.people import Role


class Act(StrEnum):
    """An action that needs permission."""

    RAISE = "raise an alert"
    WIDEN = "widen an alert"
    REMIND = "send an alert again"
    REPORT = "report on a household"
    CHECK_IN = "check in a household at a shelter"
    SEND = "send somebody to a door"
    CLOSE = "close an alert"
    CORRECT = "correct or cancel this alert"
    ALL_CLEAR = "give the all-clear"


class Ruling(StrEnum):
    """Whether an officer may do an act in a division, or why not."""

    ALLOWED = "allowed"
    NOT_THIS_ROLE = "not_this_role"
    NOT_THIS_PLACE = "not_this_place"


_ACTS: Final = {
    Role.INFORMANT: frozenset({Act.RAISE, Act.REPORT, Act.CORRECT}),
    Role.GRID_OFFICER: frozenset({Act.RAISE, Act.REPORT, Act.CHECK_IN, Act.CORRECT}),
    Role.DUTY_OFFICER: frozenset(Act),
    Role.TOWN_COMMANDER: frozenset(Act),
    Role.ADMINISTRATOR: frozenset[Act](),
}

# A hazard ignores grid borders, and a shelter takes in all villages of its town.
_PERMITTED: Final = {Act.RAISE: village_of, Act.CORRECT: village_of, Act.CHECK_IN: town_of}

OWN_ONLY: Final = frozenset({Role.INFORMANT})
"""Roles that may correct only alerts that they raised themselves."""

ASKING: Final = frozenset({Role.INFORMANT, Role.GRID_OFFICER})
"""Roles whose alerts reach only their own village; they ask for approval of a wider area."""

LEADS: Final = frozenset({Role.DUTY_OFFICER, Role.TOWN_COMMANDER, Role.ADMINISTRATOR})


def roles_for(act: Act) -> frozenset[Role]:
    """Return the roles that may do `act` in some division."""
    return frozenset(role for role, acts in _ACTS.items() if act in acts)


def does_all_of(role: Role, other: Role) -> bool:
    """Return whether `role` may do everything that `other` does."""
    return _ACTS[role] >= _ACTS[other]


def rule(role: Role, home: str, act: Act, division: str) -> Ruling:
    """Return whether an officer with this role in `home` may do `act` in `division`, or why not."""
    if act not in _ACTS[role]:
        return Ruling.NOT_THIS_ROLE
    return (
        Ruling.ALLOWED if covers(permitted_division(home, act), division) else Ruling.NOT_THIS_PLACE
    )


def permitted_division(home: str, act: Act) -> str:
    """Return the division in which an officer of `home` may do `act`, if the role allows it.

    Alerts may be raised and corrected in the officer's whole village, and households of the whole
    town may be checked in. Every other act is limited to the officer's own division.
    """
    return _PERMITTED[act](home) if act in _PERMITTED else home


def sees_phones(home: str, household: str) -> bool:
    """Return whether an officer of `home` may see a household's phones.

    Allowed for officers of the household's county and of all divisions within that county.
    """
    return covers(county_of(household), home)


def sees_officers_phone(home: str, division: str) -> bool:
    """Return whether an officer of `home` may see the phone of an officer of `division`.

    Allowed within that officer's county. Allowed to officers of the tiers above too, because they
    telephone officers who do not respond.
    """
    return sees_phones(home, division) or covers(home, division)


def recovers(role: Role, home: str, other: Role, division: str) -> Ruling:
    """Return whether an officer may make a recovery code for another officer's sign-in.

    The caller has `role` in `home`; the other officer has role `other` in `division`.
    Administrators may do so for officers of lower divisions, and for officers of their own
    division other than administrators. This keeps administrators from taking over a peer's access.
    """
    if role is not Role.ADMINISTRATOR:
        return Ruling.NOT_THIS_ROLE
    if other is Role.ADMINISTRATOR and division == home:
        return Ruling.NOT_THIS_PLACE
    return oversees(role, home, division)


def oversees(role: Role, home: str, division: str) -> Ruling:
    """Return whether an officer of `home` may see and end sessions of officers of `division`.

    Duty officers, town commanders and administrators may do so for lower divisions. Only
    administrators may do so for their own division.
    """
    if role not in LEADS:
        return Ruling.NOT_THIS_ROLE
    below = covers(home, division) and (home != division or role is Role.ADMINISTRATOR)
    return Ruling.ALLOWED if below else Ruling.NOT_THIS_PLACE
