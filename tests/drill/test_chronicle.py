import pytest

from alerting.drill.board import Board
from alerting.drill.chronicle import Chronicle
from alerting.drill.journal import Journal
from tests.simulated_city import NEXT_VILLAGE, VILLAGE, board, city_of, frame, household, tally


@pytest.fixture
def chronicle() -> Chronicle:
    """Four households with three people each, two in either village."""
    homes = [household(n, village) for village in (VILLAGE, NEXT_VILLAGE) for n in (1, 2)]
    seen = board()
    return Chronicle(seen, city_of(*homes), Journal(seen.time))


def told(chronicle: Chronicle) -> list[str]:
    chronicle.look()
    return [entry.words for entry in chronicle.journal.entries]


def show(seen: Board, **out: int) -> None:
    counts = {
        village: {"households": {"evacuated": 2}, "people": {"evacuated": n, "unaccounted": 6 - n}}
        for village, n in zip((VILLAGE, NEXT_VILLAGE), out.values(), strict=False)
    }
    seen.take(frame(1, 0, tallies=counts))


def test_tells_shares_once_everybody_is_called(chronicle: Chronicle) -> None:
    show(chronicle.board, here=6)
    assert told(chronicle) == []
    show(chronicle.board, here=6, there=0)
    expected = ["25% are accounted for", "50% are accounted for"]
    assert told(chronicle) == expected
    assert told(chronicle) == expected


def test_tells_that_a_town_and_all_are_at_zero(chronicle: Chronicle) -> None:
    show(chronicle.board, here=6, there=6)
    assert told(chronicle)[-2:] == [
        "诺江镇: all 4 households are accounted for",
        "nobody is unaccounted any more, and no call for help is open",
    ]


def test_tells_when_the_carrier_has_all_texts(chronicle: Chronicle) -> None:
    chronicle.board.take(frame(1, 0, deliveries={"household": {"sms": {"sent": 3, "queued": 1}}}))
    assert told(chronicle) == []
    chronicle.board.take(frame(2, 0, deliveries={"household": {"sms": {"sent": 4}}}))
    assert told(chronicle) == ["the carrier has taken all 4 texts to households"]
    chronicle.board.take(frame(3, 0, deliveries={"household": {"sms": {"sent": 5}}}))
    assert len(told(chronicle)) == 1


def test_counts_by_person_and_not_by_door(chronicle: Chronicle) -> None:
    chronicle.board.take(frame(1, 0, tallies={VILLAGE: tally(evacuated=4)}))
    assert told(chronicle)[0] == "25% are accounted for"
    assert "50% are accounted for" not in told(chronicle)
