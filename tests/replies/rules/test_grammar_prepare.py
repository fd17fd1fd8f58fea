"""All expressions are compiled in advance, with pauses for other threads."""

from alerting.replies.rules.grammar import prepare


def test_prepare_pauses_after_each_expression_and_stops_if_pause_returns_true() -> None:
    pauses: list[float] = []

    def pause(seconds: float) -> bool:
        pauses.append(seconds)
        return len(pauses) == 3

    prepare(pause)
    assert len(pauses) == 3
    assert all(seconds >= 0 for seconds in pauses)
