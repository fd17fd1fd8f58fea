"""Texts that sound as if the household were out although it is not."""

import pytest

from alerting.replies.rules.intents import SAFE, Intent
from alerting.replies.rules.reply import read_reply


@pytest.mark.parametrize(
    "text",
    [
        "都出来了，在自家院子里站着",
        "刚才都出来到门口看了哈",
        "太阳都出来了，我们这里没下雨",
        "we are all under the stairs, safe",
    ],
)
def test_being_outdoors_at_home_is_not_safe(text: str) -> None:
    assert read_reply(text).intent not in SAFE


@pytest.mark.parametrize(
    "text",
    [
        "三个人到了，还有两个在后面那台车",
        "两个到了，另外兩個行緊過嚟",
        "刚出村口",
        "摩托车驮第一趟到了，还要回来驮第二趟",
        "10 more minutes and we are out",
        "we left 20 min ago, should be with you by 8",
    ],
)
def test_people_left_behind_or_on_the_way_are_not_safe(text: str) -> None:
    assert read_reply(text).intent not in SAFE


@pytest.mark.parametrize("text", ["friend说 我们家的人都撤了", "这里的人都安全，我是工作人员"])
def test_news_of_others_does_not_make_the_household_safe(text: str) -> None:
    assert read_reply(text).intent not in SAFE


@pytest.mark.parametrize("text", ["we will sit this one out", "we're gonna ride it out"])
def test_household_that_sits_it_out_is_not_safe(text: str) -> None:
    assert read_reply(text).intent not in SAFE


def test_misspelt_word_for_stuck_is_a_call_for_help() -> None:
    assert read_reply("all of us are stick on the roof").intent is Intent.NEEDS_HELP


@pytest.mark.parametrize("text", ["just me here and I am at the shelter", "我出来了，我在学校"])
def test_writer_mentioned_twice_counts_once(text: str) -> None:
    assert read_reply(text).count == 1


def test_relative_mentioned_twice_counts_once() -> None:
    assert read_reply("我和我的妈妈到学校了，妈妈到了").count == 2


def test_moved_furniture_makes_nobody_safe() -> None:
    assert read_reply("we moved the furniture to the school").intent not in SAFE


@pytest.mark.parametrize("text", ["回1还是回4", "press 1 or 4"])
def test_asking_which_key_to_press_makes_nobody_safe(text: str) -> None:
    assert read_reply(text).intent not in SAFE
