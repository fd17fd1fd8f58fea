"""Each sender has one token bucket, which all processes share."""

import threading

import pytest
from sqlalchemy import Engine

from alerting.database.engine import writer_engine
from alerting.deliveries.providers import bucket_of, spend
from alerting.deliveries.rules.providers import Pace
from tests.support.city import after

PACE = Pace("sms +8610000000000", per_second=2.0, at_once=10)
OTHER = Pace("voice +8610000000000", per_second=2.0, at_once=3)


def take(engine: Engine, pace: Pace, second: float, tokens: int) -> float:
    """Take tokens from the bucket; return how many it held before."""
    with engine.begin() as connection:
        bucket = bucket_of(connection, pace, after(second))
        spend(connection, pace, bucket, tokens)
        return bucket.tokens


def test_next_transaction_finds_only_the_tokens_left(engine: Engine) -> None:
    assert take(engine, PACE, 0, 7) == 10
    assert take(engine, PACE, 0, 5) == 3
    assert take(engine, PACE, 2, 0) == 2
    assert take(engine, OTHER, 2, 0) == 3


@pytest.mark.both_databases
def test_concurrent_creation_of_a_bucket_is_serialised(database_url: str) -> None:
    ours, theirs = writer_engine(database_url), writer_engine(database_url)
    found: list[float] = []
    second = threading.Thread(target=lambda: found.append(take(theirs, PACE, 0, 5)))
    with ours.begin() as connection:
        bucket = bucket_of(connection, PACE, after(0))
        second.start()
        # The thread must wait for this transaction. Without the lock, the thread would end now.
        second.join(0.5)
        spend(connection, PACE, bucket, 7)
    second.join()
    assert found == [3.0]
    assert take(ours, PACE, 0, 0) == -2
    ours.dispose()
    theirs.dispose()


@pytest.mark.both_databases
def test_concurrent_processes_take_each_token_once(database_url: str) -> None:
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
