"""Who is out or away by a text, and when a text leaves that open."""

import pytest

from alerting.replies.rules.assertions import is_firm, read_claim
from alerting.replies.rules.grammar import normalise
from alerting.replies.rules.intents import Intent, ReplyReason
from alerting.replies.rules.reply import read_reply


def read(text: str) -> tuple[Intent, ReplyReason, int | None]:
    reply = read_claim(None, normalise(text))
    return reply.intent, reply.reason, reply.count


@pytest.mark.parametrize("text", ["kids都out了", "我女儿家安全", "my wife is out", "爸妈出来了"])
def test_text_that_names_only_relatives_is_unclear(text: str) -> None:
    assert read(text) == (Intent.UNCLEAR, ReplyReason.DOUBT, None)


@pytest.mark.parametrize("text", ["我和老婆都到学校了", "我们全家和爸妈出来了"])
def test_relatives_named_with_the_writer_are_evacuated(text: str) -> None:
    assert read(text)[0] is Intent.EVACUATED


@pytest.mark.parametrize(
    "text", ["我家五个到了四个", "六个人,到了五个", "five of us, four got out"]
)
def test_fewer_people_out_than_mentioned_is_a_suspected_call(text: str) -> None:
    reply = read_claim(None, normalise(text))
    assert (reply.intent, reply.reason) == (Intent.UNCLEAR, ReplyReason.TWO_COUNTS)
    assert reply.suspected


@pytest.mark.parametrize("text", ["四口都在外头", "四个都在外头"])
def test_count_is_the_same_whether_out_or_away_is_meant(text: str) -> None:
    assert read_claim(Intent.ELSEWHERE, normalise(text)).count == 4
    assert read_claim(None, normalise(text)).count == 4


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("我到了，我到了，在学校门口", 1),
        ("爷爷婆婆、爸爸妈妈、妹妹、我，都在镇上", 6),
        ("爸爸妈妈和我都到学校了", 3),
    ],
)
def test_person_named_twice_counts_once(text: str, count: int) -> None:
    assert read(text)[2] == count


@pytest.mark.parametrize(
    ("text", "count"),
    [("三个大人两个小孩都到了", 5), ("一共五口人，出来了四个", 4), ("4 of us out, all 4", 4)],
)
def test_consistent_numbers_give_the_count(text: str, count: int) -> None:
    assert read(text) == (Intent.EVACUATED, ReplyReason.WORDS, count)


def test_place_in_another_clause_means_evacuated() -> None:
    assert read("老的小的五个,现在在礼堂喝姜汤")[0] is Intent.EVACUATED


def test_relative_named_after_the_claim_makes_it_unclear() -> None:
    assert read("都出来了,我爸")[0] is Intent.UNCLEAR


@pytest.mark.parametrize("text", ["everyone. at tylers place", "we are all fine. at darryls"])
def test_unknown_place_name_counts_if_another_clause_says_who(text: str) -> None:
    assert read(text)[0] is Intent.EVACUATED


@pytest.mark.parametrize("text", ["at darryls", "everyone. at home", "all fine. in the cellar"])
def test_unknown_place_alone_and_places_at_home_are_unclear(text: str) -> None:
    assert read(text)[0] is Intent.UNCLEAR


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("received, we will act accordingly", Intent.RECEIVED),
        ("收到,谢谢网格员", Intent.RECEIVED),
        ("谢谢, 娃儿", Intent.UNCLEAR),
    ],
)
def test_thanks_with_unknown_words_are_received_unless_people_are_named(
    text: str, intent: Intent
) -> None:
    assert read(text)[0] is intent


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("我们撤出来了 老两口 还有两个在浙江打工", 4),
        ("老伴跟我到安置点了，女儿在成都上班", 3),
        ("3 at the shelter, 2 away working in Guangdong", 5),
        ("evacuated 4 to grandma's house in the city", 4),
        ("3 of us are out and my son is in London", 4),
        ("Parents and I are evacuated, my brother is in Shanghai", 4),
        ("salimos 4 y mi hijo esta en Chengdu", 5),
    ],
)
def test_people_out_and_people_elsewhere_are_added(text: str, count: int) -> None:
    reply = read_reply(text)
    assert (reply.intent, reply.count) == (Intent.EVACUATED, count)


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("all 4 of us are out, my son is in London", 4),
        ("We 3 are out, at my brother's place in Chengdu", 3),
        ("昨晚上就下来了 我们两个老的都在幺女家", 2),
        ("五个出来 两个在成都读大学 共七", 5),
        ("my wife and I are out, my wife is in the hospital", 2),
    ],
)
def test_people_who_may_be_counted_already_are_not_added(text: str, count: int) -> None:
    assert read_reply(text).count == count


@pytest.mark.parametrize("text", ["I'm staying with my daughter in Chengdu", "我在女儿家，在成都"])
def test_hosts_are_not_counted(text: str) -> None:
    assert read_reply(text).count == 1


@pytest.mark.parametrize("text", ["在学校", "at school.", "en el hotel", "in church"])
def test_everyday_place_alone_is_unclear(text: str) -> None:
    assert read(text)[0] is Intent.UNCLEAR


@pytest.mark.parametrize("text", ["都在学校", "已经在学校了", "3 at the school", "at the shelter"])
def test_place_with_people_and_shelter_mean_evacuated(text: str) -> None:
    assert read(text)[0] is Intent.EVACUATED


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("we are all at the school", True),
        ("we are all at the school. quxplat fzkor", True),
        ("we are all at the school. quxplat grandma", False),
        ("we are all at the school. quxplat not", False),
        ("quxplat at the school", False),
    ],
)
def test_claim_is_firm_if_unknown_clauses_mention_nobody(text: str, *, expected: bool) -> None:
    assert is_firm(normalise(text)) is expected


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("我们这户七个人,六个在学校,大儿子在绵阳上班", 7),
        ("seven of us, six are at the school, my son works in dallas", 7),
    ],
)
def test_people_elsewhere_are_not_missing(text: str, count: int) -> None:
    reply = read_reply(text)
    assert (reply.intent, reply.count, reply.suspected) == (Intent.EVACUATED, count, False)


def test_relative_named_again_keeps_the_claim_but_a_new_one_does_not() -> None:
    assert read("mum and me are out, mum says thank you")[0] is Intent.EVACUATED
    assert read("mum and me are out, gran qfzt")[0] is Intent.UNCLEAR


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("1 6 quxplat", Intent.EVACUATED),
        ("1 lost", Intent.UNCLEAR),
        ("1 6 quxplat dad", Intent.UNCLEAR),
    ],
)
def test_key_with_count_stands_if_unknown_words_name_nobody(text: str, intent: Intent) -> None:
    assert read_reply(text).intent is intent


def test_rescuers_are_not_counted() -> None:
    assert read_reply("i live alone and i am out, two firemen carried me to the hall").count == 1
