"""Which household and alert a reply is about, where a phone may belong to several."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from alerting.core.cap import Status
from alerting.core.lifecycle import OVER, AlertState
from alerting.core.reply import Intent, Reply


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
    """Why a reply goes where it goes."""

    ONLY_ONE = "only_one"
    CODE = "code"
    HELP_DOES_NOT_WAIT = "help_does_not_wait"
    UNKNOWN_SENDER = "unknown_sender"
    WHICH_ALERT = "which_alert"
    WHICH_HOUSEHOLD = "which_household"
    OFFICER_CONFIRMS = "officer_confirms"


@dataclass(frozen=True, slots=True)
class Route:
    """The entries a reply is evidence for; none where somebody must be asked first."""

    targets: tuple[Candidate, ...]
    reason: Routed


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
    coded = _current([c for c in candidates if c.number == reply.alert_code])
    if reply.intent is Intent.NEEDS_HELP:
        # Only an open alert is watched.
        coded = tuple(c for c in coded if c in current)
    elif reply.alert_code is not None and not coded:
        return Route((), Routed.WHICH_ALERT)
    meant = coded or current
    if len(meant) == 1:
        return Route(meant, Routed.CODE if coded else Routed.ONLY_ONE)
    if reply.intent is Intent.NEEDS_HELP:
        live = tuple(c for c in meant if c.status is Status.ACTUAL)
        return Route(live or meant, Routed.HELP_DOES_NOT_WAIT)
    several_alerts = len({c.alert for c in meant}) > 1
    return Route((), Routed.WHICH_ALERT if several_alerts else Routed.WHICH_HOUSEHOLD)


def _current(candidates: Sequence[Candidate]) -> tuple[Candidate, ...]:
    still_open = tuple(c for c in candidates if c.state is AlertState.OPEN)
    if still_open or not candidates:
        return still_open
    followed = [c for c in candidates if c.state not in OVER] or candidates
    newest = max(c.alert for c in followed)
    return tuple(c for c in followed if c.alert == newest)
