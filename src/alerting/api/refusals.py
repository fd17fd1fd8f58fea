"""How what the services refuse is answered."""

from typing import Final

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from sqlalchemy.exc import DBAPIError

from alerting.cap.alert import explain
from alerting.cap.lifecycle import IllegalTransitionError
from alerting.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError
from alerting.ledger.writer import LedgerClosedError

_STATUS: Final[dict[type[Exception], int]] = {
    NotFoundError: 404,
    ForbiddenError: 403,
    InvalidError: 422,
    ConflictError: 409,
    IllegalTransitionError: 409,
}

_RETRY_AFTER_SECONDS: Final = "2"


def install(app: FastAPI) -> None:
    """Let the application answer refusals, and a database that is away, in one form."""
    for kind in _STATUS:
        app.add_exception_handler(kind, _refused)
    app.add_exception_handler(RequestValidationError, _malformed)
    app.add_exception_handler(DBAPIError, _away)
    app.add_exception_handler(LedgerClosedError, _away)


async def _refused(_request: Request, refusal: Exception) -> JSONResponse:
    detail = str(refusal) or str(type(refusal).__doc__)
    body: dict[str, object] = {"detail": detail}
    if isinstance(refusal, ConflictError) and refusal.reasons:
        body["reasons"] = list(refusal.reasons)
    return JSONResponse(body, _STATUS[type(refusal)])


async def _malformed(_request: Request, malformed: Exception) -> JSONResponse:
    errors = malformed.errors() if isinstance(malformed, RequestValidationError) else ()
    return JSONResponse(
        {"detail": "; ".join(explain(errors)), "errors": list(explain(errors))}, 422
    )


async def _away(_request: Request, failure: Exception) -> JSONResponse:
    reason = str(failure.orig) if isinstance(failure, DBAPIError) else str(failure.__doc__)
    return JSONResponse(
        {"detail": f"Nothing was recorded: {reason}. Try again."},
        503,
        headers={"Retry-After": _RETRY_AFTER_SECONDS},
    )
