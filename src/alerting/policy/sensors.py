"""Policy section for sensors: what each measures, and what its readings trigger."""

import math
from collections import Counter
from enum import StrEnum
from typing import Annotated, Final, Self

from pydantic import AfterValidator, BaseModel, Field, StringConstraints, model_validator

from alerting.cap.alert import MOST_EVENT
from alerting.policy.cap_sources import SourceName
from alerting.policy.sections import Period, _Section
from contacts.bounds import OfficerId
from contacts.division import DivisionCode, Tier, tier_of

_HYSTERESIS: Final = 0.1

_PLACES: Final = frozenset({Tier.VILLAGE, Tier.GRID})

Quantity = Annotated[float, Field(allow_inf_nan=False, strict=True)]


class RedAction(StrEnum):
    """The effect of a red reading."""

    PROPOSAL = "proposal"
    """The reading becomes a proposal, which an officer may raise as an alert."""
    ALERT = "alert"
    """The reading becomes an alert at once."""


class Threshold(_Section):
    """The value at which a level begins, and the value below which it ends.

    The gap between the two is the hysteresis, within which a value may vary without effect.
    """

    reach: Quantity
    below: Quantity | None = None
    """The value below which the level ends; None for 10 % below `reach`."""

    @property
    def end(self) -> float:
        """The value below which the level ends."""
        if self.below is not None:
            return self.below
        return self.reach - _HYSTERESIS * math.fabs(self.reach)

    @model_validator(mode="after")
    def _ends_under_its_beginning(self) -> Self:
        if self.end > self.reach:
            raise ValueError("below: write a value of at most reach")
        return self


def _village_or_grid(code: str) -> str:
    if tier_of(code) not in _PLACES:
        raise ValueError("write the code of a village, 12 digits, or of a grid, 15 digits")
    return code


class Sensor(_Section):
    """A machine that measures a hazard in one place, with a token from `alerting sensors token`."""

    name: SourceName
    hazard: Annotated[str, StringConstraints(min_length=1, max_length=MOST_EVENT)]
    """The event in words of the home language, such as 滑坡."""
    place: Annotated[DivisionCode, AfterValidator(_village_or_grid)]
    unit: Annotated[str, StringConstraints(min_length=1, max_length=20)]
    yellow: Threshold
    red: Threshold
    silent_after: Period
    on_red: RedAction = RedAction.PROPOSAL
    acts_for: OfficerId | None = None
    """The id of the officer in whose name a reading becomes an alert at once."""

    @model_validator(mode="after")
    def _red_is_above_yellow(self) -> Self:
        if self.red.reach <= self.yellow.reach or self.red.end < self.yellow.end:
            raise ValueError("red: write values above those of yellow")
        return self

    @model_validator(mode="after")
    def _alerts_have_an_officer(self) -> Self:
        if self.acts_for is None and self.on_red is RedAction.ALERT:
            raise ValueError(
                "on_red alerts at once: write acts_for, the id of the officer who raises the alert"
            )
        return self


def check_sensors(sensors: tuple[Sensor, ...]) -> tuple[Sensor, ...]:
    """Return the sensors after checking that their names differ.

    Raises:
        ValueError: if sensors have the same name; it lists the repeated names.
    """
    counted = Counter(each.name for each in sensors)
    if doubled := sorted(name for name, times in counted.items() if times > 1):
        raise ValueError(f"{', '.join(doubled)}: give each sensor a name of its own")
    return sensors


def keys_beside(tables: tuple[str | int, ...]) -> list[str]:
    """Return the keys allowed in a TOML table below [sensors]."""
    is_threshold = bool({"yellow", "red"} & set(tables))
    model: type[BaseModel] = Threshold if is_threshold else Sensor
    return [*model.model_fields]
