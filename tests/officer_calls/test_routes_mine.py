"""An officer's own calls over HTTP: they go once confirmed."""

from tests.support.city import QIANFO, officer_phone
from tests.support.running import Running


async def test_a_call_is_listed_until_it_is_confirmed(service: Running) -> None:
    raised = await service.raised("informant", QIANFO)
    status, calls = await service.get("/api/calls", "grid")
    assert (status, [call["alert"]["id"] for call in calls]) == (200, [raised["id"]])
    assert calls[0]["called_at"] == raised["sent"]
    assert calls[0] | {"alert": None, "called_at": None} == {
        "alert": None,
        "called_at": None,
        "description": "后山裂缝变宽",
        "instruction": "立即撤离",
        "assembly_point": "村小学",
    }
    assert (await service.post(f"/api/alerts/{raised['id']}/confirm", "grid"))[0] == 204
    assert await service.get("/api/calls", "grid") == (200, [])


async def test_it_does_not_matter_how_it_was_confirmed(service: Running) -> None:
    await service.raised("informant", QIANFO)
    await service.text(officer_phone("grid"), "1")
    assert await service.get("/api/calls", "grid") == (200, [])
    # Who raised it has confirmed it by that; who was not called has nothing to confirm.
    assert await service.get("/api/calls", "informant") == (200, [])
    assert await service.get("/api/calls", "far-commander") == (200, [])
    assert len((await service.get("/api/calls", "commander"))[1]) == 1
