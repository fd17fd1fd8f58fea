"""One bucket a sender, whoever takes out of it."""

import threading

from sqlalchemy import Engine

from alerting.core.pace import Pace
from alerting.storage.database import writer_engine
from alerting.storage.paces import bucket_of, spend
from tests.city import after

PACE = Pace("sms +8610000000000", per_second=2.0, at_once=10)
OTHER = Pace("voice +8610000000000", per_second=2.0, at_once=3)


def take(engine: Engine, pace: Pace, second: float, tokens: int) -> float:
    """Take tokens out, and return how many there were before."""
    with engine.begin() as connection:
        bucket = bucket_of(connection, pace, after(second))
        spend(connection, pace, bucket, tokens)
        return bucket.tokens


def test_what_one_takes_the_other_does_not_have(engine: Engine) -> None:
    assert take(engine, PACE, 0, 7) == 10
    assert take(engine, PACE, 0, 5) == 3
    assert take(engine, PACE, 2, 0) == 2
    assert take(engine, OTHER, 2, 0) == 3


def test_several_processes_take_no_token_twice(database_url: str) -> None:
    found: list[float] = []
    engines = [writer_engine(database_url) for _ in range(4)]

    def claimant(engine: Engine) -> None:
        for _ in range(5):
            found.append(take(engine, PACE, 0, 1))

    take(engines[0], PACE, 0, 0)
    threads = [threading.Thread(target=claimant, args=(engine,)) for engine in engines]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for engine in engines:
        engine.dispose()
    assert sorted(found, reverse=True) == [10.0 - n for n in range(20)]
