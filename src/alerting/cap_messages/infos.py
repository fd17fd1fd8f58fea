"""The words of a message in each language that knows the event: CAP's info blocks."""

from collections.abc import Mapping, Sequence

from alerting.cap.alert import AlertRequest, InfoText
from alerting.cap.message import Spoken
from alerting.messages.hazards import phrase_for
from alerting.messages.languages import LANGUAGES
from alerting.messages.places import Places
from alerting.messages.text import HOME_LANGUAGE, spoken_in


def spoken_infos(
    request: AlertRequest,
    places: Places,
    endings: Mapping[str, str],
    divisions: Sequence[str],
) -> tuple[Spoken, ...]:
    """Return the words in the alert's own language, then in the others, by code.

    The others are those of its translations, and those whose phrase library knows the event.
    `endings` are the instructions, by language, of a message that ends the alert.
    """
    own = request.language or HOME_LANGUAGE
    known = {code for code in LANGUAGES if phrase_for(request.event, code)}
    others = sorted((request.translations.keys() | known) - {own})
    return tuple(_spoken(request, code, places, endings, divisions) for code in (own, *others))


def _spoken(
    request: AlertRequest,
    code: str,
    places: Places,
    endings: Mapping[str, str],
    divisions: Sequence[str],
) -> Spoken:
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
        instruction=endings.get(code) or given.instruction or library,
        assembly_point=point or places.assembly_point(divisions, code),
        names={each: places.area([each], code) for each in divisions},
        comma=words.comma,
        as_drawn=words.as_drawn,
        with_holes=words.with_holes,
    )


def _as_given(request: AlertRequest) -> InfoText:
    """Return the alert's own fields."""
    return InfoText.model_construct(
        **{name: getattr(request, name) for name in InfoText.model_fields}
    )
