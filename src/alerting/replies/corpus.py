"""Labelled replies from a tab-separated file, and their comparison with what the grammar reads."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from alerting.policy.sections import SecondReader
from alerting.replies.rules.grammar import normalise
from alerting.replies.rules.intents import Intent, Reply, for_household
from alerting.replies.rules.reply import read_normal
from alerting.replies.rules.second_reader import Model, second_reading

COLUMNS: Final = (
    "id", "lang", "roster_headcount", "text", "expected_intent", "expected_count", "must_not",
    "note",
)  # fmt: skip

_NAMES: Final = {Intent.NEEDS_HELP: "help", Intent.OPTED_OUT: "optout"}

_ACCOUNTED: Final = frozenset({"evacuated", "elsewhere"})

_ALSO: Final = "also:"


@dataclass(frozen=True)
class LabelledReply:
    """A reply and its label, which says how a careful human reads it."""

    id: str
    lang: str
    headcount: int
    text: str
    intent: str
    count: int | None
    must_not: frozenset[str]
    also: tuple[tuple[str, int | None], ...]
    """Other correct readings, as (intent, number of people); None accepts any number."""


@dataclass(frozen=True)
class Verdict:
    """How well a reading of a reply agrees with the reply's label."""

    understood: bool
    false_safe: bool
    """True if the reading counts people as safe who are not safe by the label."""
    heard: bool
    """True if the reply was read as a call for help or as a suspected one."""


def read_labelled(path: Path) -> list[LabelledReply]:
    """Return the labelled replies of a file. Its cells are not quoted.

    Raises:
        ValueError: if the header is wrong, or a row has too few or too many columns.
    """
    lines = path.read_text(encoding="utf-8").split("\n")
    if tuple(lines[0].split("\t")) != COLUMNS:
        raise ValueError(f"{path}: the first line must be the header {' '.join(COLUMNS)}")
    return [_row(path, number, line) for number, line in enumerate(lines[1:], start=2) if line]


def _row(path: Path, number: int, line: str) -> LabelledReply:
    cells = line.split("\t")
    if len(cells) != len(COLUMNS):
        raise ValueError(f"{path}:{number}: {len(cells)} columns instead of {len(COLUMNS)}")
    id_, lang, headcount, text, intent, count, must_not, note = cells
    return LabelledReply(
        id_,
        lang,
        int(headcount) if headcount else 1,
        text,
        intent,
        int(count) if count else None,
        frozenset(part.strip() for part in must_not.split(",") if part.strip()),
        _also(note),
    )


def _also(note: str) -> tuple[tuple[str, int | None], ...]:
    _, found, listed = note.partition(_ALSO)
    readings = []
    for each in listed.split(",") if found else ():
        intent, _, count = each.strip().partition("/")
        readings.append((intent, int(count) if count else None))
    return tuple(readings)


def read(row: LabelledReply, thresholds: SecondReader, model: Model | None = None) -> Reply:
    """Return the reading of a reply, given the size of the sender's household."""
    return for_household(read_text(row.text, thresholds, model), row.headcount)


def read_text(text: str, thresholds: SecondReader, model: Model | None = None) -> Reply:
    """Return the reading of a text by the rules, checked by the second reader."""
    plain = normalise(text)
    return second_reading(plain, read_normal(plain), thresholds, model)


def name_of(intent: Intent) -> str:
    """Return the name that the files of labelled replies use for an intent."""
    return _NAMES.get(intent, intent.value)


def judge(row: LabelledReply, reply: Reply) -> Verdict:
    """Compare a reading with the label, or with another correct reading that it matches."""
    intent = name_of(reply.intent)
    is_also = any(also == intent and count in {None, reply.count} for also, count in row.also)
    false_safe = not is_also and intent in _ACCOUNTED and _is_too_good(row, intent, reply.count)
    return Verdict(
        understood=is_also or intent == row.intent,
        false_safe=false_safe,
        heard=intent == "help" or reply.suspected,
    )


def _is_too_good(row: LabelledReply, intent: str, count: int | None) -> bool:
    if intent in row.must_not or row.intent not in _ACCOUNTED:
        return True
    said = row.headcount if count is None else count
    return row.count is not None and said > row.count
