"""An exercise without a size reaches everybody, because existing clients send no size."""

from tests.support.city import QIANFO
from tests.support.running import Running, request_for


async def test_exercise_without_a_size_reaches_everybody(service: Running) -> None:
    sized = request_for(QIANFO)
    unsized = {name: value for name, value in sized.items() if name != "exercise"}
    assert sized["exercise"] == {"size": "everybody"}
    reached: list[int] = []
    for said in (sized, unsized):
        status, preview = await service.post("/api/alerts/preview", "commander", said)
        assert status == 200
        reached.append(preview["households"])
    assert reached[0] == reached[1] > 0
    status, _ = await service.post("/api/alerts", "commander", unsized)
    assert status == 201
