"""Rules for sign-in links: having the phone alone may not be enough to sign in."""

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
    """The policy requires a passkey for the officer's role."""
    NEEDS_CODE = "needs_code"
    """Another browser asked for the link, and the code that it shows was not typed."""
    WRONG_CODE = "wrong_code"


@dataclass(frozen=True, slots=True)
class Opening:
    """A link and the browser that opens it. A browser is identified by the hash of its token."""

    role: Role
    """The officer's role."""
    asked_by: str | None
    """The browser that asked for the link; None if an operator showed the link in person."""
    browser: str
    """The browser that opens the link; empty if it has never asked for a link."""
    typed: str = ""
    """The code that the user typed."""


def rule_link(opening: Opening, with_passkey: Collection[Role]) -> LinkRuling:
    """Return whether a valid link opens a session, or what is missing.

    Officers with a role in `with_passkey` must sign in with a passkey. A link that an operator
    shows in person always opens a session, because it is the last resort for everybody.
    """
    if opening.asked_by is None:
        return LinkRuling.OPENS
    if opening.role in with_passkey:
        return LinkRuling.NEEDS_PASSKEY
    if secrets.compare_digest(opening.browser, opening.asked_by):
        return LinkRuling.OPENS
    if not opening.typed.strip():
        return LinkRuling.NEEDS_CODE
    # Chinese input methods may type full-width digits.
    digits = "".join(filter(str.isdecimal, unicodedata.normalize("NFKC", opening.typed)))
    is_right = secrets.compare_digest(digits.encode(), code_of(opening.asked_by).encode())
    return LinkRuling.OPENS if is_right else LinkRuling.WRONG_CODE
