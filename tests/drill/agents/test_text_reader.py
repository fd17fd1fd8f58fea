from datetime import timedelta
from typing import Any

from alerting.drill.agents.text_reader import SUSPECTED, TextReader
from alerting.drill.progress.milestones import Journal
from alerting.drill.service.client import Answer, Service
from tests.support.clocks import story_time
from tests.support.simulated_city import ANCHOR, VILLAGE, board, event, frame

HOME = f"{VILLAGE}0001"


class Queue(Service):
    """The officers' queue of texts. It refuses to settle the texts in `refused`."""

    def __init__(self) -> None:
        self.texts: list[dict[str, Any]] = []
        self.refused: set[tuple[str, str | None]] = set()
        self.settled: list[tuple[str, dict[str, Any] | None]] = []

    async def get(self, path: str, **query: str) -> Any:
        assert path == "/api/texts"
        return list(self.texts)

    async def post(self, path: str, body: dict[str, Any] | None = None) -> Answer:
        id_ = path.removeprefix("/api/texts/").removesuffix("/settle")
        if (id_, (body or {}).get("report")) in self.refused:
            return Answer(409, {"detail": "this text was understood when it came"})
        self.settled.append((id_, body))
        self.texts = [each for each in self.texts if each["provider_id"] != id_]
        return Answer(200, {})


def text(id_: str, waited: int, *, suspected: bool = True, intent: str = "unclear") -> Any:
    """Return a text in the queue, without `suspected` if it is false, as the service does."""
    came = (ANCHOR - timedelta(seconds=waited)).isoformat()
    found = {"provider_id": id_, "received_at": came, "intent": intent}
    return found | {"suspected": True} if suspected else found


def reader_of(queue: Queue, *ids: str) -> TextReader:
    """Return a reader for a service that suspects calls for help in these texts."""
    seen = board()
    seen.time = story_time(0.0, ANCHOR)
    events = [event(SUSPECTED, HOME, provider_id=id_) for id_ in ids]
    seen.take(frame(1, 0, events=events))
    return TextReader(queue, seen, Journal(seen.time))


async def test_text_waiting_too_long_is_settled_as_call_for_help() -> None:
    queue = Queue()
    queue.texts = [text("SM1", 241), text("SM2", 239)]
    reader = reader_of(queue, "SM1", "SM2")
    await reader.look()
    assert queue.settled == [("SM1", {"report": "needs_help"})]
    assert (reader.read, reader.answered) == ({"SM1"}, set())
    assert reader.journal.entries == []


async def test_text_gone_from_the_queue_counts_as_answered() -> None:
    queue = Queue()
    reader = reader_of(queue, "SM1")
    await reader.look()
    assert (reader.read, reader.answered) == (set(), {"SM1"})
    assert [entry.words for entry in reader.journal.entries] == [
        "all suspected calls for help so far have ended: 1 by the household's answer, 0 by the "
        "officer who read them"
    ]
    await reader.look()
    assert len(reader.journal.entries) == 1


async def test_text_stays_open_if_settling_is_refused() -> None:
    queue = Queue()
    queue.texts, queue.refused = [text("SM1", 300)], {("SM1", "needs_help"), ("SM1", None)}
    reader = reader_of(queue, "SM1")
    await reader.look()
    assert (reader.read, reader.answered) == (set(), set())


async def test_text_on_an_ended_alert_is_dismissed() -> None:
    queue = Queue()
    queue.texts, queue.refused = [text("SM7", 10)], {("SM7", "needs_help")}
    reader = reader_of(queue)
    await reader.look(patience=0.0)
    assert (queue.settled, reader.found, reader.read) == ([("SM7", {})], {"SM7"}, {"SM7"})


async def test_other_text_ahead_of_a_suspected_call_is_counted() -> None:
    queue = Queue()
    reader = reader_of(queue, "SM1")
    help_call = text("SM3", 20, suspected=False, intent="needs_help")
    queue.texts = [help_call, text("SM1", 10), text("SM2", 30, suspected=False)]
    await reader.look()
    assert reader.misplaced == 0
    queue.texts.reverse()
    await reader.look()
    assert reader.misplaced == 1
