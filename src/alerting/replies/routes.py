"""Routes for incoming texts: Twilio's webhook, and the officers' queue."""

from datetime import datetime
from typing import Annotated, Final, Literal, Self

from fastapi import APIRouter, Path, Query, Response
from pydantic import ConfigDict

from alerting.access.callers import Caller, RuntimeDep
from alerting.access.openapi import FORM, allows
from alerting.access.rules import Act
from alerting.channels.twilio.callbacks import SignedForm, media_of, sender_of, sid_of, twiml
from alerting.database.tables import RowId
from alerting.replies.queue import WaitingText
from alerting.replies.review import Reading, Settled, settle_text, texts_for
from alerting.replies.statements import IncomingText
from alerting.replies.take import take_text
from alerting.roll.rules.evidence import Report
from alerting.roll.schemas import StandingBody
from contacts.bounds import NO_NUL, Body, Note, People
from contacts.directory import Officer
from contacts.division import HouseholdCode, Tier
from contacts.people import mask_phone

router = APIRouter(prefix="/api/texts", tags=["texts"])

_FAR: Final = frozenset({Tier.PROVINCE, Tier.CITY})
"""Tiers whose officers see masked phone numbers, because they call nobody back."""


class TextBody(Body):
    """A text that waits for an officer."""

    provider_id: str
    """The provider's id of the text; the settle route takes it."""
    received_at: datetime
    """When the service received the text."""
    sender: str
    """The sender's phone number; masked for officers of a city or province."""
    body: str
    """The text as the sender wrote it. It comes from outside, so escape it."""
    intent: str
    """The meaning that the service read in the text."""
    reason: str
    """The reason why the text waits for an officer."""
    alert: int | None
    """The id of the alert that the text seems to be about; null if unknown."""
    household: str | None
    """The household that the text seems to come from or to be about; null if unknown."""
    suspected: bool
    """True if the text may be a call for help."""
    media: list[str]
    """Links to attached pictures at the provider. Open one only when the officer clicks it."""
    others: int = 0
    """Number of the sender's other waiting texts, which the list leaves out; omitted if 0."""

    @classmethod
    def of(cls, text: WaitingText, reader: Officer) -> Self:
        """Return a text, with its sender masked if `reader` may not see the number."""
        sender = mask_phone(text.sender) if reader.tier in _FAR else text.sender
        return cls(**vars(text) | {"sender": sender, "media": text.media.splitlines()})


class ReadingBody(Body):
    """What an officer reads in a text. Without a report, the text is dismissed."""

    model_config = ConfigDict(extra="forbid")

    report: (
        Literal[
            Report.EVACUATED,
            Report.NEEDS_HELP,
            Report.STAYING,
            Report.ELSEWHERE,
            Report.RECEIVED,
            Report.NOT_HOME,
        ]
        | None
    ) = None
    """What the text reports; null to dismiss the text."""
    people: People | None = None
    """How many people the report is about; null for the whole household."""
    household: HouseholdCode | None = None
    """Default: the household that the text seems to come from or to be about."""
    alert: RowId | None = None
    """Default: the alert that the text seems to be about."""
    note: Note = ""
    """The officer's remark, stored with the report."""


class SettledBody(Body):
    """A settled text, and what the report changed."""

    provider_id: str
    """The provider's id of the text."""
    standing: StandingBody | None
    """The household's standing after the report; null if the text was dismissed."""

    @classmethod
    def of(cls, settled: Settled) -> Self:
        """Return the text's id, and the household's new standing unless the text was dismissed."""
        standing = settled.standing and StandingBody.of(settled.standing)
        return cls(provider_id=settled.text.provider_id, standing=standing)


@router.get("", response_model_exclude_defaults=True)
async def get_texts(
    caller: Caller,
    runtime: RuntimeDep,
    limit: Annotated[int, Query(ge=1, le=1000)] = 200,
    skip: Annotated[int, Query(ge=0, le=100_000)] = 0,
) -> list[TextBody]:
    """List the waiting texts of the caller's division, calls for help first.

    At most three texts of a sender are listed. `others` is the number of the sender's other texts.
    """
    found = await runtime.database.read(lambda db: texts_for(db, caller, limit, skip))
    return [TextBody.of(text, caller) for text in found]


@router.post("/{provider_id}/settle", openapi_extra=allows(Act.REPORT, 409))
async def post_settle(
    provider_id: Annotated[str, Path(max_length=80, pattern=NO_NUL)],
    reading: ReadingBody,
    caller: Caller,
    runtime: RuntimeDep,
) -> SettledBody:
    """Settle a waiting text: turn it into a report on its household, or dismiss it; idempotent."""
    settled = await settle_text(runtime, caller, provider_id, Reading(**dict(reading)))
    return SettledBody.of(settled)


twilio_router = APIRouter(prefix="/twilio", include_in_schema=False)

_NOTHING_TO_SAY: Final = "<Response/>"
"""The webhook's empty reply. Answers are sent as deliveries, so that each of them is tracked."""


@twilio_router.post("/sms", openapi_extra=FORM)
async def sms(form: SignedForm, runtime: RuntimeDep) -> Response:
    """Store and read a text: a household's reply, an officer's report, or an informant's alert."""
    text = IncomingText(
        provider_id=sid_of(form, "MessageSid"),
        sender=sender_of(form),
        body=form.get("Body", ""),
        received_at=runtime.clock.now(),
        media=media_of(form),
    )
    await take_text(runtime, text)
    return twiml(_NOTHING_TO_SAY)
