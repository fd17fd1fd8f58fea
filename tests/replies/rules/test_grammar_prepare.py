"""The expressions are compiled ahead, with pauses in which other threads have their turn."""

from alerting.replies.rules.grammar import prepare


def test_prepare_pauses_longer_than_it_works_and_ends_when_told() -> None:
    pauses: list[float] = []

    def pause(seconds: float) -> bool:
        pauses.append(seconds)
        return len(pauses) == 3

    prepare(pause)
    assert len(pauses) == 3
    assert all(seconds >= 0 for seconds in pauses)
