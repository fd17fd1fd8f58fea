from alerting.drill.story_time import seeded


def test_the_same_seed_and_subject_give_the_same_numbers() -> None:
    assert seeded(1, "5119211002080001").random() == seeded(1, "5119211002080001").random()


def test_another_seed_or_subject_gives_others() -> None:
    drawn = {seeded(*key).random() for key in [(1, "a"), (2, "a"), (1, "b")]}
    assert len(drawn) == 3
