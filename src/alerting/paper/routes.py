"""Routes for PDFs to print: cards and rolls of a division, and the roll of an alert."""

from collections.abc import Callable, Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request, Response
from sqlalchemy import Connection

from alerting.access.browser import ReaderLanguage
from alerting.access.callers import Caller, RuntimeDep
from alerting.access.rules import sees_phones
from alerting.access.scope import alert_for, scope_for
from alerting.database.tables import RowId
from alerting.paper.cards import cards_document
from alerting.paper.print import Print
from alerting.paper.roll import roll_document
from alerting.runtime import Runtime
from alerting.typesetting.answers import PDF, TypesetterDep, pdf_answer
from alerting.typesetting.typesetter import Template, Typesetter
from contacts.division import DivisionCode

divisions_router = APIRouter(prefix="/api/divisions", tags=["divisions"])

alerts_router = APIRouter(prefix="/api/alerts", tags=["alerts"])

_Code = Annotated[DivisionCode, Path(description="The code of a division within the caller's.")]


@divisions_router.get("/{code}/cards.pdf", response_class=Response, responses=PDF)
async def get_cards(
    code: _Code,
    caller: Caller,
    request: Request,
    runtime: RuntimeDep,
    typesetter: TypesetterDep,
    language: ReaderLanguage,
    per_page: Annotated[
        int, Query(ge=2, le=4, multiple_of=2, description="How many are on a page: 2 or 4.")
    ] = 4,
) -> Response:
    """Print a card for each household, in its language, in walking order.

    A division may have at most 2,000 households.
    """
    division = scope_for(caller, code)
    data = await _read(
        runtime, request, division, language, lambda print_: cards_document(print_, per_page)
    )
    return await _printed(runtime, typesetter, Template.CARDS, data, f"cards-{division}")


@divisions_router.get("/{code}/roll.pdf", response_class=Response, responses=PDF)
async def get_paper_roll(
    code: _Code,
    caller: Caller,
    request: Request,
    runtime: RuntimeDep,
    typesetter: TypesetterDep,
    language: ReaderLanguage,
) -> Response:
    """Print the households of a division in walking order, with boxes to tick.

    Officers of the county also get the phones. A division may have at most 2,000 households.
    """
    division = scope_for(caller, code)
    phones = sees_phones(caller.division, division)
    data = await _read(
        runtime,
        request,
        division,
        language,
        lambda print_: roll_document(print_, None, with_phones=phones),
    )
    return await _printed(runtime, typesetter, Template.ROLL, data, f"roll-{division}")


@alerts_router.get("/{alert_id}/roll.pdf", response_class=Response, responses=PDF)
async def get_paper_roll_of_alert(
    alert_id: RowId,
    caller: Caller,
    request: Request,
    runtime: RuntimeDep,
    typesetter: TypesetterDep,
    language: ReaderLanguage,
    division: DivisionCode | None = None,
) -> Response:
    """Print the households of an alert in walking order, with their state now and boxes to tick.

    Officers of the county also get the phones. A division may have at most 2,000 households.
    """
    scope = scope_for(caller, division)
    phones = sees_phones(caller.division, scope)

    def shown(print_: Print) -> Mapping[str, Any]:
        alert = alert_for(print_.connection, alert_id, caller)
        return roll_document(print_, alert, with_phones=phones)

    data = await _read(runtime, request, scope, language, shown)
    return await _printed(runtime, typesetter, Template.ROLL, data, f"roll-{alert_id}-{scope}")


async def _read(
    runtime: Runtime,
    request: Request,
    division: str,
    language: str,
    shown: Callable[[Print], Mapping[str, Any]],
) -> Mapping[str, Any]:
    public_url, now = request.app.state.public_url, runtime.clock.now()

    def look(connection: Connection) -> Mapping[str, Any]:
        return shown(Print(connection, runtime.policy, division, language, public_url, now))

    return await runtime.database.read(look)


async def _printed(
    runtime: Runtime,
    typesetter: Typesetter,
    template: Template,
    data: Mapping[str, Any],
    name: str,
) -> Response:
    return pdf_answer(name, await typesetter.pdf(template, data, runtime.clock.now()))
