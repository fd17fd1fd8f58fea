"""Chance that can be repeated: generators seeded by what they decide about."""

import random


def seeded(seed: int, subject: str) -> random.Random:
    """Return a generator that depends on the seed and the subject alone."""
    return random.Random(f"{seed}:{subject}")  # noqa: S311 - it plays people, it keeps no secret
