"""What a text says: whose it is, its lines, and what each tells of which household."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from alerting.cap.lifecycle import OVER, AlertState
from alerting.replies.rules.reply import Intent, Reply, ReplyReason
from alerting.replies.rules.routing import Candidate, Route
from alerting.replies.senders import Call
from alerting.roll.rules.evidence import RUNG, Report, Rung
from contacts.directory import Officer

_REPORTS: Final = {
    Intent.EVACUATED: Report.EVACUATED,
    Intent.NEEDS_HELP: Report.NEEDS_HELP,
    Intent.STAYING: Report.STAYING,
    Intent.ELSEWHERE: Report.ELSEWHERE,
    Intent.RECEIVED: Report.RECEIVED,
}


@dataclass(frozen=True, slots=True)
class IncomingText:
    """A text that came in; `sender` is E.164, or a short code or name as it was sent."""

    provider_id: str
    sender: str
    body: str
    received_at: datetime


@dataclass(frozen=True, slots=True)
class Sender:
    """Who wrote, as far as the alerts and the roster know them."""

    number: str
    homes: Sequence[Candidate] = ()
    """Their households on the rolls of alerts, of those that are over too."""
    calls: Sequence[Call] = ()
    officers: Sequence[Officer] = ()
    """Whose phone it is, those whose word weighs most first."""
    roster: Sequence[str] = ()
    """Their households in the roster, where no alert expects to hear from them."""
    open_alert: int | None = None
    """The newest open alert that has to do with them as an officer."""

    @property
    def open_homes(self) -> list[Candidate]:
        """Their households on the rolls of open alerts."""
        return [home for home in self.homes if home.state is AlertState.OPEN]

    @property
    def over(self) -> Sequence[Candidate]:
        """Their households on rolls, where none of their alerts is followed any more."""
        return self.homes if all(home.state in OVER for home in self.homes) else ()

    def owns(self, household: Candidate) -> bool:
        """Whether it is a household of their own."""
        return any(home.household == household.household for home in self.homes)

    def calls_meant(self, reply: Reply) -> list[Call]:
        """Return the calls that an answer is to: all, or those of the alert it names."""
        return [call for call in self.calls if reply.alert_code in {None, call.number}]


@dataclass(frozen=True, slots=True)
class Statement:
    """What a text, or one line of several, says."""

    reply: Reply
    route: Route
    line: int | None = None
    """Which of several lines it is, from 1; None: all of the text."""
    officer: Officer | None = None
    """Who speaks, if it is not a household."""
    named: str | None = None
    """The end of a household's code, where it names one."""

    @property
    def report(self) -> Report | None:
        """What it is evidence of; None where it is not understood, or tells nothing of people."""
        if self.named and self.reply.reason is ReplyReason.NOBODY_OPENED:
            return Report.NOT_HOME
        return _REPORTS.get(self.reply.intent)

    @property
    def is_understood(self) -> bool:
        """Whether nobody has to look at what it says; whom it is about is another question."""
        return self.report is not None or self.reply.intent is Intent.OPTED_OUT


@dataclass(frozen=True, slots=True)
class ReadText:
    """A text, read."""

    text: IncomingText
    sender: Sender
    words: Sequence[Statement]

    def weight(self, word: Statement, target: Candidate) -> tuple[Rung, str]:
        """Return how far a word on a household can be relied on, and whose it is.

        Nobody vouches for themselves as an officer: their own home is their own word.
        """
        if self.sender.owns(target):
            return Rung.OWN, self.text.sender
        if word.officer:
            return RUNG[word.officer.role], word.officer.id
        return Rung.NEIGHBOUR, self.text.sender
