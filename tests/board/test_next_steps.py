"""The next steps follow the events of an alert."""

from datetime import timedelta

from sqlalchemy import update

from alerting.dark_villages.store import DarkVillage, darken
from alerting.ledger.tables import alerts
from alerting.policy.escalation import first_reminder_after
from tests.support.city import NOW, QIANFO, TOWN, household_code, household_phone
from tests.support.running import Running


async def steps(service: Running, caller: str = "commander") -> list[tuple[str, int]]:
    status, body = await service.get("/api/alerts/1/next-steps", caller)
    assert status == 200, body
    alert = (await service.get("/api/alerts/1", caller))[1]
    assert body["seq"] == alert["seq"]
    return [(step["reason"], step["number"]) for step in body["steps"]]


async def test_call_for_help_is_a_step_until_somebody_is_on_the_way(service: Running) -> None:
    await service.raised("commander", QIANFO)
    await service.text(household_phone(QIANFO, 5), "2")
    assert (await steps(service))[0] == ("help_unattended", 1)
    home = {"household": household_code(QIANFO, 5), "officer": "grid"}
    _, task = await service.post("/api/alerts/1/tasks", "commander", home)
    assert (await steps(service))[0] == ("help_unattended", 1)
    assert ("own_doors", 1) in await steps(service, "grid")
    assert (await service.post(f"/api/tasks/{task['id']}/take", "grid"))[0] < 300
    assert len(await steps(service)) == 1


async def test_missing_people_are_a_step_after_the_first_reminder_is_due(service: Running) -> None:
    await service.raised("commander", QIANFO)
    now, first = service.runtime.clock.now(), first_reminder_after(service.runtime.policy.household)
    for sent, reason in ((now + timedelta(days=1), "answers_awaited"), (now - first, "many_left")):
        await service.change(update(alerts).values(sent=sent))
        assert await steps(service) == [(reason, 25)]


async def test_dark_village_is_a_step_with_its_unaccounted_people(service: Running) -> None:
    await service.raised("commander", QIANFO, TOWN)
    dark = DarkVillage(QIANFO, NOW, None, 0.0, 0.9)
    await service.runtime.ledger.write(lambda tx: darken(tx, 1, dark))
    assert ("village_dark", 25) in await steps(service)
