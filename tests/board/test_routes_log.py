"""The log over HTTP: newest first, in pages, within the caller's scope."""

from tests.support.city import QIANFO, TOWN, household_code
from tests.support.running import Running

HOME = household_code(QIANFO, 3)


async def test_log_is_read_newest_first(service: Running) -> None:
    alert = (await service.raised("informant", QIANFO))["id"]
    body = {"household": HOME, "officer": "grid"}
    await service.post(f"/api/alerts/{alert}/tasks", "commander", body)
    path = f"/api/alerts/{alert}/log"
    status, log = await service.get(path, "commander")
    assert status == 200
    newest = log[0]
    assert (newest["kind"], newest["division"], newest["subject"]) == ("task.opened", QIANFO, HOME)
    assert newest["payload"] == {"officer": "grid", "cause": "handed_on"}
    assert newest["names"] == {HOME: "住户0003 3号", "grid": "officer grid"}
    assert log[-1]["kind"] == "alert.raised"
    assert log[-1]["names"] == {"informant": "officer informant"}
    seqs = [event["seq"] for event in log]
    assert seqs == sorted(seqs, reverse=True)
    _, page = await service.get(path, "commander", before=str(seqs[0]), limit="1")
    assert [event["seq"] for event in page] == seqs[1:2]


async def test_log_can_be_filtered_by_kind(service: Running) -> None:
    alert = (await service.raised("informant", QIANFO))["id"]
    sent = {"household": HOME, "officer": "grid"}
    await service.post(f"/api/alerts/{alert}/tasks", "commander", sent)
    path = f"/api/alerts/{alert}/log"
    _, log = await service.get(path, "commander", kind="task.opened")
    assert [event["kind"] for event in log] == ["task.opened"]
    assert (await service.get(path, "commander", kind="moon.risen"))[0] == 422


async def test_log_outside_the_callers_scope_is_not_found(service: Running) -> None:
    alert = (await service.raised("informant", QIANFO))["id"]
    path = f"/api/alerts/{alert}/log"
    assert (await service.get(path, "far-commander"))[0] == 404
    assert (await service.get(path, "grid", division=TOWN))[0] == 404
    assert (await service.get(path))[0] == 401
    assert (await service.get(path, "grid", before="0"))[0] == 422
