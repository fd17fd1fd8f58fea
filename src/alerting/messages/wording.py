"""The wording of an alert: its facts for the readers of one language in one place."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cache, cached_property, partial
from typing import NamedTuple

from alerting.cap.alert import AlertRequest
from alerting.messages.info import SpokenInfo, info_in
from alerting.messages.places import Places
from alerting.messages.speech import SpeechKind, compose_speech
from alerting.messages.text import TextFacts, TextKind, compose, words_in
from alerting.policy.issuer import Issuer, IssuerRules


class Readers(NamedTuple):
    """Those who read the same text: a language, and the village or grid that is their own.

    Officers and work groups have no division of their own here: they read of the alert's area.
    """

    language: str
    division: str = ""


def homes_of(readers: Iterable[Readers]) -> set[str]:
    """Return the villages and grids of these readers."""
    return {each.division for each in readers if each.division}


@dataclass(frozen=True)
class Wording:
    """Composes an alert's texts for its households, officers and work groups.

    `divisions` is the area. `sent` is in the local time zone. A household reads of its own village
    or grid and of its assembly point, whatever the area.
    """

    request: AlertRequest
    issuers: IssuerRules
    places: Places
    divisions: tuple[str, ...]
    sent: datetime

    def to_households(self, readers: Readers, code: int | None = None) -> str:
        """Return the alert's text, with the alert's two digits if `code` is given."""
        facts = self.facts(readers, code=code)
        return compose(TextKind.ALERT, readers.language, facts)

    def to_officers(self, language: str, households: int, people: int) -> str:
        """Return the text of an officer call, with the numbers of households and people to move."""
        return self.of_kind(TextKind.CALL, Readers(language), households, people)

    def of_kind(
        self,
        kind: TextKind | SpeechKind,
        readers: Readers,
        households: int | None = None,
        people: int | None = None,
    ) -> str:
        """Return another kind of text or speech with the same facts."""
        facts = self.facts(readers, households=households, people=people)
        if isinstance(kind, SpeechKind):
            return compose_speech(kind, readers.language, facts)
        return compose(kind, readers.language, facts)

    def facts(self, readers: Readers, **more: int | None) -> TextFacts:
        """Return what the alert's texts tell these readers, and the facts in `more`."""
        language, told = readers.language, self._info(readers.language)
        generic = words_in(language).texts["generic_assembly_point"]
        return TextFacts(
            status=self.request.status,
            only_officers=self.request.tells_no_household,
            issuer=self.issuer(readers),
            action=told.action,
            hazard=told.event,
            place=self._place(readers),
            time=f"{self.sent:%H:%M}",
            assembly_point=self.assembly_point(readers) or generic,
            **more,
        )

    def issuer(self, readers: Readers) -> Issuer:
        """Return who warns these readers: the nearest issuer of their village, or of the area."""
        return self.issuers.at(readers.division or self.divisions[0])

    def assembly_point(self, readers: Readers) -> str | None:
        """Return where these readers are to go; None if the alert and the roster name no place.

        None too if the readers' area has several assembly points.
        """
        named_by_alert = self._info(readers.language).assembly_point
        divisions = (readers.division,) if readers.division else self.divisions
        return named_by_alert or self.places.assembly_point(divisions, readers.language)

    @cached_property
    def _info(self) -> Callable[[str], SpokenInfo]:
        """Return the alert's words by language, looked up once for all villages."""
        return cache(partial(info_in, self.request))

    def _place(self, readers: Readers) -> str:
        if readers.division:
            return self.places.own(readers.division, readers.language)
        return self.places.area(self.divisions, readers.language)
