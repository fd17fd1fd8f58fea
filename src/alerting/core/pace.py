"""How fast something may be begun: a bucket of tokens that fills as time passes."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Pace:
    """What a sender may begin: `per_second` on average, `at_once` where nothing began for a while.

    A token is a segment of a text, or a call.
    """

    sender: str
    per_second: float
    at_once: int


@dataclass(frozen=True, slots=True)
class Bucket:
    """The tokens that were there at an instant; below 0, what was begun beyond them."""

    tokens: float
    filled_at: datetime


def full(pace: Pace, now: datetime) -> Bucket:
    """Return the bucket of who has begun nothing for a while."""
    return Bucket(float(pace.at_once), now)


def refill(bucket: Bucket, pace: Pace, now: datetime) -> Bucket:
    """Return the bucket as it is now; a clock that jumped back fills nothing."""
    passed = max(0.0, (now - bucket.filled_at).total_seconds())
    return Bucket(min(float(pace.at_once), bucket.tokens + passed * pace.per_second), now)
