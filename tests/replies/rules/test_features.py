"""What the second reader sees of a text."""

import math

from alerting.replies.rules.features import BUCKETS, features
from alerting.replies.rules.grammar import MOST_CHARACTERS


def test_an_empty_text_has_few_features() -> None:
    assert len(features("")) <= 3


def test_all_that_is_written_weighs_as_much_as_all_kinds_of_words() -> None:
    found = features("zzz")
    assert math.isclose(sum(found.values()), math.sqrt(len(found)), rel_tol=0.05)
    assert set(found) <= set(range(BUCKETS))


def test_only_the_beginning_of_a_long_text_is_seen() -> None:
    long = "我" * MOST_CHARACTERS
    assert features(long) == features(long + "救命")
