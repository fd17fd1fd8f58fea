"""JSON bodies for the passkey routes: WebAuthn's own, with limits on length."""

from datetime import datetime
from typing import Annotated, Any, Final, Literal, Self

from pydantic import ConfigDict, Field, StringConstraints

from contacts.bounds import Body, Name
from contacts.sign_in.passkeys import MOST_PASSKEYS, Passkey

_PATTERN: Final = r"^[A-Za-z0-9_-]+$"

_Id = Annotated[str, StringConstraints(min_length=16, max_length=1_364, pattern=_PATTERN)]
"""A credential's id of at most 1,023 bytes, in base64url."""

_Short = Annotated[str, StringConstraints(max_length=2_000, pattern=_PATTERN)]

_Long = Annotated[str, StringConstraints(max_length=20_000, pattern=_PATTERN)]
"""A long base64url string; some authenticators send certificates with a new credential."""


class ChallengeBody(Body):
    """A challenge for a passkey of this site. A cookie binds it to the browser."""

    challenge: str
    """The challenge in base64url. It can be answered once, within five minutes."""
    rp_id: str
    """The site's host, to which passkeys are bound."""


class NewPasskeyChallengeBody(ChallengeBody):
    """A challenge for a new passkey of the caller."""

    rp_name: str
    """The site's name, which authenticators show."""
    user_id: str
    """The officer's WebAuthn user handle, in base64url."""
    user_name: str
    """The officer's id and name, which authenticators show."""
    algorithms: list[int]
    """The accepted COSE algorithms, the preferred one first."""
    exclude: list[str]
    """Ids of the officer's credentials. An authenticator with one of them refuses to register."""


class _AnswerBody(Body):
    model_config = ConfigDict(extra="forbid")


class AttestationBody(_AnswerBody):
    """The authenticator's answer to a registration."""

    clientDataJSON: _Short  # noqa: N815 - WebAuthn's name
    """The browser's data about the registration, in base64url."""
    attestationObject: _Long  # noqa: N815 - WebAuthn's name
    """The new credential, in base64url."""


class AssertionBody(_AnswerBody):
    """The authenticator's answer to a sign-in."""

    clientDataJSON: _Short  # noqa: N815 - WebAuthn's name
    """The browser's data about the sign-in, in base64url."""
    authenticatorData: _Short  # noqa: N815 - WebAuthn's name
    """The authenticator's data about the sign-in, in base64url."""
    signature: _Short
    """The signature over `authenticatorData` and the hash of `clientDataJSON`, in base64url."""
    userHandle: Annotated[str, StringConstraints(max_length=88)] | None = None  # noqa: N815 - WebAuthn's name
    """The officer's user handle, in base64url, if the authenticator stores one."""


class _CredentialBody(_AnswerBody):
    id: _Id
    """The credential's id, in base64url."""
    type: Literal["public-key"] = "public-key"
    """WebAuthn's type of credential."""

    def answer(self) -> dict[str, Any]:
        """Return the credential as py_webauthn reads it."""
        said = self.model_dump(include={"id", "type", "response"}, exclude_none=True)
        return said | {"rawId": self.id}


class NewPasskeyBody(_CredentialBody):
    """A new credential from an authenticator, and the officer's name for it."""

    name: Name
    """The officer's name for the passkey, such as 'my phone'."""
    response: AttestationBody
    """The authenticator's answer."""


class UsedPasskeyBody(_CredentialBody):
    """A credential with which an authenticator signed."""

    response: AssertionBody
    """The authenticator's answer."""


class PasskeyBody(Body):
    """A registered passkey of the caller."""

    id: int
    """The passkey's id, which the delete route takes."""
    name: str
    """The officer's name for the passkey."""
    added_at: datetime
    """When the passkey was registered."""
    used_at: datetime | None
    """When the officer last signed in with the passkey; null if never."""

    @classmethod
    def of(cls, passkey: Passkey) -> Self:
        """Return a passkey without its credential and its public key."""
        return cls(
            id=passkey.id, name=passkey.name, added_at=passkey.added_at, used_at=passkey.used_at
        )


class PasskeysBody(Body):
    """The caller's passkeys."""

    passkeys: Annotated[list[PasskeyBody], Field(max_length=MOST_PASSKEYS)]
    """The passkeys, the oldest first."""
    may_change: bool
    """True if this session began recently enough to add or remove passkeys."""
