"""Encryption of column values with AES-GCM-SIV (RFC 8452), under the first of several keys."""

import os
from binascii import a2b_base64, b2a_base64
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCMSIV

KEY_BYTES: Final = 32

_NONCE_BYTES: Final = 12

_FIXED_NONCE: Final = bytes(_NONCE_BYTES)

ID_CHARACTERS: Final = 4
"""The length of a key's id. Each encrypted value begins with the id of its key."""

_BLOCK_BYTES: Final = 16
"""The size of the blocks to which values are padded, so that their length reveals little."""

_PADS: Final = tuple(b"\x80".ljust(_BLOCK_BYTES - over, b"\0") for over in range(_BLOCK_BYTES))
"""The padding by the number of bytes in the last block: 0x80, then zeros (ISO/IEC 7816-4)."""

_DRAWN: Final = 256

_MOST_CACHED: Final = 32_768
"""The number of values in a cache, because the same names and numbers are read again and again."""

_LONGEST_CACHED: Final = 128

_CHANGED: Final = "an encrypted value was changed, or moved from another column"


class KeyFileError(ValueError):
    """The key file is missing or unreadable, or does not contain the key of this database."""


@dataclass(frozen=True, eq=False)
class Domain:
    """A kind of value. Decryption fails if a value was encrypted as another kind.

    SQL can copy values between columns of the same kind. There is exactly one object of each kind,
    because its identity is part of the keys of caches.
    """

    name: str
    findable: bool
    """True if equal values are encrypted equally, so that the database can look them up."""
    authenticated: bytes


PHONE: Final = Domain("phone", findable=True, authenticated=b"phone")

TOKEN: Final = Domain("token", findable=True, authenticated=b"token")

SEAL: Final = Domain("seal", findable=False, authenticated=b"seal")
"""The kind of values that browsers store for the service; no column is of this kind."""

PERSONAL: Final = Domain("personal", findable=False, authenticated=b"personal")


@dataclass(frozen=True)
class Key:
    """An encryption key."""

    secret: bytes

    @property
    def id(self) -> str:
        """The id by which encrypted values name the key: the start of its SHA-256 in base64."""
        return b2a_base64(sha256(self.secret).digest(), newline=False).decode()[:ID_CHARACTERS]


class Keyring:
    """Some keys. Values are encrypted under the first and can be decrypted under each of them."""

    def __init__(self, keys: Sequence[Key]) -> None:
        self._ciphers = {key.id: AESGCMSIV(key.secret) for key in keys}
        self.ids = tuple(self._ciphers)
        self._first = self._ciphers[self.ids[0]]
        self._nonces: list[bytes] = []
        self.found = lru_cache(_MOST_CACHED)(self._found)
        self._recalled = lru_cache(_MOST_CACHED)(self._decrypted)

    def encrypted(self, domain: Domain, text: str) -> str:
        """Return a text encrypted; the empty text stays empty."""
        if not text:
            return text
        return self.found(domain, text)[0] if domain.findable else self._randomised(domain, text)

    def encrypted_each(self, domain: Domain, texts: Sequence[str | None]) -> list[str | None]:
        """Return the texts encrypted; None and the empty text stay as they are."""
        if domain.findable:
            return [text and self.found(domain, text)[0] for text in texts]
        return [text and self._randomised(domain, text) for text in texts]

    def _found(self, domain: Domain, text: str) -> tuple[str, ...]:
        """Return a findable text encrypted under every key, in the order of the keys."""
        if not text:
            return (text,)
        padded = _padded(text)
        return tuple(
            id_ + _base64(cipher.encrypt(_FIXED_NONCE, padded, domain.authenticated))
            for id_, cipher in self._ciphers.items()
        )

    def _randomised(self, domain: Domain, text: str) -> str:
        try:
            nonce = self._nonces.pop()
        except IndexError:
            nonce = self._drawn()
        sealed = self._first.encrypt(nonce, _padded(text), domain.authenticated)
        return self.ids[0] + b2a_base64(nonce + sealed, newline=False).decode()

    def _drawn(self) -> bytes:
        """Return a nonce of 12 random bytes; draw many at once, to save system calls."""
        drawn = os.urandom(_NONCE_BYTES * _DRAWN)
        starts = range(0, len(drawn), _NONCE_BYTES)
        nonces = [drawn[start : start + _NONCE_BYTES] for start in starts]
        nonce = nonces.pop()
        self._nonces = nonces
        return nonce

    def decrypted(self, domain: Domain, value: str) -> str:
        """Return the text of an encrypted value.

        Raises:
            KeyFileError: if the value is not encrypted, or is encrypted under another key.
        """
        if not value:
            return value
        if len(value) > _LONGEST_CACHED:
            return self._decrypted(domain, value)
        return self._recalled(domain, value)

    def _decrypted(self, domain: Domain, value: str) -> str:
        cipher = self._ciphers.get(value[:ID_CHARACTERS])
        if cipher is None:
            raise KeyFileError("a value is encrypted with a key that the key file does not hold")
        sealed = a2b_base64(value[ID_CHARACTERS:])
        # Base64 decoding ignores unknown characters and unused bits. Without this check, a changed
        # value could be accepted as unchanged.
        if _base64(sealed) != value[ID_CHARACTERS:]:
            raise KeyFileError(_CHANGED)
        nonce, sealed = (
            (_FIXED_NONCE, sealed)
            if domain.findable
            else (sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:])
        )
        try:
            padded = cipher.decrypt(nonce, sealed, domain.authenticated)
        except InvalidTag:
            raise KeyFileError(_CHANGED) from None
        return padded.rstrip(b"\0")[:-1].decode()


def _padded(text: str) -> bytes:
    octets = text.encode()
    return octets + _PADS[len(octets) % _BLOCK_BYTES]


def _base64(sealed: bytes) -> str:
    return b2a_base64(sealed, newline=False).decode()
