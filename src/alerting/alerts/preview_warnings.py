"""Warnings in a preview about texts that some readers cannot act on, or that cost more."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from alerting.deliveries.rules.forecast import Audience
from alerting.messages.foreign import foreign_words, untranslated
from alerting.messages.info import info_in
from alerting.messages.languages import LANGUAGES
from alerting.messages.text import HOME_LANGUAGE, language_for, segments
from alerting.messages.wording import Readers, Wording
from contacts.division import village_of

_MOST_EXAMPLES: Final = 3

_LONGEST_EXAMPLE: Final = 40


class WarningCode(StrEnum):
    """The reason for a warning."""

    NO_ISSUER = "no_issuer"
    """The policy has no issuer name in a language; `count` texts name a generic issuer."""
    GENERIC_ASSEMBLY_POINT = "generic_assembly_point"
    """`count` villages have no assembly point, and the alert names none."""
    UNTRANSLATED = "untranslated"
    """`count` words of the alert have no translation in a language; generic words replace them."""
    FOREIGN_WORDS = "foreign_words"
    """The texts in a language contain `count` different words of another language or script."""
    OVER_ONE_SEGMENT = "over_one_segment"
    """`count` texts of the alert in a language, to households or officers, take several segments.
    Reminders do not count: the policy allows them a second segment for the link.
    """
    NO_LANGUAGE_FILE = "no_language_file"
    """`count` households with a phone read a language that has no file; they get the home language.
    """


@dataclass(frozen=True)
class PreviewWarning:
    """A warning, with the language that it concerns, a number, and the first examples."""

    code: WarningCode
    language: str | None
    count: int
    examples: tuple[str, ...] = ()
    """At most three village names or words, each of at most 40 characters."""


def warnings_of(
    wording: Wording, audience: Audience, bodies: Mapping[Readers, str]
) -> tuple[PreviewWarning, ...]:
    """Return the warnings about the texts of an alert to households and officers.

    `bodies` are the texts to households, without links.
    """
    calls = {
        language: wording.to_officers(language, audience.households, audience.people)
        for language in audience.calls_by_language
    }
    return (
        *_no_issuer(wording, audience),
        *_generic_assembly_point(wording, bodies),
        *_foreign(wording, bodies, calls),
        *_over_one_segment(audience, bodies, calls),
        *_no_language_file(audience),
    )


def _no_issuer(wording: Wording, audience: Audience) -> Iterator[PreviewWarning]:
    nameless = Counter[str]()
    officers = {Readers(each): count for each, count in audience.calls_by_language.items()}
    for readers, count in (*audience.texts_by_readers.items(), *officers.items()):
        language = language_for(readers.language)
        if language not in wording.issuer(readers).names:
            nameless[language] += count
    for language, count in sorted(nameless.items()):
        yield PreviewWarning(WarningCode.NO_ISSUER, language, count)


def _generic_assembly_point(
    wording: Wording, bodies: Mapping[Readers, str]
) -> Iterator[PreviewWarning]:
    without = sorted(
        {village_of(each.division) for each in bodies if wording.assembly_point(each) is None}
    )
    if without:
        first = tuple(wording.places.short(c, HOME_LANGUAGE) for c in without[:_MOST_EXAMPLES])
        yield PreviewWarning(WarningCode.GENERIC_ASSEMBLY_POINT, None, len(without), first)


def _foreign(
    wording: Wording, bodies: Mapping[Readers, str], calls: Mapping[str, str]
) -> Iterator[PreviewWarning]:
    by_language: dict[str, list[str]] = {language: [body] for language, body in calls.items()}
    for readers, body in sorted(bodies.items()):
        by_language.setdefault(language_for(readers.language), []).append(body)
    for language, texts in sorted(by_language.items()):
        # The household's page shows the instruction, which the text omits.
        texts.append(info_in(wording.request, language).instruction)
        by_script = (word for text in texts for word in foreign_words(text, language))
        found = {
            WarningCode.UNTRANSLATED: untranslated(wording.request, language),
            WarningCode.FOREIGN_WORDS: list(dict.fromkeys(by_script)),
        }
        for code, words in found.items():
            if words:
                first = tuple(_short(word) for word in words[:_MOST_EXAMPLES])
                yield PreviewWarning(code, language, len(words), first)


def _over_one_segment(
    audience: Audience, bodies: Mapping[Readers, str], calls: Mapping[str, str]
) -> Iterator[PreviewWarning]:
    longer = Counter[str]()
    for readers, body in bodies.items():
        if segments(body).count > 1:
            longer[language_for(readers.language)] += audience.texts_by_readers[readers]
    for language, body in calls.items():
        if segments(body).count > 1:
            longer[language] += audience.calls_by_language[language]
    for language, count in sorted(longer.items()):
        yield PreviewWarning(WarningCode.OVER_ONE_SEGMENT, language, count)


def _no_language_file(audience: Audience) -> Iterator[PreviewWarning]:
    unknown = Counter[str]()
    for readers, count in audience.texts_by_readers.items():
        if readers.language not in LANGUAGES:
            unknown[readers.language] += count
    for language, count in sorted(unknown.items()):
        yield PreviewWarning(WarningCode.NO_LANGUAGE_FILE, language, count)


def _short(words: str) -> str:
    return words if len(words) <= _LONGEST_EXAMPLE else f"{words[: _LONGEST_EXAMPLE - 1]}…"
