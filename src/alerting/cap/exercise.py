"""The three sizes of an exercise: one phone, only officers, or everybody."""

from enum import StrEnum
from typing import Self

from pydantic import ConfigDict, Field, model_validator

from contacts.bounds import Body, CellError, OfficerId
from contacts.division import HouseholdCode


class ExerciseSize(StrEnum):
    """The size of an exercise: whom it reaches."""

    ONE_PHONE = "one_phone"
    """One household or one officer; it tests the way from the alert to the counted answer."""
    OFFICERS = "officers"
    """The officers of the area, called as in an actual alert, but no household."""
    EVERYBODY = "everybody"
    """The officers and the households of the area, as in an actual alert."""


class Exercise(Body):
    """The size of an exercise and, for one phone, its household or officer."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    size: ExerciseSize = Field(description="one_phone, officers (no households) or everybody")
    household: HouseholdCode | None = Field(
        None, description="with one_phone: the code of a household in the area"
    )
    officer: OfficerId | None = Field(None, description="with one_phone: the id of an officer")

    @model_validator(mode="after")
    def _names_one_phone(self) -> Self:
        named = [each for each in (self.household, self.officer) if each is not None]
        if len(named) != (1 if self.size is ExerciseSize.ONE_PHONE else 0):
            raise CellError(
                "exercise: give one household or one officer with the size one_phone, and neither "
                "with another size",
                "演练一部手机时，请选一户或一名责任人；其他规模都不选",
            )
        return self

    @property
    def reaches_all_households(self) -> bool:
        """Whether the exercise reaches all households of the area."""
        return self.size is ExerciseSize.EVERYBODY

    def reaches_officer(self, officer: str) -> bool:
        """Return whether an officer of the area takes part."""
        return self.size is not ExerciseSize.ONE_PHONE or self.officer == officer
