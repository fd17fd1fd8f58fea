"""Posts officers' reports on households over HTTP."""

from collections.abc import Iterable
from typing import Any

from tests.support.city import QIANFO, household_code
from tests.support.running import Running


async def found(
    service: Running, caller: str, number: int, report: str, **more: Any
) -> tuple[int, Any]:
    body = {"household": household_code(QIANFO, number), "report": report} | more
    return await service.post("/api/alerts/1/evidence", caller, body)


async def all_out(service: Running, numbers: Iterable[int]) -> None:
    for number in numbers:
        assert (await found(service, "grid", number, "evacuated"))[0] == 200
