"""JSON bodies of the providers' health, of test texts and of findings of a check."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Literal, Self

from pydantic import ConfigDict, Field

from alerting.deliveries.phone_tests import PhoneTest
from alerting.deliveries.provider_record import MOST_READ, LastFailure, ProviderRecord, Queue
from alerting.deliveries.rules.delivery import DeliveryState, Failure, OutcomeKind
from alerting.deliveries.rules.providers import Condition, Health
from alerting.doctor.finding import Finding, Part, Severity
from alerting.policy.sections import Channel
from contacts.bounds import Body

TextsOrCalls = Literal[Channel.SMS, Channel.VOICE]


class LastFailureBody(Body):
    """The latest attempt that a provider refused or did not answer."""

    model_config = ConfigDict(from_attributes=True)

    at: datetime
    """When the attempt was made."""
    failure: Failure
    """The kind of failure, named by what repairs it."""
    error_code: int | None
    """The provider's error code; null if it gave none."""


class PhoneTestBody(Body):
    """The caller's latest test text sent by a provider."""

    asked_at: datetime
    """When the caller asked for the text."""
    started_at: datetime | None
    """When the text was handed to the provider; null while it waits, for at most 5 minutes."""
    outcome: OutcomeKind | None
    """The provider's answer; null if none has arrived."""
    failure: Failure | None
    """The kind of failure; null if there was none."""
    error_code: int | None
    """The provider's error code; null if it gave none."""
    reported: DeliveryState | None
    """The state of the text by the provider's receipt; null if none has arrived."""
    reported_at: datetime | None
    """When the receipt arrived."""

    @classmethod
    def of(cls, test: PhoneTest) -> Self:
        """Convert a stored test text."""
        return cls.model_validate(asdict(test))


class OfficeProviderBody(Body):
    """A provider of texts or calls, and its health."""

    name: str
    """The provider's name."""
    channel: TextsOrCalls
    """The channel that the provider serves: texts or calls."""
    condition: Condition
    """Whether the provider works, is slow or is down."""
    since: datetime
    """When this condition began."""
    loses: bool
    """True if the provider accepts texts that then do not arrive."""
    accepted_at: datetime | None
    """When the provider last accepted an alert's message; null if not among its latest attempts."""
    failed: LastFailureBody | None
    """The latest failure; null if none of the provider's latest attempts failed."""
    tried_lately: Annotated[int, Field(le=MOST_READ)]
    """The number of the provider's finished attempts in the last hour, at most 2,000."""
    failed_lately: int
    """The number of these attempts that the provider refused or did not answer."""
    waiting: int
    """The number of due messages of the provider's channel that no provider has accepted."""
    waits_for: float | None
    """Seconds since the oldest of these messages became due; null if there is none."""
    test: PhoneTestBody | None
    """The caller's latest test text by this provider; null if none within the last day."""

    @classmethod
    def of(
        cls,
        name: str,
        channel: TextsOrCalls,
        health: Health,
        record: ProviderRecord,
        queue: Queue,
        tests: Mapping[str, PhoneTest],
    ) -> Self:
        """Join a provider's health, record and queue; `tests` holds test texts by provider."""
        return cls(
            name=name,
            channel=channel,
            condition=health.condition,
            since=health.since,
            loses=health.loses,
            accepted_at=record.accepted_at,
            failed=_failure(record.failed),
            tried_lately=record.tried_lately,
            failed_lately=record.failed_lately,
            waiting=queue.count,
            waits_for=queue.waits_for,
            test=PhoneTestBody.of(tests[name]) if name in tests else None,
        )


class OfficeProvidersBody(Body):
    """The providers, and the phone for a test text."""

    providers: list[OfficeProviderBody]
    """The providers, sorted by name."""
    phone: str | None
    """The caller's first phone, masked; null if the roster has none."""


class CheckBody(Body):
    """A finding from the check of a provider."""

    provider: str
    """The provider's name."""
    part: Part
    """The part that was checked: the provider itself, or the clocks."""
    severity: Severity
    """Whether the part is in order, should be repaired, or must be repaired."""
    said: str
    """The finding, in English."""
    remedy: str
    """The remedy, in English; empty if none is needed."""
    chinese: str
    """The finding and the remedy in Chinese; empty if there is no translation."""

    @classmethod
    def of(cls, provider: str, finding: Finding) -> Self:
        """Add the provider's name to a finding."""
        return cls(provider=provider, **asdict(finding))


def _failure(failed: LastFailure | None) -> LastFailureBody | None:
    return LastFailureBody.model_validate(failed) if failed else None
