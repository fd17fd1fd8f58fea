"""The frames of a board's websocket: JSON texts that the field `type` tells apart.

A new client gets a snapshot, and a client that resumes gets one frame with everything it missed.
After that it gets frames, and a heartbeat for every second without a frame. Numbers are absolute,
never differences, so a client applies a frame by replacing the values that it names. `seq` is the
last entry of the alert's log that is included. A client that has all frames up to `seq` resumes
with `after=seq`. A snapshot may have several megabytes.

Deliveries are counted, and the moment of zero is predicted, separately from the log. A client gets
both when it connects or resumes; later ones come in frames of their own, shortly after the log
entries.
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
"""Number of deliveries by tier, then by channel, then by state."""

_DESCRIBED: Final = ConfigDict(use_attribute_docstrings=True)

_HOUSEHOLDS_SHOWN: Final = frozenset({Tier.TOWN, Tier.VILLAGE, Tier.GRID})


@with_config(_DESCRIBED)
class TallyBody(TypedDict):
    """Counts of households and people by standing."""

    households: dict[str, int]
    """Number of households by standing."""
    people: dict[str, int]
    """Number of people by standing; `verified` counts those seen by an officer or a shelter."""


@with_config(_DESCRIBED)
class AlertBody(TypedDict):
    """An alert as boards show it."""

    id: int
    """The alert's id, which the routes take."""
    number: int
    """The number that people type after '#', such as 27."""
    status: Status
    """CAP's status: actual, exercise or test."""
    state: AlertState
    """The alert's state in its lifecycle."""
    event: str
    """The hazard, as worded when the alert was raised."""
    event_names: dict[str, str]
    """The hazard's name by language, for pages."""
    colour: Colour
    """The warning level."""
    sent: str
    """When the alert was raised."""
    expires: str
    """When the alert stops sending texts and calls."""
    ended_at: str | None
    """When the alert was cancelled or the all-clear was given; null until then."""
    divisions: list[str]
    """Codes of the divisions in the alert's area."""


@with_config(_DESCRIBED)
class HouseholdBody(TypedDict):
    """A household on the roll, without names and phones, which boards do not show."""

    code: str
    """The household's code."""
    division: str
    """The village or grid in which the household lives."""
    standing: Standing
    """The household's standing, which is that of its member in most danger."""
    people: dict[str, int]
    """Number of household members by standing."""
    headcount: int
    """Number of people in the household."""
    verified: bool
    """True if an officer or a shelter has seen the household."""
    flagged: bool
    """True if a report named more people than the headcount, so that an officer must check."""
    vulnerable: str
    """The kinds of vulnerable people in the household, separated by ';'."""
    officer: str | None
    """The id of the officer responsible for the household; null if nobody is responsible."""
    settled_by: str | None
    """The id of the officer whose report decided the standing; null if nobody's report did."""


@with_config(_DESCRIBED)
class EventBody(TypedDict):
    """An entry of the alert's log."""

    seq: int
    """The entry's sequence number in the alert's log, from 1."""
    at: str
    """When it happened, in the alert's time; in a drill this is the drill clock's time."""
    kind: str
    """The kind of event."""
    division: str
    """The code of the division concerned; empty for the whole alert."""
    subject: str
    """The code of the household or the id of the officer concerned; empty if there is none."""
    payload: dict[str, object]
    """The event's data; each kind has its own fields."""


@with_config(_DESCRIBED)
class Snapshot(TypedDict):
    """The whole state of the board's division as of `seq`."""

    type: Literal["snapshot"]
    """The type of this frame."""
    alert: AlertBody
    """The alert."""
    seq: int
    """Sequence number of the last log entry that is included."""
    at: str
    """When the frame was made, by the machine's clock even in a drill."""
    tallies: dict[str, TallyBody]
    """Counts by village or grid."""
    total: TallyBody
    """Counts of the whole division."""
    households: list[HouseholdBody]
    """The division's households; empty for a county and above."""
    deliveries: ProgressBody | None
    """Counts of the alert's deliveries; null if the alert's area exceeds the division."""
    prediction: PredictionBody | None
    """The prediction of zero in the division; null if none was made yet: a frame will have it."""


@with_config(_DESCRIBED)
class Frame(TypedDict):
    """The changes in the board's division up to `seq`; what it does not name is unchanged."""

    type: Literal["frame"]
    """The type of this frame."""
    alert: int
    """The id of the alert."""
    seq: int
    """Sequence number of the last log entry that is included."""
    at: str
    """When the frame was made, by the machine's clock even in a drill."""
    tallies: dict[str, TallyBody]
    """Changed counts by village or grid."""
    total: NotRequired[TallyBody]
    """Counts of the whole division, if they changed."""
    households: list[HouseholdBody]
    """The households that changed."""
    deliveries: NotRequired[ProgressBody | None]
    """Counts of the alert's deliveries, if they changed; null if its area exceeds the division."""
    prediction: NotRequired[PredictionBody]
    """The prediction of zero in the division, if a new one was made."""
    summary: NotRequired[AlertBody]
    """The alert, if it changed."""
    events: list[EventBody]
    """New log entries, except evidence and deliveries, which the other fields show."""


@with_config(_DESCRIBED)
class Heartbeat(TypedDict):
    """Says that nothing changed up to `seq`. A board is stale after 3 seconds without a frame."""

    type: Literal["heartbeat"]
    """The type of this frame."""
    seq: int
    """Sequence number of the last log entry that is included."""
    at: str
    """When the frame was made, by the machine's clock even in a drill."""


@with_config(_DESCRIBED)
class Reset(TypedDict):
    """Tells the client to discard its state, because a snapshot follows."""

    type: Literal["reset"]
    """The type of this frame."""


def encode(frame: Snapshot | Frame | Heartbeat | Reset) -> str:
    """Return the JSON text of a frame."""
    return json.dumps(frame, ensure_ascii=False, separators=(",", ":"))


RESET: Final = encode(Reset(type="reset"))


def heartbeat(seq: int, at: datetime) -> str:
    """Return the JSON text of a heartbeat."""
    return encode(Heartbeat(type="heartbeat", seq=seq, at=at.isoformat()))


def progress_frame(alert: int, seq: int, at: datetime, counts: ProgressBody | None) -> str:
    """Return the JSON text of a frame that holds only the numbers of deliveries."""
    return encode(_beside_log(alert, seq, at) | {"deliveries": counts})


def prediction_frame(alert: int, seq: int, at: datetime, prediction: PredictionBody) -> str:
    """Return the JSON text of a frame that holds only a prediction."""
    return encode(_beside_log(alert, seq, at) | {"prediction": prediction})


def _beside_log(alert: int, seq: int, at: datetime) -> Frame:
    """Return a frame without changes.

    `seq` is a log entry that all receiving boards already have.
    """
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
    """Return whether a board of this division lists households in addition to counts."""
    return tier_of(division) in _HOUSEHOLDS_SHOWN


def alert_body(alert: StoredAlert) -> AlertBody:
    """Return the JSON body of an alert for boards."""
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
    """Return the JSON body of a tally for boards."""
    return TallyBody(
        households={s.value: getattr(tally, f"households_{s}") for s in Standing},
        people={name: getattr(tally, f"people_{name}") for name in _PEOPLE},
    )


_PEOPLE: Final = ("unaccounted", "needs_help", "staying", "elsewhere", "evacuated", "verified")


def tally_bodies(tallies: Mapping[str, Tally]) -> dict[str, TallyBody]:
    """Return the JSON bodies of tallies for boards, by division."""
    return {division: tally_body(tally) for division, tally in tallies.items()}


def household_body(entry: RollEntry) -> HouseholdBody:
    """Return the JSON body of a household for boards."""
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
    """Return the JSON body of a log entry for boards."""
    return EventBody(
        seq=event.seq,
        at=event.at.isoformat(),
        kind=event.kind,
        division=event.division,
        subject=event.subject,
        payload=json.loads(event.payload),
    )


def progress_body(progress: Iterable[Progress]) -> ProgressBody:
    """Return the numbers of deliveries, nested by tier, channel and state, for boards."""
    body: ProgressBody = {}
    for part in progress:
        body.setdefault(part.tier, {}).setdefault(part.channel, {})[part.state] = part.count
    return body


def _officer(said_by: str | None) -> str | None:
    """Return an officer's id unchanged, but None for a phone, which begins with '+'."""
    return None if said_by is None or said_by.startswith("+") else said_by
