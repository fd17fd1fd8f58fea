"""Roll-calls over HTTP."""

from datetime import datetime

from tests.support.city import QIANFO
from tests.support.door_reports import all_out, found
from tests.support.running import Running

PATH = "/api/alerts/1/roll-calls"


async def closed(service: Running) -> None:
    await service.raised("informant", QIANFO)
    await all_out(service, range(1, 11))
    assert (await service.post("/api/alerts/1/close", "commander"))[0] == 200


async def test_begun_roll_call_has_counts_and_deadline(service: Running) -> None:
    await closed(service)
    assert await service.get(PATH, "grid") == (200, [])
    status, body = await service.post(PATH, "commander")
    assert status == 201
    assert (body["number"], body["called_by"], body["ended_at"]) == (1, "commander", None)
    assert (body["asked"], body["answered"], body["missed"]) == (10, 0, 0)
    length = datetime.fromisoformat(body["ends_at"]) - datetime.fromisoformat(body["called_at"])
    assert length == service.runtime.policy.roll_call.answer_within
    assert await service.get(PATH, "grid") == (200, [body])


async def test_running_roll_call_counts_answers(service: Running) -> None:
    await closed(service)
    await service.post(PATH, "commander")
    await found(service, "grid", 3, "evacuated")
    await found(service, "grid", 4, "not_home")
    ((status, (body,)),) = [await service.get(PATH, "county-duty")]
    assert (status, body["asked"], body["answered"], body["missed"]) == (200, 10, 1, 0)
    status, refused = await service.post(PATH, "commander")
    assert (status, "is running" in refused["detail"]) == (409, True)


async def test_unauthorised_caller_is_refused(service: Running) -> None:
    await closed(service)
    for method in (service.get, service.post):
        assert (await method(PATH, None))[0] == 401
        assert (await method(PATH, "far-commander"))[0] == 404
        assert (await method("/api/alerts/99/roll-calls", "commander"))[0] == 404
    assert (await service.post(PATH, "grid"))[0] == 403
