"""Separates what a text says about the writer's household from what it says about others."""

from alerting.replies.rules.grammar import (
    clauses,
    has,
    in_its_languages,
    without,
)


def without_other_families(said: str) -> str | None:
    """Return the parts about the writer's own household; None if all are about another family.

    A part is about others if it names another family ('the Zhang family', 张长贵家) or says that
    the writer saw the people ('I saw them', 我看到的). A part without a subject has the subject of
    the part before it. Parts before the first subject are about the others: '2 out, the Zhang
    family'.
    """
    parts = clauses(said)
    if not any(_is_of_others(part) for part in parts):
        return said
    own: list[str] = []
    is_own = False
    for part in parts:
        is_own = _is_of_own(part) or (is_own and not _is_of_others(part))
        if is_own:
            own.append(part)
    return "; ".join(own) or None


def _is_of_others(part: str) -> bool:
    return has("other_family", part) or has("witness", part)


def _is_of_own(part: str) -> bool:
    """Return whether a part says 'we', or says 'I' and names no other family.

    'I brought the Zhang family' is about the others.
    """
    seen = without("other_family", without("witness", part))
    return has("ours", seen) or (has("myself", seen) and not has("other_family", part))


@in_its_languages
def without_name(plain: str) -> str:
    """Return an officer's report without the name of the family that it is about."""
    return without("other_family", plain)
