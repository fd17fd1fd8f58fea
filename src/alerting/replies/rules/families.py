"""The household that a text speaks of: the writer's own, or another family that it names."""

from alerting.replies.rules.grammar import (
    clauses,
    has,
    in_its_languages,
    without,
)


def without_other_families(said: str) -> str | None:
    """Return what a text says of the writer's household; None if it tells of another family only.

    A text may name another family ('the Zhang family', 张长贵家), or say that its writer saw the
    people ('I saw them', 我看到的). A part without a subject continues the part before it. Parts
    before the first subject belong to the other family: '2 out, the Zhang family'.
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
    """True if 'we' are named, or 'I' without another family: 'I brought the Zhang family'."""
    seen = without("other_family", without("witness", part))
    return has("ours", seen) or (has("myself", seen) and not has("other_family", part))


@in_its_languages
def without_name(plain: str) -> str:
    """Return a report without the name of the family that it is about."""
    return without("other_family", plain)
