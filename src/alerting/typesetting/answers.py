"""For routes: HTTP responses with PDFs or workbooks, and this process's typesetter."""

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
"""The OpenAPI `responses` of a route that returns a PDF."""

WORKBOOK: Final[dict[int | str, dict[str, Any]]] = {
    200: {
        "content": {_XLSX: {"schema": {"type": "string", "format": "binary"}}},
        "description": "A workbook",
    }
}
"""The OpenAPI `responses` of a route that returns a workbook."""


async def _typesetter(connection: HTTPConnection) -> Typesetter:
    typesetter: Typesetter = connection.app.state.typesetter
    return typesetter


TypesetterDep = Annotated[Typesetter, Depends(_typesetter)]


def pdf_answer(name: str, content: bytes) -> Response:
    """Return a response with a PDF to show; caches must not store it, because it names people."""
    headers = {
        "Content-Disposition": f'inline; filename="{name}.pdf"',
        "Cache-Control": "no-store",
        "X-Content-Type-Options": "nosniff",
    }
    return Response(content, headers=headers, media_type=_PDF)


def workbook_answer(name: str, content: bytes) -> Response:
    """Return a response with a workbook to download, which caches must not store."""
    headers = {
        "Content-Disposition": f'attachment; filename="{name}.xlsx"',
        "Cache-Control": "no-store",
    }
    return Response(content, headers=headers, media_type=_XLSX)
