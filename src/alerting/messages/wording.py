"""The wording of an alert: the same facts for everybody, in any language."""

from dataclasses import dataclass
from datetime import datetime

from alerting.cap.alert import AlertRequest
from alerting.messages.info import info_in
from alerting.messages.speech import SpeechKind, compose_speech
from alerting.messages.text import HOME_LANGUAGE, TextFacts, TextKind, compose
from alerting.policy.issuer import Issuer


@dataclass(frozen=True)
class Wording:
    """Composes an alert's texts for its households and officers.

    `sent` is in the local time zone.
    """

    request: AlertRequest
    issuer: Issuer
    place: str
    sent: datetime

    def to_households(self, language: str, code: int | None = None) -> str:
        """Return the alert's text in a language, with the alert's two digits if `code` is given."""
        facts = self._facts(language).model_copy(update={"code": code})
        return compose(TextKind.ALERT, language, facts)

    def to_officers(self, households: int, people: int) -> str:
        """Return the text of an officer call, with the numbers of households and people to move."""
        facts = self._facts(HOME_LANGUAGE, households, people)
        return compose(TextKind.CALL, HOME_LANGUAGE, facts)

    def of_kind(
        self,
        kind: TextKind | SpeechKind,
        language: str,
        households: int | None = None,
        people: int | None = None,
    ) -> str:
        """Return another kind of text or speech with the same facts."""
        facts = self._facts(language, households, people)
        if isinstance(kind, SpeechKind):
            return compose_speech(kind, language, facts)
        return compose(kind, language, facts)

    def _facts(
        self, language: str, households: int | None = None, people: int | None = None
    ) -> TextFacts:
        told = info_in(self.request, language)
        return TextFacts(
            status=self.request.status,
            issuer=self.issuer,
            action=told.action,
            hazard=told.event,
            place=self.place,
            time=f"{self.sent:%H:%M}",
            assembly_point=told.assembly_point,
            households=households,
            people=people,
        )
