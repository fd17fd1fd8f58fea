"""The doctor checks Twilio accounts over HTTP at a simulated gateway, and sends no message."""

import socket

import pytest

from alerting.config import TwilioAccount
from alerting.doctor.finding import Finding, Part, Severity, failure, good
from alerting.doctor.providers import account_found, judged_together, twilio_findings
from tests.support.gateway import ACCOUNT, TOKEN, Gateway

SENDER = "+8610007000001"
RIGHT, WRONG = good(Part.PROVIDERS, "answers"), failure(Part.PROVIDERS, "away", "look")


def account(gateway: Gateway, token: str = TOKEN) -> TwilioAccount:
    return TwilioAccount(ACCOUNT, token, gateway.sender(), gateway.url)


async def test_known_account_is_good_and_nothing_is_sent(gateway: Gateway) -> None:
    asked = account(gateway)
    known, clock = await twilio_findings(asked)
    assert (known.severity, clock.severity) == (Severity.GOOD, Severity.GOOD)
    assert clock.part is Part.CLOCK
    assert gateway.taken(asked.sender) == []


async def test_clocks_are_compared_even_if_credentials_are_refused(
    gateway: Gateway,
) -> None:
    refused, clock = await twilio_findings(account(gateway, "another"))
    assert (refused.severity, refused.said) == (
        Severity.FAILURE,
        "Twilio refuses the credentials",
    )
    assert "ALERTING_TWILIO_ACCOUNT_SID" in refused.remedy
    assert clock.part is Part.CLOCK


async def test_unknown_account_is_a_failure(gateway: Gateway) -> None:
    other = TwilioAccount("AC" + "1" * 32, TOKEN, SENDER, gateway.url)
    refused, _ = await twilio_findings(other)
    assert refused.severity is Severity.FAILURE


async def test_unreachable_provider_is_reported_with_its_address() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
    (away,) = await twilio_findings(TwilioAccount(ACCOUNT, TOKEN, SENDER, url))
    assert away.severity is Severity.FAILURE
    assert url in away.said
    assert "ALERTING_TWILIO_BASE_URL" in away.remedy


async def test_provider_that_hangs_up_is_reported(gateway: Gateway) -> None:
    gateway.set_faults({"kind": "dead"})
    try:
        (away,) = await twilio_findings(account(gateway))
    finally:
        gateway.set_faults()
    assert "does not answer" in away.said


@pytest.mark.parametrize(
    ("status", "kind", "severity"),
    [
        ("active", "Full", Severity.GOOD),
        ("active", "Trial", Severity.WARNING),
        ("suspended", "Full", Severity.FAILURE),
        ("closed", "Full", Severity.FAILURE),
    ],
)
def test_severity_depends_on_the_account_status(status: str, kind: str, severity: Severity) -> None:
    assert account_found(status, kind, "https://a.example").severity is severity


@pytest.mark.parametrize(
    ("asked", "severities"),
    [
        ([], []),
        ([[WRONG]], [Severity.FAILURE]),
        ([[WRONG], [WRONG]], [Severity.FAILURE, Severity.FAILURE]),
        ([[WRONG], [RIGHT]], [Severity.WARNING, Severity.GOOD]),
    ],
)
def test_failed_provider_is_a_warning_if_another_works(
    asked: list[list[Finding]], severities: list[Severity]
) -> None:
    assert [each.severity for each in judged_together(asked)] == severities
