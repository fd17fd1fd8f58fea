"""Measures the tables of docs/replies.md again: `python scripts/replies_page.py`.

Each table is between two comments that name it. The text around them is written by hand.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from functools import cache
from pathlib import Path
from typing import Final

from alerting.policy.policy import default_policy
from alerting.policy.sections import SecondReader
from alerting.replies.corpus import LabelledReply, Verdict, judge, read_labelled
from alerting.replies.rules.grammar import normalise
from alerting.replies.rules.intents import Intent, Reply, ReplyReason, for_household
from alerting.replies.rules.reply import read_normal
from alerting.replies.rules.second_reader import Doubt, Model, second_reading, trained

ROOT: Final = Path(__file__).parents[1]

PAGE: Final = ROOT / "docs/replies.md"

CORPUS: Final = ROOT / "tests/replies/corpus"

_DANGERS: Final = (0.9, 0.7, 0.5, 0.45, 0.4, 0.3, 0.2)

_OUTS: Final = (0.0, 0.5, 0.8, 0.85, 0.9, 0.95)

_NOTHING: Final = Reply(Intent.UNCLEAR, ReplyReason.NOT_UNDERSTOOD)
"""The reading of rules that understand nothing, to measure the second reader alone."""

_IN_DANGER: Final = frozenset({"help", "staying"})

Judged = Sequence[tuple[LabelledReply, Verdict]]

_FIRST: Final = frozenset({"zh", "en", "mix"})
"""Languages of the first corpus, alone and mixed."""

_SETS: Final[dict[str, Callable[[LabelledReply], bool]]] = {
    "Chinese and English": lambda row: row.lang in _FIRST,
    "Other languages": lambda row: row.lang not in _FIRST,
}
"""The parts of the measuring set."""


@cache
def _doubt(plain: str) -> Doubt:
    return trained().judge(plain)


class _Once(Model):
    """The trained model with a cache: it judges each text once for all thresholds."""

    def judge(self, plain: str) -> Doubt:
        return _doubt(plain)


@cache
def _by_rules(text: str) -> tuple[str, Reply]:
    plain = normalise(text)
    return plain, read_normal(plain)


def _judged(rows: Iterable[LabelledReply], tried: SecondReader, *, alone: bool = False) -> Judged:
    """Read and judge the replies; with `alone`, the rules read nothing."""
    once = _Once(trained().scales, trained().biases, trained().weights)
    judged = []
    for row in rows:
        plain, by_rules = _by_rules(row.text)
        reply = second_reading(plain, _NOTHING if alone else by_rules, tried, once)
        judged.append((row, judge(row, for_household(reply, row.headcount))))
    return judged


def danger_table(rows: Sequence[LabelledReply], chosen: SecondReader) -> str:
    """Return the table of recognised calls and false alarms for each threshold of danger."""
    lines = []
    for danger in sorted({*_DANGERS, chosen.danger}, reverse=True):
        tried = chosen.model_copy(update={"danger": danger})
        both = _judged(rows, tried)
        alone = _judged(rows, tried, alone=True)
        shares = (heard(both), alarms(both), heard(alone), alarms(alone))
        lines.append((_marked(danger, chosen.danger), *map(_percent, shares)))
    return _table(
        ("danger from", "calls heard", "false alarms", "heard alone", "alarms alone"), lines
    )


def out_table(rows: Sequence[LabelledReply], chosen: SecondReader) -> str:
    """Return the table of false safe readings and understood replies by threshold of 'out'."""
    lines = []
    for out in sorted({*_OUTS, chosen.out}):
        tried = chosen.model_copy(update={"out": out})
        judged = _judged(rows, tried)
        lines.append((_marked(out, chosen.out), str(false_safe(judged)), understood(judged)))
    return _table(("out from", "false safe", "understood"), lines)


def set_table(rows: Sequence[LabelledReply], chosen: SecondReader) -> str:
    """Return the table with the figures of each part of the measuring set that has rows."""
    lines = []
    for name, belongs in _SETS.items():
        judged = _judged([row for row in rows if belongs(row)], chosen)
        if not judged:
            continue
        shares = map(_percent, (heard(judged), alarms(judged)))
        figures = (understood(judged), str(false_safe(judged)), *shares)
        lines.append((name, str(len(judged)), *figures))
    return _table(
        ("set", "replies", "understood", "false safe", "calls heard", "false alarms"), lines
    )


def understood(judged: Judged) -> str:
    """Return the share of replies that were understood, as text."""
    return _percent(_share(verdict.understood for _, verdict in judged))


def false_safe(judged: Judged) -> int:
    """Return the number of replies that were wrongly read as safe."""
    return sum(verdict.false_safe for _, verdict in judged)


def heard(judged: Judged) -> float:
    """Return the share of the calls for help that were recognised."""
    return _share(verdict.heard for row, verdict in judged if row.intent == "help")


def alarms(judged: Judged) -> float:
    """Return the share of replies without danger or refusal that were taken for calls."""
    return _share(verdict.heard for row, verdict in judged if row.intent not in _IN_DANGER)


def _share(holds: Iterable[bool]) -> float:
    told = list(holds)
    return sum(told) / max(1, len(told))


def _percent(share: float) -> str:
    return f"{share:.1%}".replace("%", " %")


def _marked(value: float, chosen: float) -> str:
    return f"**{value:g}**" if value == chosen else f"{value:g}"


def _table(head: Sequence[str], lines: Iterable[Sequence[str]]) -> str:
    rows = [head, ["---"] * len(head), *lines]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def with_tables(page: str, tables: dict[str, str]) -> str:
    """Return the page with each table inserted between the comments of its name."""
    for name, table in tables.items():
        between = re.compile(rf"(<!-- {name} -->\n).*?(\n<!-- /{name} -->)", re.DOTALL)
        page, replaced = between.subn(lambda found, table=table: found[1] + table + found[2], page)  # type: ignore[misc]
        if replaced != 1:
            raise ValueError(f"{PAGE.name} has {replaced} places for the table {name}")
    return page


def main() -> None:
    """Measure, and write the tables into the page."""
    chosen = default_policy().second_reader
    thresholds = read_labelled(CORPUS / "thresholds.tsv")
    tables = {
        "danger": danger_table(thresholds, chosen),
        "out": out_table(thresholds, chosen),
        "sets": set_table(read_labelled(CORPUS / "measuring.tsv"), chosen),
    }
    PAGE.write_text(with_tables(PAGE.read_text(encoding="utf-8"), tables), encoding="utf-8")


if __name__ == "__main__":
    main()
