"""A check's finding: its severity, what was found, and the remedy."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum


class Severity(StrEnum):
    """The severity of a finding."""

    GOOD = "ok"
    WARNING = "warning"
    """Alerting works, but somebody may be reached late, or not by every channel."""
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
    """One thing that is right or wrong; if wrong, `remedy` says what to do."""

    part: Part
    severity: Severity
    said: str
    remedy: str = ""
    chinese: str = ""
    """Both in Chinese, where a page shows it; empty: it has none."""


def good(part: Part, said: str, chinese: str = "") -> Finding:
    """Return the finding of something right."""
    return Finding(part, Severity.GOOD, said, chinese=chinese)


def warning(part: Part, said: str, remedy: str, chinese: str = "") -> Finding:
    """Return the finding of something that should be repaired."""
    return Finding(part, Severity.WARNING, said, remedy, chinese)


def failure(part: Part, said: str, remedy: str, chinese: str = "") -> Finding:
    """Return the finding of something that must be repaired."""
    return Finding(part, Severity.FAILURE, said, remedy, chinese)


def has_failed(findings: Iterable[Finding]) -> bool:
    """True if alerting would fail."""
    return any(finding.severity is Severity.FAILURE for finding in findings)


def as_warnings(findings: Iterable[Finding]) -> list[Finding]:
    """Return the findings with failures reduced to warnings."""
    return [
        replace(each, severity=Severity.WARNING) if each.severity is Severity.FAILURE else each
        for each in findings
    ]
