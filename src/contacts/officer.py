"""The roles of the people who answer for others."""

from enum import StrEnum


class Role(StrEnum):
    """What an officer may do; where, is said by the officer's division."""

    INFORMANT = "informant"
    GRID_OFFICER = "grid_officer"
    DUTY_OFFICER = "duty_officer"
    TOWN_COMMANDER = "town_commander"
    ADMINISTRATOR = "administrator"
