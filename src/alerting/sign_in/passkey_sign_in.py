"""Routes for signing in with a passkey: get a challenge, and exchange its answer for a session."""

from typing import Final

from fastapi import APIRouter, HTTPException, Request, Response, status

from alerting.access.browser import cookie_of, give_cookie, keep_cookie
from alerting.access.callers import RuntimeDep, is_foreign, own_origin
from alerting.access.openapi import OPEN, REFUSALS
from alerting.ledger.writer import Transaction
from alerting.runtime import Runtime, wall_clock
from alerting.security.refused import note_by
from alerting.security_log.rules import SecurityKind
from alerting.sign_in.ceremonies import RefusedPasskeyError, Site, check_use, new_challenge, site_at
from alerting.sign_in.passkey_schemas import ChallengeBody, UsedPasskeyBody
from contacts.directory import Officer, officer
from contacts.sign_in.passkeys import Passkey, note_passkey_used, passkey_of
from contacts.sign_in.seals import CHALLENGE_LASTS, sealed, unsealed, use_challenge
from contacts.sign_in.sessions import begin_session, revoke_session_of

router = APIRouter(prefix="/api/sign-in/passkey", tags=["sessions"])

PASSKEY_COOKIE: Final = "alerting_passkey"
"""The cookie that binds a challenge to the browser that asked for it."""

_PURPOSE: Final = "sign in"

_REFUSED: Final = (
    "this passkey is not known here, or its answer came too late: try again, or ask for a link"
)


@router.post("/challenge", openapi_extra=OPEN)
async def post_challenge(request: Request, answer: Response) -> ChallengeBody:
    """Start a sign-in by passkey: return a challenge for any passkey of this site.

    The request names no officer, so the response does not reveal who has a passkey.
    """
    challenge, expires_at = new_challenge(), wall_clock() + CHALLENGE_LASTS
    seal = sealed(_PURPOSE, challenge, expires_at)
    keep_cookie(answer, request, PASSKEY_COOKIE, seal, CHALLENGE_LASTS)
    return ChallengeBody(challenge=challenge, rp_id=_site(request).id)


@router.post("", status_code=status.HTTP_204_NO_CONTENT, openapi_extra=OPEN | {REFUSALS: [403]})
async def post_sign_in_by_passkey(
    used: UsedPasskeyBody, request: Request, answer: Response, runtime: RuntimeDep
) -> None:
    """Sign in with a passkey: exchange the answer to this browser's challenge for a session."""
    if is_foreign(request):
        raise HTTPException(
            status.HTTP_403_FORBIDDEN, f"Origin: sign in from the pages of {own_origin(request)}"
        )
    signed_in = await _signed_in(runtime, request, used)
    if signed_in is None:
        note_by(request, SecurityKind.SIGN_IN_REFUSED, None, detail="passkey")
        raise HTTPException(status.HTTP_403_FORBIDDEN, _REFUSED)
    token, whose = signed_in
    note_by(request, SecurityKind.SIGNED_IN, whose, detail="passkey")
    give_cookie(answer, request, token)


async def _signed_in(
    runtime: Runtime, request: Request, used: UsedPasskeyBody
) -> tuple[str, Officer | None] | None:
    """Open a session; return its token and its officer, or None if the answer is invalid."""
    now = wall_clock()
    challenge = unsealed(_PURPOSE, cookie_of(request, PASSKEY_COOKIE) or "", now)
    passkey = await runtime.database.read(lambda db: passkey_of(db, used.id))
    if challenge is None or passkey is None:
        return None
    try:
        sign_count = check_use(_site(request), challenge, passkey, used.answer())
    except RefusedPasskeyError:
        return None
    before, device = cookie_of(request), request.headers.get("user-agent", "")
    return await runtime.ledger.write_session(
        lambda tx: _begun(tx, passkey, sign_count, challenge, before, device)
    )


def _begun(
    transaction: Transaction,
    passkey: Passkey,
    sign_count: int,
    challenge: str,
    before: str | None,
    device: str,
) -> tuple[str, Officer | None] | None:
    connection, now = transaction.connection, wall_clock()
    if not note_passkey_used(connection, passkey, sign_count, now):
        return None
    if not use_challenge(connection, challenge, now):
        return None
    if before:
        revoke_session_of(connection, before, now)
    token = begin_session(connection, passkey.officer, now, device, passkey.id)
    return token, officer(connection, passkey.officer)


def _site(request: Request) -> Site:
    return site_at(request.app.state.public_url)
