"""Hints within one process."""

from alerting.ledger.hints import ALERTS, DELIVERIES, LocalBus

VILLAGE = "511921100208"


def test_hint_calls_every_subscriber_of_its_kind_at_once() -> None:
    bus, first, second, other = LocalBus(), list[str](), list[str](), list[str]()
    bus.subscribe(ALERTS, first.append)
    bus.subscribe(ALERTS, second.append)
    bus.subscribe(DELIVERIES, other.append)
    bus.publish((ALERTS, VILLAGE))
    assert (first, second, other) == ([VILLAGE], [VILLAGE], [])


def test_publishing_without_subscribers_does_nothing() -> None:
    LocalBus().publish((ALERTS, ""))


def test_unsubscribed_callback_is_not_called() -> None:
    bus, left, stayed = LocalBus(), list[str](), list[str]()
    unsubscribe = bus.subscribe(ALERTS, left.append)
    bus.subscribe(ALERTS, stayed.append)
    bus.publish((ALERTS, "51"))
    unsubscribe()
    bus.publish((ALERTS, VILLAGE))
    assert (left, stayed) == (["51"], ["51", VILLAGE])


def test_callback_may_unsubscribe_itself() -> None:
    bus, heard = LocalBus(), list[str]()

    def once(division: str) -> None:
        heard.append(division)
        unsubscribe()

    unsubscribe = bus.subscribe(ALERTS, once)
    bus.subscribe(ALERTS, heard.append)
    bus.publish((ALERTS, VILLAGE))
    bus.publish((ALERTS, "51"))
    assert heard == [VILLAGE, VILLAGE, "51"]
