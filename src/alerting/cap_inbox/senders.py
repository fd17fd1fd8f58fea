"""Senders of CAP messages: their bearer tokens, and the sender whose token came with a request."""

import secrets
from datetime import datetime, timedelta
from typing import Annotated, Final

from fastapi import Depends, HTTPException, status
from sqlalchemy import Connection, insert, select, update
from starlette.requests import HTTPConnection

from alerting.access.callers import desk_of
from alerting.cap_inbox.tables import cap_sender_tokens
from alerting.policy.cap_sources import CapSender
from alerting.runtime import wall_clock
from contacts.sign_in.credentials import hash_of

_SCHEME: Final = "bearer "


def issue_sender_token(
    connection: Connection, sender: str, now: datetime, valid_for: timedelta
) -> str:
    """Return a new token of the sender; it cannot be read again.

    Raises:
        ValueError: if the time of validity is not positive.
    """
    if valid_for <= timedelta(0):
        raise ValueError(f"a token cannot be valid for {valid_for}: write a time above zero")
    token = secrets.token_urlsafe(32)
    connection.execute(
        insert(cap_sender_tokens).values(
            hash=hash_of(token), sender=sender, issued_at=now, expires_at=now + valid_for
        )
    )
    return token


def revoke_sender_tokens(connection: Connection, sender: str, now: datetime) -> int:
    """Revoke every token of the sender; return the number newly revoked."""
    return connection.execute(
        update(cap_sender_tokens)
        .where(cap_sender_tokens.c.sender == sender, cap_sender_tokens.c.revoked_at.is_(None))
        .values(revoked_at=now)
    ).rowcount


def sender_of_token(connection: Connection, token: str, now: datetime) -> str | None:
    """Return the name of the sender who holds the token, or None if it is not valid."""
    return connection.scalar(
        select(cap_sender_tokens.c.sender).where(
            cap_sender_tokens.c.hash == hash_of(token),
            cap_sender_tokens.c.expires_at > now,
            cap_sender_tokens.c.revoked_at.is_(None),
        )
    )


async def known_sender(connection: HTTPConnection) -> CapSender:
    """Return the sender whose token came with the request.

    Raises:
        HTTPException: 401, if there is none, it is not valid, or the policy no longer names it.
    """
    runtime = desk_of(connection)
    header = connection.headers.get("authorization", "")
    if header[: len(_SCHEME)].lower() == _SCHEME:
        token, now = header[len(_SCHEME) :].strip(), wall_clock()
        name = await runtime.database.read(lambda db: sender_of_token(db, token, now))
        for sender in runtime.policy.cap_senders:
            if sender.name == name:
                return sender
    raise HTTPException(
        status.HTTP_401_UNAUTHORIZED,
        "Send 'Authorization: Bearer TOKEN' with the token of a sender that the policy names in "
        "[[cap_senders]]; an administrator issues it with 'alerting cap token NAME'",
        headers={"WWW-Authenticate": "Bearer"},
    )


KnownSender = Annotated[CapSender, Depends(known_sender)]
