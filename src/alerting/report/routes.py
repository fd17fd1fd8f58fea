"""Routes for the report on an alert as page, PDF and workbook, and for the bulletin."""

from collections.abc import Callable
from typing import Annotated, Final, TypeVar

from fastapi import APIRouter, Depends, Request, Response
from starlette.requests import HTTPConnection

from alerting.access.browser import ReaderLanguage
from alerting.access.callers import ROW, Caller, RuntimeDep
from alerting.database.tables import RowId
from alerting.report.bulletin import bulletin_of
from alerting.report.document import report_document
from alerting.report.facts import Facts
from alerting.report.page import SECURITY_POLICY, heading, lines_of, report_page
from alerting.report.read import Reports, covers_whole
from alerting.report.tables import tables_of
from alerting.report.words import Words
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


async def _reports(connection: HTTPConnection) -> Reports:
    """Return this process's reader of reports."""
    reports: Reports = connection.app.state.reports
    return reports


_Shown = TypeVar("_Shown")


class _AskedReport:
    """The parameters of a request for a report."""

    def __init__(
        self,
        alert_id: RowId,
        caller: Caller,
        runtime: RuntimeDep,
        reports: Annotated[Reports, Depends(_reports)],
        language: ReaderLanguage,
        division: DivisionCode | None = None,
    ) -> None:
        self.alert, self.caller = alert_id, caller
        self._division, self._reports = division, reports
        self._language, self._zone = language, runtime.policy.alert.zone

    async def read(self, shown: Callable[[Facts, Words], _Shown]) -> _Shown:
        """Return the result of `shown` for the facts and the words of the reader's language."""
        return await self._reports.read(
            self.caller,
            self.alert,
            self._division,
            lambda facts: shown(facts, Words(self._language, self._zone, facts.places)),
        )


_Asked = Annotated[_AskedReport, Depends()]


@page_router.get(f"/alerts/{{alert_id:{ROW}}}/report")
async def get_report(asked: _Asked, runtime: RuntimeDep) -> Response:
    """Return the report on an alert as a page, in the reader's language."""

    def shown(facts: Facts, words: Words) -> str:
        may_export = covers_whole(asked.caller, facts.alert)
        return report_page(facts, words, runtime.policy.issuer, may_export=may_export)

    html = await asked.read(shown)
    return Response(html, headers=_PAGE, media_type="text/html; charset=utf-8")


@router.get("/{alert_id}/report.pdf", response_class=Response, responses=PDF)
async def get_report_pdf(
    asked: _Asked, request: Request, runtime: RuntimeDep, typesetter: TypesetterDep
) -> Response:
    """Return the report on an alert as a PDF/A, for printing and for archives."""
    issuer = runtime.policy.issuer
    data = await asked.read(lambda facts, words: report_document(facts, words, issuer))
    content = await typesetter.pdf(Template.REPORT, data, runtime.clock.now())
    note_by(request, SecurityKind.EXPORTED, asked.caller, detail=f"report {asked.alert}")
    return pdf_answer(f"alert-{asked.alert}", content)


@router.get("/{alert_id}/report.xlsx", response_class=Response, responses=WORKBOOK)
async def get_report_workbook(asked: _Asked, request: Request) -> Response:
    """Return the report on an alert as an .xlsx workbook, with one sheet for each table."""

    def shown(facts: Facts, words: Words) -> bytes:
        mark = words.spoken.prefixes.get(facts.alert.status, "")
        lines = [
            (words["title"], mark + heading(facts, words)),
            *lines_of(facts, words),
            (words["log"].format(entries=facts.alert.last_seq), facts.chain or ""),
        ]
        return workbook_of(words["title"], lines, tables_of(facts, words))

    content = await asked.read(shown)
    note_by(request, SecurityKind.EXPORTED, asked.caller, detail=f"report {asked.alert}")
    return workbook_answer(f"alert-{asked.alert}", content)


class BulletinBody(Body):
    """A bulletin to paste into a work group."""

    text: str
    """A few lines of plain text."""


@router.get("/{alert_id}/bulletin")
async def get_bulletin(asked: _Asked) -> BulletinBody:
    """Return a bulletin about an alert's present state: plain text that names nobody."""
    return BulletinBody(text=await asked.read(bulletin_of))
