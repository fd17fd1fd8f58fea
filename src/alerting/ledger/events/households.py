"""Payloads of events about households: evidence, texts, help, visitors."""

from datetime import datetime
from typing import ClassVar

from pydantic import BaseModel, ConfigDict

from alerting.ledger.events.kinds import EventKind
from alerting.ledger.events.payload import OfficerId, OfficerIdOrNone, Payload, Whose
from alerting.policy.sections import Channel


class EvidenceGiven(Payload):
    """Somebody reported on a household. The subject is the household.

    A household's standing is computed from these entries alone.
    """

    kind: ClassVar = EventKind.EVIDENCE_GIVEN
    subject: ClassVar = Whose.HOUSEHOLD
    words: ClassVar = frozenset({"by", "persons"})

    report: str
    """The report: evacuated, needs_help, staying and so on."""
    people: int | None
    """The number of people reported; null if no number was given."""
    channel: str
    """The channel by which the report came."""
    given_at: datetime
    """When the report was given; `at` is when it was recorded."""
    rung: int
    """The rank of the source: 0 the household, 1 a neighbour, 2 an officer, 3 the shelter."""
    by: str
    """The phone number from which the report came, or the officer's id."""
    persons: tuple[int, ...] | None
    """Positions of the named people in the household's list of names; null if it names nobody."""
    since: datetime | None
    """For a missed roll-call, when that was called; null for every other report."""
    early: bool = False
    """Whether the report came before the alert had sent its giver any text or call."""


class ReminderCount(BaseModel):
    """Counts of the households for which an officer ordered the alert to be sent again."""

    model_config = ConfigDict(frozen=True, use_attribute_docstrings=True)

    households: int
    """The number of households texted, each once."""
    people: int
    """The number of people unaccounted for in these households."""
    segments: int
    """The number of segments of these texts."""
    waiting: int
    """The number of silent households not texted because a text is already queued for them."""
    unreachable: int
    """The number of silent households not texted because no text can reach them."""


class HouseholdsReminded(Payload):
    """The alert was sent again to silent households, by one channel.

    The subject is the officer who ordered it; empty if it is a scheduled reminder.
    """

    kind: ClassVar = EventKind.HOUSEHOLDS_REMINDED
    subject: ClassVar = Whose.OFFICER
    words: ClassVar = frozenset({"key"})

    sms: int = 0
    """The number of households texted."""
    voice: int = 0
    """The number of households called by phone."""
    key: str | None = None
    """The idempotency key of the officer's order; null if there is none."""
    counted: ReminderCount | None = None
    """The counts shown to the officer; null if no officer ordered it."""


class HouseholdAsked(Payload):
    """An officer asked one household again. The subject is the household."""

    kind: ClassVar = EventKind.HOUSEHOLD_ASKED
    subject: ClassVar = Whose.HOUSEHOLD

    channel: Channel
    """The channel, which is text or phone call."""
    by: OfficerId
    """The officer who asked."""


class NeighbourAsked(Payload):
    """A neighbour was asked about silent households. The subject is the neighbour's household."""

    kind: ClassVar = EventKind.NEIGHBOUR_ASKED
    subject: ClassVar = Whose.HOUSEHOLD
    words: ClassVar = frozenset({"households"})

    households: tuple[str, ...]
    """The codes of the silent households that the neighbour looks after."""


class HouseholdsUnreachable(Payload):
    """Texts cannot reach these households, so officers go to their doors."""

    kind: ClassVar = EventKind.HOUSEHOLDS_UNREACHABLE

    households: int
    """The number of households."""


class HouseholdOptedIn(Payload):
    """A household opted in to texts, usually after opting out. The subject is the household."""

    kind: ClassVar = EventKind.HOUSEHOLD_OPTED_IN
    subject: ClassVar = Whose.HOUSEHOLD


class HouseholdOptedOut(Payload):
    """A household opted out of texts, so an officer visits it. The subject is the household."""

    kind: ClassVar = EventKind.HOUSEHOLD_OPTED_OUT
    subject: ClassVar = Whose.HOUSEHOLD


class VisitorsAdded(Payload):
    """An officer added people who are on no roster to the roll. The subject is their new code."""

    kind: ClassVar = EventKind.VISITORS_ADDED
    subject: ClassVar = Whose.HOUSEHOLD

    people: int
    """The number of people."""
    by: OfficerId
    """The officer who added them."""


class TextUnclear(Payload):
    """An incoming text waits for an officer to read it. The subject is its sender, if known."""

    kind: ClassVar = EventKind.TEXT_UNCLEAR
    subject: ClassVar = Whose.RECIPIENT
    words: ClassVar = frozenset({"provider_id"})

    provider_id: str
    """The provider's id of the text."""
    reason: str
    """The reason why the text waits."""


class TextSuspected(TextUnclear):
    """An incoming text that waits may be a call for help. The subject is its sender, if known."""

    kind: ClassVar = EventKind.TEXT_SUSPECTED


class TextSuspectedTold(Payload):
    """Officers were told of a text that may be a call for help. The subject is the household."""

    kind: ClassVar = EventKind.TEXT_SUSPECTED_TOLD
    subject: ClassVar = Whose.HOUSEHOLD
    words: ClassVar = frozenset({"provider_id"})

    provider_id: str
    """The provider's id of the text."""
    officers: tuple[OfficerId, ...]
    """The ids of the officers who were told."""


class TextAnswered(Payload):
    """An incoming text was answered by text. The subject is the answer's recipient."""

    kind: ClassVar = EventKind.TEXT_ANSWERED
    subject: ClassVar = Whose.RECIPIENT


class TextSettled(Payload):
    """An officer read a waiting text. The subject is the household that it is about, if any."""

    kind: ClassVar = EventKind.TEXT_SETTLED
    subject: ClassVar = Whose.HOUSEHOLD
    words: ClassVar = frozenset({"provider_id"})

    provider_id: str
    """The provider's id of the text."""
    by: OfficerId
    """The officer who read it."""
    report: str | None
    """The report that the officer read in the text; null if it accounts for nobody."""


class CallReceived(Payload):
    """Somebody phoned the service and heard the alert. The subject is the owner of the phone."""

    kind: ClassVar = EventKind.CALL_RECEIVED
    subject: ClassVar = Whose.RECIPIENT


class TextsGivenUp(Payload):
    """Texts to these households failed too often, so they are called by phone instead."""

    kind: ClassVar = EventKind.TEXTS_GIVEN_UP

    households: int
    """The number of households."""


class HelpCaseChanged(Payload):
    """A household's call for help changed. The subject is the household."""

    subject: ClassVar = Whose.HOUSEHOLD

    owner: str
    """The division whose officers are responsible for the case."""
    opened_at: datetime
    """The time from which the case's duration counts."""
    resolved_by: OfficerIdOrNone
    """The officer whose report resolved the case; null while it is open."""


class HelpCalled(HelpCaseChanged):
    """A household called for help. The subject is the household."""

    kind: ClassVar = EventKind.HELP_CALLED


class HelpCalledAgain(HelpCaseChanged):
    """A household called for help after its case was resolved. The subject is the household."""

    kind: ClassVar = EventKind.HELP_CALLED_AGAIN


class HelpResolved(HelpCaseChanged):
    """An officer's report resolved a call for help. The subject is the household."""

    kind: ClassVar = EventKind.HELP_RESOLVED


class HelpPassedOn(HelpCaseChanged):
    """A help case open for too long passed to the next tier. The subject is the household."""

    kind: ClassVar = EventKind.HELP_PASSED_ON


class HelpTold(Payload):
    """The officers responsible for help cases were told of them by text."""

    kind: ClassVar = EventKind.HELP_TOLD
    words: ClassVar = frozenset({"households"})

    households: tuple[str, ...]
    """The codes of the households that called for help."""
    officers: tuple[OfficerId, ...]
    """The ids of the officers who were told."""
