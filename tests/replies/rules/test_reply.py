"""Replies as people write them, read by the rules without the second reader."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerting.replies.rules import intents
from alerting.replies.rules.intents import Intent, Reply, ReplyReason
from alerting.replies.rules.reply import read_raise, read_reply, read_task_report

SAFE = ["1", "1 4", "已转移", "都出来了", "全家5口人都安全", "all out", "we are safe", "evacuated"]
DANGER = [
    "救命", "被困", "有人受伤", "房子垮了", "路断了", "奶奶还在屋里", "还有人没出来", "找不到我爸",
    "help", "trapped", "my son is missing", "still inside", "someone is hurt", "road is blocked",
]  # fmt: skip
REFUSAL = ["不走", "等天亮再走", "我爸不肯走", "还没走", "not leaving", "staying", "dad won't go"]
DOUBT = [
    "没有", "不是", "不安全", "没撤离", "吗", "可能", "除了", "应该是", "听说", "隔壁", "他们",
    "not", "no", "maybe", "I think", "except dad", "?", "if", "he said",
]  # fmt: skip
# A text without any of these words can never read as evacuated.
SAFE_WORD = re.compile(
    r"[1一①-⑨㈠]|安全|转移|撤|疏散|离开|出来|下来|出去|走|到|在|anquan|zhuan|che|chu|out|safe|left|"
    r"evac|arriv|reach|at|in|got",
    re.IGNORECASE,
)


def combined(others: Sequence[str], marks: str) -> Iterator[str]:
    """Yield each safe text joined with each other text, in both orders, by each mark."""
    for safe, other, mark in product(SAFE, others, marks):
        yield f"{other}{mark}{safe}"
        yield f"{safe}{mark}{other}"


def test_call_for_help_outweighs_words_of_safety() -> None:
    texts = combined(DANGER, " ，,.\n")
    assert [text for text in texts if read_reply(text).intent is not Intent.NEEDS_HELP] == []


def test_refusal_outweighs_words_of_safety() -> None:
    texts = combined(REFUSAL, "，,.\n")
    assert [text for text in texts if read_reply(text).intent is not Intent.STAYING] == []


def test_word_of_doubt_makes_nobody_safe() -> None:
    texts = combined(DOUBT, " ，,.\n")
    assert [text for text in texts if read_reply(text).intent in intents.SAFE] == []


@pytest.mark.parametrize("safe", SAFE)
def test_sentence_that_breaks_off_makes_nobody_safe(safe: str) -> None:
    assert read_reply(f"{safe}, but").intent not in intents.SAFE


@given(st.text(max_size=80))
def test_random_text_without_a_safe_word_is_never_evacuated(text: str) -> None:
    plain = unicodedata.normalize("NFKC", text)
    assert read_reply(text).intent is not Intent.EVACUATED or SAFE_WORD.search(plain)


@given(st.sampled_from(SAFE), st.text(alphabet="qxzjwvbn", min_size=4, max_size=12))
def test_unknown_word_beside_words_of_safety_is_not_evacuated(safe: str, noise: str) -> None:
    assert read_reply(f"{safe}, {noise}").intent is not Intent.EVACUATED


@given(st.text(alphabet="1一二三和 都已经全部家人我妈走到在out all", max_size=400))
def test_any_text_is_read_without_error(text: str) -> None:
    assert read_reply(text * 4).intent in Intent


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("1", ReplyReason.KEY),
        ("都出来了", ReplyReason.WORDS),
        ("STOP", ReplyReason.CARRIER_WORD),
        ("马上走", ReplyReason.UNDER_WAY),
        ("", ReplyReason.EMPTY),
        ("1 #27 #28", ReplyReason.SEVERAL_CODES),
        ("1和4", ReplyReason.KEYS_JOINED),
        ("安全吗", ReplyReason.QUESTION),
        ("没撤离", ReplyReason.NEGATION),
        ("可能都出来了", ReplyReason.DOUBT),
        ("应该是 1", ReplyReason.DOUBT),
        ("邻居已转移", ReplyReason.NEIGHBOUR),
        ("asdf", ReplyReason.NOT_UNDERSTOOD),
        ("1 0", ReplyReason.ABSURD_COUNT),
    ],
)
def test_a_reading_names_the_rule_that_decided(text: str, reason: ReplyReason) -> None:
    assert read_reply(text).reason is reason


@pytest.mark.parametrize(
    ("text", "intent", "reason", "count"),
    [
        # A number after key 2 counts the people who need help, unless it counts something else.
        ("2", Intent.NEEDS_HELP, ReplyReason.KEY, None),
        ("2 3", Intent.NEEDS_HELP, ReplyReason.KEY, 3),
        ("2 三个", Intent.NEEDS_HELP, ReplyReason.KEY, 3),
        ("2 3组", Intent.NEEDS_HELP, ReplyReason.KEY, None),
        ("3人被困", Intent.NEEDS_HELP, ReplyReason.WORDS, None),
        # For 'staying', the count is the number of people who did leave.
        ("3", Intent.STAYING, ReplyReason.KEY, None),
        ("3 两个出来了", Intent.STAYING, ReplyReason.KEY, 2),
        ("我妈不走，我和老婆出来了", Intent.STAYING, ReplyReason.WORDS, 2),
        ("我妈不走", Intent.STAYING, ReplyReason.WORDS, None),
        # Keys run together are unclear, unless one of them calls for help.
        ("1和2", Intent.NEEDS_HELP, ReplyReason.KEYS_JOINED, None),
        ("4和2", Intent.NEEDS_HELP, ReplyReason.KEYS_JOINED, None),
        ("1/4", Intent.UNCLEAR, ReplyReason.KEYS_JOINED, None),
        # The headcount after a key is separate from the words that follow it.
        ("1 4 all out", Intent.EVACUATED, ReplyReason.KEY, 4),
        ("1 4 谢谢大家", Intent.EVACUATED, ReplyReason.KEY, 4),
        ("4 2 在成都", Intent.ELSEWHERE, ReplyReason.KEY, 2),
        ("1 1", Intent.EVACUATED, ReplyReason.KEY, 1),
        ("1 30", Intent.EVACUATED, ReplyReason.KEY, 30),
        ("1 31", Intent.UNCLEAR, ReplyReason.ABSURD_COUNT, None),
        ("1 0", Intent.UNCLEAR, ReplyReason.ABSURD_COUNT, None),
        ("谢谢", Intent.RECEIVED, ReplyReason.WORDS, None),
        ("五个人", Intent.UNCLEAR, ReplyReason.NOT_UNDERSTOOD, None),
        ("都出来了，我爸", Intent.UNCLEAR, ReplyReason.NOT_UNDERSTOOD, None),
        ("asdf", Intent.UNCLEAR, ReplyReason.NOT_UNDERSTOOD, None),
        ("-Stop!", Intent.OPTED_OUT, ReplyReason.CARRIER_WORD, None),
        ("1 #27 #28", Intent.UNCLEAR, ReplyReason.SEVERAL_CODES, None),
    ],
)
def test_reply_is_read_with_reason_and_count(
    text: str, intent: Intent, reason: ReplyReason, count: int | None
) -> None:
    assert read_reply(text) == Reply(intent, reason, count)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("1 #27", 27),
        ("1 4 #03", 3),
        ("＃99 已转移", 99),
        ("救命#27", 27),
        ("1", None),
        ("1 #5", None),
    ],
)
def test_alert_code_is_two_digits_after_a_hash(text: str, code: int | None) -> None:
    assert read_reply(text).alert_code == code


def test_call_for_help_with_two_codes_is_a_call_for_help() -> None:
    assert read_reply("2 #27 #28").intent is Intent.NEEDS_HELP


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("034 1 5", ("034", Intent.EVACUATED, 5)),
        ("0034 1", ("0034", Intent.EVACUATED, None)),
        ("０３４　２", ("034", Intent.NEEDS_HELP, None)),
        ("034,3", ("034", Intent.STAYING, None)),
        ("034 4 2", ("034", Intent.ELSEWHERE, 2)),
        ("034 老人走不动", ("034", Intent.NEEDS_HELP, None)),
        ("034 三口人都出来了", ("034", Intent.EVACUATED, 3)),
        ("2080034 1 5", ("2080034", Intent.EVACUATED, 5)),
        ("1002080034 1 5", ("1002080034", Intent.EVACUATED, 5)),
        ("5119211002080034 1 5", ("5119211002080034", Intent.EVACUATED, 5)),
        ("5119211002080010034 1 5", ("5119211002080010034", Intent.EVACUATED, 5)),
    ],
)
def test_report_names_a_household_by_the_last_digits_of_its_code(
    text: str, expected: tuple[str, Intent, int | None]
) -> None:
    report = read_task_report(text)
    assert report is not None
    assert (report[0], report[1].intent, report[1].count) == expected


@pytest.mark.parametrize("text", ["034 不在家", "034 not home", "034 家里没人", "034 三个人不在家"])
def test_not_at_home_in_words_means_nobody_opened(text: str) -> None:
    report = read_task_report(text)
    assert report is not None
    assert report[1] == Reply(Intent.UNCLEAR, ReplyReason.NOBODY_OPENED)


@pytest.mark.parametrize("text", ["1", "1 5", "都出来了", "034", "12345 1", "", "34 1"])
def test_other_texts_are_no_report(text: str) -> None:
    assert read_task_report(text) is None


@pytest.mark.parametrize(
    ("text", "hazard"),
    [
        ("滑坡", "滑坡"),
        ("滑坡 后山裂缝变宽", "滑坡"),
        ("滑坡了！快", "滑坡"),
        (" 山体滑坡，二组", "山体滑坡"),
        ("泥石流", "泥石流"),
        ("山洪来了", "山洪"),
        ("Landslide above the school", "landslide"),
        ("LANDSLIDE!", "landslide"),
        ("flash flood at the bridge", "flash flood"),
        ("mudslide", "mudslide"),
    ],
)
def test_a_hazard_as_first_word_raises_an_alert(text: str, hazard: str) -> None:
    assert read_raise(text) == hazard


@pytest.mark.parametrize(
    "text",
    ["1", "没有滑坡", "后山滑坡", "滑坡了吗", "滑坡？", "no landslide", "floodlight", "", "2"],
)
def test_other_texts_raise_no_alert(text: str) -> None:
    assert read_raise(text) is None
