"""The two ceremonies of WebAuthn, registration and authentication, checked by py_webauthn."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit

from webauthn import (
    base64url_to_bytes,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import bytes_to_base64url, generate_challenge
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.registration.generate_registration_options import default_supported_pub_key_algs
from yarl import URL

from contacts.sign_in.passkeys import NewPasskey, Passkey

ALGORITHMS: Final = tuple(int(each) for each in default_supported_pub_key_algs)
"""COSE algorithms of keys that are accepted, the preferred one first."""

_FAULTS: Final = (WebAuthnException, LookupError, TypeError, ValueError)
"""How py_webauthn fails on what a stranger invents: some of its parsers check no structure."""


class RefusedPasskeyError(ValueError):
    """The authenticator's answer does not prove what it should."""


@dataclass(frozen=True, slots=True)
class Site:
    """The relying party: the service at its public address."""

    id: str
    """The host, to which browsers bind a passkey."""
    origin: str


def site_at(public_url: str) -> Site:
    """Return the relying party at a public address."""
    return Site(urlsplit(public_url).hostname or "", str(URL(public_url).origin()))


def new_challenge() -> str:
    """Return a random challenge, in base64url."""
    return bytes_to_base64url(generate_challenge())


def handle_of(officer_id: str) -> str:
    """Return the user handle of an officer, by which an authenticator keeps one passkey of each."""
    return bytes_to_base64url(hashlib.sha256(officer_id.encode()).digest())


def check_new(site: Site, challenge: str, name: str, answer: Mapping[str, Any]) -> NewPasskey:
    """Return the passkey that an authenticator made; `answer` is its credential in JSON.

    Raises:
        RefusedPasskeyError: if it answers another challenge or site, or its user was not verified.
    """
    try:
        made = verify_registration_response(
            credential=dict(answer),
            expected_challenge=base64url_to_bytes(challenge),
            expected_rp_id=site.id,
            expected_origin=site.origin,
            require_user_verification=True,
        )
    except _FAULTS as fault:
        raise RefusedPasskeyError(str(fault)) from fault
    credential, key = map(bytes_to_base64url, (made.credential_id, made.credential_public_key))
    return NewPasskey(name, credential, key, made.sign_count)


def check_use(site: Site, challenge: str, passkey: Passkey, answer: Mapping[str, Any]) -> int:
    """Return the authenticator's counter after it signed; `answer` is its credential in JSON.

    Raises:
        RefusedPasskeyError: if it answers another challenge or site, its signature is wrong, its
            user was not verified, it names another officer, or its counter did not advance: then
            the passkey was copied.
    """
    handle = answer["response"].get("userHandle")
    if handle is not None and handle != handle_of(passkey.officer):
        raise RefusedPasskeyError("the user handle is another officer's")
    try:
        used = verify_authentication_response(
            credential=dict(answer),
            expected_challenge=base64url_to_bytes(challenge),
            expected_rp_id=site.id,
            expected_origin=site.origin,
            credential_public_key=base64url_to_bytes(passkey.public_key),
            credential_current_sign_count=passkey.sign_count,
            require_user_verification=True,
        )
    except _FAULTS as fault:
        raise RefusedPasskeyError(str(fault)) from fault
    return used.new_sign_count
