"""Decides which household and which alert a reply is about, if a phone belongs to several."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Final

from alerting.cap.alert import Status
from alerting.cap.lifecycle import OVER, AlertState
from alerting.replies.rules.intents import Intent, Reply

# A text may name a household by this many last digits of its code: its own 4 digits, then also
# those of its grid or village, of its town, and of its county. 19 digits are a whole code.
_END_DIGITS: Final = (4, 7, 10, 16, 19)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A household on an alert's roll that a text may be about.

    The household has the sender's phone, the sender looks after it, or the text names it. `alert`
    is the alert's id, and `alert_code` the number that people type after '#'.
    """

    alert: int
    alert_code: int
    status: Status
    state: AlertState
    expires: datetime
    household: str
    division: str
    language: str


class Routed(StrEnum):
    """The reason for a route.

    `UNNAMED`: an officer's text that neither confirms a call nor names a household.
    `HAZARD_UNHEARD`: a text that names a hazard although no open alert concerns its sender.
    """

    ONLY_ONE = "only_one"
    CODE = "code"
    HELP_DOES_NOT_WAIT = "help_does_not_wait"
    LIVE_BEFORE_EXERCISES = "live_before_exercises"
    UNKNOWN_SENDER = "unknown_sender"
    WHICH_ALERT = "which_alert"
    WHICH_HOUSEHOLD = "which_household"
    NO_SUCH_HOUSEHOLD = "no_such_household"
    UNNAMED = "unnamed"
    OPTS_OUT_OF_ALL = "opts_out_of_all"
    OPTS_IN_TO_ALL = "opts_in_to_all"
    OFFICER_CONFIRMS = "officer_confirms"
    HAZARD_UNHEARD = "hazard_unheard"


@dataclass(frozen=True, slots=True)
class Route:
    """The households that a reply is evidence for, or among which its sender has to choose.

    If `targets` is empty, the sender is asked which of the `choices` is meant, if there are any.
    """

    targets: tuple[Candidate, ...]
    reason: Routed
    choices: tuple[Candidate, ...] = ()


def route(reply: Reply, candidates: Sequence[Candidate]) -> Route:
    """Return the households of the sender, and their alerts, that a reply is about.

    A reply without a code is about the open alert. If several are open, the sender is asked which.
    But a call for help goes to every household that it may be about, and an actual alert takes
    precedence over exercises. If none is open, the newest alert that is not over counts, or else
    the newest of all. A reply with the code of an alert that is over, or with an unknown code,
    never counts for another alert.
    """
    current = _current(candidates)
    if not current:
        return Route((), Routed.UNKNOWN_SENDER)
    if reply.intent is Intent.OPTED_OUT:
        return Route(current, Routed.OPTS_OUT_OF_ALL)
    if reply.intent is Intent.OPTED_IN:
        return Route(current, Routed.OPTS_IN_TO_ALL)
    chosen = _route_among(reply, candidates, current)
    if chosen.targets or chosen.reason is Routed.WHICH_ALERT:
        return chosen
    several_alerts = len({c.alert for c in chosen.choices}) > 1
    return replace(chosen, reason=Routed.WHICH_ALERT) if several_alerts else chosen


def route_named(reply: Reply, end: str, circles: Sequence[Sequence[Candidate]]) -> Route:
    """Return the household that a report names by the last digits of its code.

    `circles` are groups of possible households, the likeliest first. Only the first group with a
    match counts. If it has several matches, the sender is asked which, but a call for help goes to
    all of them.
    """
    for circle in circles:
        named = [c for c in circle if c.household.endswith(end)]
        if current := _current(named):
            chosen = _route_among(reply, named, current)
            if not chosen.targets and len({c.household for c in chosen.choices}) == 1:
                return replace(chosen, reason=Routed.WHICH_ALERT)
            return chosen
    return Route((), Routed.NO_SUCH_HOUSEHOLD)


def shortest_ends(households: Collection[str]) -> dict[str, str]:
    """Return, by code, the shortest ending of each household's code that no other code has."""
    codes = sorted(set(households))
    return {
        code: next(
            code[-digits:]
            for digits in _END_DIGITS
            if digits >= len(code) or sum(other.endswith(code[-digits:]) for other in codes) == 1
        )
        for code in codes
    }


def _route_among(
    reply: Reply, candidates: Sequence[Candidate], current: tuple[Candidate, ...]
) -> Route:
    """Return the route among candidates that have the same phone or the same last digits."""
    coded = _current([c for c in candidates if c.alert_code == reply.alert_code])
    if reply.intent is Intent.NEEDS_HELP:
        # A call for help goes to an open alert, because nobody watches the others.
        coded = tuple(c for c in coded if c in current)
    elif reply.alert_code is not None and not coded:
        return Route((), Routed.WHICH_ALERT, current)
    meant = coded or current
    if len(meant) == 1:
        return Route(meant, Routed.CODE if coded else Routed.ONLY_ONE)
    live = tuple(c for c in meant if c.status is Status.ACTUAL) or meant
    if reply.intent is Intent.NEEDS_HELP:
        return Route(live, Routed.HELP_DOES_NOT_WAIT)
    if len(live) == 1:
        return Route(live, Routed.LIVE_BEFORE_EXERCISES)
    return Route((), Routed.WHICH_HOUSEHOLD, live)


def _current(candidates: Sequence[Candidate]) -> tuple[Candidate, ...]:
    still_open = tuple(c for c in candidates if c.state is AlertState.OPEN)
    if still_open or not candidates:
        return still_open
    followed = [c for c in candidates if c.state not in OVER] or candidates
    newest = max(c.alert for c in followed)
    return tuple(c for c in followed if c.alert == newest)
