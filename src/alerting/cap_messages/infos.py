"""The words of a message in each language that knows the event: CAP's info blocks."""

from collections.abc import Mapping
from dataclasses import dataclass

from alerting.cap.alert import AlertRequest, InfoText
from alerting.cap.message import Spoken
from alerting.messages.hazards import phrase_for
from alerting.messages.languages import LANGUAGES
from alerting.messages.places import Places
from alerting.messages.text import HOME_LANGUAGE, spoken_in


@dataclass(frozen=True)
class Context:
    """What the words of a message need besides the alert's own."""

    divisions: tuple[str, ...]
    """All that the alert reached."""
    places: Places
    issuers: Mapping[str, str]
    """The issuer's name by language."""
    endings: Mapping[str, str]
    """The instructions by language, if the message ends the alert."""


def spoken_infos(request: AlertRequest, context: Context) -> tuple[Spoken, ...]:
    """Return the words in the alert's own language, then in the others, by code.

    The others are those of its translations, and those whose phrase library knows the event.
    """
    own = request.language or HOME_LANGUAGE
    known = {code for code in LANGUAGES if phrase_for(request.event, code)}
    others = sorted((request.translations.keys() | known) - {own})
    return tuple(_spoken(request, code, context) for code in (own, *others))


def _spoken(request: AlertRequest, code: str, context: Context) -> Spoken:
    is_own = code == (request.language or HOME_LANGUAGE)
    given = _as_given(request) if is_own else request.translations.get(code, InfoText())
    phrase, words = phrase_for(request.event, code), spoken_in(code).places
    library = phrase.instruction if phrase else request.instruction
    point = given.assembly_point or request.assembly_point
    return Spoken(
        language=LANGUAGES[code].locale if code in LANGUAGES else code,
        event=given.event or (phrase.name if phrase else request.event),
        headline=given.headline,
        description=given.description,
        instruction=context.endings.get(code) or given.instruction or library,
        sender_name=context.issuers.get(code),
        assembly_point=point or context.places.assembly_point(context.divisions, code),
        names={each: context.places.area([each], code) for each in context.divisions},
        comma=words.comma,
        as_drawn=words.as_drawn,
        with_holes=words.with_holes,
    )


def _as_given(request: AlertRequest) -> InfoText:
    """Return the alert's own fields."""
    return InfoText.model_construct(
        **{name: getattr(request, name) for name in InfoText.model_fields}
    )
