"""The deployed service posts to its groups, and texts are sent whatever becomes of a post."""

import asyncio
from pathlib import Path

from sqlalchemy import select

from alerting.config import load_settings
from alerting.deliveries.tables import deliveries
from alerting.setting_values import GroupAddress
from tests.support.city import COUNTY, QIANFO, TOWN
from tests.support.gateway import Gateway
from tests.support.group_services import group_services
from tests.support.running import running_service

OF_PEOPLE = select(deliveries.c.state).where(deliveries.c.channel == "sms")
OF_GROUPS = select(deliveries.c.state).where(deliveries.c.channel == "group")


async def test_hanging_group_delays_no_text(database_url: str, gateway: Gateway) -> None:
    async with group_services() as services:
        services.held["county"] = asyncio.Event()
        groups = (GroupAddress(f"{COUNTY}/1", COUNTY, services.address("county")),)
        async with running_service(database_url, gateway, work_groups=groups) as service:
            await service.raised("commander", QIANFO)
            await services.until("county", 1)
            left = {"accepted", "sent", "delivered", "undelivered", "failed"}
            await service.until(OF_PEOPLE, lambda rows: all(row.state in left for row in rows))
            assert [row.state for row in service.rows(OF_GROUPS)] == ["sending"]
            services.held["county"].set()
            await service.until(OF_GROUPS, lambda rows: rows[0].state == "accepted")


async def test_no_response_of_the_service_contains_an_address(
    database_url: str, gateway: Gateway
) -> None:
    async with group_services() as services:
        services.statuses["town"] = 403
        groups = (GroupAddress(f"{TOWN}/1", TOWN, services.address("town")),)
        async with running_service(database_url, gateway, work_groups=groups) as service:
            alert = (await service.raised("commander", QIANFO))["id"]
            await services.until("town", 1)
            answers = [
                await service.get(f"/api/alerts/{alert}{part}", "commander")
                for part in ("", "/log", "/sending")
            ]
    assert {status for status, _ in answers} == {200}
    assert f"{TOWN}/1" in repr(answers)
    assert "secret" not in repr(answers)
    assert "token-of" not in repr(answers)


def test_printed_settings_contain_no_address(tmp_path: Path) -> None:
    file = tmp_path / "groups.toml"
    file.write_text(f'{COUNTY} = "json://token:secret@127.0.0.1/x"\n', encoding="utf-8")
    settings = load_settings(
        work_groups=str(file),
        public_url="http://localhost:8000",
        smpp_url="smpp://office:pass@centre.example.org",
        smpp_from="10690000",
    )
    (group,) = settings.work_groups
    assert (group.name, group.owner) == (f"{COUNTY}/1", COUNTY)
    assert "secret" not in repr(settings)
