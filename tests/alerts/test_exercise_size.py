"""An exercise says whom it reaches: none reaches everybody by default."""

import pytest

from tests.support.city import QIANFO
from tests.support.running import Running, request_for


@pytest.mark.parametrize("path", ["/api/alerts", "/api/alerts/preview"])
async def test_exercise_without_a_size_is_refused_with_the_sizes(
    service: Running, path: str
) -> None:
    said = request_for(QIANFO)
    del said["exercise"]
    status, told = await service.post(path, "commander", said)
    assert (status, told["code"]) == (422, "invalid")
    assert told["detail"].startswith("exercise: ")
    assert "officers or everybody" in told["detail"]
    assert "规模" in told["chinese"]
    status, _ = await service.post(path, "commander", said | {"status": "Test"})
    assert status in {200, 201}
