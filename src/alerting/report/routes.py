"""Routes of an alert's report: the page, the PDF, the workbook, and the bulletin."""

from collections.abc import Mapping
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Query, Request, Response
from starlette.requests import HTTPConnection

from alerting.access.browser import language_of
from alerting.access.callers import ROW, Caller, RuntimeDep
from alerting.database.tables import RowId
from alerting.report.bulletin import bulletin_of
from alerting.report.document import report_document
from alerting.report.facts import Facts
from alerting.report.page import SECURITY_POLICY, heading, lines_of, report_page
from alerting.report.read import Reports, covers_whole
from alerting.report.tables import tables_of
from alerting.report.words import Words, language_for
from alerting.report.workbook import workbook_of
from alerting.security.refused import note_by
from alerting.security_log.rules import SecurityKind
from alerting.typesetting.answers import PDF, WORKBOOK, TypesetterDep, pdf_answer, workbook_answer
from alerting.typesetting.typesetter import Template
from contacts.bounds import Body
from contacts.division import DivisionCode

router = APIRouter(prefix="/api/alerts", tags=["alerts"])

page_router = APIRouter(include_in_schema=False)

_PAGE: Final = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": SECURITY_POLICY,
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "Vary": "Accept-Language",
}

_Language = Annotated[
    str,
    Query(
        alias="lang",
        max_length=10,
        description="The code of the language to write in; left out: the one the browser prefers.",
    ),
]


async def _reports(connection: HTTPConnection) -> Reports:
    """Return the reports of this process."""
    reports: Reports = connection.app.state.reports
    return reports


ReportsDep = Annotated[Reports, Depends(_reports)]


@page_router.get(f"/alerts/{{alert_id:{ROW}}}/report")
async def get_report(
    alert_id: RowId,
    caller: Caller,
    request: Request,
    runtime: RuntimeDep,
    reports: ReportsDep,
    division: DivisionCode | None = None,
    lang: _Language = "",
) -> Response:
    """Return the report of an alert as a page, in the reader's language."""
    code, policy = language_for(lang, language_of(request)), runtime.policy

    def shown(facts: Facts) -> str:
        words = Words(code, policy.alert.zone, facts.places)
        may_export = covers_whole(caller, facts.alert)
        return report_page(facts, words, policy.issuer, may_export=may_export)

    html = await reports.read(caller, alert_id, division, shown)
    return Response(html, headers=_PAGE, media_type="text/html; charset=utf-8")


@router.get("/{alert_id}/report.pdf", response_class=Response, responses=PDF)
async def get_report_pdf(
    alert_id: RowId,
    caller: Caller,
    request: Request,
    runtime: RuntimeDep,
    reports: ReportsDep,
    typesetter: TypesetterDep,
    division: DivisionCode | None = None,
    lang: _Language = "",
) -> Response:
    """Return the report of an alert as a PDF/A, for paper and for archives."""
    code, policy = language_for(lang, language_of(request)), runtime.policy

    def shown(facts: Facts) -> Mapping[str, Any]:
        return report_document(facts, Words(code, policy.alert.zone, facts.places), policy.issuer)

    data = await reports.read(caller, alert_id, division, shown)
    content = await typesetter.pdf(Template.REPORT, data, runtime.clock.now())
    note_by(request, SecurityKind.EXPORTED, caller, detail=f"report {alert_id}")
    return pdf_answer(f"alert-{alert_id}", content)


@router.get("/{alert_id}/report.xlsx", response_class=Response, responses=WORKBOOK)
async def get_report_workbook(
    alert_id: RowId,
    caller: Caller,
    request: Request,
    runtime: RuntimeDep,
    reports: ReportsDep,
    division: DivisionCode | None = None,
    lang: _Language = "",
) -> Response:
    """Return the report of an alert as a workbook: a sheet for each of its tables."""
    code, zone = language_for(lang, language_of(request)), runtime.policy.alert.zone

    def shown(facts: Facts) -> bytes:
        words = Words(code, zone, facts.places)
        mark = words.spoken.prefixes.get(facts.alert.status, "")
        lines = [
            (words["title"], mark + heading(facts, words)),
            *lines_of(facts, words),
            (words["log"].format(entries=facts.alert.last_seq), facts.chain or ""),
        ]
        return workbook_of(words["title"], lines, tables_of(facts, words))

    content = await reports.read(caller, alert_id, division, shown)
    note_by(request, SecurityKind.EXPORTED, caller, detail=f"report {alert_id}")
    return workbook_answer(f"alert-{alert_id}", content)


class BulletinBody(Body):
    """A bulletin, to be pasted into a work group."""

    text: str
    """Some lines of plain text."""


@router.get("/{alert_id}/bulletin")
async def get_bulletin(
    alert_id: RowId,
    caller: Caller,
    request: Request,
    runtime: RuntimeDep,
    reports: ReportsDep,
    division: DivisionCode | None = None,
    lang: _Language = "",
) -> BulletinBody:
    """Return a bulletin of an alert as it stands now: plain text that names nobody."""
    code, zone = language_for(lang, language_of(request)), runtime.policy.alert.zone
    text = await reports.read(
        caller,
        alert_id,
        division,
        lambda facts: bulletin_of(facts, Words(code, zone, facts.places)),
    )
    return BulletinBody(text=text)
