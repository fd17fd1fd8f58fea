"""Evidence for tests, with times in minutes after dawn."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from alerting.ledger.events.households import EvidenceGiven
from alerting.roll.rules.evidence import Evidence, Report, Rung

DAWN = datetime(2022, 8, 29, 5, 0, tzinfo=UTC)
OWN, NEIGHBOUR, OFFICER, SHELTER = Rung
MISSED = Report.MISSED_ROLL_CALL
SILENT = (Report.RECEIVED, Report.NOT_HOME)


def said(
    report: Report | str,
    minute: int = 0,
    rung: Rung = OWN,
    count: int | None = None,
    by: str | None = None,
    persons: Iterable[int] | None = None,
) -> Evidence:
    given_at = DAWN + timedelta(minutes=minute)
    named = None if persons is None else frozenset(persons)
    return Evidence(0, given_at, rung, by or rung.name.lower(), Report(report), count, named)


def missed(minute: int, since: int | None = None) -> Evidence:
    called = None if since is None else DAWN + timedelta(minutes=since)
    given_at = DAWN + timedelta(minutes=minute)
    return Evidence(0, given_at, OWN, "clock", MISSED, since=called)


def given(at: datetime = DAWN, **changes: Any) -> EvidenceGiven:
    """Return the log payload of evidence; by default, of a text saying that all are out."""
    fields = {
        "report": "evacuated",
        "people": None,
        "channel": "sms",
        "given_at": at,
        "rung": 0,
        "by": "+8613900000001",
        "persons": None,
        "since": None,
    }
    return EvidenceGiven.model_validate(fields | changes)


reports = st.sampled_from([report for report in Report if report is not MISSED])
minutes = st.integers(0, 5)
rungs = st.sampled_from(Rung)
sources = st.sampled_from(["a", "b"])
statements = st.builds(said, reports, minutes, rungs, st.none() | st.integers(0, 6), sources)
answers = statements.filter(lambda item: item.report not in SILENT)
roll_calls = st.builds(missed, minutes, minutes)
histories = st.lists(statements, max_size=7)
headcounts = st.integers(1, 5)
