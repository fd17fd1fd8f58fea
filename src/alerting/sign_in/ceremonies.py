"""WebAuthn's two ceremonies, registration and authentication, checked with py_webauthn."""

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
"""The COSE algorithms of accepted keys, the preferred one first."""

_FAULTS: Final = (WebAuthnException, LookupError, TypeError, ValueError)
"""The exceptions that py_webauthn raises on invalid data; some of its parsers check nothing."""


class RefusedPasskeyError(ValueError):
    """The authenticator's answer is invalid, or belongs to another challenge, site or officer."""


@dataclass(frozen=True, slots=True)
class Site:
    """WebAuthn's relying party, which is the service at its public address."""

    id: str
    """The host, to which browsers bind passkeys."""
    origin: str


def site_at(public_url: str) -> Site:
    """Return the relying party for a public address."""
    return Site(urlsplit(public_url).hostname or "", str(URL(public_url).origin()))


def new_challenge() -> str:
    """Return a random challenge in base64url."""
    return bytes_to_base64url(generate_challenge())


def handle_of(officer_id: str) -> str:
    """Return an officer's WebAuthn user handle; an authenticator keeps one passkey per handle."""
    return bytes_to_base64url(hashlib.sha256(officer_id.encode()).digest())


def check_new(site: Site, challenge: str, name: str, answer: Mapping[str, Any]) -> NewPasskey:
    """Check a new credential, given as JSON in `answer`; return it as a passkey with this name.

    Raises:
        RefusedPasskeyError: if the answer is for another challenge or site, or the authenticator
            did not verify its user.
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
    """Check a passkey's signature, given as JSON in `answer`; return the passkey's new counter.

    Raises:
        RefusedPasskeyError: if the answer is for another challenge or site, the signature is wrong,
            the user was not verified, or another officer is named. Also if the counter did not
            advance, because the passkey may have been copied.
    """
    handle = answer["response"].get("userHandle")
    if handle is not None and handle != handle_of(passkey.officer):
        raise RefusedPasskeyError("the user handle belongs to another officer")
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
