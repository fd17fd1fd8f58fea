import asyncio
import socket
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest

from alerting.clock_file import FixedPace
from alerting.drill.gateway.poster import NEVER_GIVE_UP, Poster
from alerting.drill.timers import StoryClock
from tests.drill.gateway.conftest import TOKEN, Receiver
from tests.support.patience import PATIENCE_SECONDS

SPEED = 1000.0


@pytest.fixture
async def poster() -> AsyncIterator[Poster]:
    poster = Poster(TOKEN, StoryClock(FixedPace(SPEED, datetime.now(UTC))))
    yield poster
    await poster.close()


@pytest.fixture
def dead_url() -> str:
    """Return a URL to a port on which no server listens."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return f"http://127.0.0.1:{listener.getsockname()[1]}/status"


async def test_body_of_a_successful_answer_is_returned(poster: Poster, receiver: Receiver) -> None:
    receiver.answer = lambda _arrival: (200, "<Response/>")
    form = {"Body": "都出来了 & all out", "To": "+8610000000001"}
    url = f"{receiver.url}/sms?token=a%2Fb&x="
    answer = await asyncio.wait_for(poster.post(url, form, NEVER_GIVE_UP), PATIENCE_SECONDS)
    assert answer == "<Response/>"
    [arrival] = receiver.arrivals
    assert (arrival.path, arrival.form, arrival.signed) == ("/sms?token=a%2Fb&x=", form, True)
    assert (poster.counts.posted, poster.waiting) == (1, 0)


@pytest.mark.parametrize("status", [302, 400, 403])
async def test_refusal_is_not_retried(poster: Poster, receiver: Receiver, status: int) -> None:
    receiver.answer = lambda _arrival: (status, "no")
    assert await poster.post(f"{receiver.url}/status", {}, NEVER_GIVE_UP) is None
    assert len(receiver.arrivals) == 1
    counts = poster.counts
    assert (counts.failed, counts.given_up, poster.waiting) == (1, 1, 0)


async def test_retries_carry_the_same_idempotency_token(poster: Poster, receiver: Receiver) -> None:
    receiver.answer = lambda _arrival: (503 if len(receiver.arrivals) < 2 else 204, "")
    for _ in range(2):
        await poster.post(f"{receiver.url}/status", {}, NEVER_GIVE_UP)
    tokens = [each.headers["I-Twilio-Idempotency-Token"] for each in receiver.arrivals]
    assert tokens[0] == tokens[1] != tokens[2]


async def test_post_is_abandoned_after_its_patience(poster: Poster, dead_url: str) -> None:
    post = poster.post(dead_url, {}, 0)
    assert await asyncio.wait_for(post, PATIENCE_SECONDS) is None
    assert poster.counts.given_up == 1


async def test_dead_address_does_not_block_another(
    poster: Poster, receiver: Receiver, dead_url: str
) -> None:
    hopeless = [poster.post(dead_url, {}, NEVER_GIVE_UP) for _ in range(200)]
    answer = await asyncio.wait_for(poster.post(f"{receiver.url}/status", {}, 1), PATIENCE_SECONDS)
    assert answer == ""
    assert not any(each.done() for each in hopeless)
    assert poster.waiting == 200


async def test_dead_address_is_retried_with_back_off(poster: Poster, dead_url: str) -> None:
    for _ in range(3000):
        poster.post(dead_url, {}, NEVER_GIVE_UP)
    hopeless = poster.post(dead_url, {}, 0)
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(hopeless, 0.2)
    assert (
        0 < poster.counts.failed <= 512
    )  # Each worker may fail once, and once more if its post was under way when the back-off began.


async def test_longest_wait_is_the_age_of_the_oldest_unanswered_post(
    poster: Poster, receiver: Receiver, dead_url: str
) -> None:
    assert poster.longest_wait == 0.0
    poster.post(dead_url, {}, NEVER_GIVE_UP)
    await asyncio.sleep(0.05)
    answered = poster.post(f"{receiver.url}/status", {}, NEVER_GIVE_UP)
    assert poster.longest_wait >= 0.05 * SPEED
    await asyncio.wait_for(answered, PATIENCE_SECONDS)
    assert (poster.waiting, poster.longest_wait >= 0.05 * SPEED) == (1, True)
