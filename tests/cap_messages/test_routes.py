"""An alert's CAP messages over HTTP, for officers whom the alert concerns."""

from tests.support.cap import judge, text_of
from tests.support.city import QIANFO
from tests.support.running import Running


async def test_latest_and_earlier_messages_are_served(service: Running) -> None:
    alert = (await service.raised("commander", QIANFO))["id"]
    path = f"/api/alerts/{alert}"
    status, first = await service.get(f"{path}/cap.xml", "commander")
    assert status == 200
    judge(first.encode())
    assert text_of(first.encode(), "msgType") == "Alert"
    assert (await service.post(f"{path}/cancel", "commander", {"reason": "false"}))[0] == 200
    _, latest = await service.get(f"{path}/cap.xml", "commander")
    assert text_of(latest.encode(), "msgType") == "Cancel"
    status, listed = await service.get(f"{path}/cap", "commander")
    assert status == 200
    assert [each["step"] for each in listed] == ["raised", "cancelled"]
    each = [(await service.get(f"{path}/cap/{m['seq']}.xml", "commander"))[1] for m in listed]
    assert each == [first, latest]
    assert [text_of(d.encode(), "identifier") for d in each] == [m["identifier"] for m in listed]


async def test_document_has_its_media_type(service: Running) -> None:
    alert = (await service.raised("commander", QIANFO))["id"]
    headers = {"Authorization": f"Bearer {service.tokens['commander']}"}
    url = f"{service.url}/api/alerts/{alert}/cap.xml"
    async with service.session.get(url, headers=headers) as answer:
        assert answer.headers["content-type"] == "application/cap+xml"
        assert answer.headers["cache-control"] == "no-store"


async def test_messages_of_an_alert_elsewhere_are_not_found(service: Running) -> None:
    alert = (await service.raised("commander", QIANFO))["id"]
    for path in ("cap", "cap.xml", "cap/1.xml"):
        assert (await service.get(f"/api/alerts/{alert}/{path}", "far-commander"))[0] == 404
        assert (await service.get(f"/api/alerts/{alert}/{path}"))[0] == 401


async def test_entry_without_a_message_is_not_found(service: Running) -> None:
    alert = (await service.raised("commander", QIANFO))["id"]
    status, problem = await service.get(f"/api/alerts/{alert}/cap/99.xml", "commander")
    assert (status, problem["code"]) == (404, "not_found")
    assert (await service.get("/api/alerts/99/cap.xml", "commander"))[0] == 404
