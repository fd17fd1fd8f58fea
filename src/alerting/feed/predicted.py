"""The prediction of the moment of zero, as boards see it."""

from enum import StrEnum

from pydantic import ConfigDict, with_config
from typing_extensions import TypedDict


class PredictionKind(StrEnum):
    """Kind of a prediction of the moment of zero."""

    RANGE = "range"
    """It is predicted to lie in a range."""
    REACHED = "reached"
    """It is past."""
    WITHHELD = "withheld"
    """No time can be named: see the reason."""


class Withheld(StrEnum):
    """Why no time can be named."""

    OVER = "over"
    """The alert is over; nothing goes on for which a time could be named."""
    NOBODY_ON_ROLL = "nobody_on_roll"
    """Nobody is on the roll."""
    HELP_OPEN = "help_open"
    """Calls for help are open to which nobody was sent; counts calls."""
    DOORS_ON_NOBODY = "doors_on_nobody"
    """Doors wait that nobody was given; counts doors."""
    CALLS_WAIT = "calls_wait"
    """Too much time is needed, and calls for help are open; counts calls."""
    DOORS_WAIT = "doors_wait"
    """Too much time is needed for the doors; counts open doors."""


@with_config(ConfigDict(use_attribute_docstrings=True))
class PredictionBody(TypedDict):
    """When nobody will be unaccounted and no call for help open: a range of 80 %, or why none."""

    seq: int
    """The last entry of the alert's log that it knows."""
    at: str
    """When it was made, in the alert's time."""
    kind: PredictionKind
    """Kind of the prediction."""
    earliest: str | None
    """With a range: zero comes before it with a chance of 10 %."""
    latest: str | None
    """With a range: zero comes after it with a chance of 10 %."""
    reached: str | None
    """When zero was reached; null: it was not."""
    reason: Withheld | None
    """Why no time can be named; null: one can."""
    number: int
    """The number that the reason counts; 0: it counts nothing."""
