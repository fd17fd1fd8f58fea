"""Refusals as problem details (RFC 9457): `application/problem+json`, each with a stable code.

A browser gets an HTML page instead if the address does not exist.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, JSONResponse, Response
from sqlalchemy.exc import DBAPIError
from starlette.exceptions import HTTPException
from starlette.requests import HTTPConnection

from alerting.access.browser import language_of
from alerting.api.problems import LONGEST, MOST_ERRORS, answer, code_for, problem_of
from alerting.cap.explain import explain
from alerting.cap.lifecycle import IllegalTransitionError
from alerting.errors import (
    AlertingError,
    AlreadyOpenError,
    ConflictError,
    DoubtfulError,
    ForbiddenError,
    InvalidError,
    LedgerClosedError,
    NoFontsError,
    NotFoundError,
    ReadOnlyError,
    TooLongError,
    TooManyError,
)
from alerting.messages.languages import LANGUAGES
from alerting.messages.pages import Pages
from alerting.security.refused import note_refused
from contacts.bounds import CellError

log = structlog.get_logger()

_RETRY_AFTER_SECONDS: Final = "2"

_AWAY: Final = "the database cannot be read or written just now"

_REFUSED: Final[dict[type[Exception], tuple[int, str]]] = {
    NotFoundError: (404, "not_found"),
    ForbiddenError: (403, "forbidden"),
    InvalidError: (422, "invalid"),
    TooManyError: (429, "too_many_requests"),
    ConflictError: (409, "conflict"),
    AlreadyOpenError: (409, "already_open"),
    DoubtfulError: (409, "doubtful"),
    IllegalTransitionError: (409, "illegal_transition"),
    NoFontsError: (503, "no_fonts"),
    TooLongError: (503, "too_long"),
}


_NOT_FOUND: Final = "not_found.html"

_PAGES: Final = Pages("alerting.api")

_NOT_FOUND_HEADERS: Final = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": _PAGES.security_policy(_NOT_FOUND, "img-src 'self'"),
    "Vary": "Accept, Accept-Language",
    "X-Content-Type-Options": "nosniff",
}


def install(app: FastAPI) -> None:
    """Install the handlers that answer exceptions with problem details."""
    for kind in _REFUSED:
        app.add_exception_handler(kind, _refused)
    app.add_exception_handler(RequestValidationError, _malformed)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(DBAPIError, _away)
    app.add_exception_handler(LedgerClosedError, _away)
    app.add_exception_handler(Exception, _failed)


async def _refused(request: Request, refusal: Exception) -> JSONResponse:
    status, code = _REFUSED[type(refusal)]
    note_refused(request, status)
    reasons = list(refusal.reasons) if isinstance(refusal, ConflictError) else []
    detail = str(refusal) or str(type(refusal).__doc__)
    chinese = refusal.chinese if isinstance(refusal, AlertingError) else None
    return answer(problem_of(status, code, detail, chinese, reasons=reasons or None))


async def _malformed(_request: Request, malformed: Exception) -> JSONResponse:
    found = malformed.errors() if isinstance(malformed, RequestValidationError) else ()
    errors = [each[:LONGEST] for each in explain(found[:MOST_ERRORS])]
    chinese = _in_chinese(found[:MOST_ERRORS])
    return answer(problem_of(422, "malformed", "; ".join(errors), chinese, errors=errors))


_MALFORMED: Final = {
    "missing": "必填",
    "extra_forbidden": "没有这一项：请去掉",
    "string_too_short": "至少{min_length}个字",
    "string_too_long": "最多{max_length}个字",
    "too_short": "至少{min_length}项",
    "too_long": "最多{max_length}项",
    "greater_than_equal": "不能小于{ge}",
    "less_than_equal": "不能大于{le}",
}
"""Chinese messages for pydantic's error types that can occur in forms."""


def _in_chinese(errors: Sequence[Mapping[str, Any]]) -> str:
    """Return pydantic's errors in Chinese: the check's own text, or a text for the error type."""
    return "；".join(_one_in_chinese(each) for each in errors)


def _one_in_chinese(error: Mapping[str, Any]) -> str:
    context = error.get("ctx", {})
    if isinstance(fault := context.get("error"), CellError):
        return fault.chinese
    field, words = str(error["loc"][-1]), _MALFORMED.get(error["type"], "填写有误：请改正")
    return f"{field[:LONGEST]}：{words.format_map(context)}"


async def _http(request: Request, refusal: Exception) -> Response:
    if not isinstance(refusal, HTTPException):
        raise refusal
    note_refused(request, refusal.status_code)
    if refusal.status_code == 404 and _is_for_a_reader(request):
        return _not_found_page(request)
    return problem(refusal, refusal.headers)


def _is_for_a_reader(connection: HTTPConnection) -> bool:
    """Return whether to answer with a page: Accept names HTML, and the path is not under /api."""
    accepted = connection.headers.get("accept", "")
    return "text/html" in accepted and not connection.url.path.startswith("/api/")


def _not_found_page(connection: HTTPConnection) -> HTMLResponse:
    """Return the 404 page in the reader's language; it links to the alerts."""
    spoken = LANGUAGES[language_of(connection)]
    html = _PAGES.render(_NOT_FOUND, locale=spoken.locale, words=spoken.sign_in)
    return HTMLResponse(html, 404, headers=_NOT_FOUND_HEADERS)


def problem(refusal: HTTPException, headers: Any = None) -> JSONResponse:
    """Return the response for a refusal that was raised as an HTTPException."""
    status = refusal.status_code
    return answer(problem_of(status, code_for(status), refusal.detail), headers)


async def _away(_request: Request, failure: Exception) -> JSONResponse:
    if isinstance(failure, DBAPIError):
        log.error("the database refuses", exc_info=failure)
    reason = _AWAY if isinstance(failure, DBAPIError) else str(failure.__doc__)
    remedy = "" if isinstance(failure, ReadOnlyError) else ". Try again."
    detail = f"Nothing was recorded: {reason}{remedy}"
    problem = problem_of(503, code_for(503), detail)
    return answer(problem, {"Retry-After": _RETRY_AFTER_SECONDS})


async def _failed(_request: Request, _failure: Exception) -> JSONResponse:
    """Answer an unexpected exception; the server logs it with its traceback."""
    return answer(problem_of(500, code_for(500), "The service failed; its log tells why."))
