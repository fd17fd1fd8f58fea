"""Route by which administrators read the texts' templates, and the texts composed from them."""

from typing import Annotated, Self

from fastapi import APIRouter, Query
from pydantic import StringConstraints

from alerting.access.callers import Caller, RuntimeDep
from alerting.access.openapi import for_administrators
from alerting.access.scope import office_of
from alerting.alerts.preview_warnings import WarningCode
from alerting.cap.alert import MOST_EVENT, MOST_PLACE, AlertRequest, Area, LanguageCode, Status
from alerting.errors import InvalidError
from alerting.messages.languages import LANGUAGES
from alerting.messages.text import Encoding, TextKind
from alerting.office.text_inspection import Inspection, inspect_texts
from contacts.bounds import NO_NUL, Body
from contacts.division import DivisionCode

router = APIRouter(prefix="/api/office/texts", tags=["texts"])

_Event = Annotated[
    str,
    StringConstraints(min_length=1, max_length=MOST_EVENT, pattern=NO_NUL, strip_whitespace=True),
    Query(description="The event in the home language's words, such as 滑坡."),
]

_Point = Annotated[
    str,
    StringConstraints(max_length=MOST_PLACE, pattern=NO_NUL, strip_whitespace=True),
    Query(
        description="Where everybody is to go; if omitted, to the division's own assembly point."
    ),
]


class InspectedTextBody(Body):
    """A kind of text: its template, and how it would arrive."""

    kind: TextKind
    """The kind."""
    template: str
    """The template of the language's file; names in braces are facts."""
    body: str
    """The text with its facts, some of them samples, and with its link if it has one."""
    encoding: Encoding
    """The encoding on the air."""
    units: int
    """Its length in units of the encoding."""
    segments: int
    """The number of segments, each of which is billed."""


class TextDoubtBody(Body):
    """Warnings of words that readers may not understand, and of costs."""

    code: WarningCode
    """The reason."""
    examples: list[str]
    """The first words that it is about; at most three."""


class InspectionBody(Body):
    """The texts of an alert in one language and place, as the policy and the files make them."""

    issuer: str
    """The issuer's name in the policy; empty: it has none in this language."""
    action: str
    """The action that leads the alert's texts, by the event."""
    assembly_point: str
    """Where the texts send their readers."""
    texts: list[InspectedTextBody]
    """Every kind of text."""
    doubts: list[TextDoubtBody]
    """The warnings that a preview would show."""

    @classmethod
    def of(cls, found: Inspection) -> Self:
        """Return the body of an inspection."""
        return cls(
            issuer=found.issuer,
            action=found.action,
            assembly_point=found.assembly_point,
            texts=[
                InspectedTextBody(
                    kind=each.kind,
                    template=each.template,
                    body=each.body,
                    encoding=each.length.encoding,
                    units=each.length.units,
                    segments=each.length.count,
                )
                for each in found.texts
            ],
            doubts=[
                TextDoubtBody(code=each.code, examples=[*each.examples]) for each in found.doubts
            ],
        )


@router.get("", openapi_extra=for_administrators(404))
async def inspect(
    caller: Caller,
    runtime: RuntimeDep,
    language: Annotated[LanguageCode, Query(description="The readers' language.")],
    event: _Event,
    division: Annotated[
        DivisionCode | None, Query(description="The readers' place; if omitted, the caller's.")
    ] = None,
    assembly_point: _Point = "",
) -> InspectionBody:
    """Return every kind of text as readers of a place would get it; nothing is stored or sent."""
    scope, policy, now = office_of(caller, division), runtime.policy, runtime.clock.now()
    if language not in LANGUAGES:
        raise InvalidError(
            "language",
            f"write one of {', '.join(LANGUAGES)}",
            f"请填其中之一：{'、'.join(LANGUAGES)}",
        )
    request = AlertRequest(
        status=Status.ACTUAL,
        event=event,
        description=event,
        instruction=policy.alert.instruction,
        assembly_point=assembly_point or None,
        area=Area(divisions=(scope,)),
    )
    found = await runtime.database.read(
        lambda db: inspect_texts(db, policy, request, language, now)
    )
    return InspectionBody.of(found)
