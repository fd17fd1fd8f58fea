"""Lines that name a household by the end of its code: reports from the door, and of neighbours."""

from collections.abc import Iterable, Sequence
from typing import Final

from sqlalchemy import Connection

from alerting.core.reply import Intent, Reason, Reply, read_normal_report
from alerting.core.routing import Candidate, Route, Routed, route_named
from alerting.services.acknowledge.words import Sender, Word
from alerting.storage.senders import doors_of, on_rolls_ending
from contacts.directory import Officer
from contacts.division import covers, village_of

_SAFE: Final = frozenset({Intent.EVACUATED, Intent.ELSEWHERE})
_EMERGENCY_NUMBERS: Final = frozenset({"110", "119", "120", "122", "911", "999"})
"""A household that writes one of them calls for help, and does not tell of that neighbour."""


def read_named(connection: Connection, plain: str, sender: Sender) -> Word | None:
    """Return what a line says of the household that it names; None where it names none for sure.

    An officer's report is about those to whose doors the officer is sent, or else about a
    household of the officer's division; a household's about itself, or else a neighbour. The
    line is normalised.
    """
    found = read_normal_report(plain)
    if found is None:
        return None
    word = _by_officer(connection, *found, sender) if sender.officers else None
    if sender.homes and (word is None or word.route.reason is Routed.NO_SUCH_HOUSEHOLD):
        return _by_household(connection, *found, sender) or word
    return word


def _by_officer(connection: Connection, end: str, reply: Reply, sender: Sender) -> Word:
    doors = doors_of(connection, [officer.id for officer in sender.officers])
    circles = (
        [door for sent_to in doors.values() for door in sent_to],
        _once(
            home
            for officer in sender.officers
            for home in on_rolls_ending(connection, end, officer.division)
        ),
    )
    chosen = route_named(reply, end, circles)
    officer = _speaker(sender.officers, doors, (*chosen.targets, *chosen.choices))
    return Word(reply, chosen, officer=officer, named=end)


def _by_household(connection: Connection, end: str, reply: Reply, sender: Sender) -> Word | None:
    if end in _EMERGENCY_NUMBERS:
        return None
    chosen = route_named(reply, end, (sender.homes, *_neighbours(connection, end, sender)))
    if _is_sure(reply, chosen, sender):
        return Word(reply, chosen, named=end)
    return None


def _is_sure(reply: Reply, chosen: Route, sender: Sender) -> bool:
    """Whether the digits are no time and no price, as in '0530 all out'.

    Only a key behind them says that neighbours are safe, or that a number which nobody has was
    meant for a household's.
    """
    if reply.intent is Intent.OPTED_OUT:
        return False
    if chosen.reason is Routed.NO_SUCH_HOUSEHOLD:
        return reply.reason is Reason.KEY and reply.intent is not Intent.NEEDS_HELP
    if all(sender.owns(each) for each in (*chosen.targets, *chosen.choices)):
        return reply.intent is not Intent.UNCLEAR
    if reply.intent in _SAFE:
        return reply.reason is Reason.KEY
    return reply.intent is not Intent.UNCLEAR or reply.reason is Reason.NOBODY_OPENED


def _neighbours(
    connection: Connection, end: str, sender: Sender
) -> tuple[list[Candidate], list[Candidate]]:
    """Return who lives in the same grid, and in the same village, on the same open alerts."""
    homes = sender.open_homes
    alerts = {home.alert for home in homes}
    villages = {village_of(home.household) for home in homes}
    near = [
        each
        for village in sorted(villages)
        for each in on_rolls_ending(connection, end, village)
        if each.alert in alerts
    ]
    grids = {home.division for home in homes}
    return [each for each in near if each.division in grids], near


def _speaker(
    officers: Sequence[Officer],
    doors: dict[str, list[Candidate]],
    about: Sequence[Candidate],
) -> Officer:
    """Return which of those who share a phone is sent to, or answers for, these households."""

    def answers_for(officer: Officer) -> bool:
        return all(
            covers(officer.division, each.household) or each in doors.get(officer.id, ())
            for each in about
        )

    return next(filter(answers_for, officers), officers[0])


def _once(candidates: Iterable[Candidate]) -> list[Candidate]:
    return list(dict.fromkeys(candidates))
