"""The grammar's results on the labelled measuring set, which was never used for tuning."""

from pathlib import Path

import pytest

from alerting.policy.policy import default_policy
from alerting.replies.corpus import COLUMNS, LabelledReply, judge, name_of, read, read_labelled
from alerting.replies.rules.intents import Intent, Reply, ReplyReason

CORPUS = Path(__file__).parent / "corpus"
THRESHOLDS = default_policy().second_reader

# The required results on the measuring set, as shares of the replies; false safe is a number.
LEAST_UNDERSTOOD = 0.83
LEAST_HEARD = 0.97
MOST_FALSE_ALARMS = 0.08
MOST_FALSE_SAFE = 0

SPANISH_UNDERSTOOD = 0.9
SPANISH_HEARD = 0.95


@pytest.fixture(scope="module")
def measured() -> list[tuple[LabelledReply, Reply]]:
    return [(row, read(row, THRESHOLDS)) for row in read_labelled(CORPUS / "measuring.tsv")]


def test_sets_share_no_text() -> None:
    sets = [
        {row.text.strip().casefold() for row in read_labelled(CORPUS / f"{name}.tsv")}
        for name in ("training", "thresholds", "measuring")
    ]
    assert all(len(found) >= 400 for found in sets)
    assert not sets[0] & sets[1] | sets[0] & sets[2] | sets[1] & sets[2]


def test_most_replies_are_understood(measured: list[tuple[LabelledReply, Reply]]) -> None:
    share = sum(judge(*pair).understood for pair in measured) / len(measured)
    assert share >= LEAST_UNDERSTOOD


def test_false_safe_readings_are_bounded(
    measured: list[tuple[LabelledReply, Reply]],
) -> None:
    assert sum(judge(*pair).false_safe for pair in measured) <= MOST_FALSE_SAFE


def test_calls_for_help_are_recognised(measured: list[tuple[LabelledReply, Reply]]) -> None:
    heard = [judge(*pair).heard for pair in measured if pair[0].intent == "help"]
    assert sum(heard) / len(heard) >= LEAST_HEARD


def test_false_alarms_are_bounded(measured: list[tuple[LabelledReply, Reply]]) -> None:
    calm = [judge(*pair).heard for pair in measured if pair[0].intent not in {"help", "staying"}]
    assert sum(calm) / len(calm) <= MOST_FALSE_ALARMS


def test_spanish_replies_have_no_false_safe_reading_and_calls_are_heard() -> None:
    rows = [row for row in read_labelled(CORPUS / "thresholds.tsv") if row.lang == "es"]
    verdicts = [(row.intent, judge(row, read(row, THRESHOLDS))) for row in rows]
    calls = [verdict.heard for intent, verdict in verdicts if intent == "help"]
    calm = [verdict.heard for intent, verdict in verdicts if intent not in {"help", "staying"}]
    assert len(verdicts) >= 200
    assert sum(verdict.false_safe for _, verdict in verdicts) == 0
    assert sum(verdict.understood for _, verdict in verdicts) / len(verdicts) >= SPANISH_UNDERSTOOD
    assert sum(calls) / len(calls) >= SPANISH_HEARD
    assert sum(calm) / len(calm) <= MOST_FALSE_ALARMS


def labelled(
    intent: str, count: int | None, also: tuple[tuple[str, int | None], ...] = ()
) -> LabelledReply:
    safe = frozenset({"evacuated", "elsewhere"})
    return LabelledReply(
        "x", "en", 4, "", intent, count, frozenset() if intent in safe else safe, also
    )


def reading(intent: Intent, count: int | None = None) -> Reply:
    return Reply(intent, ReplyReason.WORDS, count)


@pytest.mark.parametrize(
    ("row", "reply", "understood", "false_safe"),
    [
        (labelled("evacuated", 3), reading(Intent.EVACUATED, 3), True, False),
        (labelled("evacuated", 3), reading(Intent.EVACUATED, 4), True, True),
        (labelled("evacuated", 3), reading(Intent.EVACUATED), True, True),
        (labelled("evacuated", 4), reading(Intent.EVACUATED), True, False),
        (labelled("evacuated", None), reading(Intent.EVACUATED, 9), True, False),
        (labelled("unclear", None), reading(Intent.EVACUATED, 1), False, True),
        (labelled("unclear", None, (("evacuated", 1),)), reading(Intent.EVACUATED, 1), True, False),
        (labelled("unclear", None, (("evacuated", 1),)), reading(Intent.EVACUATED, 2), False, True),
        (labelled("help", None), reading(Intent.RECEIVED), False, False),
    ],
)
def test_more_people_than_labelled_are_false_safe(
    row: LabelledReply, reply: Reply, understood: bool, false_safe: bool
) -> None:
    verdict = judge(row, reply)
    assert (verdict.understood, verdict.false_safe) == (understood, false_safe)


def test_row_with_wrong_columns_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "replies.tsv"
    file.write_text("\t".join(COLUMNS) + "\nx\ten\t4\tout\n", encoding="utf-8")
    with pytest.raises(ValueError, match=r"replies\.tsv:2: 4 columns instead of 8"):
        read_labelled(file)


def test_intent_names_match_the_labels_in_the_files() -> None:
    assert [name_of(Intent.NEEDS_HELP), name_of(Intent.OPTED_OUT)] == ["help", "optout"]
