"""Freshness: ways to sign in, and officers' rights, change only in a recent session."""

from datetime import timedelta
from typing import Final

from alerting.access.callers import Known
from alerting.errors import ForbiddenError
from alerting.runtime import wall_clock

FRESH: Final = timedelta(minutes=15)
"""Somebody who finds an unlocked phone with an older session keeps no way in."""

_NOT_FRESH: Final = (
    f"this is changed within {FRESH.seconds // 60} minutes after signing in, in a browser: sign in "
    "again first"
)

_NOT_FRESH_IN_CHINESE: Final = f"须在浏览器里登录后{FRESH.seconds // 60}分钟内改：请重新登录"


def check_fresh(known: Known) -> None:
    """Refuse a change of ways to sign in, or of officers' rights, in an old session.

    Raises:
        ForbiddenError: if the caller has no session, or it began more than 15 minutes ago.
    """
    if not is_fresh(known):
        raise ForbiddenError(_NOT_FRESH, _NOT_FRESH_IN_CHINESE)


def is_fresh(known: Known) -> bool:
    """Return whether the caller signed in recently enough for such changes."""
    return known.session is not None and wall_clock() - known.session.begun_at < FRESH
