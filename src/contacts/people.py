"""The roles of officers and the kinds of vulnerability of a household."""

from enum import StrEnum


class Role(StrEnum):
    """The role of an officer, who has its rights within the officer's division."""

    INFORMANT = "informant"
    GRID_OFFICER = "grid_officer"
    DUTY_OFFICER = "duty_officer"
    TOWN_COMMANDER = "town_commander"
    ADMINISTRATOR = "administrator"


class Vulnerability(StrEnum):
    """A reason why somebody needs more help to get out (老弱病残孕幼, and living alone)."""

    ELDERLY = "elderly"
    FRAIL = "frail"
    ILL = "ill"
    DISABLED = "disabled"
    PREGNANT = "pregnant"
    INFANT = "infant"
    ALONE = "alone"
