"""Liveness, readiness and metrics, also while the database refuses writes."""

import pytest
from sqlalchemy import Engine, func, select, text

from alerting.database.tables import heartbeat
from alerting.replies.tables import inbound
from tests.support import recycled
from tests.support.city import QIANFO, household_phone
from tests.support.running import Running, message_id

PHONE = household_phone(QIANFO, 3)


async def test_liveness_needs_no_token(service: Running) -> None:
    assert await service.get("/healthz") == (200, {"status": "alive"})


async def test_readiness_commits_a_write(service: Running) -> None:
    for _ in range(2):
        assert await service.get("/readyz") == (200, {"status": "ready"})
    assert service.rows(select(func.count()).select_from(heartbeat)) == [(1,)]


async def test_missing_table_makes_the_service_unready_until_restored(
    service: Running, engine: Engine
) -> None:
    with engine.begin() as connection:
        connection.execute(text("ALTER TABLE heartbeat RENAME TO gone"))
    status, body = await service.get("/readyz")
    with engine.begin() as connection:
        connection.execute(text("ALTER TABLE gone RENAME TO heartbeat"))
    assert status == 503
    assert "cannot be read or written" in body["detail"]
    assert "heartbeat" not in body["detail"]
    assert (await service.get("/healthz"))[0] == 200
    assert (await service.get("/readyz"))[0] == 200


@pytest.fixture
def postgres(service: Running, engine: Engine) -> Engine:
    if engine.dialect.name != "postgresql":
        pytest.skip("SQLite has no server that could go away")
    return engine


def end_connections(engine: Engine) -> None:
    recycled.forget()
    with engine.begin() as connection:
        connection.execute(
            text(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        )


async def test_read_only_database_records_nothing(service: Running, postgres: Engine) -> None:
    await service.raised("informant", QIANFO)
    database = f"DATABASE {postgres.url.database}"
    with postgres.begin() as connection:
        connection.execute(text(f"ALTER {database} SET default_transaction_read_only = on"))
    end_connections(postgres)
    try:
        status, body = await service.get("/readyz")
        assert (status, "read-only" in body["detail"]) == (503, False)
        fields = {"MessageSid": message_id(), "From": PHONE, "Body": "1"}
        status, answer = await service.form("/twilio/sms", fields)
        assert (status, "Nothing was recorded" in answer) == (503, True)
        # Reads still succeed.
        assert (await service.get("/api/alerts/1", "grid"))[0] == 200
    finally:
        with postgres.begin() as connection:
            connection.execute(text("SET TRANSACTION READ WRITE"))
            connection.execute(text(f"ALTER {database} RESET default_transaction_read_only"))
        end_connections(postgres)
    assert (await service.get("/readyz"))[0] == 200
    assert (await service.form("/twilio/sms", fields))[0] == 200


async def test_dropped_database_connections_lose_no_callback(
    service: Running, postgres: Engine
) -> None:
    """A provider may not repeat a callback that was answered 503."""
    await service.raised("informant", QIANFO)
    end_connections(postgres)
    await service.text(PHONE, "1")
    assert service.rows(select(func.count()).select_from(inbound)) == [(1,)]
    assert (await service.get("/api/alerts/1", "grid"))[0] == 200


async def test_metrics_need_a_token(service: Running) -> None:
    await service.raised("informant", QIANFO)
    await service.text(PHONE, "1")
    assert (await service.get("/metrics"))[0] == 401
    assert (await service.get("/metrics", "grid"))[0] == 403
    status, metrics = await service.get("/metrics", "commander")
    assert status == 200
    for name in (
        "alerting_texts_received_total",
        "alerting_attempts_total",
        "alerting_receipts_total",
        "alerting_ledger_batch_units",
        "alerting_ledger_commit_seconds",
        "alerting_feed_sockets",
    ):
        assert f"# TYPE {name} " in metrics
