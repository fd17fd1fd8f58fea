"""Refusals as problem details (RFC 9457): `application/problem+json`, each with a stable code."""

from http import HTTPStatus
from typing import Any, Final

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel
from sqlalchemy.exc import DBAPIError
from starlette.exceptions import HTTPException

from alerting.cap.alert import explain
from alerting.cap.lifecycle import IllegalTransitionError
from alerting.errors import (
    ConflictError,
    ForbiddenError,
    InvalidError,
    LedgerClosedError,
    NotFoundError,
    ReadOnlyError,
    TooManyError,
)

log = structlog.get_logger()

MEDIA_TYPE: Final = "application/problem+json"
_TYPE: Final = "urn:evacuation-alerting:problem:"
_RETRY_AFTER_SECONDS: Final = "2"

_SECURITY: Final = frozenset({401, 403, 429})
"""Statuses that are logged: somebody asked for what is not theirs, or too often."""

_AWAY: Final = "the database cannot be read or written just now"

_MOST_ERRORS: Final = 20

_LONGEST: Final = 500
"""Most characters of an error: it may quote what was sent."""

_REFUSED: Final[dict[type[Exception], tuple[int, str]]] = {
    NotFoundError: (404, "not_found"),
    ForbiddenError: (403, "forbidden"),
    InvalidError: (422, "invalid"),
    TooManyError: (429, "too_many_requests"),
    ConflictError: (409, "conflict"),
    IllegalTransitionError: (409, "illegal_transition"),
}
_CODES: Final = {
    400: "malformed",
    401: "sign_in_required",
    403: "forbidden",
    404: "not_found",
    405: "method_not_allowed",
    408: "too_slow",
    413: "too_large",
    414: "too_large",
    431: "too_large",
    422: "invalid",
    429: "too_many_requests",
    503: "unavailable",
}
"""Codes of refusals raised as HTTP statuses."""


class Problem(BaseModel):
    """The reason why a request was refused (RFC 9457); `code` is stable, `detail` is for people."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    errors: list[str] | None = None
    """Each invalid field with its remedy, if the request was malformed."""
    reasons: list[str] | None = None
    """Every reason why it is impossible now, if it may be possible later."""


def install(app: FastAPI) -> None:
    """Make the application answer refusals and database outages as problem details."""
    for kind in _REFUSED:
        app.add_exception_handler(kind, _refused)
    app.add_exception_handler(RequestValidationError, _malformed)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(DBAPIError, _away)
    app.add_exception_handler(LedgerClosedError, _away)


def describe(document: dict[str, Any]) -> None:
    """Describe refusals in an OpenAPI document as problem details, in place of FastAPI's own."""
    schemas = document["components"]["schemas"]
    for unused in ("HTTPValidationError", "ValidationError"):
        schemas.pop(unused, None)
    schemas["Problem"] = Problem.model_json_schema()
    content = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    for routes in document["paths"].values():
        for operation in routes.values():
            operation["responses"].pop("422", None)
            operation["responses"]["default"] = {"description": "Refused", "content": content}


async def _refused(request: Request, refusal: Exception) -> JSONResponse:
    status, code = _REFUSED[type(refusal)]
    _log_refused(request, status)
    reasons = list(refusal.reasons) if isinstance(refusal, ConflictError) else []
    detail = str(refusal) or str(type(refusal).__doc__)
    return _problem(status, code, detail, reasons=reasons or None)


async def _malformed(_request: Request, malformed: Exception) -> JSONResponse:
    found = malformed.errors() if isinstance(malformed, RequestValidationError) else ()
    errors = [each[:_LONGEST] for each in explain(found[:_MOST_ERRORS])]
    return _problem(422, "malformed", "; ".join(errors), errors=errors)


async def _http(request: Request, refusal: Exception) -> JSONResponse:
    if not isinstance(refusal, HTTPException):
        raise refusal
    _log_refused(request, refusal.status_code)
    return problem(refusal, refusal.headers)


def _log_refused(request: Request, status: int) -> None:
    """Log a refused access, by the route and not by the address, which may hold a secret."""
    if status in _SECURITY:
        route = getattr(request.scope.get("route"), "path", None)
        officer = getattr(request.state, "officer", None)
        log.warning(
            "access refused",
            status=status,
            method=request.scope.get("method"),
            route=route,
            officer=officer,
            client=request.client and request.client.host,
        )


def problem(refusal: HTTPException, headers: Any = None) -> JSONResponse:
    """Return a refusal that was raised as an HTTP status."""
    status = refusal.status_code
    code = _CODES.get(status) or HTTPStatus(status).name.lower()
    return _problem(status, code, refusal.detail, headers)


async def _away(_request: Request, failure: Exception) -> JSONResponse:
    if isinstance(failure, DBAPIError):
        log.error("the database refuses", exc_info=failure)
    reason = _AWAY if isinstance(failure, DBAPIError) else str(failure.__doc__)
    remedy = "" if isinstance(failure, ReadOnlyError) else ". Try again."
    detail = f"Nothing was recorded: {reason}{remedy}"
    return _problem(503, "unavailable", detail, {"Retry-After": _RETRY_AFTER_SECONDS})


def _problem(
    status: int, code: str, detail: str, headers: Any = None, **more: list[str] | None
) -> JSONResponse:
    problem = Problem(
        type=f"{_TYPE}{code}",
        title=HTTPStatus(status).phrase,
        status=status,
        detail=detail[: _MOST_ERRORS * _LONGEST],
        code=code,
        **more,
    )
    return JSONResponse(
        problem.model_dump(exclude_none=True), status, headers=headers, media_type=MEDIA_TYPE
    )
