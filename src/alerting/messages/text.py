"""The texts for people, by language, and their length as text messages.

The text that is composed when the alert is accepted is the text that is sent: callers keep it.
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
    """The beginning of a text, before its own words."""

    issuer: str
    mark: str
    """The words that mark an exercise or a test; empty in earnest."""
    text: str
    """Both, as a text begins: a carrier's signature must be the very first."""


def issuer_name(issuer: Issuer, language: str) -> str:
    """Return the issuer's name in a language; a generic one if the policy names none."""
    return issuer.names.get(language) or LANGUAGES[language].texts["generic_issuer"]


def opening(issuer: Issuer, language: str, status: Status) -> TextOpening:
    """Return the beginning of a text in a language of `LANGUAGES`.

    Brackets 【】 hold a signature and nothing else: carriers in mainland China read them as one.
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
"""Characters of GSM 03.38 that take two units, because an escape precedes each."""

_GSM_7: Final = _GSM_BASIC | _GSM_EXTENDED

_TEMPLATES_KEPT: Final = 1_024
"""More than the languages have."""

HOME_LANGUAGE: Final = HOME.home_language
"""The language of a household whose own has no file."""


class Encoding(StrEnum):
    """The encoding of a text message on the air."""

    GSM_7 = "GSM-7"
    UCS_2 = "UCS-2"


# Units in a single message, and in each part of a longer one, which has a header.
_ROOM: Final = {Encoding.GSM_7: (160, 153), Encoding.UCS_2: (70, 67)}


@dataclass(frozen=True, slots=True)
class Segments:
    """The length of a text message: `units` are septets or UTF-16 units, `count` is billed."""

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
    """The facts that a template may use; a kind of text needs some of them and ignores the rest."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    status: Status
    only_officers: bool = False
    """Whether it is an exercise that no household is told of."""
    issuer: Issuer | None = None
    """Every text names it."""
    action: _Name | None = None
    """The action that leads the text, such as 'EVACUATE NOW'."""
    place: _Name | None = None
    hazard: _Name | None = None
    time: Annotated[str, StringConstraints(pattern=r"^\d{2}:\d{2}$")] | None = None
    day: Annotated[str, StringConstraints(pattern=r"^\d{4}-\d{2}-\d{2}$")] | None = None
    assembly_point: _Name | None = None
    code: _Code | None = None
    """The alert's two digits; an alert's text shows them only where several alerts are open."""
    codes: tuple[_Code, ...] | None = None
    """The open alerts among which the household is asked to choose."""
    households: _Count | None = None
    people: _Count | None = None
    missing: _Count | None = None
    count: _Count | None = None
    """The number of items that `listed` names."""
    listed: _Name | None = None
    """Household numbers or names: see `alerting.messages.parts` for lists of any length."""
    example: Annotated[str, StringConstraints(pattern=r"^\d{3,19}$")] | None = None
    """A household's number in an example of an answer."""
    reply_code: Annotated[str, StringConstraints(pattern=r"^\d{4}$")] | None = None
    """The code that a reply repeats, to prove that its sender has the text."""
    measured: _Name | None = None
    """A sensor's value with its unit, such as '31.5 mm/h'; `listed` names the sensor."""


class ComposedText(str):
    """A text with the facts that it tells, as texts, for carriers that forbid free text."""

    __slots__ = ("facts",)

    facts: Mapping[str, str]

    @classmethod
    def of(cls, text: str, facts: Mapping[str, str]) -> Self:
        """Return the text with its facts."""
        composed = cls(text)
        composed.facts = facts
        return composed


def languages() -> tuple[str, ...]:
    """Return the codes of the languages that texts can be composed in."""
    return tuple(LANGUAGES)


def language_for(reader: str | None) -> str:
    """Return the language of texts to a reader of this one; the home language if it has no file."""
    return reader if reader and reader in LANGUAGES else HOME_LANGUAGE


def words_in(language: str) -> Language:
    """Return the words of a language; an unknown one falls back to the home language."""
    return LANGUAGES[language_for(language)]


def segments(text: str) -> Segments:
    """Return the length of a text by GSM 03.38 and 03.40; an empty text has no segment."""
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
    """Count segments; a character of two units is never split between segments."""
    count, used = 1, 0
    for width in widths:
        if used + width > room:
            count, used = count + 1, 0
        used += width
    return count


def compose(kind: TextKind, language: str, facts: TextFacts) -> ComposedText:
    """Return the text, whole; an unknown language falls back to Chinese.

    Its length is bounded by the names: by the roster's import and the alert's fields.

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
"""Facts of every text: the status of its alert, the words that mark an exercise, the issuer."""


def issuer_of(kind: str, facts: TextFacts) -> Issuer:
    """Return the issuer.

    Raises:
        InvalidError: if it is missing.
    """
    if facts.issuer is None:
        raise InvalidError(ISSUER, f"a text of the kind {kind} needs it")
    return facts.issuer


@cache
def facts_in(kind: TextKind) -> frozenset[str]:
    """Return the names of the facts that texts of a kind may tell, in any language."""
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
"""Texts that call officers: households that they read of may not have been told."""


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
    """Return the names of the facts that a template uses."""
    return frozenset(name for _, name, _, _ in Formatter().parse(template) if name)


def fact(name: str, kind: str, language: str, facts: TextFacts) -> Any:
    """Return the value of a template's placeholder.

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
