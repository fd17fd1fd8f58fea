"""Outlines over HTTP are limited to the caller's town, and cached."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from alerting.areas.outline_routes import OutlinesBody
from tests.support.city import NEXT_VILLAGE, QIANFO, TOWN
from tests.support.gateway import Gateway
from tests.support.outlines import outlines_file
from tests.support.running import Running, running_service


@pytest.fixture
async def outlined(database_url: str, gateway: Gateway, tmp_path: Path) -> AsyncIterator[Running]:
    """Yield a service that has the outlines of the town and its villages."""
    file = str(outlines_file(tmp_path))
    async with running_service(database_url, gateway, outlines=file) as running:
        yield running


async def test_village_officer_gets_the_towns_outlines(outlined: Running) -> None:
    assert (await outlined.get("/api/settings", "informant"))[1]["has_outlines"] is True
    status, told = await outlined.get(f"/api/divisions/{TOWN}/outlines", "informant")
    assert status == 200
    codes = [each.code for each in OutlinesBody.model_validate(told).outlines]
    assert codes == [TOWN, QIANFO, NEXT_VILLAGE]


async def test_outlines_beyond_the_town_are_not_found(outlined: Running) -> None:
    for elsewhere in (TOWN[:6], "511921101"):
        status, told = await outlined.get(f"/api/divisions/{elsewhere}/outlines", "informant")
        assert (status, told["code"]) == (404, "not_found")
    assert (await outlined.get(f"/api/divisions/{TOWN}/outlines"))[0] == 401
    assert (await outlined.get("/api/divisions/town/outlines", "informant"))[0] == 422


async def test_unknown_outlines_are_an_empty_list(outlined: Running) -> None:
    path = "/api/divisions/511921100999/outlines"
    assert await outlined.get(path, "informant") == (200, {"outlines": []})


async def test_service_without_the_setting_has_no_outlines(service: Running) -> None:
    path = f"/api/divisions/{TOWN}/outlines"
    assert await service.get(path, "informant") == (200, {"outlines": []})


async def test_outlines_are_cached_and_revalidated(outlined: Running) -> None:
    address = f"{outlined.url}/api/divisions/{TOWN}/outlines"
    headers = {"Authorization": f"Bearer {outlined.tokens['informant']}"}
    async with outlined.session.get(address, headers=headers) as first:
        assert first.headers["Cache-Control"] == "private, max-age=3600"
        headers["If-None-Match"] = first.headers["ETag"]
    async with outlined.session.get(address, headers=headers) as again:
        assert again.status == 304
