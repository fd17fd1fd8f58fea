"""Which household and alert a reply is about, where a phone may belong to several."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Final

from alerting.cap.alert import Status
from alerting.cap.lifecycle import OVER, AlertState
from alerting.replies.rules.reply import Intent, Reply

# A household's four digits, then with its grid or village, with its town, and the whole code.
_END_DIGITS: Final = (4, 7, 10, 16, 19)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A household on an alert's roll to which the sender's phone belongs."""

    alert: int
    number: int
    status: Status
    state: AlertState
    expires: datetime
    household: str
    division: str
    language: str


class Routed(StrEnum):
    """Why a reply goes where it goes.

    `UNNAMED`: an officer's text that neither confirms a call nor names a household.
    `HAZARD_UNHEARD`: it names a hazard, and no alert is open for its sender.
    """

    ONLY_ONE = "only_one"
    CODE = "code"
    HELP_DOES_NOT_WAIT = "help_does_not_wait"
    UNKNOWN_SENDER = "unknown_sender"
    WHICH_ALERT = "which_alert"
    WHICH_HOUSEHOLD = "which_household"
    NO_SUCH_HOUSEHOLD = "no_such_household"
    UNNAMED = "unnamed"
    OPTS_OUT_OF_ALL = "opts_out_of_all"
    OFFICER_CONFIRMS = "officer_confirms"
    HAZARD_UNHEARD = "hazard_unheard"


@dataclass(frozen=True, slots=True)
class Route:
    """The entries a reply is evidence for; none where somebody must be asked first.

    `choices` are those among which the sender is asked to choose.
    """

    targets: tuple[Candidate, ...]
    reason: Routed
    choices: tuple[Candidate, ...] = ()


def route(reply: Reply, candidates: Sequence[Candidate]) -> Route:
    """Say what a reply is about.

    "Where several alerts are open for a household and a bare reply comes, ask which; a call for
    help never waits for that": it goes to every household it may be about, on live alerts rather
    than exercises. Where none of the alerts is open any more, the newest is meant, and one that
    is over for good only if all are. A code is taken at its word: what names an alert that is
    over, or none, accounts for nobody in another.
    """
    current = _current(candidates)
    if not current:
        return Route((), Routed.UNKNOWN_SENDER)
    if reply.intent is Intent.OPTED_OUT:
        return Route(current, Routed.OPTS_OUT_OF_ALL)
    chosen = _settle(reply, candidates, current)
    if chosen.targets or chosen.reason is Routed.WHICH_ALERT:
        return chosen
    several_alerts = len({c.alert for c in chosen.choices}) > 1
    return replace(chosen, reason=Routed.WHICH_ALERT) if several_alerts else chosen


def route_named(reply: Reply, end: str, circles: Sequence[Sequence[Candidate]]) -> Route:
    """Say which household a report means that names one by the end of its code.

    `circles` are the households that may be meant, the most likely first: only where none of a
    circle has that end, the next counts. Several are never guessed from; but a call for help
    goes to every household of the circle that it may be about.
    """
    for circle in circles:
        named = [c for c in circle if c.household.endswith(end)]
        if current := _current(named):
            chosen = _settle(reply, named, current)
            if not chosen.targets and len({c.household for c in chosen.choices}) == 1:
                return replace(chosen, reason=Routed.WHICH_ALERT)
            return chosen
    return Route((), Routed.NO_SUCH_HOUSEHOLD)


def shortest_ends(households: Collection[str]) -> dict[str, str]:
    """Return, by code, the shortest end of it that tells these households apart."""
    codes = sorted(set(households))
    return {
        code: next(
            code[-digits:]
            for digits in _END_DIGITS
            if digits >= len(code) or sum(other.endswith(code[-digits:]) for other in codes) == 1
        )
        for code in codes
    }


def _settle(reply: Reply, candidates: Sequence[Candidate], current: tuple[Candidate, ...]) -> Route:
    """Say which of those are meant that a phone, or a number, leaves open."""
    coded = _current([c for c in candidates if c.number == reply.alert_code])
    if reply.intent is Intent.NEEDS_HELP:
        # Only an open alert is watched.
        coded = tuple(c for c in coded if c in current)
    elif reply.alert_code is not None and not coded:
        return Route((), Routed.WHICH_ALERT, current)
    meant = coded or current
    if len(meant) == 1:
        return Route(meant, Routed.CODE if coded else Routed.ONLY_ONE)
    if reply.intent is Intent.NEEDS_HELP:
        live = tuple(c for c in meant if c.status is Status.ACTUAL)
        return Route(live or meant, Routed.HELP_DOES_NOT_WAIT)
    return Route((), Routed.WHICH_HOUSEHOLD, meant)


def _current(candidates: Sequence[Candidate]) -> tuple[Candidate, ...]:
    still_open = tuple(c for c in candidates if c.state is AlertState.OPEN)
    if still_open or not candidates:
        return still_open
    followed = [c for c in candidates if c.state not in OVER] or candidates
    newest = max(c.alert for c in followed)
    return tuple(c for c in followed if c.alert == newest)
