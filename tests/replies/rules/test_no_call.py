"""Texts about people who are out, whose words only sound like a call for help."""

import pytest

from alerting.policy.policy import default_policy
from alerting.replies.corpus import read_text
from alerting.replies.rules.intents import Intent
from alerting.replies.rules.reply import read_reply


@pytest.mark.parametrize(
    "text",
    [
        "九口人，全数到齐，在安置点",
        "五个人都到了村委会二楼，现在挤在村委会二楼",
        "我们听到山响就跑出来了，三个人",
        "三个人跑出来了，鞋都跑掉了",
        "饭都没吃一口就跑出来了，我们三个人在学校",
        "I am at the assembly point, alone, nobody else in my house",
        "菩萨保佑，我们两个都跑出来了",
        "我们走出来了。刚才信号不好，没回成",
        "一家八个，都下山了",
        "报告，我們三個人都撤離了",
        "撤离人数：6。地点：村小。",
    ],
)
def test_people_who_are_out_do_not_call_for_help(text: str) -> None:
    assert read_reply(text).intent is Intent.EVACUATED


@pytest.mark.parametrize("text", ["全家在深圳，过年都没回来", "我们去年就搬到重庆住了"])
def test_people_who_moved_away_do_not_call_for_help(text: str) -> None:
    assert read_reply(text).intent is Intent.ELSEWHERE


@pytest.mark.parametrize(
    "text",
    [
        "三天水都没喝了",
        "听到山响，快来人",
        "人在二楼，挤在二楼下不来",
        "My son is alone at home",
        "家里没水喝了，娃儿在哭",
    ],
)
def test_call_for_help_is_still_heard(text: str) -> None:
    assert read_reply(text).intent is Intent.NEEDS_HELP


@pytest.mark.parametrize(
    "text", ["未撤离人数：2", "菩萨保佑，我们都出来", "应撤离人数：6", "马上下山"]
)
def test_plans_do_not_mean_evacuated(text: str) -> None:
    assert read_reply(text).intent not in {Intent.EVACUATED, Intent.ELSEWHERE}


@pytest.mark.parametrize(
    "text",
    ["We are all out not including my dad", "5个人都出来了不包括奶奶", "都出来了，不含爷爷"],
)
def test_excluded_relative_is_a_suspected_call(text: str) -> None:
    reply = read_text(text, default_policy().second_reader)
    assert reply.intent is Intent.UNCLEAR
    assert reply.suspected
