"""Check that the settings are complete, and which of them are unusual."""

from ipaddress import ip_address
from typing import Final
from urllib.parse import urlsplit

from alerting.config import Loops, Settings
from alerting.doctor.finding import Finding, Part, failure, good, warning

_PREFIX: Final = "ALERTING_"


def problem_found(problem: str) -> Finding:
    """Return the finding for one line of a settings error."""
    subject, _, rest = problem.partition(": ")
    said, _, remedy = rest.rpartition("; ")
    if said:
        subject = f"{subject}: {said}"
    elif subject.startswith(_PREFIX):
        subject = f"{subject}: its value cannot be used"
    return failure(Part.SETTINGS, subject, remedy)


def settings_findings(settings: Settings) -> list[Finding]:
    """Return the findings about complete settings."""
    found = [good(Part.SETTINGS, f"complete; people reach the service at {settings.public_url}")]
    if _is_local(settings.public_url) and _is_sending_abroad(settings):
        found.append(
            warning(
                Part.SETTINGS,
                f"ALERTING_PUBLIC_URL: {settings.public_url} is this machine alone, so that "
                "neither phones nor the provider's receipts get here",
                "set the address at which the internet reaches this service",
            )
        )
    if settings.clock is not None:
        found.append(
            warning(
                Part.SETTINGS,
                f"ALERTING_CLOCK: time is as {settings.clock} says, so that only exercises are "
                "accepted",
                "remove it, unless this is a drill",
            )
        )
    if settings.loops is Loops.READ_ONLY:
        found.append(
            warning(
                Part.SETTINGS,
                "ALERTING_LOOPS: read-only, so that nothing is sent or recorded",
                "remove it, unless this is a copy to be looked at",
            )
        )
    return found


def _is_sending_abroad(settings: Settings) -> bool:
    return settings.twilio is not None and not _is_local(settings.twilio.base_url)


def _is_local(url: str) -> bool:
    host = urlsplit(url).hostname or ""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
