"""Check that the settings are complete, and warn of unusual values."""

from ipaddress import ip_address
from typing import Final
from urllib.parse import urlsplit

from alerting.config import Loops, Settings
from alerting.doctor.finding import Finding, Part, failure, good, warning

_PREFIX: Final = "ALERTING_"


def problem_found(problem: str) -> Finding:
    """Return the failure for one line of a settings error, split into statement and remedy."""
    subject, _, rest = problem.partition(": ")
    said, _, remedy = rest.rpartition("; ")
    if said:
        subject = f"{subject}: {said}"
    elif subject.startswith(_PREFIX):
        subject = f"{subject}: its value cannot be used"
    return failure(Part.SETTINGS, subject, remedy)


def settings_findings(settings: Settings) -> list[Finding]:
    """Return a good finding about complete settings, and a warning for each unusual value."""
    found = [good(Part.SETTINGS, f"complete; people reach the service at {settings.public_url}")]
    if _is_local(settings.public_url) and _is_sending_abroad(settings):
        found.append(
            warning(
                Part.SETTINGS,
                f"ALERTING_PUBLIC_URL: {settings.public_url} is local to this machine, so that "
                "neither phones nor the provider's receipts can reach the service",
                "set the address at which the internet reaches this service",
            )
        )
    if settings.clock is not None:
        found.append(
            warning(
                Part.SETTINGS,
                f"ALERTING_CLOCK: the time comes from {settings.clock}, so that only exercises are "
                "accepted",
                "remove it, unless this is a drill",
            )
        )
    if settings.loops is Loops.READ_ONLY:
        found.append(
            warning(
                Part.SETTINGS,
                "ALERTING_LOOPS: read-only, so that nothing is sent or recorded",
                "remove it, unless this service only shows a copy of the data",
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
