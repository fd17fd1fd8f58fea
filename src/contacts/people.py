"""Who people are: the roles of officers, and what makes a household vulnerable."""

from enum import StrEnum


class Role(StrEnum):
    """What an officer may do; where, is said by the officer's division."""

    INFORMANT = "informant"
    GRID_OFFICER = "grid_officer"
    DUTY_OFFICER = "duty_officer"
    TOWN_COMMANDER = "town_commander"
    ADMINISTRATOR = "administrator"


class Vulnerability(StrEnum):
    """Why somebody needs more help to get out (老弱病残孕幼, and living alone)."""

    ELDERLY = "elderly"
    FRAIL = "frail"
    ILL = "ill"
    DISABLED = "disabled"
    PREGNANT = "pregnant"
    INFANT = "infant"
    ALONE = "alone"
