"""Computes standings, sums by division and times from an alert's log and roll alone.

The rules are those of the running service. The log and the roll may come from a file.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from alerting.board.rules import Count, Curve, counted
from alerting.ledger.events.households import EvidenceGiven
from alerting.ledger.events.kinds import EventKind
from alerting.ledger.events.registry import Event
from alerting.report.rules.account import Account
from alerting.roll.rules.evidence import Evidence, Report, Rung
from alerting.roll.rules.persons import fold_persons

PERCENTS: Final = (50, 90, 99, 100)
"""A report says when these percentages of the people were accounted for."""


@dataclass(frozen=True, slots=True)
class Enrolled:
    """A household on the roll; `named` is the number of its people whom the roll names."""

    household: str
    division: str
    headcount: int
    named: int
    seq: int
    """Sequence number of the log entry that put the household on the roll."""


class LogFold:
    """Computes standings and sums from an alert's log, one entry at a time."""

    def __init__(self, roll: Iterable[Enrolled]) -> None:
        """Start with the households of the roll, about which nothing has been said.

        Raises:
            ValueError: if a household has no people, or fewer people than names.
        """
        self._roll = {each.household: each for each in roll}
        self._standings = {
            code: fold_persons((), each.headcount, _places(each))
            for code, each in self._roll.items()
        }
        self._said: dict[str, list[Evidence]] = defaultdict(list)
        self._last: dict[str, datetime] = {}
        """The time of each household's last change, by code."""
        self._joined: dict[int, int] = defaultdict(int)
        for each in self._roll.values():
            self._joined[each.seq] += each.headcount
        self._curve = Curve()

    def take(self, event: Event) -> None:
        """Process the next entry of the log.

        Raises:
            ValueError: if it is evidence that cannot be read, or its household is not on the roll.
        """
        if people := self._joined.pop(event.seq, 0):
            self._curve.add(event.at, Count(total=people, unaccounted=people))
        if event.kind == EventKind.EVIDENCE_GIVEN:
            self._hear(event)

    def _hear(self, event: Event) -> None:
        household = self._roll.get(event.subject)
        if household is None:
            raise ValueError(f"household {event.subject} is not on the roll")
        said = self._said[event.subject]
        said.append(evidence_in(event))
        before = self._standings[event.subject]
        after = fold_persons(said, household.headcount, _places(household))
        self._standings[event.subject] = after
        # The board does the same: no change to a household is earlier than the one before.
        at = max(event.at, self._last.get(event.subject, event.at))
        self._last[event.subject] = at
        self._curve.add(at, counted(after) - counted(before))

    def accounts(self) -> dict[str, Account]:
        """Return the sums of each village or grid, by code."""
        found: dict[str, Account] = {}
        for code, standing in self._standings.items():
            division = self._roll[code].division
            found[division] = found.get(division, Account()) + Account.of(standing)
        return dict(sorted(found.items()))

    def reached(self) -> dict[int, datetime | None]:
        """Return when each of the `PERCENTS` of people was accounted for: see `Curve.reached`."""
        return self._curve.reached(PERCENTS)

    def never_joined(self) -> int:
        """Return the number of people on the roll whose log entry has not been processed."""
        return sum(self._joined.values())


def evidence_in(event: Event) -> Evidence:
    """Return the evidence in an entry of the log.

    Raises:
        ValueError: if the entry cannot be read.
    """
    given = EvidenceGiven.read(event.payload)
    return Evidence(
        id=event.seq,
        given_at=given.given_at,
        rung=Rung(given.rung),
        by=given.by,
        report=Report(given.report),
        count=given.people,
        persons=None if given.persons is None else frozenset(given.persons),
        since=given.since,
    )


def _places(household: Enrolled) -> frozenset[int]:
    return frozenset(range(household.named))
