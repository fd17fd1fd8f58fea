"""An officer's own calls over HTTP are listed until confirmed."""

from tests.support.city import QIANFO, officer_phone
from tests.support.running import Running


async def test_call_is_listed_until_confirmed(service: Running) -> None:
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


async def test_confirmation_by_text_ends_the_listing(service: Running) -> None:
    await service.raised("informant", QIANFO)
    await service.hand_over()
    await service.text(officer_phone("grid"), "1")
    assert await service.get("/api/calls", "grid") == (200, [])
    # Raising an alert counts as confirmation; an officer who was not called has nothing to confirm.
    assert await service.get("/api/calls", "informant") == (200, [])
    assert await service.get("/api/calls", "far-commander") == (200, [])
    assert len((await service.get("/api/calls", "commander"))[1]) == 1
