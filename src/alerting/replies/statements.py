"""The statements of a text: its sender, its lines, and the household that each line is about."""

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
"""Detail of wrong codes after which no code of the number proves anything for an hour."""


@dataclass(frozen=True, slots=True)
class IncomingText:
    """An incoming text; `sender` is E.164, or a short code or name as received."""

    provider_id: str
    sender: str
    body: str
    received_at: datetime
    is_whole: bool = True
    """False if parts of a long text are missing."""
    media: tuple[str, ...] = ()
    """The links of the pictures, sounds and films that came with it."""


@dataclass(frozen=True)
class Sender:
    """The sender of a text, by the data of alerts and roster."""

    number: str
    own_households: Sequence[Candidate] = ()
    """The sender's households on the rolls of alerts, including alerts that are over."""
    calls: Sequence[OpenOfficerCall] = ()
    officers: Sequence[Officer] = ()
    """The officers with this phone, the highest rung first."""
    roster: Sequence[str] = ()
    """The sender's households in the roster, if no alert expects a text from them."""
    in_care: Sequence[Candidate] = ()
    """The households that the sender looks after as their neighbour, on rolls not over."""
    doors: DoorCodes = field(default_factory=dict)
    """Every door to which one of the officers was sent, with the codes that prove a report."""
    open_alert: int | None = None
    """The newest open alert that concerns the sender as an officer."""

    @cached_property
    def open_households(self) -> list[Candidate]:
        """The sender's households on the rolls of open alerts."""
        return [own for own in self.own_households if own.state is AlertState.OPEN]

    @property
    def over(self) -> Sequence[Candidate]:
        """The sender's households on rolls, if all of their alerts are over."""
        return self.own_households if all(own.state in OVER for own in self.own_households) else ()

    def owns(self, household: Candidate) -> bool:
        """True if it is one of the sender's own households."""
        return household.household in self._own_codes

    @cached_property
    def _own_codes(self) -> frozenset[str]:
        return frozenset([own.household for own in self.own_households])

    def calls_meant(self, reply: Reply) -> list[OpenOfficerCall]:
        """Return the handed-over calls that a reply answers: all, or those of the alert named."""
        return [
            call
            for call in self.calls
            if call.handed_over and reply.alert_code in {None, call.alert_code}
        ]


@dataclass(frozen=True)
class Statement:
    """The statement of a text, or of one of its lines."""

    reply: Reply
    route: Route
    line: int | None = None
    """The number of the line, from 1; None for a whole text."""
    officer: Officer | None = None
    """The officer who speaks; None for a household."""
    named: str | None = None
    """The end of a household's code, if it names one."""

    @cached_property
    def report(self) -> Report | None:
        """The report to record; None if it is not understood, or says nothing about people."""
        if self.named and self.reply.reason is ReplyReason.NOBODY_OPENED:
            return Report.NOT_HOME
        return _REPORTS.get(self.reply.intent)

    @property
    def is_understood(self) -> bool:
        """True if no officer has to read it; its household may still be unknown."""
        return self.report is not None or self.reply.intent in OPTING


@dataclass(frozen=True, slots=True)
class ReadText:
    """A text with its statements."""

    text: IncomingText
    sender: Sender
    statements: Sequence[Statement]
    proof: Proof = NO_PROOF

    def rung_and_giver(self, statement: Statement, target: Candidate) -> tuple[Rung, str]:
        """Return the rung of a statement about a household, and its giver.

        Nobody counts as an officer for themselves: a report on the officer's own home is a
        household's own word. A number can be forged: a report by text weighs as the officer's only
        with the code of the text that sent the officer to that door; without, it is a claim, as a
        neighbour's.
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
    """Return the security events of a text: a wrong door code, too many households."""
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
