"""Route with which administrators read the templates and the texts composed from them."""

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
    Query(description="Where everybody should go; if omitted, the division's own assembly point."),
]


class InspectedTextBody(Body):
    """A kind of text: its template, the composed text and its length."""

    kind: TextKind
    """The kind of text."""
    template: str
    """The template from the language's file; names in braces are placeholders."""
    body: str
    """The composed text, with some sample facts, and with a link if it gets one."""
    encoding: Encoding
    """The character encoding of the text message."""
    units: int
    """The length in units of the encoding."""
    segments: int
    """The number of segments, each of which is billed."""


class TextDoubtBody(Body):
    """A warning about words that readers may not understand, or about costs."""

    code: WarningCode
    """The kind of the warning."""
    examples: list[str]
    """At most three of the words that the warning is about."""


class InspectionBody(Body):
    """All kinds of texts for the readers of one language in one place."""

    issuer: str
    """The issuer's name in the policy; empty if it has none in this language."""
    action: str
    """The action with which the alert's texts begin; the event decides it."""
    assembly_point: str
    """The assembly point that the texts name."""
    texts: list[InspectedTextBody]
    """Every kind of text."""
    doubts: list[TextDoubtBody]
    """The warnings that a preview would show."""

    @classmethod
    def of(cls, found: Inspection) -> Self:
        """Convert an inspection, with the length of every text."""
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
        DivisionCode | None, Query(description="The readers' division; if omitted, the caller's.")
    ] = None,
    assembly_point: _Point = "",
) -> InspectionBody:
    """Return every kind of text for readers in a division, without storing or sending any."""
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
