"""Train the second reader of replies from tests/replies/corpus: `scripts/train`.

The same corpus and version of scikit-learn give the same file, byte for byte.
"""

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression

from alerting.replies.corpus import LabelledReply, read_labelled
from alerting.replies.rules.features import BUCKETS, features
from alerting.replies.rules.grammar import normalise
from alerting.replies.rules.second_reader import MODEL, QUESTIONS

ROOT: Final = Path(__file__).parents[1]

CORPUS: Final = ROOT / "tests/replies/corpus"

_ASKED: Final = {
    "danger": frozenset({"help"}),
    "refusal": frozenset({"staying"}),
    "out": frozenset({"evacuated", "elsewhere"}),
}

_STRENGTH: Final = 12.0
"""Inverse regularisation strength, chosen by the curves in docs/replies.md."""

_LARGEST: Final = 127


def pack(rows: Sequence[LabelledReply]) -> bytes:
    """Train a model on these replies, and return it in the format of `Model.parse`."""
    matrix = _matrix(rows)
    weights, scales, biases = [], [], []
    for question in QUESTIONS:
        taught, bias = _teach(matrix, rows, _ASKED[question])
        scale = float(np.abs(taught).max()) / _LARGEST
        weights.append(np.rint(taught / scale).astype(np.int8).tobytes())
        scales.append(round(scale, 9))
        biases.append(round(bias, 6))
    head = json.dumps({"biases": biases, "buckets": BUCKETS, "scales": scales}, sort_keys=True)
    return b"\n".join([head.encode(), b"".join(weights)])


def _matrix(rows: Sequence[LabelledReply]) -> csr_matrix:
    found = [sorted(features(normalise(row.text)).items()) for row in rows]
    starts = np.cumsum([0, *(len(each) for each in found)])
    columns = [bucket for each in found for bucket, _ in each]
    values = [value for each in found for _, value in each]
    return csr_matrix((values, columns, starts), shape=(len(rows), BUCKETS))


def _teach(
    matrix: csr_matrix, rows: Sequence[LabelledReply], asked: frozenset[str]
) -> tuple[np.ndarray, float]:
    """Fit one question; leave out replies for which either answer is right."""
    told = np.array([row.intent in asked for row in rows])
    kept = np.array(
        [row.intent in asked or not any(also in asked for also, _ in row.also) for row in rows]
    )
    model = LogisticRegression(solver="liblinear", C=_STRENGTH, random_state=0, max_iter=300)
    model.fit(matrix[kept], told[kept])
    return model.coef_[0], float(model.intercept_[0])


def main() -> None:
    """Write the model to the file that the package reads."""
    rows = read_labelled(CORPUS / "training.tsv")
    target = ROOT / "src/alerting/replies/rules" / MODEL
    target.write_bytes(pack(rows))
    size = target.stat().st_size
    sys.stdout.write(f"{target.relative_to(ROOT)}: {len(rows)} replies, {size} bytes\n")


if __name__ == "__main__":
    main()
