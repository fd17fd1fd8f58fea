"""Composes and measures all kinds of texts for one language and place, for a preview."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from alerting.alerts.preview_warnings import WarningCode
from alerting.cap.alert import AlertRequest
from alerting.deliveries.texts import wording_at
from alerting.messages.foreign import foreign_words, untranslated
from alerting.messages.languages import LANGUAGES
from alerting.messages.link import as_sent
from alerting.messages.places import GATHERING
from alerting.messages.samples import with_samples
from alerting.messages.text import Segments, TextKind, compose, segments
from alerting.messages.wording import Readers, Wording
from alerting.policy.policy import Policy
from contacts.division import tier_of


@dataclass(frozen=True, slots=True)
class InspectedText:
    """A kind of text: its template, the composed text and its length."""

    kind: TextKind
    template: str
    body: str
    """The composed text; a link, if it has one, has a sample token."""
    length: Segments


@dataclass(frozen=True, slots=True)
class Doubt:
    """A likely misunderstanding or extra cost, with at most three examples."""

    code: WarningCode
    examples: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Inspection:
    """All kinds of texts for the readers of one language in one place."""

    issuer: str
    """The issuer's name in the policy; empty if it has none in this language."""
    action: str
    """The action with which the alert's texts begin."""
    assembly_point: str
    """The assembly point that the texts name."""
    texts: tuple[InspectedText, ...]
    doubts: tuple[Doubt, ...]


def inspect_texts(
    connection: Connection,
    policy: Policy,
    request: AlertRequest,
    language: str,
    now: datetime,
) -> Inspection:
    """Compose every kind of text for an alert in one division, without storing or sending any."""
    (division,) = request.area.divisions
    readers = Readers(language, division if tier_of(division) in GATHERING else "")
    wording = wording_at(connection, policy, request, (division,), now, {division})
    told = wording.facts(readers)
    texts = tuple(_texts(wording, readers, policy))
    return Inspection(
        issuer=wording.issuer(readers).names.get(language, ""),
        action=told.action or "",
        assembly_point=told.assembly_point or "",
        texts=texts,
        doubts=tuple(_doubts(wording, readers, texts[0])),
    )


def _texts(wording: Wording, readers: Readers, policy: Policy) -> Iterator[InspectedText]:
    language, told = readers.language, wording.facts(readers)
    for kind in TextKind:
        text = compose(kind, language, with_samples(told, kind, language))
        body = as_sent(kind, text, policy.household_link)
        yield InspectedText(kind, LANGUAGES[language].texts[kind], body, segments(body))


def _doubts(wording: Wording, readers: Readers, alert: InspectedText) -> Iterator[Doubt]:
    """Yield the warnings of a preview; `alert` is the alert's own text."""
    language = readers.language
    if language not in wording.issuer(readers).names:
        yield Doubt(WarningCode.NO_ISSUER)
    if wording.assembly_point(readers) is None:
        yield Doubt(WarningCode.GENERIC_ASSEMBLY_POINT)
    if generic := untranslated(wording.request, language):
        yield Doubt(WarningCode.UNTRANSLATED, tuple(generic[:3]))
    if foreign := foreign_words(wording.to_households(readers), language):
        yield Doubt(WarningCode.FOREIGN_WORDS, tuple(dict.fromkeys(foreign))[:3])
    if alert.length.count > 1:
        yield Doubt(WarningCode.OVER_ONE_SEGMENT)
