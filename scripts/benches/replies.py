"""Accuracy of reading replies: `scripts/bench replies [--file FILE.tsv] [--cross-validate]`."""

import json
import random
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from alerting.policy.policy import default_policy
from alerting.replies.corpus import LabelledReply, Verdict, judge, read, read_labelled, read_text
from alerting.replies.rules.grammar import MOST_CHARACTERS, prepare
from alerting.replies.rules.intents import Reply
from alerting.replies.rules.second_reader import Model
from scripts.train_second_reader import pack

CORPUS: Final = Path(__file__).parents[2] / "tests/replies/corpus"

_MEASURED: Final = CORPUS / "measuring.tsv"

_TAUGHT: Final = CORPUS / "training.tsv"

_FOLDS: Final = 5

_SEED: Final = 17

_LONGEST: Final = 1600

_LONGEST_PIECE: Final = 8

_FUZZED: Final = 200

_IN_DANGER: Final = frozenset({"help", "staying"})

_Judged = tuple[LabelledReply, Reply, Verdict, float]


def bench(
    file: Annotated[Path, typer.Option(help="Labelled replies to read.")] = _MEASURED,
    cross_validate: Annotated[
        bool, typer.Option(help="For each fifth of the file, train a model without it.")
    ] = False,
    language: Annotated[str | None, typer.Option(help="Only the replies in this language.")] = None,
    json_file: Annotated[Path | None, typer.Option("--json")] = None,
) -> None:
    """Read labelled replies; print the shares understood, recognised as calls, and falsely safe."""
    # The service does this when it starts; otherwise the first texts would pay for it.
    prepare()
    rows = [row for row in read_labelled(file) if language in {None, row.lang}]
    judged = _cross_validated(rows) if cross_validate else _judged(rows, None)
    figures = _figures(judged) | {
        f"ms for {length} characters, longest of the fuzzed": _fuzzed(rows, length)
        for length in (MOST_CHARACTERS, _LONGEST)
    }
    for line in _lines(figures):
        typer.echo(line)
    if json_file:
        json_file.write_text(json.dumps(figures, indent=1), encoding="utf-8")


def _judged(rows: Iterable[LabelledReply], model: Model | None) -> list[_Judged]:
    thresholds = default_policy().second_reader
    judged = []
    for row in rows:
        started = time.process_time()
        reply = read(row, thresholds, model)
        taken = time.process_time() - started
        judged.append((row, reply, judge(row, reply), taken))
    return judged


def _cross_validated(rows: Sequence[LabelledReply]) -> list[_Judged]:
    """Judge each fifth of the rows by a model trained on the other four."""
    shuffled = sorted(rows, key=lambda row: row.id)
    random.Random(_SEED).shuffle(shuffled)  # noqa: S311 - folds, no secrets
    taught = read_labelled(_TAUGHT)
    judged: list[_Judged] = []
    for fold in range(_FOLDS):
        held_out = shuffled[fold::_FOLDS]
        texts = {row.text.strip().casefold() for row in held_out}
        others = [row for row in taught if row.text.strip().casefold() not in texts]
        judged += _judged(held_out, Model.parse(pack(others)))
    return judged


def _figures(judged: Sequence[_Judged]) -> dict[str, Any]:
    by_class: dict[str, list[_Judged]] = defaultdict(list)
    for each in judged:
        by_class[each[0].intent].append(each)
    calls = by_class.get("help", [])
    calm = [each for each in judged if each[0].intent not in _IN_DANGER]
    times = sorted(each[3] for each in judged)
    return {
        "replies": len(judged),
        "understood": _share(judged, lambda each: each[2].understood),
        "by class": {
            name: {"replies": len(of), "understood": _share(of, lambda each: each[2].understood)}
            for name, of in sorted(by_class.items())
        },
        "false safe": sum(each[2].false_safe for each in judged),
        "calls heard": _share(calls, lambda each: each[2].heard),
        "false alarms": _share(calm, lambda each: each[2].heard),
        "ms a text, median": round(times[len(times) // 2] * 1000, 3),
        "ms a text, longest": round(times[-1] * 1000, 3),
    }


def _fuzzed(rows: Sequence[LabelledReply], length: int) -> float:
    """Return the most milliseconds that a text of this length takes to read.

    The texts consist of whole replies, of random pieces of replies, or of one piece repeated.
    """
    chance = random.Random(_SEED)  # noqa: S311 - texts, no secrets
    replies = [row.text for row in rows if row.text.strip()]
    pieces = [text[:_LONGEST_PIECE] for text in replies]
    whole = (" ".join(chance.choices(replies, k=length)) for _ in range(_FUZZED))
    mixed = ("".join(chance.choices(pieces, k=length)) for _ in range(_FUZZED))
    repeated = (piece * length for piece in chance.choices(pieces, k=_FUZZED))
    longest = 0.0
    thresholds = default_policy().second_reader
    for text in (*whole, *mixed, *repeated):
        started = time.process_time()
        read_text(text[:length], thresholds)
        longest = max(longest, time.process_time() - started)
    return round(longest * 1000, 3)


def _share(judged: Sequence[_Judged], holds: Callable[[_Judged], bool]) -> float:
    return round(sum(holds(each) for each in judged) / max(1, len(judged)), 4)


def _lines(figures: dict[str, Any]) -> Iterable[str]:
    for name, figure in figures.items():
        if isinstance(figure, dict):
            for kind, of in figure.items():
                share, replies = of["understood"], of["replies"]
                yield f"  {kind:<10} {replies:>5} replies  {share:>7.1%} understood"
        elif isinstance(figure, float) and "ms" not in name:
            yield f"{name}: {figure:.1%}"
        else:
            yield f"{name}: {figure}"
