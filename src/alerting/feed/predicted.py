"""The prediction that boards show: when zero comes.

Zero means that nobody is unaccounted for and no call for help is open.
"""

from enum import StrEnum

from pydantic import ConfigDict, with_config
from typing_extensions import TypedDict


class PredictionKind(StrEnum):
    """The kind of a prediction."""

    RANGE = "range"
    """Zero is predicted to lie in a range."""
    REACHED = "reached"
    """Zero was reached."""
    WITHHELD = "withheld"
    """No time can be predicted, for a reason."""


class Withheld(StrEnum):
    """The reason why no time can be predicted."""

    OVER = "over"
    """The alert is over, so nothing will change."""
    NOBODY_ON_ROLL = "nobody_on_roll"
    """Nobody is on the roll."""
    HELP_OPEN = "help_open"
    """Nobody was sent to some open calls for help; the number counts these calls."""
    DOORS_ON_NOBODY = "doors_on_nobody"
    """Some pending doors have no officer; the number counts these doors."""
    CALLS_WAIT = "calls_wait"
    """Zero is too far away to predict, and calls for help are open; the number counts the calls."""
    DOORS_WAIT = "doors_wait"
    """Zero is too far away to predict; the number counts the pending doors."""


@with_config(ConfigDict(use_attribute_docstrings=True))
class PredictionBody(TypedDict):
    """A prediction of zero: the time when nobody is unaccounted for and no call for help is open.

    `earliest` and `latest` are an 80 % range.
    """

    seq: int
    """Sequence number of the last log entry that the prediction covers."""
    at: str
    """When the prediction was computed, by the service's clock."""
    kind: PredictionKind
    """The kind of the prediction."""
    earliest: str | None
    """Start of the range: zero comes earlier with a probability of 10 %; otherwise null."""
    latest: str | None
    """End of the range: zero comes later with a probability of 10 %; otherwise null."""
    reached: str | None
    """When zero was reached; null if it was not."""
    reason: Withheld | None
    """The reason why no time can be predicted; null if one can."""
    number: int
    """The number that the reason counts; 0 if it counts nothing."""
