"""The frames of a board's websocket: one JSON text each, told apart by `type`.

A client gets a snapshot; a client that resumes gets one frame with all it missed. Then it gets
frames, and a heartbeat in each second without one. Numbers are absolute, never differences: to
apply a frame is to replace what it names. `seq` is the last entry of the alert's log that is
included: a client with all frames up to it resumes with `after=seq`. A snapshot can have some
megabytes.

The progress of deliveries and the prediction of zero are read apart from the log, and arrive a
little later: in frames of their own, and at once for a client that connects or resumes.
"""

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Final, Literal, NotRequired

from pydantic import ConfigDict, with_config
from typing_extensions import TypedDict

from alerting.cap.alert import Colour, Status
from alerting.cap.lifecycle import AlertState
from alerting.deliveries.progress import Progress
from alerting.feed.predicted import PredictionBody
from alerting.ledger.alerts import StoredAlert
from alerting.ledger.events.registry import Event
from alerting.messages.info import event_names
from alerting.roll.entries import RollEntry
from alerting.roll.rules.standing import Standing
from alerting.roll.rules.tally import Tally
from contacts.division import Tier, tier_of

ProgressBody = dict[str, dict[str, dict[str, int]]]
"""Deliveries by tier, then channel, then state."""

_DESCRIBED: Final = ConfigDict(use_attribute_docstrings=True)

_HOUSEHOLDS_SHOWN: Final = frozenset({Tier.TOWN, Tier.VILLAGE, Tier.GRID})


@with_config(_DESCRIBED)
class TallyBody(TypedDict):
    """Counts by standing; `verified` are the people confirmed by an officer or a shelter."""

    households: dict[str, int]
    """Number of households by standing."""
    people: dict[str, int]
    """Number of people by standing, and of those verified."""


@with_config(_DESCRIBED)
class AlertBody(TypedDict):
    """The alert as a whole; `number` is the code that people type, '#27'."""

    id: int
    """The id by which routes name it."""
    number: int
    """Alert code that people type after '#'."""
    status: Status
    """CAP's status."""
    state: AlertState
    """Its state in the lifecycle."""
    event: str
    """The hazard, in the raiser's words."""
    event_names: dict[str, str]
    """The event by language, as pages name it."""
    colour: Colour
    """The level of the warning."""
    sent: str
    """When it was raised."""
    expires: str
    """When it stops sending."""
    ended_at: str | None
    """When it was cancelled or the all-clear was given; null: it is not over."""
    divisions: list[str]
    """The divisions of its area."""


@with_config(_DESCRIBED)
class HouseholdBody(TypedDict):
    """A household on the roll, without the names and phones, which boards do not show.

    `settled_by` is the officer whose word its standing rests on, or null.
    """

    code: str
    """The household's code."""
    division: str
    """The village or grid in which it lives."""
    standing: Standing
    """Its standing: that of its member in most danger."""
    people: dict[str, int]
    """Number of its people by standing."""
    headcount: int
    """Number of people in it."""
    verified: bool
    """Whether an officer or a shelter has seen them."""
    flagged: bool
    """Whether somebody spoke of more people than it has, so that an officer must look."""
    vulnerable: str
    """The kinds of vulnerable people in it, separated by ';'; empty: none."""
    officer: str | None
    """The id of the officer responsible for it; null: nobody is."""
    settled_by: str | None
    """The id of the officer on whose word its standing rests; null: on no officer's."""


@with_config(_DESCRIBED)
class EventBody(TypedDict):
    """An entry of the alert's log."""

    seq: int
    """Its place in the alert's log, from 1."""
    at: str
    """When it happened, in alert time: by the drill's clock in a drill."""
    kind: str
    """Its kind."""
    division: str
    """The division that it concerns; empty: the whole alert."""
    subject: str
    """The id of whom it is about; empty: nobody."""
    payload: dict[str, object]
    """Its other contents; each kind has its own fields."""


@with_config(_DESCRIBED)
class Snapshot(TypedDict):
    """Everything in the scope as of `seq`.

    `households` is empty above the town. `deliveries` counts the whole alert as of some moments
    ago; it is null where the alert's area reaches beyond the scope.
    """

    type: Literal["snapshot"]
    """The kind of frame."""
    alert: AlertBody
    """The alert."""
    seq: int
    """The last entry of the log that is included."""
    at: str
    """When it was made, by the machine's clock, also in a drill."""
    tallies: dict[str, TallyBody]
    """Counts by division."""
    total: TallyBody
    """Counts of the whole scope."""
    households: list[HouseholdBody]
    """The households; empty above the town."""
    deliveries: ProgressBody | None
    """Deliveries by tier, channel and state; null: the area reaches beyond the scope."""
    prediction: PredictionBody | None
    """The prediction of zero in the scope; null: it comes in a frame."""


@with_config(_DESCRIBED)
class Frame(TypedDict):
    """The changes in the scope up to `seq`; anything that it does not name is unchanged.

    `events` leaves out evidence and deliveries: households, tallies and progress show them.
    """

    type: Literal["frame"]
    """The kind of frame."""
    alert: int
    """The id of the alert."""
    seq: int
    """The last entry of the log that is included."""
    at: str
    """When it was made, by the machine's clock, also in a drill."""
    tallies: dict[str, TallyBody]
    """Changed counts by division."""
    total: NotRequired[TallyBody]
    """Counts of the whole scope, if they changed."""
    households: list[HouseholdBody]
    """The households that changed."""
    deliveries: NotRequired[ProgressBody | None]
    """Deliveries by tier, channel and state, if they changed."""
    prediction: NotRequired[PredictionBody]
    """The prediction of zero in the scope, if it was made anew."""
    summary: NotRequired[AlertBody]
    """The alert, if it changed."""
    events: list[EventBody]
    """The new entries of the log that boards show."""


@with_config(_DESCRIBED)
class Heartbeat(TypedDict):
    """Nothing changed in the scope up to `seq`. A board without one for 3 seconds is stale."""

    type: Literal["heartbeat"]
    """The kind of frame."""
    seq: int
    """The last entry of the log that is included."""
    at: str
    """When it was made, by the machine's clock, also in a drill."""


@with_config(_DESCRIBED)
class Reset(TypedDict):
    """Discard all state: a snapshot follows."""

    type: Literal["reset"]
    """The kind of frame."""


def encode(frame: Snapshot | Frame | Heartbeat | Reset) -> str:
    """Return the JSON text of a frame."""
    return json.dumps(frame, ensure_ascii=False, separators=(",", ":"))


RESET: Final = encode(Reset(type="reset"))


def heartbeat(seq: int, at: datetime) -> str:
    """Return the JSON text of a heartbeat."""
    return encode(Heartbeat(type="heartbeat", seq=seq, at=at.isoformat()))


def progress_frame(alert: int, seq: int, at: datetime, counts: ProgressBody | None) -> str:
    """Return the JSON text of a frame with the progress of deliveries and nothing else."""
    return encode(_beside_log(alert, seq, at) | {"deliveries": counts})


def prediction_frame(alert: int, seq: int, at: datetime, prediction: PredictionBody) -> str:
    """Return the JSON text of a frame with a prediction and nothing else."""
    return encode(_beside_log(alert, seq, at) | {"prediction": prediction})


def _beside_log(alert: int, seq: int, at: datetime) -> Frame:
    """Return a frame without news; `seq` is an entry that the boards which get it know already."""
    return Frame(
        type="frame",
        alert=alert,
        seq=seq,
        at=at.isoformat(),
        tallies={},
        households=[],
        events=[],
    )


def shows_households(division: str) -> bool:
    """True if a board of this division lists households besides counts."""
    return tier_of(division) in _HOUSEHOLDS_SHOWN


def alert_body(alert: StoredAlert) -> AlertBody:
    """Return an alert as boards see it."""
    return AlertBody(
        id=alert.id,
        number=alert.number,
        status=alert.status,
        state=alert.state,
        event=alert.request.event,
        event_names=event_names(alert.request),
        colour=alert.request.colour,
        sent=alert.sent.isoformat(),
        expires=alert.expires.isoformat(),
        ended_at=alert.ended_at.isoformat() if alert.ended_at else None,
        divisions=list(alert.divisions),
    )


def tally_body(tally: Tally) -> TallyBody:
    """Return counts as boards see them."""
    return TallyBody(
        households={s.value: getattr(tally, f"households_{s}") for s in Standing},
        people={name: getattr(tally, f"people_{name}") for name in _PEOPLE},
    )


_PEOPLE: Final = ("unaccounted", "needs_help", "staying", "elsewhere", "evacuated", "verified")


def tally_bodies(tallies: Mapping[str, Tally]) -> dict[str, TallyBody]:
    """Return counts by division as boards see them."""
    return {division: tally_body(tally) for division, tally in tallies.items()}


def household_body(entry: RollEntry) -> HouseholdBody:
    """Return a household as boards see it."""
    standing, people = entry.standing, entry.standing.people
    return HouseholdBody(
        code=entry.household,
        division=entry.division,
        standing=standing.standing,
        people={
            "unaccounted": people.unaccounted,
            "needs_help": people.needs_help,
            "staying": people.staying,
            "elsewhere": people.elsewhere,
            "evacuated": people.evacuated,
        },
        headcount=entry.headcount,
        verified=standing.verified,
        flagged=standing.flagged,
        vulnerable=entry.vulnerable,
        officer=entry.officer,
        settled_by=_officer(standing.settled_by),
    )


def event_body(event: Event) -> EventBody:
    """Return a log entry as boards see it."""
    return EventBody(
        seq=event.seq,
        at=event.at.isoformat(),
        kind=event.kind,
        division=event.division,
        subject=event.subject,
        payload=json.loads(event.payload),
    )


def progress_body(progress: Iterable[Progress]) -> ProgressBody:
    """Return the progress of deliveries as boards see it."""
    body: ProgressBody = {}
    for part in progress:
        body.setdefault(part.tier, {}).setdefault(part.channel, {})[part.state] = part.count
    return body


def _officer(said_by: str | None) -> str | None:
    """Return the officer who said it; None for a phone: E.164 begins with '+', no id does."""
    return None if said_by is None or said_by.startswith("+") else said_by
