"""Answers to incoming texts, such as a question or the confirmation of a call for help."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from sqlalchemy import Connection

from alerting.cap.alert import Status
from alerting.cap.lifecycle import AlertState
from alerting.deliveries.corrections import cancellation_to_repeat
from alerting.deliveries.outbox import Addressee, Plan
from alerting.deliveries.plan import owe_text
from alerting.deliveries.rules.forecast import Recipient
from alerting.deliveries.texts import insert_text, texts_owed, wording_of
from alerting.ledger.alerts import stored
from alerting.ledger.events.households import TextAnswered
from alerting.ledger.writer import Transaction
from alerting.messages.parts import Limit, Rest, in_parts
from alerting.messages.text import TextFacts, TextKind, compose, language_for
from alerting.messages.wording import Readers
from alerting.policy.issuer import IssuerRules
from alerting.replies.rules.intents import OPTING, Intent, ReplyReason
from alerting.replies.rules.routing import Candidate, Routed, shortest_ends
from alerting.replies.statements import IncomingText, ReadText, Statement
from alerting.roll.rules.evidence import Report
from alerting.roll.rules.standing import HouseholdStanding, Standing
from contacts.directory import Officer
from contacts.division import Tier

_ASKED: Final = {
    Routed.WHICH_ALERT: TextKind.WHICH_ALERT,
    Routed.WHICH_HOUSEHOLD: TextKind.WHICH_HOUSEHOLD,
    Routed.NO_SUCH_HOUSEHOLD: TextKind.NO_SUCH_HOUSEHOLD,
}

_OF_HELP: Final = frozenset({TextKind.CONFIRM_HELP, TextKind.EXERCISE_HELP})

_ONE_TEXT: Final = Limit(1, Rest.MORE)
"""An answer is one text. If its list is too long, it says how many more there are."""

Standings = dict[tuple[int, str], HouseholdStanding | None]


@dataclass(frozen=True, slots=True)
class _Answer:
    """A text that is to be sent to the sender of an incoming text."""

    text: IncomingText
    kind: TextKind
    alert: int
    expires: datetime
    language: str
    to: Addressee
    facts: TextFacts
    listed: tuple[str, ...] = ()
    """The household numbers to name in the answer; they are cut if they do not fit."""
    is_each_time: bool = False
    """True if the same recipient may get this kind of answer several times for one alert."""

    @property
    def key(self) -> tuple[int, str]:
        return self.alert, self.to.code

    def worded(self, issuers: IssuerRules) -> str:
        """Return the text to send, which names the issuer of the recipient's division."""
        facts = self.facts.model_copy(update={"issuer": issuers.at(self.to.division)})
        if not self.listed:
            return compose(self.kind, self.language, facts)

        def naming(some: Sequence[str]) -> TextFacts:
            return facts.model_copy(update={"listed": " ".join(some)})

        (body,) = in_parts(self.kind, self.language, self.listed, naming, _ONE_TEXT)
        return body


def answer(transaction: Transaction, taken: Sequence[ReadText], standings: Standings) -> None:
    """Insert a delivery for each answer that these texts need; a plain '1' needs none.

    A household gets each kind of answer only once for an alert. Otherwise the service and an
    automatic responder could answer each other forever. Officers, and senders who name an unknown
    household, are surely people: they get an answer to every text.
    """
    due = [
        each
        for one in taken
        for statement in one.statements
        for each in _answers(transaction, one, statement, standings)
        if each.expires > one.text.received_at
    ]
    due = _one_per_text(_folded(due))
    for kind in dict.fromkeys(each.kind for each in due):
        of_kind = [each for each in due if each.kind is kind]
        answered = texts_owed(transaction.connection, kind, {each.key for each in of_kind})
        for each in of_kind:
            if each.is_each_time or each.key not in answered:
                answered.add(each.key)
                connection = transaction.connection
                body = each.worded(transaction.policy.issuer)
                frozen = insert_text(connection, each.alert, kind, each.language, body)
                _send(transaction, each, frozen)


def _one_per_text(due: Sequence[_Answer]) -> list[_Answer]:
    """Return one answer for each text: an answer about help, if there is one, or else the first."""
    first: dict[str, _Answer] = {}
    for each in sorted(due, key=lambda one: one.kind not in _OF_HELP):
        first.setdefault(each.text.provider_id, each)
    return list(first.values())


def _folded(due: Sequence[_Answer]) -> list[_Answer]:
    """Merge the answers to the lines of a text: one for each kind, alert and recipient."""
    folded: dict[tuple[str, str, int, str], _Answer] = {}
    for each in due:
        key = (each.text.provider_id, each.kind, *each.key)
        before = folded.get(key)
        both = (each,) if before is None else (before, each)
        folded[key] = replace(
            both[0],
            facts=each.facts,
            listed=tuple(dict.fromkeys(number for one in both for number in one.listed)),
            is_each_time=any(one.is_each_time for one in both),
        )
    return list(folded.values())


def repeat_cancellations(transaction: Transaction, taken: Sequence[ReadText]) -> None:
    """Send the cancellation again to households that reply to a cancelled alert.

    Calls for help and officers' texts get no such answer.
    """
    for one in taken:
        for statement in one.statements:
            if statement.reply.intent is not Intent.NEEDS_HELP and statement.officer is None:
                _repeat_cancellation(transaction, one, statement)


def _repeat_cancellation(transaction: Transaction, one: ReadText, statement: Statement) -> None:
    for to in statement.route.targets or _newest_over(one):
        if to.state is AlertState.CANCELLED and to.expires > one.text.received_at:
            frozen = cancellation_to_repeat(
                transaction.connection,
                to.alert,
                to.household,
                Readers(to.language, to.division),
            )
            if frozen is not None:
                facts = TextFacts(status=to.status)
                again = _to_household(one, TextKind.CANCELLATION, to, facts)
                _send(transaction, again, frozen)


def _newest_over(one: ReadText) -> Sequence[Candidate]:
    return sorted(one.sender.over, key=lambda home: -home.alert)[:1]


def _answers(
    transaction: Transaction, one: ReadText, statement: Statement, standings: Standings
) -> Iterator[_Answer]:
    if statement.officer:
        yield from _to_officer(transaction.connection, one, statement, statement.officer)
    elif statement.route.targets:
        for target in statement.route.targets:
            yield from _on_household(transaction, one, statement, target, standings)
    elif (kind := _ASKED.get(statement.route.reason)) and (theirs := _theirs(one, statement)):
        asked = _to_household(one, kind, theirs[0], _facts_of(theirs[0], theirs))
        yield replace(asked, listed=_listed(statement), is_each_time=statement.named is not None)


def _theirs(one: ReadText, statement: Statement) -> Sequence[Candidate]:
    """Return the households in open alerts that an answer to the sender can be addressed to.

    They are the sender's own households, or else those that the sender looks after. If the sender
    has to choose among some of these, only those are returned. Actual alerts come first.
    """
    in_care = [home for home in one.sender.in_care if home.state is AlertState.OPEN]
    theirs = one.sender.open_households or in_care
    asked = [home for home in theirs if home in statement.route.choices]
    return sorted(asked or theirs, key=lambda home: home.status is not Status.ACTUAL)


def _on_household(
    transaction: Transaction,
    one: ReadText,
    statement: Statement,
    target: Candidate,
    standings: Standings,
) -> Iterator[_Answer]:
    open_to = one.sender.open_households
    standing = standings.get((target.alert, target.household))
    if statement.reply.intent is Intent.NEEDS_HELP:
        # A call for help is confirmed even if the alert is closed.
        own = (home for home in one.sender.own_households if home.alert == target.alert)
        to = target if one.sender.owns(target) else next(own, target)
        kind = _kind_for_help(transaction.connection, target.alert)
        yield _to_household(one, kind, to, _facts_of(target, open_to))
    elif target.state is not AlertState.OPEN or not one.sender.owns(target):
        return
    elif statement.reply.suspected:
        yield _to_household(one, TextKind.IF_HELP, target, _facts_of(target, open_to))
    elif statement.reply.reason is ReplyReason.QUESTION:
        facts = _where_to_go(transaction, target, _facts_of(target, open_to))
        yield _to_household(one, TextKind.DIRECTIONS, target, facts)
    elif not statement.is_understood:
        # Senders who look after other households are told how to name one in a report.
        kind = TextKind.REPORT_FORM if one.sender.in_care else TextKind.QUESTION
        yield _to_household(one, kind, target, _facts_of(target, open_to))
    elif statement.report and standing and standing.standing is Standing.PARTLY:
        people = standing.people
        counted = {"people": people.evacuated + people.elsewhere, "missing": people.unaccounted}
        facts = _facts_of(target, open_to).model_copy(update=counted)
        yield _to_household(one, TextKind.CONFIRM_PARTIAL, target, facts)
    elif (
        statement.report is Report.EVACUATED
        and statement.route.reason is Routed.LIVE_BEFORE_EXERCISES
    ):
        # The '1' was counted for the live alert, but the sender may have meant the exercise.
        yield _to_household(one, TextKind.FOR_LIVE_ALERT, target, _facts_of(target, open_to))


def _kind_for_help(connection: Connection, alert: int) -> TextKind:
    """Return the kind of answer to a call for help.

    In an exercise that texts only some households nobody is sent to help, and the answer says so.
    """
    is_heard = stored(connection, alert).request.reaches_all_households
    return TextKind.CONFIRM_HELP if is_heard else TextKind.EXERCISE_HELP


def _where_to_go(transaction: Transaction, target: Candidate, facts: TextFacts) -> TextFacts:
    alert = stored(transaction.connection, target.alert)
    wording = wording_of(transaction.connection, transaction.policy, alert, {target.division})
    told = wording.facts(Readers(target.language, target.division))
    names = ("place", "action", "hazard", "assembly_point")
    return facts.model_copy(update={name: getattr(told, name) for name in names})


def _to_household(one: ReadText, kind: TextKind, home: Candidate, facts: TextFacts) -> _Answer:
    place, number = home.division, one.text.sender
    to = Addressee(Recipient.HOUSEHOLD, home.household, place, Tier.HOUSEHOLD, number)
    return _Answer(one.text, kind, home.alert, home.expires, home.language, to, facts)


def _to_officer(
    connection: Connection, one: ReadText, statement: Statement, officer: Officer
) -> Iterator[_Answer]:
    kind = _kind_for_officer(statement)
    if kind is None:
        return
    candidates = (*statement.route.targets, *statement.route.choices)
    alert = candidates[0].alert if candidates else one.sender.open_alert
    if alert is None:
        return
    about = stored(connection, alert)
    if about.state is AlertState.OPEN:
        to = Addressee.officer(officer, one.text.sender)
        language = language_for(officer.language)
        facts = _facts(about.status, about.number, candidates)
        listed = _listed(statement)
        yield _Answer(one.text, kind, alert, about.expires, language, to, facts, listed, True)


def _kind_for_officer(statement: Statement) -> TextKind | None:
    is_beyond = statement.reply.reason is ReplyReason.TOO_MANY
    if (
        statement.reply.intent in OPTING
        or statement.route.reason is Routed.OFFICER_CONFIRMS
        or is_beyond
    ):
        return None
    is_unnamed = (
        statement.route.reason is Routed.UNNAMED and statement.report is not Report.RECEIVED
    )
    if is_unnamed or (statement.route.targets and statement.report is None):
        return TextKind.REPORT_FORM
    return _ASKED.get(statement.route.reason)


def _facts(status: Status, alert_code: int, open_to: Sequence[Candidate]) -> TextFacts:
    codes = tuple(sorted({each.alert_code for each in open_to}))
    return TextFacts(
        status=status,
        code=alert_code if len(codes) > 1 else None,
        codes=codes,
    )


def _facts_of(about: Candidate, open_to: Sequence[Candidate]) -> TextFacts:
    return _facts(about.status, about.alert_code, open_to)


def _listed(statement: Statement) -> tuple[str, ...]:
    """Return the household numbers to choose from, or else the number that the sender wrote."""
    ends = shortest_ends([each.household for each in statement.route.choices])
    return tuple(ends.values()) or ((statement.named,) if statement.named else ())


def _send(transaction: Transaction, what: _Answer, frozen: int) -> None:
    now = what.text.received_at
    division, subject = what.to.division, what.to.code
    seq = transaction.append(what.alert, TextAnswered(), now, division=division, subject=subject)
    plan = Plan(what.alert, seq, due_at=now, expires_at=what.expires)
    owe_text(transaction, plan, frozen, what.to)
