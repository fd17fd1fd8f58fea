"""Officer calls over HTTP: callers see the calls in their own division."""

from datetime import datetime

from tests.support.city import NEXT_VILLAGE, OFFICER_IDS, QIANFO, TOWN, officer_phone
from tests.support.running import Running

CALLED = ["city-duty", "county-duty", "commander", "grid", "informant"]


async def test_unconfirmed_officers_come_first(service: Running) -> None:
    alert = (await service.raised("informant", QIANFO))["id"]
    path = f"/api/alerts/{alert}/officers"
    status, before = await service.get(path, "city-duty")
    assert (status, [one["id"] for one in before]) == (200, CALLED)
    assert [one["state"] for one in before] == ["called"] * 4 + ["confirmed"]
    assert (await service.post(f"/api/alerts/{alert}/confirm", "city-duty"))[0] == 204
    await service.hand_over()
    await service.text(officer_phone("grid"), "1")
    _, seen = await service.get(path, "city-duty")
    assert [(one["id"], one["state"], one["channel"]) for one in seen] == [
        ("county-duty", "called", None),
        ("commander", "called", None),
        ("city-duty", "confirmed", "web"),
        ("grid", "confirmed", "sms"),
        ("informant", "confirmed", "alert.raised"),
    ]
    called_at, confirmed_at = (seen[2][key] for key in ("called_at", "confirmed_at"))
    assert datetime.fromisoformat(called_at) <= datetime.fromisoformat(confirmed_at)
    assert seen[0] | {"called_at": None} == {
        "id": "county-duty",
        "name": "officer county-duty",
        "role": "duty_officer",
        "division": "511921",
        "deputy_of": None,
        "called_at": None,
        "state": "called",
        "confirmed_at": None,
        "channel": None,
        "told_above_at": None,
        "woken_at": None,
        "phone": officer_phone("county-duty"),
    }


async def test_caller_sees_own_division_and_those_below(service: Running) -> None:
    alert = (await service.raised("city-duty", TOWN))["id"]
    path = f"/api/alerts/{alert}/officers"
    expected = {
        "commander": ["commander", "grid", "informant", "next-grid"],
        "next-grid": ["next-grid"],
    }
    for caller, ids in expected.items():
        _, seen = await service.get(path, caller)
        assert [one["id"] for one in seen] == ids
    _, seen = await service.get(path, "commander", division=NEXT_VILLAGE)
    assert [one["id"] for one in seen] == ["next-grid"]
    assert (await service.get(path, "next-grid", division=TOWN))[0] == 404


async def test_alert_elsewhere_is_not_found(service: Running) -> None:
    assert "far-commander" in OFFICER_IDS
    alert = (await service.raised("informant", QIANFO))["id"]
    assert (await service.get(f"/api/alerts/{alert}/officers", "far-commander"))[0] == 404
    assert (await service.get("/api/alerts/999/officers", "commander"))[0] == 404
    assert (await service.get(f"/api/alerts/{alert}/officers"))[0] == 401
