"""Calls for help, refusals and doubts, and texts that say that these are over."""

import pytest

from alerting.replies.rules.doubts import (
    after_but_now,
    arrived,
    danger_is_past,
    finer_clauses,
    help_call,
    refused,
    unsure,
)
from alerting.replies.rules.grammar import normalise
from alerting.replies.rules.intents import Intent
from alerting.replies.rules.reply import read_reply


@pytest.mark.parametrize(
    "text", ["刚才堵在桥头,现在全家都到学校了", "we were cut off, now all of us are at the school"]
)
def test_past_obstacle_is_over_once_all_have_arrived(text: str) -> None:
    assert danger_is_past(normalise(text))
    assert read_reply(text).intent is Intent.EVACUATED


@pytest.mark.parametrize(
    "text",
    [
        "刚才我爸被压了,现在都在学校了",
        "刚才堵在桥头,现在都在学校了,我哥不见了",
        "桥断了,都在学校了",
        "we were cut off and dad fell, now all of us are at the school",
        "we were cut off, now the road is gone",
    ],
)
def test_past_danger_to_a_person_stays_a_call_for_help(text: str) -> None:
    assert not danger_is_past(normalise(text))
    assert read_reply(text).intent is Intent.NEEDS_HELP


def test_words_after_now_replace_those_before() -> None:
    assert after_but_now("本来不走,现在都在学校了") == "都在学校了"
    assert after_but_now("不走") == "不走"


def test_arrival_counts_only_after_the_words_about_the_way() -> None:
    assert arrived("我们在路上,都到学校了")
    assert not arrived("都到学校了,我们在路上")
    assert not arrived("我们在路上")


@pytest.mark.parametrize("text", ["i would rather drown in my own bed", "要死也死在这"])
def test_refusal_that_mentions_death_is_no_call_for_help(text: str) -> None:
    assert help_call(None, text) is None
    reply = refused(None, text)
    assert reply is not None
    assert reply.intent is Intent.STAYING


@pytest.mark.parametrize("text", ["我们出来打工了", "we are out for dinner"])
def test_being_out_for_work_or_dinner_is_unclear(text: str) -> None:
    reply = unsure(text)
    assert reply is not None
    assert reply.intent is Intent.UNCLEAR


@pytest.mark.parametrize(
    "text",
    [
        "全家都在学校了,这里什么时候发被子?",
        "all of us are at the school, why is it so loud in here?",
    ],
)
def test_question_about_something_else_keeps_the_claim(text: str) -> None:
    assert unsure(normalise(text)) is None


@pytest.mark.parametrize(
    "text",
    [
        "全家都在学校了吗?",
        "全家都在学校了,对吗?",
        "all of us are at the school, right?",
        "都撤了 ?",
    ],
)
def test_question_about_the_claim_makes_it_unclear(text: str) -> None:
    reply = unsure(normalise(text))
    assert reply is not None
    assert reply.intent is Intent.UNCLEAR


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("都在学校了,饭还没有吃", Intent.EVACUATED),
        ("all of us are at the school, i think", Intent.UNCLEAR),
        ("everyone is at the school, gran is not", Intent.UNCLEAR),
        ("家里没人,都在学校了", Intent.EVACUATED),
        ("nobody is left in the house, all of us are at the school", Intent.EVACUATED),
        ("no hay nadie en la casa, estamos todos en la escuela", Intent.EVACUATED),
        ("都在学校了,小宝在睡觉", Intent.EVACUATED),
        ("都出来了,奶奶睡了", Intent.UNCLEAR),
        ("五保户都到学校了", Intent.UNCLEAR),
    ],
)
def test_doubt_in_another_clause_counts_if_about_people_or_the_claim(
    text: str, intent: Intent
) -> None:
    assert read_reply(text).intent is intent


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("六口人都在屋头", Intent.NEEDS_HELP),
        ("六口人都在屋头,不想走", Intent.STAYING),
        ("stuck in traffic", Intent.NEEDS_HELP),
        ("stuck in traffic, we are on the way", Intent.RECEIVED),
        ("我们在路上,还没到", Intent.RECEIVED),
        ("all at the school, the cow is trapped", Intent.NEEDS_HELP),
    ],
)
def test_people_inside_or_stuck_need_help_unless_the_text_explains_it(
    text: str, intent: Intent
) -> None:
    assert read_reply(text).intent is intent


@pytest.mark.parametrize("text", ["pigs都safe了", "the pigs are all safe"])
def test_safe_animals_do_not_mean_evacuated(text: str) -> None:
    assert read_reply(text).intent is Intent.UNCLEAR


def test_finer_clauses_split_before_a_conjunction() -> None:
    assert finer_clauses("all out, cat too so we left") == ["all out", "cat too", "so we left"]


@pytest.mark.parametrize(
    "text",
    [
        "我们家都撤了,隔壁也撤了",
        "客人加我们家共8个全部转到村小",
        "全家都撤出来了,已到县城我姐家",
        "we are all out, the neighbours are out too",
        "salimos todos, los vecinos tambien salieron",
    ],
)
def test_neighbours_mentioned_with_the_household_raise_no_doubt(text: str) -> None:
    assert read_reply(text).intent is Intent.EVACUATED


@pytest.mark.parametrize("text", ["客人都撤了", "隔壁也撤了", "my boss says we are all out"])
def test_neighbours_alone_and_hearsay_are_unclear(text: str) -> None:
    assert read_reply(text).intent is Intent.UNCLEAR


@pytest.mark.parametrize(
    "text", ["is it ok to stay upstairs?", "雨都停了还要走吗", "how long do we stay away?"]
)
def test_question_is_no_refusal(text: str) -> None:
    assert read_reply(text).intent is Intent.UNCLEAR


def test_refusal_counts_beside_a_question() -> None:
    assert read_reply("we are staying. when does it end?").intent is Intent.STAYING
