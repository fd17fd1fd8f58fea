"""Read an alert's whole state or its changes for the feed, each in one transaction."""

import time
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, NamedTuple

from sqlalchemy import Connection

from alerting.errors import NotFoundError
from alerting.feed import frames
from alerting.ledger.alerts import (
    StoredAlert,
    areas_of,
    events_after,
    find_alert,
    last_seq,
    stored,
)
from alerting.ledger.events.kinds import EventKind
from alerting.ledger.events.registry import OMITTED_FROM_LOG, Event
from alerting.roll.entries import Page, RollEntry, entries, page_of
from alerting.roll.rules.tally import Tally
from alerting.roll.tallies import tallies_at, tallies_below, tally_of
from contacts.division import ancestors, covers


@dataclass(frozen=True)
class Counts:
    """An alert's tallies as of one entry of its log."""

    parts: Mapping[str, Tally]
    """Tallies by village or grid."""
    totals: Mapping[str, Tally] = field(default_factory=dict)
    """Tallies of the divisions that boards watch."""

    def changed_by(self, changed: Mapping[str, Tally], divisions: Iterable[str]) -> "Counts":
        """Return the counts after the parts in `changed` changed, with totals of `divisions`.

        A known total is adjusted by the differences of its parts. A new total is summed up.
        """
        parts = {**self.parts, **changed}
        deltas = {place: new - self.parts.get(place, Tally()) for place, new in changed.items()}
        return Counts(
            parts,
            {
                division: _sum(deltas, division, self.totals[division])
                if division in self.totals
                else _sum(parts, division, Tally())
                for division in divisions
            },
        )


def _sum(tallies: Mapping[str, Tally], division: str, start: Tally) -> Tally:
    return sum((tally for place, tally in tallies.items() if covers(division, place)), start)


_CHANGES_THE_ALERT: Final = frozenset(
    {
        EventKind.ALERT_RAISED,
        EventKind.ALERT_WIDENED,
        EventKind.ALERT_WIDENED_BY_TEXT,
        EventKind.ALERT_REPEATED_BY_TEXT,
        EventKind.ALERT_UPDATED,
        EventKind.ALERT_CANCELLED,
        EventKind.ALERT_EXPIRED,
        EventKind.ALERT_CLOSED,
        EventKind.ALERT_REOPENED,
        EventKind.ALERT_ALL_CLEAR,
    }
)
"""Kinds of events that may change the alert, its area or its roll, so that all is read again."""

_OWES_NOTHING: Final = frozenset(
    {
        EventKind.EVIDENCE_GIVEN,
        EventKind.TASK_OPENED,
        EventKind.TASK_TAKEN,
        EventKind.TASK_CLOSED,
    }
)
"""Frequent kinds of events that do not add or change a delivery themselves.

After any other kind, deliveries are counted again, because the event may have queued a text.
"""

_ENTRIES_AT_MOST: Final = 10_000
"""If there are more new log entries than this, everything is read, not only the changed rows."""

_EVERYWHERE: Final = ""

_DIGITS_OF_A_GRID: Final = 15

_EVERYBODY: Final = 2**31 - 1


@dataclass(frozen=True)
class Update:
    """The frames that bring boards up to the log entry `seq`."""

    seq: int
    frames: dict[str, str]
    """JSON texts of frames, by division."""
    counts: Counts | None = None
    """The tallies as of `seq`, from which the next update continues."""
    deliveries_changed: bool = False
    """True if log entries show that deliveries may have been added or changed."""
    busy: float = field(default=0.0, compare=False)
    """Processor time of the read, in seconds; 0 if there was no news."""


class Resumption(NamedTuple):
    """A board that resumes; `after` is the last log entry that it has."""

    alert: int
    division: str
    after: int


@dataclass(frozen=True)
class _Changes:
    """The changes that a range of log entries made to an alert, in all divisions."""

    alert: int
    seq: int
    at: datetime
    summary: StoredAlert | None
    tallies: dict[str, Tally]
    bodies: dict[str, frames.TallyBody]
    """The JSON bodies of the same tallies."""
    households: Sequence[RollEntry]
    everybody: bool
    """True if households that are not in `households` may have changed too."""
    deliveries_changed: bool
    logged: Sequence[Event]


def read_snapshot(
    connection: Connection, alert: int, division: str, at: datetime
) -> frames.Snapshot:
    """Return the snapshot of a division without numbers of deliveries and without a prediction.

    The caller adds both.

    Raises:
        NotFoundError: if the alert does not concern the division.
    """
    found = find_alert(connection, alert, division)
    if found is None:
        raise NotFoundError(
            f"there is no alert {alert} within your divisions", f"您管理范围内没有预警{alert}"
        )
    return frames.Snapshot(
        type="snapshot",
        alert=frames.alert_body(found),
        seq=found.last_seq,
        at=at.isoformat(),
        tallies=frames.tally_bodies(tallies_below(connection, alert, division, _DIGITS_OF_A_GRID)),
        total=frames.tally_body(tally_of(connection, alert, division)),
        households=_bodies(_everybody(connection, alert, division)),
        deliveries=None,
        prediction=None,
    )


def read_concerned(
    connection: Connection, asked: Collection[tuple[int, str]]
) -> dict[tuple[int, str], bool]:
    """Return True for each (alert, division) pair that overlaps; leave out the other pairs."""
    areas = areas_of(connection, {alert for alert, _ in asked})
    above = {
        alert: {wider for place in places for wider in ancestors(place)}
        for alert, places in areas.items()
    }

    def concerns(alert: int, division: str) -> bool:
        within = {division, *ancestors(division)}
        return division in above[alert] or not within.isdisjoint(areas[alert])

    return {(alert, division): True for alert, division in asked if concerns(alert, division)}


def read_missed(
    connection: Connection, resuming: Collection[Resumption], at: datetime
) -> dict[Resumption, Update]:
    """Return for each board one frame with all changes in its division since `after`.

    A board that missed too much, or whose `after` is not in the log, is left out. It needs a
    snapshot.
    """
    same: defaultdict[tuple[int, int], list[Resumption]] = defaultdict(list)
    for each in resuming:
        same[each.alert, each.after].append(each)
    found: dict[Resumption, Update] = {}
    for (alert, after), those in same.items():
        end = last_seq(connection, alert)
        if end - _ENTRIES_AT_MOST <= after <= end:
            changes = _changes(connection, alert, after, end, at)
            found |= {each: _missed(connection, each.division, changes) for each in those}
    return found


def read_update(
    connection: Connection,
    alert: int,
    divisions: Collection[str],
    after: int,
    at: datetime,
    counts: Counts | None = None,
) -> Update:
    """Return frames for the divisions in which something has changed since `after`.

    `counts` holds the tallies as of `after`. If it is None, all tallies are read.
    """
    began = time.thread_time()
    end = last_seq(connection, alert)
    if end <= after:
        return Update(after, {}, counts)
    changes = _changes(connection, alert, after, end, at)
    counts = _count(connection, changes, counts).changed_by(changes.tallies, divisions)
    bodies = {d: _frame(connection, d, changes, counts.totals[d]) for d in divisions}
    encoded = {d: frames.encode(body) for d, body in bodies.items() if _has_news(body)}
    busy = time.thread_time() - began
    return Update(end, encoded, counts, changes.deliveries_changed, busy)


def _missed(connection: Connection, division: str, changes: _Changes) -> Update:
    is_changed = any(covers(division, place) for place in changes.tallies)
    total = tally_of(connection, changes.alert, division) if is_changed else Tally()
    frame = _frame(connection, division, changes, total)
    return Update(changes.seq, {division: frames.encode(frame)})


def _changes(connection: Connection, alert: int, after: int, end: int, at: datetime) -> _Changes:
    log = events_after(connection, alert, after, end - after)
    reads_all = len(log) > _ENTRIES_AT_MOST or any(e.kind in _CHANGES_THE_ALERT for e in log)
    evidence = (
        [] if reads_all else [event for event in log if event.kind == EventKind.EVIDENCE_GIVEN]
    )
    tallies = _tallies(connection, alert, evidence, reads_all=reads_all)
    return _Changes(
        alert=alert,
        seq=end,
        at=at,
        summary=stored(connection, alert) if reads_all else None,
        tallies=tallies,
        bodies=frames.tally_bodies(tallies),
        households=_households(connection, alert, evidence),
        everybody=reads_all,
        deliveries_changed=reads_all or any(event.kind not in _OWES_NOTHING for event in log),
        logged=[event for event in log if event.kind not in OMITTED_FROM_LOG],
    )


def _tallies(
    connection: Connection, alert: int, evidence: Sequence[Event], *, reads_all: bool
) -> dict[str, Tally]:
    if reads_all:
        return tallies_below(connection, alert, _EVERYWHERE, _DIGITS_OF_A_GRID)
    return tallies_at(connection, alert, sorted({event.division for event in evidence}))


def _count(connection: Connection, changes: _Changes, known: Counts | None) -> Counts:
    """Return the counts that the changed tallies update; read them if they are not known."""
    if changes.everybody:
        return Counts(changes.tallies)
    if known is None:
        return Counts(tallies_below(connection, changes.alert, _EVERYWHERE, _DIGITS_OF_A_GRID))
    return known


def _households(connection: Connection, alert: int, evidence: Sequence[Event]) -> list[RollEntry]:
    keys = {(alert, event.subject) for event in evidence}
    return list(entries(connection, keys).values()) if keys else []


def _everybody(connection: Connection, alert: int, division: str) -> list[RollEntry]:
    if not frames.shows_households(division):
        return []
    return page_of(connection, alert, Page(division, None, None, _EVERYBODY))


def _frame(connection: Connection, division: str, changes: _Changes, total: Tally) -> frames.Frame:
    tallies = {d: body for d, body in changes.bodies.items() if covers(division, d)}
    body = frames.Frame(
        type="frame",
        alert=changes.alert,
        seq=changes.seq,
        at=changes.at.isoformat(),
        tallies=tallies,
        households=_bodies(_shown(connection, division, changes)),
        events=[frames.event_body(e) for e in changes.logged if _concerns(e.division, division)],
    )
    if tallies:
        body["total"] = frames.tally_body(total)
    if changes.summary:
        body["summary"] = frames.alert_body(changes.summary)
        if not all(covers(division, place) for place in changes.summary.divisions):
            body["deliveries"] = None
    return body


def _shown(connection: Connection, division: str, changes: _Changes) -> Sequence[RollEntry]:
    if changes.everybody:
        return _everybody(connection, changes.alert, division)
    if not frames.shows_households(division):
        return []
    return [entry for entry in changes.households if covers(division, entry.division)]


def _bodies(shown: Sequence[RollEntry]) -> list[frames.HouseholdBody]:
    return [frames.household_body(entry) for entry in shown]


def _has_news(body: frames.Frame) -> bool:
    return bool(body["tallies"] or body["events"] or "summary" in body)


def _concerns(place: str, division: str) -> bool:
    """Return whether an event's place lies within the division or contains it."""
    return covers(division, place) or covers(place, division)
