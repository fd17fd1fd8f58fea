"""JSON bodies of the providers' health, of test texts, and of a check's findings."""

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
    """The latest attempt that a provider did not take, or did not answer."""

    model_config = ConfigDict(from_attributes=True)

    at: datetime
    """When it was tried."""
    failure: Failure
    """The kind of failure, by its remedy."""
    error_code: int | None
    """The provider's code; null: it gave none."""


class PhoneTestBody(Body):
    """The caller's latest test text by a provider."""

    asked_at: datetime
    """When the caller asked for it."""
    started_at: datetime | None
    """When it was handed to the provider; null: it waits, for 5 minutes at most."""
    outcome: OutcomeKind | None
    """The provider's answer; null: none has come."""
    failure: Failure | None
    """The kind of failure; null: there was none."""
    error_code: int | None
    """The provider's code; null: it gave none."""
    reported: DeliveryState | None
    """The state by the provider's receipts; null: none has come."""
    reported_at: datetime | None
    """When the receipt came."""

    @classmethod
    def of(cls, test: PhoneTest) -> Self:
        """Return the body of a test."""
        return cls.model_validate(asdict(test))


class OfficeProviderBody(Body):
    """A provider of texts or calls, and its health."""

    name: str
    """The provider's name."""
    channel: TextsOrCalls
    """The kind of message it sends: texts or calls."""
    condition: Condition
    """Whether it takes what it is given, and how fast."""
    since: datetime
    """Since when."""
    loses: bool
    """True if it takes texts that do not arrive."""
    accepted_at: datetime | None
    """When it last took a message of an alert; null: none of its latest."""
    failed: LastFailureBody | None
    """Its latest failure; null: none of its latest attempts failed."""
    tried_lately: Annotated[int, Field(le=MOST_READ)]
    """Its attempts of the last hour that have an outcome, the latest 2,000 at most."""
    failed_lately: int
    """Those of them that it did not take, or did not answer."""
    waiting: int
    """Messages due by the channel that no provider has taken."""
    waits_for: float | None
    """Seconds for which the oldest of them has been due; null: none is."""
    test: PhoneTestBody | None
    """The caller's latest test text by it; null: there is none of the last day."""

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
        """Return the body of a provider."""
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
    """The providers, and where a test text would go."""

    providers: list[OfficeProviderBody]
    """By name."""
    phone: str | None
    """The caller's first phone, with its middle hidden; null: the roster has none."""


class CheckBody(Body):
    """A finding of a check of a provider."""

    provider: str
    """The provider's name."""
    part: Part
    """The part that was checked: the provider itself, or the clocks."""
    severity: Severity
    """Whether it is right, should be repaired, or must be."""
    said: str
    """The finding, in English."""
    remedy: str
    """The remedy, in English; empty: none is needed."""
    chinese: str
    """Both in Chinese; empty: there is no Chinese."""

    @classmethod
    def of(cls, provider: str, finding: Finding) -> Self:
        """Return the body of a finding."""
        return cls(provider=provider, **asdict(finding))


def _failure(failed: LastFailure | None) -> LastFailureBody | None:
    return LastFailureBody.model_validate(failed) if failed else None
