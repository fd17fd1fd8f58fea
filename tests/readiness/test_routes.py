"""Readiness over HTTP: checks on request, and their results within the caller's division."""

from datetime import timedelta

from sqlalchemy import update

from alerting.ledger.tables import alerts
from alerting.ledger.writer import Transaction
from alerting.readiness.routes import PAGE
from alerting.readiness.tables import readiness_places
from contacts.tables import HOUSEHOLD_PHONES, OFFICERS
from tests.support.city import QIANFO, TOWN, household_code, household_phone, settle
from tests.support.running import Running

LOOK = "/api/readiness/looks"


async def test_check_lists_gaps_to_officers_above_them(service: Running) -> None:
    await service.change(
        update(HOUSEHOLD_PHONES)
        .where(HOUSEHOLD_PHONES.c.number == household_phone(QIANFO, 3))
        .values(number="+8613")
    )
    assert (await service.get("/api/readiness", "commander"))[1]["at"] is None
    assert (await service.post(LOOK, "commander"))[0] == 204
    _, found = await service.get("/api/readiness", "commander", division=QIANFO)
    assert [(each["reason"], each["about"], each["name"]) for each in found["gaps"]] == [
        ("no_phone", "household", "住户0010"),
        ("impossible_phone", "household", "住户0003"),
        ("no_assembly_point", "division", "千佛村"),
    ]
    assert (found["missed"], found["counts"]["no_phone"]) == (0, 1)
    assert 0 < found["whole"]["earliest"] < found["whole"]["latest"]
    _, above = await service.get("/api/readiness", "county-duty", division=TOWN)
    assert [each["name"] for each in above["parts"]] == ["千佛村", "邻村"]
    assert (above["whole"]["households"], above["counts"]["no_phone"]) == (20, 2)


async def test_readiness_is_limited_to_leading_roles_and_their_divisions(service: Running) -> None:
    assert (await service.post(LOOK, "administrator"))[0] == 204
    for caller in ("informant", "grid"):
        assert (await service.get("/api/readiness", caller))[0] == 403
        assert (await service.post(LOOK, caller))[0] == 403
    assert (await service.get("/api/readiness", "far-commander", division=QIANFO))[0] == 404
    _, elsewhere = await service.get("/api/readiness", "far-commander")
    assert (elsewhere["at"], elsewhere["gaps"]) == (None, [])


async def test_time_is_withheld_without_officers_for_doors(service: Running) -> None:
    others = update(OFFICERS).where(OFFICERS.c.role != "administrator")
    await service.change(others.values(role="informant"))
    assert (await service.post(LOOK, "administrator"))[0] == 204
    _, found = await service.get("/api/readiness", "administrator")
    assert (found["missed"], found["whole"]["withheld"]) == (20, "doors_on_nobody")
    assert found["gaps"][0]["reason"] == "nobody_knocks"


async def test_gaps_are_paged(service: Running) -> None:
    def many(transaction: Transaction) -> None:
        settle(transaction.connection, QIANFO, [101, *range(110, 110 + 10 * PAGE, 10)])

    await service.runtime.ledger.write(many)
    assert (await service.post(LOOK, "administrator"))[0] == 204
    _, first = await service.get("/api/readiness", "administrator", division=QIANFO)
    assert len(first["gaps"]) == PAGE
    after = str(first["after"])
    _, rest = await service.get("/api/readiness", "administrator", division=QIANFO, after=after)
    seen = [each["subject"] for each in (*first["gaps"], *rest["gaps"])]
    assert len(seen) == len(set(seen))
    assert household_code(QIANFO, 10) in seen
    assert rest["after"] is None


async def test_check_is_refused_soon_after_the_last_and_during_an_alert(
    service: Running,
) -> None:
    assert (await service.post(LOOK, "commander"))[0] == 204
    assert (await service.post(LOOK, "commander"))[0] == 429
    earlier = service.runtime.clock.now() - timedelta(minutes=11)
    await service.change(update(readiness_places).values(at=earlier))
    number = (await service.raised("commander", QIANFO))["number"]
    await service.change(update(alerts).values(status="Actual"))
    status, refused = await service.post(LOOK, "commander")
    assert (status, refused["chinese"]) == (409, f"预警#{number}尚未结束：结束后再检查")
    _, found = await service.get("/api/readiness", "commander")
    assert (found["blocked_by"], found["has_households"]) == (number, True)


async def test_exercise_does_not_prevent_a_check(service: Running) -> None:
    await service.raised("commander", QIANFO, status="Exercise")
    assert (await service.post(LOOK, "commander"))[0] == 204


async def test_division_without_households_says_so(service: Running) -> None:
    _, found = await service.get("/api/readiness", "far-commander")
    assert (found["at"], found["has_households"]) == (None, False)
