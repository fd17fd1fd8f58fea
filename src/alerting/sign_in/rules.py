"""The effect of a sign-in link in a browser: possession of the phone alone may not be enough."""

import secrets
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from contacts.people import Role
from contacts.sign_in.typed_codes import code_of


class LinkRuling(StrEnum):
    """Whether a link opens a session, or what is missing."""

    OPENS = "opens"
    NEEDS_PASSKEY = "needs_passkey"
    """The policy wants a passkey of the officer's role."""
    NEEDS_CODE = "needs_code"
    """Another browser asked for it: that one's code is missing."""
    WRONG_CODE = "wrong_code"


@dataclass(frozen=True, slots=True)
class Opening:
    """A link and the browser that opens it; browsers by the hashes of their tokens."""

    role: Role
    """The officer's."""
    asked_by: str | None
    """The browser that asked for it by text; None: somebody showed the link in person."""
    browser: str
    """The browser that opens it; empty: it has never asked for a link."""
    typed: str = ""
    """The code that its user typed."""


def rule_link(opening: Opening, with_passkey: Collection[Role]) -> LinkRuling:
    """Return what a valid link does; the roles `with_passkey` sign in with a passkey alone.

    A link that an operator shows in person needs nothing else: it is the way back for everybody.
    """
    if opening.asked_by is None:
        return LinkRuling.OPENS
    if opening.role in with_passkey:
        return LinkRuling.NEEDS_PASSKEY
    if secrets.compare_digest(opening.browser, opening.asked_by):
        return LinkRuling.OPENS
    if not opening.typed.strip():
        return LinkRuling.NEEDS_CODE
    # Input methods for Chinese write full-width digits.
    digits = "".join(filter(str.isdecimal, unicodedata.normalize("NFKC", opening.typed)))
    is_right = secrets.compare_digest(digits.encode(), code_of(opening.asked_by).encode())
    return LinkRuling.OPENS if is_right else LinkRuling.WRONG_CODE
