import asyncio

from alerting.drill.gateway.clock import StoryClock, utc_now


async def test_story_time_runs_faster_than_real_time() -> None:
    loop = asyncio.get_running_loop()
    began = loop.time()
    clock = StoryClock(1000)
    assert clock.real(60) == 0.06
    await clock.sleep(20)
    assert clock.now() >= 20
    assert clock.now() <= (loop.time() - began) * 1000


async def test_an_action_comes_later_or_not_at_all() -> None:
    clock = StoryClock(1000)
    happened: list[str] = []
    clock.later(5, lambda: happened.append("called off")).cancel()
    clock.later(10, lambda: happened.append("done"))
    assert happened == []
    await clock.sleep(30)
    assert happened == ["done"]


def test_instants_know_their_zone() -> None:
    assert utc_now().utcoffset() is not None
