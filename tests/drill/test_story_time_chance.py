from alerting.drill.story_time import seeded


def test_equal_seed_and_subject_give_equal_numbers() -> None:
    assert seeded(1, "5119211002080001").random() == seeded(1, "5119211002080001").random()


def test_other_seed_or_subject_gives_other_numbers() -> None:
    drawn = {seeded(*key).random() for key in [(1, "a"), (2, "a"), (1, "b")]}
    assert len(drawn) == 3
