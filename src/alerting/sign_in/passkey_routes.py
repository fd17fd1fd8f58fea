"""Routes for the caller's passkeys: list, register and remove them."""

from fastapi import APIRouter, Request, Response, status

from alerting.access.browser import cookie_of, keep_cookie
from alerting.access.callers import Known, KnownCaller, RuntimeDep, check_fresh, is_fresh
from alerting.access.openapi import refuses
from alerting.database.tables import RowId
from alerting.errors import ConflictError, InvalidError, NotFoundError
from alerting.ledger.writer import Transaction
from alerting.messages.text import HOME_LANGUAGE, issuer_name
from alerting.runtime import wall_clock
from alerting.security.refused import note_by
from alerting.security_log.rules import SecurityKind
from alerting.sign_in.ceremonies import (
    ALGORITHMS,
    RefusedPasskeyError,
    check_new,
    handle_of,
    new_challenge,
    site_at,
)
from alerting.sign_in.passkey_schemas import (
    NewPasskeyBody,
    NewPasskeyChallengeBody,
    PasskeyBody,
    PasskeysBody,
)
from alerting.sign_in.passkey_sign_in import PASSKEY_COOKIE
from contacts.sign_in.passkeys import (
    NewPasskey,
    Passkey,
    PasskeyError,
    add_passkey,
    passkeys_of,
    remove_passkey,
)
from contacts.sign_in.seals import CHALLENGE_LASTS, sealed, unsealed, use_challenge

router = APIRouter(prefix="/api", tags=["sessions"])


@router.get("/passkeys")
async def list_passkeys(known: KnownCaller, runtime: RuntimeDep) -> PasskeysBody:
    """List the caller's passkeys, the oldest first."""
    found = await runtime.database.read(lambda db: passkeys_of(db, known.officer.id))
    return PasskeysBody(
        passkeys=[PasskeyBody.of(each) for each in found], may_change=is_fresh(known)
    )


@router.post("/passkey-challenge", openapi_extra=refuses(403))
async def post_passkey_challenge(
    request: Request, answer: Response, known: KnownCaller, runtime: RuntimeDep
) -> NewPasskeyChallengeBody:
    """Start registering a passkey for the caller, whose session must have begun recently."""
    check_fresh(known)
    caller = known.officer
    found = await runtime.database.read(lambda db: passkeys_of(db, caller.id))
    challenge, expires_at = new_challenge(), wall_clock() + CHALLENGE_LASTS
    seal = sealed(_purpose(known), challenge, expires_at)
    keep_cookie(answer, request, PASSKEY_COOKIE, seal, CHALLENGE_LASTS)
    return NewPasskeyChallengeBody(
        challenge=challenge,
        rp_id=site_at(request.app.state.public_url).id,
        rp_name=issuer_name(runtime.policy.issuer.at(caller.division), HOME_LANGUAGE),
        user_id=handle_of(caller.id),
        user_name=f"{caller.name} ({caller.id})",
        algorithms=list(ALGORITHMS),
        exclude=[each.credential for each in found],
    )


@router.post("/passkeys", status_code=status.HTTP_201_CREATED, openapi_extra=refuses(403, 409))
async def post_passkey(
    said: NewPasskeyBody, request: Request, known: KnownCaller, runtime: RuntimeDep
) -> PasskeyBody:
    """Register the passkey that an authenticator made for this session's last challenge."""
    check_fresh(known)
    seal = cookie_of(request, PASSKEY_COOKIE) or ""
    challenge = unsealed(_purpose(known), seal, wall_clock())
    if challenge is None:
        raise InvalidError(
            "response", "the challenge has expired: begin again", "验证已过期：请重新开始"
        )
    try:
        site = site_at(request.app.state.public_url)
        new = check_new(site, challenge, said.name, said.answer())
    except RefusedPasskeyError as refused:
        raise InvalidError(
            "response", f"{refused}; begin again", "验证没有通过：请重新开始"
        ) from refused
    added = await runtime.ledger.write(
        lambda tx: _added(tx, known, new, challenge), own_transaction=True
    )
    note_by(request, SecurityKind.CREDENTIAL_ISSUED, known.officer, detail="passkey")
    return PasskeyBody.of(added)


@router.delete(
    "/passkeys/{passkey_id}", status_code=status.HTTP_204_NO_CONTENT, openapi_extra=refuses(403)
)
async def delete_passkey(
    passkey_id: RowId, request: Request, known: KnownCaller, runtime: RuntimeDep
) -> None:
    """Remove a passkey of the caller, and end the sessions that were opened with it."""
    check_fresh(known)
    whose, now = known.officer, wall_clock()
    removed = await runtime.ledger.write(
        lambda tx: remove_passkey(tx.connection, whose.id, passkey_id, now), own_transaction=True
    )
    if not removed:
        raise NotFoundError(f"you have no passkey {passkey_id}", f"您没有通行密钥{passkey_id}")
    note_by(request, SecurityKind.CREDENTIAL_REVOKED, whose, detail="passkey")


def _purpose(known: Known) -> str:
    return f"register {known.credential.hash}"


def _added(transaction: Transaction, known: Known, new: NewPasskey, challenge: str) -> Passkey:
    connection, now = transaction.connection, wall_clock()
    try:
        added = add_passkey(connection, known.officer.id, new, now)
    except PasskeyError as refused:
        raise ConflictError(str(refused), chinese="验证没有通过：请重新开始") from refused
    if not use_challenge(connection, challenge, now):
        raise ConflictError(
            "this challenge was answered before: begin again", chinese="这次验证已用过：请重新开始"
        )
    return added
