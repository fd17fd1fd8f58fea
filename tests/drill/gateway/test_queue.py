import pytest

from alerting.drill.gateway.queue import SenderQueue
from alerting.drill.gateway.store import Message
from alerting.drill.timers import utc_now


def text(name: str, segments: int = 1, validity: float = 36000) -> Message:
    now = utc_now()
    return Message(
        sid=name,
        account_sid="AC",
        direction="outbound-api",
        to="+8610000000001",
        from_="+8610000000100",
        body=name,
        segments=segments,
        status="queued",
        created_at=now,
        updated_at=now,
        validity=validity,
    )


def names(messages: list[Message]) -> list[str]:
    return [message.sid for message in messages]


def test_next_text_waits_for_all_segments_of_the_one_before() -> None:
    queue = SenderQueue(2)
    for name, segments in [("a", 1), ("b", 3), ("c", 1), ("d", 1)]:
        queue.push(text(name, segments), 10)
    left = [(now, names(queue.due(now)[0])) for now in (10, 10.4, 10.5, 11.9, 12, 12.5)]
    assert left == [(10, ["a"]), (10.4, []), (10.5, ["b"]), (11.9, []), (12, ["c"]), (12.5, ["d"])]
    assert len(queue) == 0


@pytest.mark.parametrize("tick", [0.01, 0.37, 5.0])
def test_rate_does_not_depend_on_ticks(tick: float) -> None:
    queue = SenderQueue(100)
    for n in range(2000):
        queue.push(text(str(n)), 0)
    ticks = int(10 / tick)
    left = sum(len(queue.due(n * tick)[0]) for n in range(ticks + 1))
    assert left == pytest.approx(ticks * tick * 100 + 1, abs=1)


def test_idle_queue_does_not_send_a_burst_later() -> None:
    queue = SenderQueue(1)
    queue.push(text("early"), 0)
    assert names(queue.due(0)[0]) == ["early"]
    for name in ("b", "c"):
        queue.push(text(name), 100)
    assert names(queue.due(100)[0]) == ["b"]
    assert queue.next_at() == 101


def test_new_text_waits_for_a_busy_sender() -> None:
    queue = SenderQueue(1)
    queue.push(text("long", 5), 0)
    queue.due(0)
    queue.push(text("next"), 1)
    assert names(queue.due(4.9)[0]) == []
    assert names(queue.due(5)[0]) == ["next"]


def test_expired_texts_do_not_delay_other_texts() -> None:
    queue = SenderQueue(1)
    queue.push(text("first", 10), 0)
    queue.push(text("stale", 1, validity=9), 0)
    queue.push(text("fresh", 1, validity=10), 0)
    assert names(queue.due(0)[0]) == ["first"]
    leaving, expired = queue.due(10)
    assert (names(leaving), names(expired)) == (["fresh"], ["stale"])
