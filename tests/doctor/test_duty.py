"""The doctor reports gaps in the duty rota of the coming 24 hours."""

from datetime import timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import Engine, insert

from alerting.doctor.duty import duty_findings, gaps_ahead
from alerting.doctor.finding import Severity
from contacts.tables import DUTY_PERIODS, DUTY_TURNS
from tests.support.city import NOW, found_city

ZONE = ZoneInfo("Asia/Shanghai")


def test_there_is_no_finding_without_a_rota(engine: Engine) -> None:
    with engine.begin() as connection:
        found_city(connection)
        assert duty_findings(gaps_ahead(connection, NOW), ZONE) == []


def test_gap_is_reported_with_its_times_until_a_shift_fills_it(engine: Engine) -> None:
    """It is 13:10 on a Saturday, and the only turn ends at 20:00."""
    turn = {"weekday": 5, "begins": 8 * 60, "minutes": 12 * 60, "zone": ZONE.key}
    with engine.begin() as connection:
        found_city(connection)
        connection.execute(insert(DUTY_TURNS).values(officer="county-duty", **turn))
        (gap,) = duty_findings(gaps_ahead(connection, NOW), ZONE)
        assert gap.severity is Severity.WARNING
        assert "duty_officer in 511921" in gap.said
        assert "from 2026-08-29 20:00 to 2026-08-30 13:10" in gap.said
        shift = {"begins_at": NOW, "ends_at": NOW + timedelta(days=2)}
        connection.execute(
            insert(DUTY_PERIODS).values(officer="county-duty", kind="shift", **shift)
        )
        (filled,) = duty_findings(gaps_ahead(connection, NOW), ZONE)
        assert filled.severity is Severity.GOOD


def test_gaps_beyond_five_are_only_counted(engine: Engine) -> None:
    with engine.begin() as connection:
        found_city(connection)
        day = {"begins_at": NOW, "ends_at": NOW + timedelta(days=1)}
        officers = ("city-duty", "county-duty", "commander", "informant", "grid", "next-grid")
        for officer in (*officers, "far-commander"):
            connection.execute(insert(DUTY_PERIODS).values(officer=officer, kind="leave", **day))
        found = duty_findings(gaps_ahead(connection, NOW), ZONE)
    assert len(found) == 6
    assert found[-1].said.startswith("2 more gaps")
