"""Data of a text that was read: its sender, and what each line says about a household."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Final

from alerting.cap.lifecycle import OVER, AlertState
from alerting.replies.door_codes import NO_PROOF, DoorCodes, Proof
from alerting.replies.rules.intents import OPTING, Intent, Reply, ReplyReason
from alerting.replies.rules.routing import Candidate, Route
from alerting.replies.senders import OpenOfficerCall
from alerting.roll.rules.evidence import RUNG, Report, Rung
from alerting.security_log.rules import SecurityEvent, SecurityKind
from contacts.directory import Officer
from contacts.people import mask_phone

_REPORTS: Final = {
    Intent.EVACUATED: Report.EVACUATED,
    Intent.NEEDS_HELP: Report.NEEDS_HELP,
    Intent.STAYING: Report.STAYING,
    Intent.ELSEWHERE: Report.ELSEWHERE,
    Intent.RECEIVED: Report.RECEIVED,
}

_GUESSED: Final = "guessed"
"""Detail of the security event if a number sent too many wrong codes to be trusted now."""


@dataclass(frozen=True, slots=True)
class IncomingText:
    """An incoming text. `sender` is a number in E.164, or a short code or name as received."""

    provider_id: str
    sender: str
    body: str
    received_at: datetime
    is_whole: bool = True
    """False if parts of a long text are missing."""
    media: tuple[str, ...] = ()
    """The links of attached pictures, sounds and films."""


@dataclass(frozen=True)
class Sender:
    """The households and officers that have the sender's phone, by the rolls and the roster."""

    number: str
    own_households: Sequence[Candidate] = ()
    """The sender's households on the rolls of alerts, even of alerts that are over."""
    calls: Sequence[OpenOfficerCall] = ()
    officers: Sequence[Officer] = ()
    """The officers with this phone, the highest rung first."""
    roster: Sequence[str] = ()
    """The codes of the sender's households in the roster, if none of them is on a roll."""
    in_care: Sequence[Candidate] = ()
    """The neighbours' households that the sender looks after, on alerts that are not over."""
    doors: DoorCodes = field(default_factory=dict)
    """The doors to which the officers were sent, with the codes that prove a report on each."""
    open_alert: int | None = None
    """The newest open alert that concerns the sender as an officer."""

    @cached_property
    def open_households(self) -> list[Candidate]:
        """The sender's households on the rolls of open alerts."""
        return [own for own in self.own_households if own.state is AlertState.OPEN]

    @property
    def over(self) -> Sequence[Candidate]:
        """The sender's households on rolls if all their alerts are over, else nothing."""
        return self.own_households if all(own.state in OVER for own in self.own_households) else ()

    def owns(self, household: Candidate) -> bool:
        """Return whether this is one of the sender's own households."""
        return household.household in self._own_codes

    @cached_property
    def _own_codes(self) -> frozenset[str]:
        return frozenset([own.household for own in self.own_households])

    def calls_meant(self, reply: Reply) -> list[OpenOfficerCall]:
        """Return the officer calls that a reply answers: all, or those of the alert it names.

        A call counts only once it may have reached the officer.
        """
        return [
            call
            for call in self.calls
            if call.handed_over and reply.alert_code in {None, call.alert_code}
        ]


@dataclass(frozen=True)
class Statement:
    """The claim of a text, or of one of its lines, and the households that it is about."""

    reply: Reply
    route: Route
    line: int | None = None
    """The number of the line, from 1; None if the statement is the whole text."""
    officer: Officer | None = None
    """The officer who wrote it; None if a household did."""
    named: str | None = None
    """The last digits of a household's code, if the text names a household by them."""

    @cached_property
    def report(self) -> Report | None:
        """The report to record; None if the text is not understood or reports nothing."""
        if self.named and self.reply.reason is ReplyReason.NOBODY_OPENED:
            return Report.NOT_HOME
        return _REPORTS.get(self.reply.intent)

    @property
    def is_understood(self) -> bool:
        """True if the meaning is clear; the household may still be unknown."""
        return self.report is not None or self.reply.intent in OPTING


@dataclass(frozen=True, slots=True)
class ReadText:
    """A text, its sender and its statements."""

    text: IncomingText
    sender: Sender
    statements: Sequence[Statement]
    proof: Proof = NO_PROOF

    def rung_and_giver(self, statement: Statement, target: Candidate) -> tuple[Rung, str]:
        """Return the rung (weight) of a statement on a household, and its giver's id or phone.

        An officer's report on the officer's own home weighs as the household's own word. A report
        on another home weighs as an officer's only with the code of the door text, because a phone
        number can be forged. Without the code it weighs as a neighbour's report.
        """
        if self.sender.owns(target):
            return Rung.OWN, self.text.sender
        if statement.officer:
            codes = self.sender.doors.get((target.alert, target.household), frozenset())
            is_proved = not codes.isdisjoint(self.proof.right)
            rung = RUNG[statement.officer.role] if is_proved else Rung.NEIGHBOUR
            return rung, statement.officer.id
        return Rung.NEIGHBOUR, self.text.sender


def security_events_of(one: ReadText) -> Sequence[SecurityEvent]:
    """Return the security events of a text, for wrong door codes and for too many households."""
    found = []
    if one.proof.wrong:
        found.append((SecurityKind.WRONG_DOOR_CODE, _GUESSED if one.proof.is_refused else ""))
    if any(statement.reply.reason is ReplyReason.TOO_MANY for statement in one.statements):
        found.append((SecurityKind.LIMIT_REACHED, "households_by_text"))
    if not found:
        return ()
    officer = next(iter(one.sender.officers), None)
    who = (officer.division, officer.id) if officer else ("", "")
    sender = mask_phone(one.text.sender)
    return [SecurityEvent(kind, *who, sender, detail=detail) for kind, detail in found]
