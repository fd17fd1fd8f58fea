"""What goes over a board's websocket: one JSON text a frame, told apart by `type`.

A client gets a snapshot, or, if it resumes, a frame with all it missed; then frames, and a
heartbeat each second in which there was none. Numbers are absolute, never differences: to apply
a frame is to replace what it names. `seq` is the last entry of the alert's log that is included:
whoever has frames up to it resumes with `after=seq`. A snapshot can have some megabytes.

How far deliveries have come is counted beside the log, and told a little after it: in frames that
name nothing else, and first to whoever comes or resumes.
"""

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Final, Literal, NotRequired

from typing_extensions import TypedDict

from alerting.cap.alert import Colour, Status
from alerting.cap.lifecycle import AlertState
from alerting.deliveries.progress import Progress
from alerting.ledger.alerts import StoredAlert
from alerting.ledger.events.registry import Event
from alerting.roll.entries import RollEntry
from alerting.roll.rules.standing import Standing
from alerting.roll.rules.tally import Tally
from contacts.division import Tier, tier_of

ProgressBody = dict[str, dict[str, dict[str, int]]]
"""Deliveries by tier, then channel, then state."""

_HOUSEHOLDS_SHOWN: Final = frozenset({Tier.TOWN, Tier.VILLAGE, Tier.GRID})


class TallyBody(TypedDict):
    """Counts by standing; of the people, `verified` rest on an officer's or a shelter's word."""

    households: dict[str, int]
    people: dict[str, int]


class AlertBody(TypedDict):
    """The alert as a whole; `number` is the code that people type, '#27'."""

    id: int
    number: int
    status: Status
    state: AlertState
    event: str
    colour: Colour
    sent: str
    expires: str
    divisions: list[str]


class HouseholdBody(TypedDict):
    """A household on the roll; its names and phones are not for boards.

    `settled_by` is the officer whose word its standing rests on, or null.
    """

    code: str
    division: str
    standing: Standing
    people: dict[str, int]
    headcount: int
    verified: bool
    flagged: bool
    vulnerable: str
    officer: str | None
    settled_by: str | None


class EventBody(TypedDict):
    """An entry of the alert's log; `at` is in the alert's time."""

    seq: int
    at: str
    kind: str
    division: str
    subject: str
    payload: dict[str, object]


class Snapshot(TypedDict):
    """Everything in the scope as of `seq`.

    `households` is empty above the town. `deliveries` counts the whole alert, some moments ago,
    and is null where the alert's area reaches beyond the scope.
    """

    type: Literal["snapshot"]
    alert: AlertBody
    seq: int
    at: str
    tallies: dict[str, TallyBody]
    total: TallyBody
    households: list[HouseholdBody]
    deliveries: ProgressBody | None


class Frame(TypedDict):
    """What changed in the scope up to `seq`; what it does not name is as it was.

    `events` leaves out evidence and deliveries: the households, tallies and progress tell them.
    """

    type: Literal["frame"]
    alert: int
    seq: int
    at: str
    tallies: dict[str, TallyBody]
    total: NotRequired[TallyBody]
    households: list[HouseholdBody]
    deliveries: NotRequired[ProgressBody | None]
    summary: NotRequired[AlertBody]
    events: list[EventBody]


class Heartbeat(TypedDict):
    """Nothing changed in the scope up to `seq`. None for three seconds: the board is stale."""

    type: Literal["heartbeat"]
    seq: int
    at: str


class Reset(TypedDict):
    """Forget everything: a snapshot follows."""

    type: Literal["reset"]


def encode(frame: Snapshot | Frame | Heartbeat | Reset) -> str:
    """Return the text that is sent."""
    return json.dumps(frame, ensure_ascii=False, separators=(",", ":"))


RESET: Final = encode(Reset(type="reset"))


def heartbeat(seq: int, at: datetime) -> str:
    """Return the text of a heartbeat."""
    return encode(Heartbeat(type="heartbeat", seq=seq, at=at.isoformat()))


def progress_frame(alert: int, seq: int, at: datetime, counts: ProgressBody | None) -> str:
    """Return the text of a frame that tells how far deliveries have come, and nothing else.

    `seq` is what the boards that get it know already.
    """
    return encode(
        Frame(
            type="frame",
            alert=alert,
            seq=seq,
            at=at.isoformat(),
            tallies={},
            households=[],
            deliveries=counts,
            events=[],
        )
    )


def shows_households(division: str) -> bool:
    """Whether a board of this division lists households, and not only counts."""
    return tier_of(division) in _HOUSEHOLDS_SHOWN


def alert_body(alert: StoredAlert) -> AlertBody:
    """Return an alert as boards see it."""
    return AlertBody(
        id=alert.id,
        number=alert.number,
        status=alert.status,
        state=alert.state,
        event=alert.request.event,
        colour=alert.request.colour,
        sent=alert.sent.isoformat(),
        expires=alert.expires.isoformat(),
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
    """Return how far deliveries have come, as boards see it."""
    body: ProgressBody = {}
    for part in progress:
        body.setdefault(part.tier, {}).setdefault(part.channel, {})[part.state] = part.count
    return body


def _officer(said_by: str | None) -> str | None:
    """Return who said it, unless it is a phone: E.164 begins with a plus, an id never does."""
    return None if said_by is None or said_by.startswith("+") else said_by
