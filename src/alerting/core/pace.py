"""How fast something may be begun: a bucket of tokens that fills as time passes."""

from datetime import datetime


class Pace:
    """Lets `per_second` begin on average, and `at_once` where nothing began for a while."""

    def __init__(self, per_second: float, at_once: int) -> None:
        self._per_second = per_second
        self._full = float(at_once)
        self._tokens = self._full
        self._filled_at: datetime | None = None

    def room(self, now: datetime) -> int:
        """Return how many may begin now."""
        if self._filled_at is not None:
            passed = max(0.0, (now - self._filled_at).total_seconds())
            self._tokens = min(self._full, self._tokens + passed * self._per_second)
        self._filled_at = now
        return int(self._tokens)

    def take(self, count: int) -> None:
        """Count so many as begun."""
        self._tokens -= count
