"""Routes for recovery: an administrator hands out a code, and the officer signs in with it."""

import asyncio
from datetime import datetime
from typing import Final, Self

from fastapi import APIRouter, HTTPException, Request, Response, status
from pydantic import ConfigDict

from alerting.access.browser import set_session_cookie
from alerting.access.callers import (
    KnownCaller,
    RuntimeDep,
    check_recent_sign_in,
    is_foreign,
    own_origin,
)
from alerting.access.openapi import OPEN, REFUSALS, for_administrators
from alerting.access.rules import Ruling, recovers
from alerting.errors import ForbiddenError, NotFoundError
from alerting.ledger.writer import Transaction
from alerting.runtime import wall_clock
from alerting.security.refused import note_by
from alerting.security_log.rules import SecurityKind
from alerting.sign_in.officer_meant import RecoverBody, officers_meant
from alerting.sign_in.send_links import recovery_notice
from contacts.bounds import Body, OfficerId
from contacts.directory import Officer, officer
from contacts.notices import queue_notice
from contacts.people import Role
from contacts.sign_in.recovery import RecoveryCode, issue_recovery_code, redeem_recovery_code

router = APIRouter(prefix="/api", tags=["sessions"])

_ANSWER_SECONDS: Final = 0.3
"""The minimum response time, so that timing does not reveal whether an officer has a code."""

_REFUSED: Final = "the code is wrong, was used or tried too often, or has expired: ask for another"


class RecoveryBody(Body):
    """The officer who has lost every way to sign in."""

    model_config = ConfigDict(extra="forbid")

    officer: OfficerId
    """The officer's id."""


class RecoveryCodeBody(Body):
    """A recovery code, which is shown only once."""

    officer: str
    """The officer's id."""
    name: str
    """The officer's name."""
    code: str
    """The code that the officer types."""
    expires_at: datetime
    """When the code expires."""
    told: bool
    """True if the officer gets a text about the code; false if the roster has no phone."""

    @classmethod
    def of(cls, whose: Officer, issued: RecoveryCode) -> Self:
        """Return an officer's code; `told` is true if the officer has a phone."""
        return cls(
            officer=whose.id,
            name=whose.name,
            code=issued.code,
            expires_at=issued.expires_at,
            told=bool(whose.phones),
        )


@router.post(
    "/recovery-codes",
    status_code=status.HTTP_201_CREATED,
    openapi_extra=for_administrators(404),
)
async def post_recovery_code(
    said: RecoveryBody, request: Request, known: KnownCaller, runtime: RuntimeDep
) -> RecoveryCodeBody:
    """Make a one-time code for an officer below the caller, who hands it over in person.

    The officer gets a text about it.
    """
    caller = known.officer
    if caller.role is not Role.ADMINISTRATOR:
        raise ForbiddenError(
            f"somebody with the role {caller.role} does not make recovery codes",
            "您的职务不发恢复码",
        )
    check_recent_sign_in(known)
    now = wall_clock()

    def unit(transaction: Transaction) -> tuple[Officer, RecoveryCode]:
        connection = transaction.connection
        whose = officer(connection, said.officer)
        if whose is None or not _may_recover(caller, whose):
            raise NotFoundError(
                f"there is no officer {said.officer!r} below you", f"您下面没有责任人{said.officer}"
            )
        issued = issue_recovery_code(connection, whose.id, caller.id, now)
        told = recovery_notice(whose, caller.name, issued.expires_at, transaction.policy, now)
        queue_notice(connection, [whose], told)
        return whose, issued

    whose, issued = await runtime.ledger.write(unit, own_transaction=True)
    note_by(request, SecurityKind.CREDENTIAL_ISSUED, whose, detail=f"recovery {caller.id}")
    return RecoveryCodeBody.of(whose, issued)


@router.post(
    "/sign-in/recovery",
    status_code=status.HTTP_204_NO_CONTENT,
    openapi_extra=OPEN | {REFUSALS: [403]},
)
async def post_recovery(
    said: RecoverBody, request: Request, answer: Response, runtime: RuntimeDep
) -> None:
    """Sign in with a recovery code, and revoke the officer's passkeys, other sessions and links."""
    if is_foreign(request):
        raise HTTPException(
            status.HTTP_403_FORBIDDEN, f"Origin: sign in from the pages of {own_origin(request)}"
        )
    now, device = wall_clock(), request.headers.get("user-agent", "")

    def unit(transaction: Transaction) -> tuple[str, Officer] | None:
        connection = transaction.connection
        for whose in officers_meant(connection, said):
            token = redeem_recovery_code(connection, whose.id, said.code, now, device)
            if token is not None:
                return token, whose
        return None

    signed_in, _ = await asyncio.gather(
        runtime.ledger.write(unit, own_transaction=True), asyncio.sleep(_ANSWER_SECONDS)
    )
    if signed_in is None:
        note_by(request, SecurityKind.SIGN_IN_REFUSED, None, detail="recovery")
        raise HTTPException(status.HTTP_403_FORBIDDEN, _REFUSED)
    token, whose = signed_in
    note_by(request, SecurityKind.SIGNED_IN, whose, detail="recovery")
    set_session_cookie(answer, request, token)


def _may_recover(caller: Officer, other: Officer) -> bool:
    ruling = recovers(caller.role, caller.division, other.role, other.division)
    return ruling is Ruling.ALLOWED
