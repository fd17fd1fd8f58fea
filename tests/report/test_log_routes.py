"""The export of a log over HTTP, for officers whose division covers the alert's area."""

import io

from alerting.report.proof import prove
from tests.support.city import COUNTY, QIANFO, TOWN, household_phone
from tests.support.running import Running


async def test_officer_of_the_area_exports_a_log_without_faults(service: Running) -> None:
    alert = (await service.raised("informant", QIANFO))["id"]
    await service.text(household_phone(QIANFO, 1), "1")
    path = f"/api/alerts/{alert}/log.jsonl"
    status, content = await service.get(path, "informant")
    assert status == 200
    proof = prove(io.BytesIO(content.encode()))
    assert (proof.faults, proof.head.alert) == ((), alert)
    assert proof.accounts[QIANFO].claimed.households == 1


async def test_officer_of_a_part_of_the_area_cannot_export_the_log(service: Running) -> None:
    alert = (await service.raised("county-duty", TOWN))["id"]
    path = f"/api/alerts/{alert}/log.jsonl"
    status, refusal = await service.get(path, "grid")
    assert (status, "higher tier" in refusal["detail"]) == (403, True)
    assert (await service.get(path, "county-duty"))[0] == 200
    pages = [await service.get(f"/alerts/{alert}/report", who) for who in ("grid", "county-duty")]
    assert [path in html for _, html in pages] == [False, True]
    assert (await service.get(path, "far-commander"))[0] == 404
    assert (await service.get(path))[0] == 401


async def test_export_is_a_download_that_is_not_cached(service: Running) -> None:
    alert = (await service.raised("county-duty", COUNTY))["id"]
    token = {"Authorization": f"Bearer {service.tokens['county-duty']}"}
    url = f"{service.url}/api/alerts/{alert}/log.jsonl"
    async with service.session.get(url, headers=token) as answer:
        assert answer.headers["Cache-Control"] == "no-store"
        assert f'filename="alert-{alert}.jsonl"' in answer.headers["Content-Disposition"]
        assert len(await answer.read()) == int(answer.headers["Content-Length"])
