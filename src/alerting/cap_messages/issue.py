"""Issue the CAP message that announces a step of an alert, in the transaction of that step."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import insert

from alerting.cap.alert import AlertRequest, Area, InfoText, Scope, Status
from alerting.cap.document import write
from alerting.cap.message import Facts, ReachedArea, Spoken, Step, message_of, scope_of
from alerting.cap_messages.store import Issued, chain, counts
from alerting.cap_messages.tables import cap_messages
from alerting.deliveries.texts import wording_at
from alerting.ledger.alerts import StoredAlert, stored
from alerting.ledger.writer import Transaction
from alerting.messages.info import phrase_for
from alerting.messages.languages import LANGUAGES
from alerting.messages.places import Places
from alerting.messages.text import HOME_LANGUAGE, TextKind, words_in
from alerting.messages.wording import Readers
from contacts.directory import with_those_above


@dataclass(frozen=True)
class NewArea:
    """The area that a step alerts: its divisions, and its outline if it was drawn on a map."""

    divisions: tuple[str, ...]
    drawn: Area | None


def issue_reach(
    transaction: Transaction, alert: StoredAlert, seq: int, area: NewArea, at: datetime
) -> None:
    """Issue the message for a new area: `RAISED` if it is the alert's first, else `WIDENED`."""
    earlier = chain(transaction.connection, alert.id)
    step = Step.WIDENED if earlier else Step.RAISED
    _issue(transaction, alert, earlier, Issue(seq, step, at, alert.expires, area))


def issue(
    transaction: Transaction, alert: int, seq: int, step: Step, at: datetime, expires: datetime
) -> None:
    """Issue the message of a step that alerts no new area."""
    connection, new = transaction.connection, Issue(seq, step, at, expires, NewArea((), None))
    _issue(transaction, stored(connection, alert), chain(connection, alert), new)


@dataclass(frozen=True)
class Issue:
    """A step whose message is to be issued; `seq` is the log entry that recorded the step."""

    seq: int
    step: Step
    at: datetime
    expires: datetime
    area: NewArea


def _issue(transaction: Transaction, alert: StoredAlert, earlier: list[Issued], new: Issue) -> None:
    connection, policy = transaction.connection, transaction.policy
    identifier = f"{alert.identifier}-{new.seq}" if earlier else alert.identifier
    reached = _reached(earlier, new.area)
    divisions = tuple(dict.fromkeys(code for each in reached for code in each.divisions))
    places = Places(with_those_above(connection, divisions))
    context = Context(
        divisions, places, policy.issuer.at(divisions[0]).names, _endings(transaction, alert, new)
    )
    facts = Facts(
        step=new.step,
        request=alert.request,
        identifier=identifier,
        sender=policy.cap.sender,
        number=alert.number,
        at=new.at,
        expires=new.expires,
        zone=policy.alert.zone,
        earlier=tuple(each.reference for each in earlier),
        reached=reached,
        spoken=spoken_infos(alert.request, context),
        counts=counts(connection, alert.id),
    )
    is_public = alert.status is Status.ACTUAL and scope_of(alert.request) is Scope.PUBLIC
    connection.execute(
        insert(cap_messages),
        {
            "alert": alert.id,
            "seq": new.seq,
            "identifier": identifier,
            "sender": facts.sender,
            "sent": new.at,
            "expires": new.expires,
            "step": new.step,
            "is_public": is_public,
            "divisions": json.dumps(new.area.divisions),
            "drawn": new.area.drawn and new.area.drawn.model_dump_json(),
            "document": write(message_of(facts)).decode(),
        },
    )


def _reached(earlier: list[Issued], new: NewArea) -> tuple[ReachedArea, ...]:
    """Return all areas alerted so far, in the order of the steps."""
    steps = [*((each.divisions, each.drawn) for each in earlier), (new.divisions, new.drawn)]
    return tuple(ReachedArea(divisions, drawn) for divisions, drawn in steps if divisions)


_ENDING_TEXTS: Final = {
    Step.CANCELLED: TextKind.CANCELLATION,
    Step.ALL_CLEAR: TextKind.ALL_CLEAR,
}


def _endings(transaction: Transaction, alert: StoredAlert, new: Issue) -> dict[str, str]:
    """Return the cancellation or all-clear text by language; empty if the step is neither."""
    kind = _ENDING_TEXTS.get(new.step)
    if kind is None:
        return {}
    told_at = alert.sent if new.step is Step.CANCELLED else new.at
    connection, policy = transaction.connection, transaction.policy
    wording = wording_at(connection, policy, alert.request, alert.divisions, told_at)
    return {language: wording.of_kind(kind, Readers(language)) for language in LANGUAGES}


@dataclass(frozen=True)
class Context:
    """Facts that the words of a message need besides the alert's request."""

    divisions: tuple[str, ...]
    """All divisions alerted so far."""
    places: Places
    issuers: Mapping[str, str]
    """Name of the issuer, by language code."""
    endings: Mapping[str, str]
    """Instructions by language code, if the message ends the alert."""


def spoken_infos(request: AlertRequest, context: Context) -> tuple[Spoken, ...]:
    """Return the words of a message in each language: the alert's own first, then by code.

    The other languages are those into which the request is translated, and those whose phrase
    library has the event.
    """
    own = request.language or HOME_LANGUAGE
    known = {code for code in LANGUAGES if phrase_for(request.event, code)}
    others = sorted((request.translations.keys() | known) - {own})
    return tuple(_spoken(request, code, context) for code in (own, *others))


def _spoken(request: AlertRequest, code: str, context: Context) -> Spoken:
    is_own = code == (request.language or HOME_LANGUAGE)
    given = _as_given(request) if is_own else request.translations.get(code, InfoText())
    phrase, words = phrase_for(request.event, code), words_in(code).places
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
    """Return the alert's own words as `InfoText`."""
    return InfoText.model_construct(
        **{name: getattr(request, name) for name in InfoText.model_fields}
    )
