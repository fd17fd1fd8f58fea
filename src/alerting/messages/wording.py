"""Composes an alert's texts for each group of readers, who share a language and a village."""

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
    """The people who get the same text: their language, and their own village or grid.

    `division` is empty for officers and work groups, whose texts name the alert's whole area.
    """

    language: str
    division: str = ""


def homes_of(readers: Iterable[Readers]) -> set[str]:
    """Return the codes of the readers' villages and grids."""
    return {each.division for each in readers if each.division}


@dataclass(frozen=True)
class Wording:
    """Composes an alert's texts for its households, officers and work groups.

    `divisions` is the area. `sent` is in the local time zone. A household's text names its own
    village or grid and the assembly point there, however large the area is.
    """

    request: AlertRequest
    issuers: IssuerRules
    places: Places
    divisions: tuple[str, ...]
    sent: datetime

    def to_households(self, readers: Readers, code: int | None = None) -> str:
        """Return the alert's text for households, with the alert's two-digit code if given."""
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
        """Return a text or speech of this kind with the alert's facts."""
        facts = self.facts(readers, households=households, people=people)
        if isinstance(kind, SpeechKind):
            return compose_speech(kind, readers.language, facts)
        return compose(kind, readers.language, facts)

    def facts(self, readers: Readers, **more: int | None) -> TextFacts:
        """Return the alert's facts for these readers, and the additional facts `more`."""
        told, point = self._info(readers.language), self.assembly_point(readers)
        return TextFacts(
            status=self.request.status,
            only_officers=self.request.tells_no_household,
            issuer=self.issuer(readers),
            action=told.action,
            hazard=told.event,
            place=self._place(readers),
            time=self._time,
            assembly_point=point or words_in(readers.language).texts["generic_assembly_point"],
            **more,
        )

    def issuer(self, readers: Readers) -> Issuer:
        """Return the issuer that the policy states for the readers' village, or for the area."""
        return self.issuers.at(readers.division or self.divisions[0])

    def assembly_point(self, readers: Readers) -> str | None:
        """Return where these readers should go, from the alert or else the roster.

        Return None if neither names a place, or if the readers' area has several assembly points.
        """
        named_by_alert = self._info(readers.language).assembly_point
        divisions = (readers.division,) if readers.division else self.divisions
        return named_by_alert or self.places.assembly_point(divisions, readers.language)

    @cached_property
    def _info(self) -> Callable[[str], SpokenInfo]:
        """A cached function from language to the alert's words."""
        return cache(partial(info_in, self.request))

    @cached_property
    def _time(self) -> str:
        return f"{self.sent:%H:%M}"

    def _place(self, readers: Readers) -> str:
        if readers.division:
            return self.places.own(readers.division, readers.language)
        return self.places.area(self.divisions, readers.language)
