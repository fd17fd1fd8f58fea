"""Only what a text says about the writer's own household counts, not news of another family."""

import pytest

from alerting.replies.rules.families import without_other_families
from alerting.replies.rules.grammar import normalise
from alerting.replies.rules.intents import Intent, ReplyReason
from alerting.replies.rules.reply import read_reply, read_task_report


@pytest.mark.parametrize(
    "text",
    [
        "3组张长贵家，2人，已撤离",
        "李国才家不在村，全家在广东",
        "杨秀英家全部转移了",
        "已撤离，周德明家2人",
        "何家4口已到安置点，我看到的",
        "都到安置点了，我亲眼看见的",
        "网格员杨：6号院全部清空，共14人",
        "8号楼都撤完了",
        "我是组长王强，都撤完了14人",
        "四组敲门完毕，都不在家",
        "网格内全部转移",
        "这一片的人都走完了",
        "我这边负责的都撤了",
        "养老院老人全部撤出",
        "二社人都到学校了",
        "挨家挨户敲过了，都走了",
        "巡查完毕，人都走了",
        "Grid 3: doors 1 to 9 knocked, all answered and walked to the school",
        "All doors in grid 3 done, everybody out",
        "team 2: all evacuated",
        "residents evacuated, none left",
        "sector 2 evacuado",
        "The Zhang family (5) are at the shelter, I saw them",
        "Group 3, Zhang Changgui's house, 2 people, evacuated",
        "The Zhangs, all 5 of them, are out",
        "the family of Li Guocai, 4 people, all out",
        "House number 12 are all out",
        "5 out at the school, I saw them leave",
        "La familia Zhang ya salio, los vi",
        "Los Zhang ya salieron, son 4",
        "la casa de Zhang, 3 personas, evacuados",
        "la casa numero 12 ya evacuo, 4 personas",
        "estan todos en la escuela, yo los vi salir",
    ],
)
def test_news_of_another_family_does_not_mean_evacuated(text: str) -> None:
    reply = read_reply(text)
    assert (reply.intent, reply.reason) == (Intent.UNCLEAR, ReplyReason.NEIGHBOUR)


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("干部敲门喊我们，4个人已到学校", 4),
        ("三组我家4口都撤了", 4),
        ("grid officer knocked, we are out, 4", 4),
        ("我家3口已到村小，王家李家两户我也送到了", 3),
        ("我们4个到学校了，张长贵家2人也到了", 4),
        ("张长贵家2人走了，我们4个也到学校了", 4),
        ("we are out, 4 of us. The Zhang family (5) are at the shelter too", 4),
        ("estamos los 4 en la escuela. La familia Zhang ya salio, son 6", 4),
    ],
)
def test_own_household_is_counted_without_the_other_family(text: str, count: int) -> None:
    reply = read_reply(text)
    assert (reply.intent, reply.count) == (Intent.EVACUATED, count)


@pytest.mark.parametrize(
    "text",
    [
        "1组周家全部转移",
        "何家湾李家 5人 已撤",
        "我是三组的张长贵家，5人都到学校了",
        "我们都转移到张长贵家了",
        "都在张长贵家，已撤离",
        "白天家里没人，都在学校了",
        "this is the Tanner family, all five of us are out",
        "Hi, for the Hughes family: five people evacuated",
        "whole family safe at the shelter",
        "all five out. at Dave Smith's house",
        "familia Zhang evacuada, 4 personas",
        "somos la familia Zhang, estamos todos en la escuela",
    ],
)
def test_own_family_name_and_hosts_name_are_not_another_family(text: str) -> None:
    assert read_reply(text).intent is Intent.EVACUATED


@pytest.mark.parametrize(
    "text",
    ["张长贵家房子垮了，快来救人", "the Zhang family are trapped", "la familia Zhang pide auxilio"],
)
def test_call_for_help_counts_for_any_family(text: str) -> None:
    assert read_reply(text).intent is Intent.NEEDS_HELP


def test_refusal_of_another_family_is_unclear() -> None:
    assert read_reply("张长贵家不肯走").intent is Intent.UNCLEAR


def test_officers_report_may_name_the_family() -> None:
    found = read_task_report("034 张长贵家，2人，已撤离")
    assert found is not None
    end, reply = found
    assert (end, reply.intent, reply.count) == ("034", Intent.EVACUATED, 2)


def test_without_other_families_returns_own_text_or_none() -> None:
    assert without_other_families("3 of us are out, thanks") == "3 of us are out, thanks"
    assert without_other_families(normalise("the zhang family are out")) is None
