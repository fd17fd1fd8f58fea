"""The finding of a check: its severity, a statement and a remedy."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum


class Severity(StrEnum):
    """The severity of a finding."""

    GOOD = "ok"
    WARNING = "warning"
    """Alerting works, but some people may be reached late, or not by every channel."""
    FAILURE = "failure"
    """Alerting would fail."""


class Part(StrEnum):
    """The part of an installation that a check looks at."""

    SETTINGS = "settings"
    DATABASE = "database"
    SCHEMA = "schema"
    PROVIDERS = "providers"
    ROSTER = "roster"
    SOURCES = "sources"
    PAPER = "paper"
    CLOCK = "clock"


@dataclass(frozen=True, slots=True)
class Finding:
    """The result of one check: `said` states it, and `remedy` says how to repair a fault."""

    part: Part
    severity: Severity
    said: str
    remedy: str = ""
    chinese: str = ""
    """Statement and remedy in Chinese, for a page that shows them; empty if no page shows them."""


def good(part: Part, said: str, chinese: str = "") -> Finding:
    """Return a finding that something is right."""
    return Finding(part, Severity.GOOD, said, chinese=chinese)


def warning(part: Part, said: str, remedy: str, chinese: str = "") -> Finding:
    """Return a finding about a fault that should be repaired."""
    return Finding(part, Severity.WARNING, said, remedy, chinese)


def failure(part: Part, said: str, remedy: str, chinese: str = "") -> Finding:
    """Return a finding about a fault that must be repaired before alerting works."""
    return Finding(part, Severity.FAILURE, said, remedy, chinese)


def has_failed(findings: Iterable[Finding]) -> bool:
    """Return whether any finding is a failure."""
    return any(finding.severity is Severity.FAILURE for finding in findings)


def as_warnings(findings: Iterable[Finding]) -> list[Finding]:
    """Return the findings with every failure turned into a warning."""
    return [
        replace(each, severity=Severity.WARNING) if each.severity is Severity.FAILURE else each
        for each in findings
    ]
