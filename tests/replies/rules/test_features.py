"""The features of a text for the second reader."""

from alerting.replies.rules.features import BUCKETS, features
from alerting.replies.rules.grammar import MOST_CHARACTERS


def test_an_empty_text_has_few_features() -> None:
    assert len(features("")) <= 6


def test_features_are_within_the_buckets() -> None:
    assert set(features("zzz 我妈 in 成都 5")) <= set(range(BUCKETS))


def test_texts_with_different_places_or_persons_share_features() -> None:
    shared = set(features("我妈在成都")) & set(features("我爸在重庆"))
    assert len(shared) > len(set(features("我妈在成都")) & set(features("水进屋了")))


def test_only_the_start_of_a_long_text_has_features() -> None:
    long = "我" * MOST_CHARACTERS
    assert features(long) == features(long + "救命")
