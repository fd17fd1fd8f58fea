"""Routes of texts: the provider's webhook, and the officers' queue."""

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
"""Officers above the county call nobody back: phones are masked for them."""


class TextBody(Body):
    """A text that waits for an officer."""

    provider_id: str
    """The provider's id of the text, by which routes name it."""
    received_at: datetime
    """When it came."""
    sender: str
    """The phone, for officers of its county and below; masked above."""
    body: str
    """Its words. They come from outside: escape them."""
    intent: str
    """The intent that was read."""
    reason: str
    """The reason why it waits."""
    alert: int | None
    """The alert that it seems to be about; null: unknown."""
    household: str | None
    """The household in the roster with this phone; null for an officer's or a stranger's."""
    suspected: bool
    """True if it may be a call for help."""
    media: list[str]
    """Links of the pictures that came with it: the provider's, to be opened on a click only."""
    others: int = 0
    """Number of texts of the same sender that wait too and are not listed; left out if 0."""

    @classmethod
    def of(cls, text: WaitingText, reader: Officer) -> Self:
        """Return the body for a text as this officer may see it."""
        sender = mask_phone(text.sender) if reader.tier in _FAR else text.sender
        return cls(**vars(text) | {"sender": sender, "media": text.media.splitlines()})


class ReadingBody(Body):
    """An officer's reading of a text; without a report the text is dismissed."""

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
    """The standing that the text reports; null: it is dismissed."""
    people: People | None = None
    """How many people it is about; null: all."""
    household: HouseholdCode | None = None
    """Default: the household that has the phone."""
    alert: RowId | None = None
    """Default: the alert that the text seems to be about."""
    note: Note = ""
    """Further words; empty: none."""


class SettledBody(Body):
    """A settled text; `standing` is null if it was dismissed."""

    provider_id: str
    """The provider's id of the text."""
    standing: StandingBody | None
    """The household's standing now; null: the text was dismissed."""

    @classmethod
    def of(cls, settled: Settled) -> Self:
        """Return the body for a settled text."""
        standing = settled.standing and StandingBody.of(settled.standing)
        return cls(provider_id=settled.text.provider_id, standing=standing)


@router.get("", response_model_exclude_defaults=True)
async def get_texts(
    caller: Caller,
    runtime: RuntimeDep,
    limit: Annotated[int, Query(ge=1, le=1000)] = 200,
    skip: Annotated[int, Query(ge=0, le=100_000)] = 0,
) -> list[TextBody]:
    """List the texts that wait within the caller's division, calls for help first.

    At most three of each sender are listed; `others` is the number of the rest.
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
    """Settle a text, once: as a report about its household, or dismissed."""
    settled = await settle_text(runtime, caller, provider_id, Reading(**dict(reading)))
    return SettledBody.of(settled)


twilio_router = APIRouter(prefix="/twilio", include_in_schema=False)

_NOTHING_TO_SAY: Final = "<Response/>"
"""Answers are deliveries of the ledger, so that each is tracked; none is in the webhook's reply."""


@twilio_router.post("/sms", openapi_extra=FORM)
async def sms(form: SignedForm, runtime: RuntimeDep) -> Response:
    """Take a text in: a household's reply, an officer's report, or an informant's alert."""
    text = IncomingText(
        provider_id=sid_of(form, "MessageSid"),
        sender=sender_of(form),
        body=form.get("Body", ""),
        received_at=runtime.clock.now(),
        media=media_of(form),
    )
    await take_text(runtime, text)
    return twiml(_NOTHING_TO_SAY)
