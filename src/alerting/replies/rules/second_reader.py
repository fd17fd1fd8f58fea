"""A statistical second reader, which can only make the rules' readings more cautious.

It is a linear classifier over hashed character n-grams and kinds of words, trained by
`scripts/train`. It may veto a reading that accounts for people, and flag a text as a suspected call
for help. It never accounts for anybody.
"""

import json
from array import array
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from math import exp
from typing import Final

from alerting.policy.sections import SecondReader
from alerting.replies.rules.assertions import is_firm
from alerting.replies.rules.features import BUCKETS, features
from alerting.replies.rules.grammar import expression, in_its_languages
from alerting.replies.rules.intents import OPTING, SAFE, Intent, Reply, ReplyReason
from alerting.replies.rules.menu import menu_entry
from alerting.replies.rules.whole_text import corrected

MODEL: Final = "second_reader.bin"

QUESTIONS: Final = ("danger", "refusal", "out")


@dataclass(frozen=True, slots=True)
class Doubt:
    """The probabilities that a text reports danger, a refusal, and people who are out or away."""

    danger: float
    refusal: float
    out: float


@dataclass(frozen=True)
class Model:
    """The classifier's weights: one integer per question and bucket, times the question's scale."""

    scales: tuple[float, ...]
    biases: tuple[float, ...]
    weights: tuple["array[int]", ...]

    @classmethod
    def parse(cls, packed: bytes) -> "Model":
        """Parse a model file: a line of JSON, then one signed byte per question and bucket.

        Raises:
            ValueError: if the model has another number of buckets.
        """
        head, _, body = packed.partition(b"\n")
        described = json.loads(head)
        if len(body) != len(QUESTIONS) * BUCKETS or described["buckets"] != BUCKETS:
            raise ValueError(f"{MODEL} was trained for other features: run scripts/train")
        weights = tuple(
            array("b", body[place * BUCKETS : (place + 1) * BUCKETS])
            for place in range(len(QUESTIONS))
        )
        return cls(tuple(described["scales"]), tuple(described["biases"]), weights)

    def judge(self, plain: str) -> Doubt:
        """Return the probabilities for a normalised text."""
        found = features(plain).items()
        return Doubt(
            *(
                _share(bias + scale * sum(weights[bucket] * value for bucket, value in found))
                for scale, bias, weights in zip(self.scales, self.biases, self.weights, strict=True)
            )
        )


def _share(score: float) -> float:
    return 1 / (1 + exp(-max(-30.0, min(30.0, score))))


_PLAIN: Final = expression(
    r"(?:(?:{reply_prefix}[ :]*)?[1-4][ ,:.、]*(?:{n} ?(?:{unit})?)?|{listed})"
    r"(?:[ ,.!\n]*{courtesy}){0,3}[ .!]*(?:#\d\d)?"
)


@cache
def trained() -> Model:
    """Return the model that is part of the package."""
    return Model.parse(files(__package__).joinpath(MODEL).read_bytes())


_NEVER_DOUBTED: Final = frozenset({Intent.NEEDS_HELP, *OPTING})


@in_its_languages
def second_reading(
    plain: str, reply: Reply, thresholds: SecondReader, model: Model | None = None
) -> Reply:
    """Return the rules' reading of a normalised text, or a more cautious one.

    A reading that accounts for people may become unclear. A text that accounts for nobody may be
    flagged as a suspected call for help. Plain keys and menu entries are never changed.
    """
    if reply.intent in _NEVER_DOUBTED or _is_plain(plain) or menu_entry(plain):
        return reply
    doubt = (model or trained()).judge(plain)
    if reply.intent in SAFE:
        if not _is_vetoed(plain, doubt, thresholds):
            return reply
        reply = replace(reply, intent=Intent.UNCLEAR, reason=ReplyReason.SECOND_READER, count=None)
    suspected = reply.suspected or doubt.danger >= thresholds.danger
    return replace(reply, suspected=suspected)


def _is_vetoed(plain: str, doubt: Doubt, thresholds: SecondReader) -> bool:
    return (
        doubt.out < (thresholds.out_known if is_firm(plain) else thresholds.out)
        or doubt.danger >= thresholds.calm
        or doubt.refusal >= thresholds.refusal
    )


def _is_plain(plain: str) -> bool:
    """Return whether a text is just a key, a menu entry or a correction, perhaps with thanks."""
    return bool(_PLAIN().fullmatch(plain)) or corrected(plain) is not None
