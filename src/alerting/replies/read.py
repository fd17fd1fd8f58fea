"""Reading of incoming texts: what each line says, and about which household."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Final

from sqlalchemy import Connection

from alerting.ledger.alerts import open_alerts
from alerting.neighbours.rules import EMERGENCY_NUMBERS
from alerting.policy.sections import SecondReader
from alerting.replies.bounds import within_bound
from alerting.replies.context import in_context
from alerting.replies.door_codes import NO_PROOF, codes_sent, prove
from alerting.replies.rules.door_codes import numbered_report_in, numbered_reports
from alerting.replies.rules.grammar import normalise
from alerting.replies.rules.intents import OPTING, SAFE, Intent, Reply, ReplyReason
from alerting.replies.rules.reply import read_normal, read_raise
from alerting.replies.rules.reports import officer_reports
from alerting.replies.rules.routing import Candidate, Route, Routed, route, route_named
from alerting.replies.rules.second_reader import second_reading
from alerting.replies.senders import (
    doors_of,
    households_in_care,
    households_on_rolls,
    officer_calls_to,
    on_rolls_ending,
    roster_households,
)
from alerting.replies.statements import IncomingText, ReadText, Sender, Statement
from alerting.roll.rules.evidence import RUNG
from contacts.directory import Officer, officer_by_phone
from contacts.division import covers, village_of

_TORN: Final = Reply(Intent.UNCLEAR, ReplyReason.INCOMPLETE)

_PICTURE: Final = Reply(Intent.UNCLEAR, ReplyReason.PICTURE)

_LOST: Final = Reply(Intent.UNCLEAR, ReplyReason.NOT_UNDERSTOOD)


def read_texts(
    connection: Connection, texts: Collection[IncomingText], thresholds: SecondReader
) -> list[ReadText]:
    """Read texts: return each with its sender, its statements and the households they are about."""
    numbers = {text.sender for text in texts}
    expected = households_on_rolls(connection, numbers)
    called = officer_calls_to(connection, numbers)
    found = [
        _read_text(
            connection,
            text,
            Sender(text.sender, expected.get(text.sender, ()), called.get(text.sender, ())),
            thresholds,
        )
        for text in texts
    ]
    return [within_bound(connection, _for_a_person(one)) for one in found]


def _for_a_person(one: ReadText) -> ReadText:
    """Return the text, made unclear if parts of it are missing or it is a picture without words.

    An officer then reads it. A missing part may say the opposite of the others, so only a call for
    help is kept. A picture may show the slope, or people on a roof.
    """
    if not one.text.is_whole:
        return replace(
            one, statements=[_torn_statement(statement, one.sender) for statement in one.statements]
        )
    if one.text.media and not one.text.body.strip():
        statements = [replace(statement, reply=_PICTURE) for statement in one.statements]
        return replace(one, statements=statements)
    return one


_NOT_ABOUT_PEOPLE: Final = frozenset(
    {Routed.OPTS_OUT_OF_ALL, Routed.OPTS_IN_TO_ALL, Routed.OFFICER_CONFIRMS}
)


def _torn_statement(statement: Statement, sender: Sender) -> Statement:
    if statement.reply.intent is Intent.NEEDS_HELP:
        return statement
    lost = replace(
        _TORN, alert_code=statement.reply.alert_code, suspected=statement.reply.suspected
    )
    chosen = statement.route
    if sender.own_households and chosen.reason in _NOT_ABOUT_PEOPLE:
        chosen = route(lost, sender.own_households)
    elif chosen.reason is Routed.OFFICER_CONFIRMS:
        chosen = Route((), Routed.UNNAMED)
    return replace(statement, reply=lost, route=chosen)


def _read_text(
    connection: Connection, text: IncomingText, sender: Sender, thresholds: SecondReader
) -> ReadText:
    """Return a text with a statement for each line, or with one statement if no line names a home.

    Officers with the sender's phone are looked up only if they may change the reading: if a
    household is named, an officer call is open, or no household of the sender is on a roll.
    """
    whole, written = _normal_forms(text.body)
    lines: Sequence[str] = written
    numbered = _numbered_reports(written)
    if len(numbered.reports) > _MOST_LINES:
        lines, numbered = (), _numbered_reports(())
    if numbered.names_a_household or sender.calls or not sender.own_households:
        sender = _with_officers(connection, sender)
    if sender.officers:
        lines = numbered.reports
    elif sender.in_care:
        lines = [report for line in lines for report in officer_reports(line)]
    if not any(map(numbered_report_in, lines)):
        return ReadText(text, sender, [_read_unnumbered(connection, whole, sender, thresholds)])
    proof = NO_PROOF
    if sender.officers:
        doors = codes_sent(connection, [officer.id for officer in sender.officers])
        sender = replace(sender, doors=doors)
        proof = prove(connection, sender.number, numbered.codes, doors, text.received_at)
    statements = [
        _read_named(connection, line, sender)
        or _read_unclear_number(connection, line, sender, thresholds)
        for line in lines
    ]
    if len(statements) > 1:
        statements = [replace(statement, line=n) for n, statement in enumerate(statements, start=1)]
    return ReadText(text, sender, statements, proof)


_MOST_READ: Final = 1_600
"""The number of characters in the longest text that a phone sends, which has ten segments."""

_MOST_LINES: Final = 30

_END: Final = 160


def _normal_forms(body: str) -> tuple[str, tuple[str, ...]]:
    """Return the normal form of a text, and the normal form of each of its lines.

    If a text is longer than any phone sends, only its start and end are searched for a call for
    help. For such a text, and for one with very many lines, no lines are returned: an officer reads
    it.
    """
    lines = [line for line in body.splitlines() if line.strip()]
    if len(body) > _MOST_READ:
        whole = normalise(f"{body[:_MOST_READ]} {body[-_END:]}")
        return whole, ()
    whole = normalise(body)
    if len(lines) > _MOST_LINES:
        return whole, ()
    # Most texts have only one line: do not normalise it twice.
    return whole, tuple(whole if line == body else normalise(line) for line in lines)


_KEPT: Final = 2_048

_first_reading: Final = lru_cache(_KEPT)(read_normal)

_numbered_reports: Final = lru_cache(_KEPT)(numbered_reports)

_hazard_in: Final = lru_cache(_KEPT)(read_raise)

_second_reading: Final = lru_cache(_KEPT)(second_reading)


def read_hazard(body: str) -> str | None:
    """Return the hazard that the first word of a text names, or None."""
    return _hazard_in(body[:_MOST_READ])


def read_ahead(body: str, thresholds: SecondReader) -> None:
    """Fill the caches with the readings of a text, before the writer thread needs them.

    Reading a long text takes milliseconds, and on the writer thread everybody would wait for it.
    """
    read_hazard(body)
    whole, lines = _normal_forms(body)
    _second_reading(whole, _first_reading(whole), thresholds)
    _numbered_reports(lines)
    for line in lines:
        if numbered_report_in(line) is None:
            _second_reading(line, _first_reading(line), thresholds)


def _with_officers(connection: Connection, sender: Sender) -> Sender:
    """Return the sender with the data that only some texts need, such as the phone's officers."""
    officers = [each for each in officer_by_phone(connection, sender.number) if each.role in RUNG]
    officers.sort(key=lambda officer: -RUNG[officer.role])
    numbers = () if sender.own_households else (sender.number,)
    roster = roster_households(connection, numbers).get(sender.number, ())
    followed = [call.to.alert for call in sender.calls]
    if officers and not followed:
        followed = [alert.id for alert in open_alerts(connection, officers[0].division)]
    return replace(
        sender,
        officers=officers,
        roster=roster,
        in_care=households_in_care(connection, sender.number),
        open_alert=max(followed, default=None),
    )


def _read_unnumbered(
    connection: Connection, normal: str, sender: Sender, thresholds: SecondReader
) -> Statement:
    """Return the statement of a normalised text that names no household.

    The second reader checks the reading, unless an officer sent the text.
    """
    reply = _first_reading(normal)
    if not sender.officers:
        reply = _second_reading(normal, reply, thresholds)
    officer = next(iter(sender.officers), None)
    if _only_confirms(reply, sender):
        return Statement(reply, Route((), Routed.OFFICER_CONFIRMS), officer=officer)
    if sender.calls and not sender.own_households:
        return Statement(reply, Route((), Routed.UNNAMED), officer=officer)
    if len(sender.open_households) == 1:
        reply = in_context(connection, normal, reply, sender.open_households[0])
    return Statement(reply, route(reply, sender.own_households))


def _read_unclear_number(
    connection: Connection, normal: str, sender: Sender, thresholds: SecondReader
) -> Statement:
    """Return the statement of a line with digits that may not name a household: '034 all out'.

    The digits may be a time, or belong to no household. So the line counts as not understood,
    unless it is a call for help, which must be heard, or thanks, which are harmless. The line must
    be normalised.
    """
    statement = _read_unnumbered(connection, normal, sender, thresholds)
    if statement.reply.intent in {Intent.NEEDS_HELP, Intent.RECEIVED}:
        return statement
    lost = replace(
        _LOST, alert_code=statement.reply.alert_code, suspected=statement.reply.suspected
    )
    if sender.own_households:
        return Statement(lost, route(lost, sender.own_households))
    unnamed = Routed.UNNAMED if sender.officers else Routed.UNKNOWN_SENDER
    return Statement(lost, Route((), unnamed), officer=next(iter(sender.officers), None))


def _only_confirms(reply: Reply, sender: Sender) -> bool:
    """Return whether a reply confirms an officer call and says nothing about households.

    A bare '1' or thanks confirm a call. If the sender's own home is on a roll, only a bare '1'
    confirms it, and only until the call is answered. A later '1' is about the home.
    """
    calls = sender.calls_meant(reply)
    bare = (
        reply.intent is Intent.EVACUATED and reply.reason is ReplyReason.KEY and reply.count is None
    )
    if sender.own_households:
        return bare and any(not call.answered for call in calls)
    return bool(calls) and (bare or reply.intent is Intent.RECEIVED)


def _read_named(connection: Connection, normal: str, sender: Sender) -> Statement | None:
    """Return a line's statement on the household it names; None if it does not clearly name one.

    An officer's digits are looked up among the officer's door tasks, then in the officer's
    division. A household's digits are looked up among the sender's own households and those that
    the sender looks after, then among the neighbours. The line must be normalised.
    """
    found = numbered_report_in(normal)
    if found is None:
        return None
    statement = _by_officer(connection, *found, sender) if sender.officers else None
    speaks_for = sender.own_households or sender.in_care
    if speaks_for and (statement is None or statement.route.reason is Routed.NO_SUCH_HOUSEHOLD):
        return _by_household(connection, *found, sender) or statement
    return statement


def _by_officer(connection: Connection, end: str, reply: Reply, sender: Sender) -> Statement:
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
    return Statement(reply, chosen, officer=officer, named=end)


def _by_household(
    connection: Connection, end: str, reply: Reply, sender: Sender
) -> Statement | None:
    if end in EMERGENCY_NUMBERS:
        return None
    # A mistyped number must not account for a household that the sender does not look after.
    is_bound = bool(sender.in_care) and reply.intent in SAFE
    near = () if is_bound else _neighbours(connection, end, sender)
    # If two of the sender's households, own or in care, have these digits, we ask which is meant.
    theirs = _once((*sender.own_households, *sender.in_care))
    chosen = route_named(reply, end, (theirs, *near))
    if _is_sure(reply, chosen, sender):
        return Statement(reply, chosen, named=end)
    return None


def _is_sure(reply: Reply, chosen: Route, sender: Sender) -> bool:
    """Return whether the digits are a household's number, not a time as in '0530 all out'.

    Digits that belong to no known household, or that report a neighbour as safe, are a number only
    if a key follows them.
    """
    if reply.intent in OPTING:
        return False
    if chosen.reason is Routed.NO_SUCH_HOUSEHOLD:
        return reply.reason is ReplyReason.KEY and reply.intent is not Intent.NEEDS_HELP
    if all(sender.owns(each) for each in (*chosen.targets, *chosen.choices)):
        return reply.intent is not Intent.UNCLEAR
    if reply.intent in SAFE:
        return reply.reason is ReplyReason.KEY
    return reply.intent is not Intent.UNCLEAR or reply.reason is ReplyReason.NOBODY_OPENED


def _neighbours(
    connection: Connection, end: str, sender: Sender
) -> tuple[list[Candidate], list[Candidate]]:
    """Return the candidates in the sender's grids, and those in the sender's villages.

    Their codes end in `end`, and they are on the open alerts that the sender's households are on.
    """
    households = sender.open_households
    alerts = {home.alert for home in households}
    villages = {village_of(home.household) for home in households}
    near = [
        each
        for village in sorted(villages)
        for each in on_rolls_ending(connection, end, village)
        if each.alert in alerts
    ]
    grids = {home.division for home in households}
    return [each for each in near if each.division in grids], near


def _speaker(
    officers: Sequence[Officer],
    doors: dict[str, list[Candidate]],
    about: Sequence[Candidate],
) -> Officer:
    """Return which of the officers who share a phone is responsible for all these households.

    If none of them is, return the first.
    """

    def answers_for(officer: Officer) -> bool:
        return all(
            covers(officer.division, each.household) or each in doors.get(officer.id, ())
            for each in about
        )

    return next(filter(answers_for, officers), officers[0])


def _once(candidates: Iterable[Candidate]) -> list[Candidate]:
    return list(dict.fromkeys(candidates))
