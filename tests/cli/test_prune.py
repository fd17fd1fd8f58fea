"""`alerting prune` deletes data past its retention time, except data that is still needed."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, insert, select

from alerting.cap_inbox.tables import cap_inbox, cap_inbox_areas, cap_inbox_references
from alerting.runtime import wall_clock
from alerting.sensors.tables import sensor_readings
from tests.cli.conftest import Shell
from tests.support.alert_rows import stored_alert
from tests.support.city import found_city

DAY = timedelta(days=1)


def reading(at: datetime, **changes: Any) -> dict[str, Any]:
    row = {"sensor": "gauge-1", "value": 1.0, "unit": "mm/h", "at": at, "status": "ok"}
    judged = {"received_at": at, "verdict": "counted", "changed_level": False}
    return row | judged | changes


def message(number: int, at: datetime, **changes: Any) -> dict[str, Any]:
    row = {"id": number, "source": "bureau", "raw": b"<alert/>", "digest": str(number)}
    came = {"received_at": at, "last_received_at": at, "times": 1, "detail": "", "summary": ""}
    return row | came | {"outcome": "noted", "shown_until": None, "alert": None} | changes


def test_old_readings_are_deleted_unless_they_changed_the_level(
    shell: Shell, engine: Engine, tmp_path: Path
) -> None:
    now = wall_clock()
    rows = [
        reading(now - 31 * DAY, value=1.0),
        reading(now - 31 * DAY, value=31.0, changed_level=True),
        reading(now - 31 * DAY, value=2.0, verdict="unread"),
        reading(now - 29 * DAY, value=3.0),
        *(reading(now - 40 * DAY, value=4.0) for _ in range(2_000)),
    ]
    with engine.begin() as connection:
        connection.execute(insert(sensor_readings), rows)
    file = tmp_path / "policy.toml"
    file.write_text("[retention]\nsensor_readings = 30\n", encoding="utf-8")
    shell.set(ALERTING_POLICY=str(file))
    run = shell.run("prune")
    assert (run.returncode, run.stderr) == (0, "")
    assert run.stdout == (
        "2,001 readings of sensors deleted\n0 CAP messages deleted\n"
        "0 minutes of the security log deleted\n0 texts without an alert emptied\n"
    )
    with engine.begin() as connection:
        left = connection.execute(select(sensor_readings.c.value).order_by(sensor_readings.c.id))
        assert left.scalars().all() == [31.0, 2.0, 3.0]


def test_old_cap_messages_are_deleted_unless_an_alert_or_board_needs_them(
    shell: Shell, engine: Engine
) -> None:
    now = wall_clock()
    old = now - 401 * DAY
    with engine.begin() as connection:
        found_city(connection)
        alert = stored_alert(connection)
        rows = [
            message(1, old),
            message(2, old, alert=alert),
            message(3, old, shown_until=now + DAY),
            message(4, old, outcome="unread"),
            message(5, old, last_received_at=now),
            message(6, now - 399 * DAY),
        ]
        connection.execute(insert(cap_inbox), rows)
        areas = [{"message": number, "division": "511921"} for number in (1, 2)]
        connection.execute(insert(cap_inbox_areas), areas)
        connection.execute(
            insert(cap_inbox_references).values(message=1, sender="a", identifier="b", sent=old)
        )
    run = shell.run("prune")
    assert (run.returncode, run.stdout.splitlines()[1]) == (0, "1 CAP messages deleted")
    with engine.begin() as connection:
        kept = connection.execute(select(cap_inbox.c.id).order_by(cap_inbox.c.id))
        assert kept.scalars().all() == [2, 3, 4, 5, 6]
        assert connection.execute(select(cap_inbox_areas.c.message)).scalars().all() == [2]
        assert connection.execute(select(cap_inbox_references)).all() == []
