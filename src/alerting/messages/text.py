"""Composes texts for people in their language, and measures their length as text messages.

Callers store each text when the alert is accepted, and send exactly this text later.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache, lru_cache
from string import Formatter
from typing import Annotated, Any, Final, NamedTuple, Self

from gsm0338 import Codec
from gsm0338.charset import BASIC_CHARACTER_SET, BASIC_CHARACTER_SET_EXTENSION
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from alerting.cap.alert import Status
from alerting.errors import InvalidError
from alerting.messages.languages import LANGUAGES, Language
from alerting.policy.issuer import Issuer
from contacts.locality import HOME


class TextOpening(NamedTuple):
    """The beginning of a text: its issuer, and the mark of an exercise or test."""

    issuer: str
    mark: str
    """The words that mark an exercise or a test; empty for a real alert."""
    text: str
    """Issuer and mark in the order of the text; carriers require a signature to come first."""


def issuer_name(issuer: Issuer, language: str) -> str:
    """Return the issuer's name in a language; a generic name if the issuer has none."""
    return issuer.names.get(language) or LANGUAGES[language].texts["generic_issuer"]


def opening(issuer: Issuer, language: str, status: Status) -> TextOpening:
    """Return the beginning of a text in a language of `LANGUAGES`.

    Only a signature may stand in brackets 【】, because carriers in mainland China read it there.
    """
    words = LANGUAGES[language]
    name, mark = issuer_name(issuer, language), words.prefixes.get(status, "")
    if signature := issuer.signatures.get(language):
        return TextOpening(name, mark, f"【{signature}】{mark}")
    return TextOpening(name, mark, mark + words.texts["issued"].format(issuer=name))


_GSM: Final = Codec()
_ESCAPE: Final = 0x1B
_GSM_BASIC: Final = frozenset(
    _GSM.decode(bytes([unit]))[0] for unit in BASIC_CHARACTER_SET if unit != _ESCAPE
)
_GSM_EXTENDED: Final = frozenset(
    _GSM.decode(bytes([_ESCAPE, unit]))[0] for unit in BASIC_CHARACTER_SET_EXTENSION
)
"""Characters of GSM 03.38 that take two units, because each needs an escape before it."""

_GSM_7: Final = _GSM_BASIC | _GSM_EXTENDED

_TEMPLATES_KEPT: Final = 1_024
"""Maximum number of cached templates; the languages have fewer."""

HOME_LANGUAGE: Final = HOME.home_language
"""The language for readers whose own language has no files."""


class Encoding(StrEnum):
    """The character encoding of a text message in transmission."""

    GSM_7 = "GSM-7"
    UCS_2 = "UCS-2"


# Units in a single message, and in each part of a longer message, where a header takes room.
_ROOM: Final = {Encoding.GSM_7: (160, 153), Encoding.UCS_2: (70, 67)}


@dataclass(frozen=True, slots=True)
class Segments:
    """The length of a text message: its units (septets or UTF-16 units) and billed segments."""

    encoding: Encoding
    units: int
    count: int


class TextKind(StrEnum):
    """The purpose of a text."""

    ALERT = "alert"
    REMINDER = "reminder"
    NEIGHBOUR = "neighbour"
    CORRECTION = "correction"
    CANCELLATION = "cancellation"
    ALL_CLEAR = "all_clear"
    QUESTION = "question"
    DIRECTIONS = "directions"
    IF_HELP = "if_help"
    WHICH_ALERT = "which_alert"
    FOR_LIVE_ALERT = "for_live_alert"
    WHICH_HOUSEHOLD = "which_household"
    NO_SUCH_HOUSEHOLD = "no_such_household"
    REPORT_FORM = "report_form"
    REPORTS_RECORDED = "reports_recorded"
    UNVERIFIED = "unverified"
    CODES_REFUSED = "codes_refused"
    CONFIRM_EVACUATED = "confirm_evacuated"
    CONFIRM_PARTIAL = "confirm_partial"
    CONFIRM_HELP = "confirm_help"
    EXERCISE_HELP = "exercise_help"
    RAISED = "raised"
    CONFIRM_RAISE = "confirm_raise"
    CALL = "call"
    CALL_CORRECTION = "call_correction"
    DOORS = "doors"
    DARK = "dark"
    APPROVAL = "approval"
    PROPOSAL = "proposal"
    UNWOKEN = "unwoken"
    HELP_CASE = "help_case"
    SUSPECTED_CALL = "suspected_call"
    ROLL_CALL = "roll_call"
    ROLL_CALL_DOORS = "roll_call_doors"
    REOPENED = "reopened"
    SIGN_IN = "sign_in"
    RECOVERY = "recovery"
    EXERCISE_PLANNED = "exercise_planned"
    GROUP_ALERT = "group_alert"
    GROUP_CORRECTION = "group_correction"
    GROUP_HELP_CASE = "group_help_case"
    GROUP_UNWOKEN = "group_unwoken"
    GROUP_PROGRESS = "group_progress"
    SENSOR_YELLOW = "sensor_yellow"
    SENSOR_SILENT = "sensor_silent"
    SENSOR_CLOCK_WRONG = "sensor_clock_wrong"


_Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]

_Count = Annotated[int, Field(ge=0, lt=100_000_000)]

_Code = Annotated[int, Field(ge=0, le=99)]


class TextFacts(BaseModel):
    """The values for a template's placeholders; each kind of text uses some of them."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    status: Status
    only_officers: bool = False
    """True for an exercise that calls only officers and tells no household."""
    issuer: Issuer | None = None
    """Required by every text."""
    action: _Name | None = None
    """The action with which the text begins, such as 'EVACUATE NOW'."""
    place: _Name | None = None
    hazard: _Name | None = None
    time: Annotated[str, StringConstraints(pattern=r"^\d{2}:\d{2}$")] | None = None
    day: Annotated[str, StringConstraints(pattern=r"^\d{4}-\d{2}-\d{2}$")] | None = None
    assembly_point: _Name | None = None
    code: _Code | None = None
    """The alert's two-digit code; set in an alert's text only where several alerts are open."""
    codes: tuple[_Code, ...] | None = None
    """The codes of open alerts from which the household should choose."""
    households: _Count | None = None
    people: _Count | None = None
    missing: _Count | None = None
    count: _Count | None = None
    """The number of items that `listed` names."""
    listed: _Name | None = None
    """A list of household numbers or names; `alerting.messages.parts` splits long lists."""
    example: Annotated[str, StringConstraints(pattern=r"^\d{3,19}$")] | None = None
    """The household number in the text's example of an answer."""
    reply_code: Annotated[str, StringConstraints(pattern=r"^\d{4}$")] | None = None
    """The code that a reply must repeat to prove that its sender received the text."""
    measured: _Name | None = None
    """A sensor's value with its unit, such as '31.5 mm/h'; `listed` names the sensor."""


class ComposedText(str):
    """A text with its facts as strings, for carriers that send only approved templates."""

    __slots__ = ("facts",)

    facts: Mapping[str, str]

    @classmethod
    def of(cls, text: str, facts: Mapping[str, str]) -> Self:
        """Return a composed text with these facts."""
        composed = cls(text)
        composed.facts = facts
        return composed


def languages() -> tuple[str, ...]:
    """Return the codes of the languages in which texts can be composed."""
    return tuple(LANGUAGES)


def language_for(reader: str | None) -> str:
    """Return a reader's own language, or the home language if theirs is unknown or has no files."""
    return reader if reader and reader in LANGUAGES else HOME_LANGUAGE


def words_in(language: str) -> Language:
    """Return the words of a language, or of the home language if it is unknown."""
    return LANGUAGES[language_for(language)]


def segments(text: str) -> Segments:
    """Return the length of a text by GSM 03.38 and 03.40; an empty text has 0 segments."""
    if _GSM_7.issuperset(text):
        return _segments(Encoding.GSM_7, text, _GSM_EXTENDED.__contains__)
    return _segments(Encoding.UCS_2, text, "\uffff".__lt__)


def _segments(encoding: Encoding, text: str, is_wide: Callable[[str], bool]) -> Segments:
    single, several = _ROOM[encoding]
    units = len(text) + sum(map(is_wide, text))
    if units <= single:
        return Segments(encoding, units, min(units, 1))
    return Segments(encoding, units, _packed((1 + is_wide(char) for char in text), several))


def _packed(widths: Iterable[int], room: int) -> int:
    """Return the number of segments; a character of two units is never split between segments."""
    count, used = 1, 0
    for width in widths:
        if used + width > room:
            count, used = count + 1, 0
        used += width
    return count


def compose(kind: TextKind, language: str, facts: TextFacts) -> ComposedText:
    """Compose a text without cutting it; an unknown language falls back to the home language.

    The limits on the roster's names and the alert's fields bound its length.

    Raises:
        InvalidError: if a fact that this kind needs is missing; `field` names it.
    """
    code = language if language in LANGUAGES else HOME_LANGUAGE
    begins = opening(issuer_of(kind, facts), code, facts.status)
    template = _template(kind, code, facts)
    values = {name: fact(name, kind, code, facts) for name in placeholders(template)}
    text = begins.text + template.format_map(values)
    given = vars(facts) | values
    told = {name: _as_text(name, given.get(name)) for name in facts_in(kind)}
    every = {STATUS: facts.status.value, PREFIX: begins.mark, ISSUER: begins.issuer}
    return ComposedText.of(text, {**told, **every})


STATUS, PREFIX, ISSUER = "status", "prefix", "issuer"
"""Names of the facts in every text: its alert's status, the mark of an exercise, the issuer."""


def issuer_of(kind: str, facts: TextFacts) -> Issuer:
    """Return the issuer from a text's facts.

    Raises:
        InvalidError: if it is missing.
    """
    if facts.issuer is None:
        raise InvalidError(ISSUER, f"a text of the kind {kind} needs it")
    return facts.issuer


@cache
def facts_in(kind: TextKind) -> frozenset[str]:
    """Return the names of the facts that a kind of text uses in at least one language."""
    found: set[str] = set()
    for words in LANGUAGES.values():
        found |= placeholders(words.texts[kind])
        if "{keys}" in words.texts[kind]:
            found |= placeholders(words.texts["with_code"]) - {"keys"}
    return frozenset(found - {"keys"})


def _as_text(name: str, value: Any) -> str:
    if value is None:
        return ""
    return f"{value:02d}" if name == "code" else str(value)


_CALLS: Final = (TextKind.CALL, TextKind.CALL_CORRECTION)
"""Texts to officers that say, in an exercise for officers only, that no household is told."""


def _template(kind: TextKind, language: str, facts: TextFacts) -> str:
    texts = LANGUAGES[language].texts
    body = texts[kind]
    if "{keys}" in body:
        with_code = "" if facts.code is None else texts["with_code"]
        body = body.replace("{keys}", texts["keys"]) + with_code
    if facts.only_officers and kind in _CALLS:
        body += texts["only_officers"]
    return body


@lru_cache(maxsize=_TEMPLATES_KEPT)
def placeholders(template: str) -> frozenset[str]:
    """Return the names of a template's placeholders."""
    return frozenset(name for _, name, _, _ in Formatter().parse(template) if name)


def fact(name: str, kind: str, language: str, facts: TextFacts) -> Any:
    """Return the value for a template's placeholder `name`.

    Raises:
        InvalidError: if the fact is missing; `field` names it.
    """
    if name == ISSUER:
        return issuer_name(issuer_of(kind, facts), language)
    source = "codes" if name == "first_code" else name
    value = getattr(facts, source)
    if value is None or value == ():
        raise InvalidError(source, f"a text of the kind {kind} needs it")
    if source != "codes":
        return value
    shown = [f"#{code:02d}" for code in value]
    return shown[0] if name == "first_code" else " ".join(shown)
