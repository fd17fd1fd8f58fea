"""Wrong door codes are security events."""

from sqlalchemy import func, select

from alerting.security_log.rules import SecurityKind
from alerting.security_log.tables import security_events
from tests.support.city import QIANFO, officer_phone
from tests.support.running import Running

WHO = security_events.c["kind", "officer", "division", "sender", "detail"]
KINDS = [SecurityKind.WRONG_DOOR_CODE, SecurityKind.LIMIT_REACHED]
NOTED = (
    select(*WHO, func.sum(security_events.c["count"]))
    .where(security_events.c.kind.in_(KINDS))
    .group_by(*WHO)
)
SENDER = f"{officer_phone('grid')[:-8]}****{officer_phone('grid')[-4:]}"


async def test_wrong_door_codes_are_noted(service: Running) -> None:
    await service.raised("commander", QIANFO)
    for _ in range(2):
        await service.text(officer_phone("grid"), "001 1 #4821")
    rows = await service.until(NOTED, lambda found: sum(row[-1] for row in found) == 2)
    assert [tuple(row) for row in rows] == [
        ("wrong_door_code", "grid", QIANFO, SENDER, "", 2),
    ]


async def test_too_many_wrong_codes_are_noted_as_guessing(service: Running) -> None:
    await service.raised("commander", QIANFO)
    for number in range(7):
        await service.text(officer_phone("grid"), f"001 1 #{number:04d}")
    rows = await service.until(NOTED, lambda found: sum(row[-1] for row in found) == 7)
    counts = {row[4]: row[5] for row in rows}
    assert counts == {"": 5, "guessed": 2}
