import pytest

from alerting.drill.gateway.queue import count_segments


@pytest.mark.parametrize(
    ("text", "segments"),
    [
        ("", 1),
        ("a" * 160, 1),
        ("a" * 161, 2),
        ("a" * 306, 2),
        ("a" * 307, 3),
        ("€" * 80, 1),
        ("€" * 80 + "a", 2),
        ("[" + "a" * 159, 2),
        ("撤" * 70, 1),
        ("撤" * 71, 2),
        ("撤" * 134, 2),
        ("撤" * 135, 3),
        ("a" * 70 + "撤", 2),
        ("🏠" * 35, 1),
        ("🏠" * 36, 2),
        ("é" * 160, 1),
        ("ê" * 160, 3),
        ("a\nb\r" * 40, 1),
    ],
)
def test_segments_are_counted_by_alphabet(text: str, segments: int) -> None:
    assert count_segments(text) == segments
