"""Previews of an alert's texts and calls, one variant per language."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from alerting.deliveries.rules.forecast import Audience
from alerting.messages.link import as_sent
from alerting.messages.speech import SpeechKind, read_speech
from alerting.messages.text import HOME_LANGUAGE, TextKind, language_for, segments
from alerting.messages.wording import Readers, Wording
from alerting.policy.policy import Policy

Kind = TextKind | SpeechKind

_REMINDING: Final = (TextKind.REMINDER, SpeechKind.ALERT)
"""Texts and calls that a silent household gets after the alert's first text."""

_CALLING: Final = (TextKind.CALL, SpeechKind.CALL)


@dataclass(frozen=True)
class VariantText:
    """A text or call as it will arrive; its link, if any, contains a sample token."""

    kind: Kind
    body: str
    segments: int
    """Number of text segments; 0 for a call."""
    cost: float
    """Price of one such text, in the policy's currency."""


@dataclass(frozen=True)
class Variant:
    """The texts and calls in one language, to households of one village and to officers."""

    language: str
    division: str
    """The village or grid whose name is the longest; empty if only officers read the language."""
    place: str
    texts: tuple[VariantText, ...]


def variants_of(
    wording: Wording,
    audience: Audience,
    bodies: Mapping[Readers, str],
    policy: Policy,
) -> tuple[Variant, ...]:
    """Return one variant per language of the audience, `HOME_LANGUAGE` first, then by code.

    `bodies` are the alert's texts to households. Readers whose language has no file get
    `HOME_LANGUAGE`.
    """
    chosen = _longest_named(wording, bodies)
    languages = {*chosen, *audience.calls_by_language}
    return tuple(
        _variant(wording, audience, bodies, policy, chosen.get(language, Readers(language)))
        for language in sorted(languages, key=lambda code: (code != HOME_LANGUAGE, code))
    )


def _longest_named(wording: Wording, bodies: Mapping[Readers, str]) -> dict[str, Readers]:
    """Return, for each language, the readers whose village has the longest name.

    Of equally long names, the lowest division code wins.
    """
    chosen: dict[str, Readers] = {}
    longest: dict[str, int] = {}
    for each in sorted(bodies, key=lambda readers: (readers.division, readers.language)):
        language = language_for(each.language)
        length = len(wording.places.own(each.division, language))
        if length > longest.get(language, 0):
            chosen[language], longest[language] = each, length
    return chosen


def _variant(
    wording: Wording,
    audience: Audience,
    bodies: Mapping[Readers, str],
    policy: Policy,
    readers: Readers,
) -> Variant:
    language, division = language_for(readers.language), readers.division
    told: list[tuple[Kind, str]] = []
    if readers in bodies:
        told.append((TextKind.ALERT, bodies[readers]))
        told += [(kind, wording.of_kind(kind, readers)) for kind in _REMINDING]
    if language in audience.calls_by_language:
        reached = audience.households, audience.people
        told += [(kind, wording.of_kind(kind, Readers(language), *reached)) for kind in _CALLING]
    texts = tuple(_shown(kind, body, policy) for kind, body in told if _is_used(kind, policy))
    place = wording.places.own(division, language) if division else ""
    return Variant(language, division, place, texts)


def _is_used(kind: Kind, policy: Policy) -> bool:
    return policy.calls_by_phone or not isinstance(kind, SpeechKind)


def _shown(kind: Kind, body: str, policy: Policy) -> VariantText:
    if isinstance(kind, SpeechKind):
        return VariantText(kind, read_speech(body).words, 0, 0)
    text = as_sent(kind, body, policy.household_link)
    count = segments(text).count
    return VariantText(kind, text, count, round(count * policy.sending.cost_per_segment, 4))
