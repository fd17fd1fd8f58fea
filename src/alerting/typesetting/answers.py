"""HTTP answers that are PDFs or workbooks, and the typesetter of this process, for routes."""

from typing import Annotated, Any, Final

from fastapi import Depends, Response
from starlette.requests import HTTPConnection

from alerting.typesetting.typesetter import Typesetter

_PDF: Final = "application/pdf"

_XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

PDF: Final[dict[int | str, dict[str, Any]]] = {
    200: {
        "content": {_PDF: {"schema": {"type": "string", "format": "binary"}}},
        "description": "A PDF",
    }
}
"""For a route's `responses`."""

WORKBOOK: Final[dict[int | str, dict[str, Any]]] = {
    200: {
        "content": {_XLSX: {"schema": {"type": "string", "format": "binary"}}},
        "description": "A workbook",
    }
}
"""For a route's `responses`."""


async def _typesetter(connection: HTTPConnection) -> Typesetter:
    typesetter: Typesetter = connection.app.state.typesetter
    return typesetter


TypesetterDep = Annotated[Typesetter, Depends(_typesetter)]


def pdf_answer(name: str, content: bytes) -> Response:
    """Return a PDF that a browser shows; no cache may store it, because it names people."""
    headers = {
        "Content-Disposition": f'inline; filename="{name}.pdf"',
        "Cache-Control": "no-store",
        "X-Content-Type-Options": "nosniff",
    }
    return Response(content, headers=headers, media_type=_PDF)


def workbook_answer(name: str, content: bytes) -> Response:
    """Return a workbook as a download; no cache may store it, because it names people."""
    headers = {
        "Content-Disposition": f'attachment; filename="{name}.xlsx"',
        "Cache-Control": "no-store",
    }
    return Response(content, headers=headers, media_type=_XLSX)
